"""The tables of OpenAI's API, with what other vendors report through it in another way.

Each of these vendors has its own names and totals; the tests have an object of each.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from apps.usage.vendor_reports import IN, OUT, Json, VendorTable, amount_at, at, count_at, take, text_of

_TICK_DIGITS: Final = 10  # xAI counts a call's cost in parts of a dollar
_XAI_TOOLS: Final = "server_side_tool_usage_details"
_SEARCH_SIZES: Final = frozenset(["low", "medium", "high"])


def _add_totals(usage: Json, data: dict[str, Any]) -> str:
    """Add the tokens that only the grand total includes; any other rest of that total makes the call wait.

    Vendors with OpenAI's API count so the reasoning (xAI,
    https://docs.x.ai/docs/key-information/consumption-and-rate-limits, and Gemini) or the audio that they heard
    (Mistral), which Mistral's transcriptions tell only in seconds.
    """
    rest = count_at(usage, "total_tokens") - data[IN] - data[OUT]
    if rest <= 0:
        return ""
    audio = data.get("input_audio_tokens", 0)
    if rest == data.get("reasoning_tokens", 0):
        data[OUT] += rest
    elif rest == audio or (not audio and amount_at(usage, "prompt_audio_seconds")):
        data[IN] += rest
        data["input_audio_tokens"] = rest
    else:
        return "inconsistent_tokens"
    return ""


def _add_cost(usage: Json, data: dict[str, Any]) -> None:
    """Read what the vendor says that the call cost: xAI in ticks, OpenRouter as a number, Perplexity as an object.

    Another vendor's number could be of any currency. With the customer's own key at OpenRouter, its number is a fee
    only.
    """
    ticks, told = usage.get("cost_in_usd_ticks"), usage.get("cost")
    amount = at(told, "total_cost") if isinstance(told, Mapping) else told if usage.get("is_byok") is False else None
    if type(ticks) is int:
        amount = Decimal(ticks).scaleb(-_TICK_DIGITS)
    if amount is not None:
        data["cost"] = {"amount": amount, "currency": text_of(at(told, "currency")) or "USD"}


def _chat(_report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Read what Perplexity reports in its own way: reasoning beside the output, and the size of a search.

    It bills one search for each call by that size, except where it searched in steps, which it counts and prices by
    themselves (https://docs.perplexity.ai/getting-started/pricing).
    """
    _add_cost(usage, data)
    size = text_of(usage.get("search_context_size"))
    if size in _SEARCH_SIZES:
        data["variant"] = size
        if at(usage, "cost.search_queries_cost") is None:
            data["quantities"] = {**data.get("quantities", {}), "searches": 1}
    if any(usage.get(name) is not None for name in ("citation_tokens", "num_search_queries", "search_context_size")):
        data[OUT] += count_at(usage, "reasoning_tokens")
    return _add_totals(usage, data)


