"""The tables of LiteLLM's standard logging payload: its fields for a call, its cost and its ids."""

from typing import Any, Final

from apps.usage.event_reader import LOGGED
from apps.usage.vendor_reports import IN, OUT, Json, VendorTable, count_at, take, text_of
from apps.usage.vendor_tables.vendors import written_at_once


def _litellm(report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Read the cost and the first tag; a call that the gateway answered from its own cache costs nothing."""
    details = usage.get("prompt_tokens_details")
    written = count_at(details, "cache_creation_tokens") or count_at(details, "cache_write_tokens")
    written_at_once(data, written or count_at(usage, "cache_creation_input_tokens"))
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
# totals are read.
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
        units={"searches": "prompt_tokens_details.web_search_requests|server_tool_use.web_search_requests"},
        totals=_LITELLM_TOTALS,
        finish=_litellm,
        ignores=_is_no_call,
        rank=LOGGED,
    )
    for path, takes in (("metadata.usage_object", _INSIDE), ("", _INSIDE[:2]))
)
