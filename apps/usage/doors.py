"""How vendors report the usage of a model call, as tables: from a path in their object to a member of our event.

A `Door` reads one vendor's response, as it came, into the members of a CloudEvent for a meter of tokens. Totals are
inclusive here: a detail whose vendor reports it beside the total is added to it. Prompts and answers are never read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from apps.pricing.token_kinds import INPUT_DETAILS, OUTPUT_DETAILS
from apps.usage.cloudevents import Told, Unreadable

Json = Mapping[str, Any]
IN, OUT = "input_tokens", "output_tokens"
SOURCE: Final = "ai"
STANDARD_TIERS: Final = frozenset(["", "default", "auto", "standard", "on_demand"])
WRAPPER_TEXTS: Final = ("project", "session", "region")


@dataclass(frozen=True, slots=True)
class Take:
    """Add the number at `path` to each of the `targets`, which are totals, token details or units."""

    path: str
    targets: tuple[str, ...]


def take(path: str, *targets: str) -> Take:
    """Return the row of a table."""
    return Take(path, targets)


@dataclass(frozen=True, slots=True)
class Door:
    """One vendor's table.

    `usage` is the path of its usage object; `takes` is read below it. `finish` corrects what a table cannot say, and
    returns why the call must wait, or an empty text. In a `beside` door kinds stand next to one another, so an unknown
    member that counts tokens would be free: the call waits with `unknown_token_kind`.
    """

    usage: tuple[str, ...]
    takes: tuple[Take, ...]
    id: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    is_beside: bool = False
    totals: frozenset[str] = frozenset()
    finish: Callable[[Json, Json, dict[str, Any]], str] | None = None


def read_report(doors: Sequence[Door], report: Json, wrapper: Json, *, meter: str) -> Told:
    """Return a report as an event of a meter, and why it must wait for a person, or an empty text.

    `wrapper` has what the sender knows beside the vendor's object: id, model, time, project, key and the like. The
    vendor's own values come first. An event without a time has none in its object; it gets the moment of receipt.

    Raises:
        Unreadable: no usage object of the vendor, or no id.
    """
    door, usage = _open(doors, report)
    event_id = _text(_first(report, door.id)) or _text(wrapper.get("id"))
    if not event_id:
        raise Unreadable("missing_response_id", "the response has no id, and none stands beside it")
    data: dict[str, Any] = {}
    for row in door.takes:
        for target in row.targets if (count := _count(at(usage, row.path))) else ():
            data[target] = data.get(target, 0) + count
    data.setdefault(IN, 0)
    data.setdefault(OUT, 0)
    reason = (door.finish and door.finish(report, usage, data)) or _unknown(door, usage) or _misfit(data)
    texts = {
        "model": _text(_first(report, door.model)) or _text(wrapper.get("model")),
        "service_tier": _tier(door, report),
        **{name: _text(wrapper.get(name)) for name in WRAPPER_TEXTS},
    }
    if region := _text(_first(report, door.region)):
        texts["region"] = region
    data |= {name: text for name, text in texts.items() if text}
    data |= {name: wrapper[name] for name in ("cost", "quantities") if wrapper.get(name) is not None}
    event = {"specversion": "1.0", "type": meter, "source": SOURCE, "id": event_id, "data": data}
    time = _moment(_first(report, door.time)) or wrapper.get("time")
    event |= {name: value for name, value in (("time", time), ("subject", wrapper.get("subject"))) if value}
    return Told(event, reason)


def _open(doors: Sequence[Door], report: Json) -> tuple[Door, Json]:
    """Return the first door whose usage object the report has with one of its members, and that object."""
    for door in doors:
        usage = _first(report, door.usage)
        if isinstance(usage, Mapping) and any(at(usage, row.path) is not None for row in door.takes):
            return door, usage
    raise Unreadable("missing_usage", "the response has no usage object of this vendor")


def at(value: Any, path: str) -> Any:
    """Return what stands at a dotted path; None if a part of it is missing."""
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _first(report: Json, paths: Iterable[str]) -> Any:
    return next((found for path in paths if (found := at(report, path)) not in (None, "")), None)


def _tier(door: Door, report: Json) -> str:
    """Return the first tier named that is not the standard one, or an empty text."""
    named = (_text(at(report, path)).lower() for path in door.tier)
    return next((tier for tier in named if tier not in STANDARD_TIERS), "").removeprefix("on_demand_")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int:
    """Return a count, 0 if there is none.

    Raises:
        Unreadable: it is not a whole number of at least 0.
    """
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or value < 0 or value != int(value):
        raise Unreadable("invalid_count", "a count in the usage object is not a whole number of at least 0")
    return int(value)


def _moment(value: Any) -> str:
    """Return a moment in RFC 3339: as it came, or from seconds since 1970."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and 0 <= value < 10**11:
        return datetime.fromtimestamp(int(value), UTC).isoformat()
    return _text(value)


