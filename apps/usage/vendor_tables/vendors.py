"""The tables of the vendors themselves: Anthropic, Bedrock and Gemini, and those of OpenAI's API."""

from collections.abc import Mapping
from typing import Any, Final

from apps.usage.vendor_reports import IN, OUT, Json, VendorTable, at, count_at, rows_at, take, take_all, text_of
from apps.usage.vendor_tables.openai import OPENAI


def written_at_once(data: dict[str, Any], written: int) -> None:
    """Count cache-write tokens without a reported lifetime under the shortest lifetime."""
    if (rest := written - data.get("cache_write_tokens", 0) - data.get("cache_write_1h_tokens", 0)) > 0:
        data["cache_write_tokens"] = data.get("cache_write_tokens", 0) + rest


_ANTHROPIC_TAKES: Final = (
    take("input_tokens", IN),
    take("cache_creation_input_tokens", IN),
    take("cache_read_input_tokens", IN, "cache_read_tokens"),
    take("cache_creation.ephemeral_5m_input_tokens", "cache_write_tokens"),
    take("cache_creation.ephemeral_1h_input_tokens", "cache_write_1h_tokens"),
    take("output_tokens", OUT),
    take("output_tokens_details.thinking_tokens", "reasoning_tokens"),
)


def _anthropic(_report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Add the tokens that compactions used; a call with iterations of another model, which has another price, waits.

    The totals leave out both (https://platform.claude.com/docs/en/build-with-claude/compaction,
    https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool).
    """
    parts = rows_at(usage, "iterations")
    compactions = [each for each in parts if each.get("type") == "compaction"]
    for each in compactions:
        take_all(_ANTHROPIC_TAKES, each, data)
    written_at_once(data, sum(count_at(each, "cache_creation_input_tokens") for each in (usage, *compactions)))
    others = (each for each in parts if text_of(each.get("type")) not in ("", "message", "compaction"))
    return "unknown_token_kind" if any(take_all(_ANTHROPIC_TAKES, each, {}) for each in others) else ""


def _bedrock(_report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Divide cache-write tokens by lifetime; OpenAI's models report cached and cache-write tokens inside the input."""
    apart = count_at(usage, "cacheReadInputTokens") + count_at(usage, "cacheWriteInputTokens")
    if text_of(data.get("model")).startswith("openai.") and count_at(usage, "inputTokens") >= apart:
        data[IN] -= apart
    by_lifetime = {"1h": "cache_write_1h_tokens"}
    for each in rows_at(usage, "cacheDetails"):
        target = by_lifetime.get(text_of(at(each, "ttl")), "cache_write_tokens")
        if count := count_at(each, "inputTokens"):
            data[target] = data.get(target, 0) + count
    written_at_once(data, count_at(usage, "cacheWriteInputTokens"))
    return ""


_MODALITIES: Final = {"AUDIO": "audio", "IMAGE": "image", "VIDEO": "video"}


def _gemini(_report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Divide tokens by modality, and check the vendor's own total: prompt, candidates, tool use and thoughts."""
    total = usage.get("totalTokenCount")
    if total is not None and count_at(usage, "totalTokenCount") != data[IN] + data[OUT]:
        return "inconsistent_tokens"
    cached = _by_modality(usage, "cacheTokensDetails")
    given = _by_modality(usage, "promptTokensDetails", "toolUsePromptTokensDetails")
    for modality in ("audio", "image"):  # cached video has no kind of its own
        if count := min(cached.get(modality, 0), data.get("cache_read_tokens", 0)):
            data["cache_read_tokens"] -= count
            data[f"cache_read_{modality}_tokens"] = count
    for modality, count in given.items():
        data[f"input_{modality}_tokens"] = max(0, count - cached.get(modality, 0))
    for modality, count in _by_modality(usage, "candidatesTokensDetails", "responseTokensDetails").items():
        data[f"output_{modality}_tokens"] = count
    return ""


def _by_modality(usage: Json, *names: str) -> dict[str, int]:
    """Return the tokens of each modality but text; documents count as text."""
    counts: dict[str, int] = {}
    for name in names:
        for row in rows_at(usage, name):
            modality = _MODALITIES.get(text_of(at(row, "modality")))
            if modality and (count := count_at(row, "tokenCount")):
                counts[modality] = counts.get(modality, 0) + count
    return counts


ANTHROPIC = VendorTable(
    usage=("usage",),
    takes=_ANTHROPIC_TAKES,
    id=("id",),
    model=("model",),
    tier=("usage.speed", "usage.service_tier"),
    region=("usage.inference_geo",),
    units={"searches": "server_tool_use.web_search_requests"},
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
        take("candidatesTokenCount|responseTokenCount", OUT),  # the latter in the Live API
        take("thoughtsTokenCount", OUT, "reasoning_tokens"),
    ),
    id=("responseId",),
    model=("modelVersion",),
    time=("createTime",),
    tier=("usageMetadata.trafficType", "usageMetadata.serviceTier"),
    totals=frozenset(["totalTokenCount"]),
    finish=_gemini,
)
VENDORS: Final[Mapping[str, tuple[VendorTable, ...]]] = {
    "openai": OPENAI,
    "anthropic": (ANTHROPIC,),
    "gemini": (GEMINI,),
    "bedrock": (BEDROCK,),
}
