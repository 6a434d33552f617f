"""The table of each vendor, gateway and tracer: its name for each member of our event."""

from collections.abc import Mapping
from typing import Any, Final

from apps.usage.cloudevents import LOGGED, TRACED
from apps.usage.vendor_reports import IN, OUT, Json, VendorTable, at, count_at, take, text_of


def _written_at_once(data: dict[str, Any], written: int) -> None:
    """Count cache-write tokens without a reported lifetime under the shortest lifetime."""
    if (rest := written - data.get("cache_write_tokens", 0) - data.get("cache_write_1h_tokens", 0)) > 0:
        data["cache_write_tokens"] = data.get("cache_write_tokens", 0) + rest


def _searches(report: Json, _usage: Json, data: dict[str, Any]) -> str:
    """Count the web searches among the items of a response's output."""
    items = report.get("output")
    found = sum(at(item, "type") == "web_search_call" for item in items) if isinstance(items, list) else 0
    if found:
        data["quantities"] = {"searches": found}
    written, longest = data.get("cache_write_tokens", 0), data.get("cache_write_12h_tokens", 0)
    if longest:  # these are included in the cache-write tokens
        data["cache_write_tokens"] = max(0, written - longest)
    return ""


def _anthropic(_report: Json, usage: Json, data: dict[str, Any]) -> str:
    searches = count_at(usage, "server_tool_use.web_search_requests")
    if searches:
        data["quantities"] = {"searches": searches}
    _written_at_once(data, count_at(usage, "cache_creation_input_tokens"))
    return ""