def _response(report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Count searches, by the items of a response's output if there is no count, and divide cached and cache-write
    tokens.
    """
    _add_cost(usage, data)
    quantities, items = data.get("quantities", {}), report.get("output")
    searches = sum(count_at(usage, f"{_XAI_TOOLS}.{kind}_search_calls") for kind in ("web", "x"))
    if not searches and isinstance(items, list):
        searches = sum(at(item, "type") == "web_search_call" for item in items)
    if searches and "searches" not in quantities:
        data["quantities"] = {**quantities, "searches": searches}
    written, longest = data.get("cache_write_tokens", 0), data.get("cache_write_12h_tokens", 0)
    if longest:  # these are included in the cache-write tokens
        data["cache_write_tokens"] = max(0, written - longest)
    for modality in ("audio", "image"):  # Realtime's cached tokens are included in those of their modality
        cached = count_at(usage, f"input_token_details.cached_tokens_details.{modality}_tokens")
        if count := min(cached, data.get("cache_read_tokens", 0)):
            data["cache_read_tokens"] -= count
            data[f"cache_read_{modality}_tokens"] = count
            data[f"input_{modality}_tokens"] = max(0, data.get(f"input_{modality}_tokens", 0) - count)
    return _add_totals(usage, data)


_OPENAI_DETAILS: Final = ("tokens_details", "token_details")
_CHAT = VendorTable(
    usage=("usage", "x_groq.usage"),  # the latter in Groq's streams
    takes=(
        take("prompt_tokens", IN),
        take("completion_tokens", OUT),
        # after OpenAI's name, those of DeepSeek, Mistral, Together and Moonshot, and LiteLLM
        take(
            "prompt_tokens_details.cached_tokens|prompt_cache_hit_tokens|prompt_token_details.cached_tokens"
            "|num_cached_tokens|cached_tokens|cache_read_input_tokens",
            "cache_read_tokens",
        ),
        # after OpenAI's name, those of LiteLLM and Alibaba
        take(
            "prompt_tokens_details.cache_write_tokens|prompt_tokens_details.cache_creation_tokens"
            "|prompt_tokens_details.cache_creation_input_tokens|cache_creation_input_tokens",
            "cache_write_tokens",
        ),
        take("prompt_tokens_details.audio_tokens", "input_audio_tokens"),
        take("prompt_tokens_details.image_tokens", "input_image_tokens"),
        take("prompt_tokens_details.video_tokens", "input_video_tokens"),  # from OpenRouter, as output images are
        take("completion_tokens_details.reasoning_tokens|reasoning_tokens", "reasoning_tokens"),
        take("completion_tokens_details.audio_tokens", "output_audio_tokens"),
        take("completion_tokens_details.image_tokens", "output_image_tokens"),
    ),
    id=("id",),
    model=("model",),
    time=("created",),
    tier=("service_tier",),
    totals=frozenset(
        [
            "total_tokens",
            "prompt_cache_miss_tokens",
            "prompt_tokens_details.text_tokens",
            "completion_tokens_details.text_tokens",
            "completion_tokens_details.accepted_prediction_tokens",
            "completion_tokens_details.rejected_prediction_tokens",
        ]
    ),
    units={
        "searches": "num_search_queries|server_tool_use_details.web_search_requests",  # the latter from OpenRouter
        "citation_tokens": "citation_tokens",
        "seconds": "prompt_audio_seconds",
    },
    finish=_chat,
)
# Responses and, with the same totals, the Images and the Realtime API; the latter's details are in the singular.
_RESPONSES = VendorTable(
    usage=("usage",),
    takes=(
        take("input_tokens", IN),
        take("output_tokens", OUT),
        # the names after OpenAI's are Perplexity's
        take(
            "input_tokens_details.cached_tokens|input_token_details.cached_tokens"
            "|input_tokens_details.cache_read_input_tokens",
            "cache_read_tokens",
        ),
        take(
            "input_tokens_details.cache_write_tokens|input_tokens_details.cache_creation_input_tokens",
            "cache_write_tokens",
        ),
        take("input_tokens_details.cache_write_tokens_details.ttl_12h_tokens", "cache_write_12h_tokens"),
        take("input_tokens_details.audio_tokens|input_token_details.audio_tokens", "input_audio_tokens"),
        take("input_tokens_details.image_tokens|input_token_details.image_tokens", "input_image_tokens"),
        take("output_tokens_details.reasoning_tokens|output_token_details.reasoning_tokens", "reasoning_tokens"),
        take("output_tokens_details.audio_tokens|output_token_details.audio_tokens", "output_audio_tokens"),
        take("output_tokens_details.image_tokens|output_token_details.image_tokens", "output_image_tokens"),
    ),
    id=("id",),
    model=("model",),
    time=("created_at",),
    tier=("service_tier",),
    units={
        "searches": "tool_calls_details.search_web.invocation|server_tool_use_details.web_search_requests",
        "code_runs": f"{_XAI_TOOLS}.code_interpreter_calls",
    },
    totals=frozenset(
        ["total_tokens", "input_tokens_details.cache_read_input_tokens"]
        + ["input_tokens_details.cache_write_tokens_details.ttl_30m_tokens"]
        + [f"{side}_{details}.text_tokens" for side in ("input", "output") for details in _OPENAI_DETAILS]
        + [f"input_token_details.cached_tokens_details.{what}_tokens" for what in ("text", "audio", "image")]
    ),
    finish=_response,
)
# Transcriptions that are billed by their length; they have no id, so that the sender gives one.
_TRANSCRIPTION = VendorTable(
    usage=("usage",),
    takes=(),
    id=("id",),
    model=("model",),
    units={"seconds": "seconds|prompt_audio_seconds"},
)
OPENAI: Final = (_CHAT, _RESPONSES, _TRANSCRIPTION)