def _unknown(door: Door, usage: Json) -> str:
    """Return `unknown_token_kind` if a member that nobody reads counts tokens."""
    if not door.is_beside:
        return ""
    read = {row.path.split(".")[0] for row in door.takes} | door.totals
    counts = (
        value
        for name, value in usage.items()
        if name not in read and name.lower().endswith("tokens") and isinstance(value, (int, Decimal))
    )
    return "unknown_token_kind" if any(value > 0 for value in counts) else ""


def _misfit(data: dict[str, Any]) -> str:
    """Take cached and written tokens, whose modality is not told, out of text first, then of image, video and audio.

    Return `inconsistent_tokens` if the details exceed their total all the same.
    """
    excess = sum(data.get(f"{kind}_tokens", 0) for kind in INPUT_DETAILS) - data[IN]
    for kind in ("input_image_tokens", "input_video_tokens", "input_audio_tokens"):
        less = min(max(0, excess), data.get(kind, 0))
        if less:
            data[kind], excess = data[kind] - less, excess - less
    beyond = sum(data.get(f"{kind}_tokens", 0) for kind in OUTPUT_DETAILS) - data[OUT]
    return "inconsistent_tokens" if excess > 0 or beyond > 0 else ""


def _all_written_at_once(lifetimes: str, total: str) -> Callable[[Json, Json, dict[str, Any]], str]:
    """Count all written tokens with the shortest lifetime where the vendor does not tell them apart."""

    def finish(_report: Json, usage: Json, data: dict[str, Any]) -> str:
        if at(usage, lifetimes) is None and (written := _count(at(usage, total))):
            data["cache_write_tokens"] = written
        return ""

    return finish


def _searches(report: Json, _usage: Json, data: dict[str, Any]) -> str:
    """Count the web searches among the items of a response's output."""
    items = report.get("output")
    found = sum(at(item, "type") == "web_search_call" for item in items) if isinstance(items, list) else 0
    if found:
        data["quantities"] = {"searches": found}
    written, longest = data.get("cache_write_tokens", 0), data.get("cache_write_12h_tokens", 0)
    if longest:  # these stand inside the written tokens
        data["cache_write_tokens"] = max(0, written - longest)
    return ""


def _anthropic(report: Json, usage: Json, data: dict[str, Any]) -> str:
    searches = _count(at(usage, "server_tool_use.web_search_requests"))
    if searches:
        data["quantities"] = {"searches": searches}
    return _all_written_at_once("cache_creation", "cache_creation_input_tokens")(report, usage, data)


def _bedrock(_report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Tell written tokens apart by lifetime."""
    written = _count(usage.get("cacheWriteInputTokens"))
    details = usage.get("cacheDetails")
    by_lifetime = {"1h": "cache_write_1h_tokens"}
    for each in details if isinstance(details, list) and details else [{"ttl": "5m", "inputTokens": written}]:
        target = by_lifetime.get(_text(at(each, "ttl")), "cache_write_tokens")
        if count := _count(at(each, "inputTokens")):
            data[target] = data.get(target, 0) + count
    return ""


_MODALITIES: Final = {"AUDIO": "audio", "IMAGE": "image", "VIDEO": "video"}


def _gemini(_report: Json, usage: Json, data: dict[str, Any]) -> str:
    """Tell modalities apart, and check the vendor's own total: prompt, candidates, tool use and thoughts."""
    parts = ("promptTokenCount", "candidatesTokenCount", "toolUsePromptTokenCount", "thoughtsTokenCount")
    total = usage.get("totalTokenCount")
    if total is not None and _count(total) != sum(_count(usage.get(name)) for name in parts):
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
            modality = _MODALITIES.get(_text(at(row, "modality")))
            if modality and (count := _count(at(row, "tokenCount"))):
                counts[modality] = counts.get(modality, 0) + count
    return counts


OPENAI_CHAT = Door(
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
)
OPENAI_RESPONSES = Door(
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
    finish=_searches,
)
ANTHROPIC = Door(
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
BEDROCK = Door(
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
GEMINI = Door(
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
    finish=_gemini,
)
DOORS: Final[Mapping[str, tuple[Door, ...]]] = {
    "openai": (OPENAI_CHAT, OPENAI_RESPONSES),
    "anthropic": (ANTHROPIC,),
    "gemini": (GEMINI,),
    "bedrock": (BEDROCK,),
}