def _bedrock(_report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Divide cache-write tokens by lifetime; OpenAI's models report cached and cache-write tokens inside the input."""
    apart = count_at(usage, "cacheReadInputTokens") + count_at(usage, "cacheWriteInputTokens")
    if text_of(data.get("model")).startswith("openai.") and count_at(usage, "inputTokens") >= apart:
        data[IN] -= apart
    details = usage.get("cacheDetails")
    by_lifetime = {"1h": "cache_write_1h_tokens"}
    for each in details if isinstance(details, list) else ():
        target = by_lifetime.get(text_of(at(each, "ttl")), "cache_write_tokens")
        if count := count_at(each, "inputTokens"):
            data[target] = data.get(target, 0) + count
    _written_at_once(data, count_at(usage, "cacheWriteInputTokens"))
    return ""


_MODALITIES: Final = {"AUDIO": "audio", "IMAGE": "image", "VIDEO": "video"}


def _gemini(_report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Divide tokens by modality, and check the vendor's own total: prompt, candidates, tool use and thoughts."""
    parts = ("promptTokenCount", "candidatesTokenCount", "toolUsePromptTokenCount", "thoughtsTokenCount")
    total = usage.get("totalTokenCount")
    if total is not None and count_at(usage, "totalTokenCount") != sum(count_at(usage, name) for name in parts):
        return "inconsistent_tokens"
    cached = _by_modality(usage, "cacheTokensDetails")
    given = _by_modality(usage, "promptTokensDetails", "toolUsePromptTokensDetails")
    for modality in ("audio", "image"):  # cached video has no kind of its own
        if count := min(cached.get(modality, 0), data.get("cache_read_tokens", 0)):
            data["cache_read_tokens"] -= count
            data[f"cache_read_{modality}_tokens"] = count
    for modality, count in given.items():
        data[f"input_{modality}_tokens"] = max(0, count - cached.get(modality, 0))
    for modality, count in _by_modality(usage, "candidatesTokensDetails").items():
        data[f"output_{modality}_tokens"] = count
    return ""


def _by_modality(usage: Json, *names: str) -> dict[str, int]:
    """Return the tokens of each modality but text; documents count as text."""
    counts: dict[str, int] = {}
    for name in names:
        rows = usage.get(name)
        for row in rows if isinstance(rows, list) else ():
            modality = _MODALITIES.get(text_of(at(row, "modality")))
            if modality and (count := count_at(row, "tokenCount")):
                counts[modality] = counts.get(modality, 0) + count
    return counts


OPENAI_CHAT = VendorTable(
    usage=("usage",),
    takes=(
        take("prompt_tokens", IN),
        take("completion_tokens", OUT),
        take("prompt_tokens_details.cached_tokens", "cache_read_tokens"),
        take("prompt_tokens_details.cache_write_tokens", "cache_write_tokens"),
        take("prompt_tokens_details.audio_tokens", "input_audio_tokens"),
        take("prompt_tokens_details.image_tokens", "input_image_tokens"),
        take("completion_tokens_details.reasoning_tokens", "reasoning_tokens"),
        take("completion_tokens_details.audio_tokens", "output_audio_tokens"),
    ),
    id=("id",),
    model=("model",),
    time=("created",),
    tier=("service_tier",),
    totals=frozenset(
        [
            "total_tokens",
            "prompt_tokens_details.text_tokens",
            "completion_tokens_details.text_tokens",
            "completion_tokens_details.accepted_prediction_tokens",
            "completion_tokens_details.rejected_prediction_tokens",
        ]
    ),
)
OPENAI_RESPONSES = VendorTable(
    usage=("usage",),
    takes=(
        take("input_tokens", IN),
        take("output_tokens", OUT),
        take("input_tokens_details.cached_tokens", "cache_read_tokens"),
        take("input_tokens_details.cache_write_tokens", "cache_write_tokens"),
        take("input_tokens_details.ttl_12h_tokens", "cache_write_12h_tokens"),
        take("output_tokens_details.reasoning_tokens", "reasoning_tokens"),
    ),
    id=("id",),
    model=("model",),
    time=("created_at",),
    tier=("service_tier",),
    totals=frozenset(["total_tokens"]),
    finish=_searches,
)
ANTHROPIC = VendorTable(
    usage=("usage",),
    takes=(
        take("input_tokens", IN),
        take("cache_creation_input_tokens", IN),
        take("cache_read_input_tokens", IN, "cache_read_tokens"),
        take("cache_creation.ephemeral_5m_input_tokens", "cache_write_tokens"),
        take("cache_creation.ephemeral_1h_input_tokens", "cache_write_1h_tokens"),
        take("output_tokens", OUT),
        take("output_tokens_details.thinking_tokens", "reasoning_tokens"),
    ),
    id=("id",),
    model=("model",),
    tier=("usage.speed", "usage.service_tier"),
    region=("usage.inference_geo",),
    is_beside=True,
    finish=_anthropic,
)
BEDROCK = VendorTable(
    usage=("usage",),
    takes=(
        take("inputTokens", IN),
        take("cacheReadInputTokens", IN, "cache_read_tokens"),
        take("cacheWriteInputTokens", IN),
        take("outputTokens", OUT),
    ),
    tier=("serviceTier.type",),
    is_beside=True,
    totals=frozenset(["totalTokens"]),
    finish=_bedrock,
)
GEMINI = VendorTable(
    usage=("usageMetadata",),
    takes=(
        take("promptTokenCount", IN),
        take("toolUsePromptTokenCount", IN),
        take("cachedContentTokenCount", "cache_read_tokens"),
        take("candidatesTokenCount", OUT),
        take("thoughtsTokenCount", OUT, "reasoning_tokens"),
    ),
    id=("responseId",),
    model=("modelVersion",),
    time=("createTime",),
    tier=("usageMetadata.trafficType",),
    totals=frozenset(["totalTokenCount"]),
    finish=_gemini,
)


def _beside_if_larger(_report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Add cached and cache-write tokens to the input if they exceed it; some senders of spans leave them out."""
    apart = data.get("cache_read_tokens", 0) + data.get("cache_write_tokens", 0)
    if apart > data[IN]:
        data[IN] += apart
    return ""


def _litellm(report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Read the cost and the first tag; a call that the gateway answered from its own cache costs nothing."""
    details = usage.get("prompt_tokens_details")
    written = count_at(details, "cache_creation_tokens") or count_at(details, "cache_write_tokens")
    _written_at_once(data, written or count_at(usage, "cache_creation_input_tokens"))
    tags = report.get("request_tags")
    if isinstance(tags, list) and tags and text_of(tags[0]):
        data["tag"] = tags[0]
    is_cached = report.get("cache_hit") is True
    cost = 0 if is_cached else report.get("response_cost")
    if cost is not None:
        data["cost"] = {"amount": cost, "currency": "USD"}
    if is_cached:
        data["service_tier"] = "gateway_cache"
    return ""


def _is_no_call(report: Json) -> bool:
    """Whether LiteLLM logged something other than a model call: a failed call without tokens, or a lookup request."""
    kind = text_of(report.get("call_type"))
    failed = report.get("status") not in (None, "success")
    return kind.startswith(("aget_", "get_", "alist_", "list_")) or (failed and not report.get("total_tokens"))


def _is_no_model_span(report: Json) -> bool:
    """Whether a span is not a model call; for example, agents' spans repeat the sum of their calls."""
    return text_of(at(report, "attributes.gen_ai.operation.name")) not in MODEL_OPERATIONS


MODEL_OPERATIONS: Final = frozenset(["chat", "text_completion", "generate_content", "embeddings"])
_INSIDE: Final = (
    take("prompt_tokens", IN),
    take("completion_tokens", OUT),
    take("prompt_tokens_details.cached_tokens|cache_read_input_tokens", "cache_read_tokens"),
    take("prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens", "cache_write_tokens"),
    take("prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens", "cache_write_1h_tokens"),
    take("prompt_tokens_details.audio_tokens", "input_audio_tokens"),
    take("prompt_tokens_details.image_tokens", "input_image_tokens"),
    take("prompt_tokens_details.video_tokens", "input_video_tokens"),
    take("completion_tokens_details.reasoning_tokens", "reasoning_tokens"),
    take("completion_tokens_details.audio_tokens", "output_audio_tokens"),
    take("completion_tokens_details.image_tokens", "output_image_tokens"),
)
_LITELLM_TOTALS: Final = frozenset(
    ["total_tokens", "cache_creation_input_tokens", "prompt_tokens_details.cache_creation_token_details"]
    + [f"{side}_tokens_details.text_tokens" for side in ("prompt", "completion")]
    + [f"completion_tokens_details.{what}_prediction_tokens" for what in ("accepted", "rejected")]
    + [f"prompt_tokens_details.{name}" for name in ("cache_creation_tokens", "cache_write_tokens")]
    + ["cache_read_input_tokens"]
)
# LiteLLM's standard logging payload: totals include their details, for every vendor. Without a usage object, only the
LITELLM, LITELLM_TOTALS = (
    VendorTable(
        usage=(path,),
        takes=takes,
        id=("id",),
        other_id=("litellm", "litellm_call_id"),
        model=("model",),
        time=("startTime",),
        tier=(f"{path}.service_tier",),
        texts={
            "provider": ("custom_llm_provider",),
            "key": ("metadata.user_api_key_hash",),
            "user": ("end_user",),
        },
        totals=_LITELLM_TOTALS,
        finish=_litellm,
        ignores=_is_no_call,
        rank=LOGGED,
    )
    for path, takes in (("metadata.usage_object", _INSIDE), ("", _INSIDE[:2]))
)
# A span as `apps.usage.otlp` reads it: its attributes by name, its time as a moment.
OTEL = VendorTable(
    usage=("attributes",),
    takes=(
        take("gen_ai.usage.input_tokens|gen_ai.usage.prompt_tokens", IN),
        take("gen_ai.usage.output_tokens|gen_ai.usage.completion_tokens", OUT),
        take("gen_ai.usage.cache_read.input_tokens", "cache_read_tokens"),
        take("gen_ai.usage.cache_creation.input_tokens", "cache_write_tokens"),
        take("gen_ai.usage.audio.input_tokens", "input_audio_tokens"),
        take("gen_ai.usage.image.input_tokens", "input_image_tokens"),
        take("gen_ai.usage.video.input_tokens", "input_video_tokens"),
        take("gen_ai.usage.reasoning.output_tokens", "reasoning_tokens"),
        take("gen_ai.usage.audio.output_tokens", "output_audio_tokens"),
        take("gen_ai.usage.image.output_tokens", "output_image_tokens"),
    ),
    id=("attributes.gen_ai.response.id",),
    other_id=("otel", "trace", "span"),
    model=("attributes.gen_ai.response.model", "attributes.gen_ai.request.model"),
    time=("time",),
    tier=("attributes.openai.response.service_tier", "attributes.gen_ai.openai.response.service_tier"),
    texts={
        "provider": ("attributes.gen_ai.provider.name", "attributes.gen_ai.system"),
        "agent": ("attributes.gen_ai.agent.id",),
        "session": ("attributes.gen_ai.conversation.id",),
    },
    finish=_beside_if_larger,
    ignores=_is_no_model_span,
    rank=TRACED,
)
VENDORS: Final[Mapping[str, tuple[VendorTable, ...]]] = {
    "openai": (OPENAI_CHAT, OPENAI_RESPONSES),
    "anthropic": (ANTHROPIC,),
    "gemini": (GEMINI,),
    "bedrock": (BEDROCK,),
}
VENDOR_TABLES: Final[Mapping[str, tuple[VendorTable, ...]]] = {
    **VENDORS,
    "litellm": (LITELLM, LITELLM_TOTALS),
    "otel": (OTEL,),
}
