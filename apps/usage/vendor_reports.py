"""Read vendors' reports of model calls by tables that map paths in their objects to members of our event.

The tables are in `apps.usage.vendor_tables`. A `VendorTable` converts one vendor's unchanged response to the members of
a CloudEvent for a meter of tokens. Our totals include their details: a detail that the vendor reports in addition to
the total is added to it. Prompts and answers are never read. Members that count tokens but are not read by any table
are reported, so that staff see them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, Final

from apps.pricing.token_kinds import INPUT_DETAILS, OUTPUT_DETAILS
from apps.usage.event_amounts import MAX_TOKENS, Unreadable
from apps.usage.event_reader import CALLS, FIRST_HAND, ID_LENGTH, ReportedEvent

Json = Mapping[str, Any]
IN, OUT = "input_tokens", "output_tokens"
SOURCE: Final = CALLS
STANDARD_TIERS: Final = frozenset(
    ["", "default", "auto", "standard", "on_demand", "traffic_type_unspecified", "unspecified"]
)
# The texts that vendors send in place of an unknown value.
UNTOLD: Final = frozenset(["", "not_available"])
# Short names for tiers whose names at the vendor are longer than a tier's name may be.
_SHORT_TIERS: Final = {"provisioned_throughput": "provisioned"}
MOST_UNREAD: Final = 4
COUNTS_TOKENS: Final = ("tokens", "tokencount")
NAME_LENGTH: Final = 64
_OF_ANY_MODALITY: Final = ("cache_read", "cache_write", "cache_write_1h", "cache_write_12h")
WRAPPER_TEXTS: Final = ("project", "key", "user", "agent", "tag", "session", "region")


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Add the number at the first of the `paths` that has one above 0 to each of the `targets`: totals or token
    details.
    """

    paths: tuple[str, ...]
    targets: tuple[str, ...]

    def is_in(self, usage: Json) -> bool:
        """Return whether a usage object has one of the paths."""
        return any(at(usage, path) is not None for path in self.paths)

    def count(self, usage: Json) -> int:
        """Return the count in a usage object, 0 if there is none.

        Raises:
            Unreadable: it is not a whole number from 0 to `MAX_TOKENS`.
        """
        return next((count for path in self.paths if (count := count_at(usage, path))), 0)


def take(path: str, *targets: str) -> FieldMapping:
    """Return a row of a table; a vertical bar separates a path from its older names."""
    return FieldMapping(tuple(path.split("|")), targets)


def amount_at(usage: Json, paths: str) -> int | Decimal:
    """Return the first amount above 0 at these paths, which vertical bars separate; 0 if there is none.

    Raises:
        Unreadable: a value there is not a number.
    """
    for path in paths.split("|"):
        value = at(usage, path)
        if isinstance(value, bool) or not isinstance(value, (int, Decimal, NoneType)):
            raise Unreadable("invalid_count", f"{path} in the usage object must be a number")
        if value:
            return value
    return 0


def take_all(rows: Iterable[FieldMapping], usage: Json, data: dict[str, Any]) -> bool:
    """Add the counts of a usage object to their targets, and return whether there are any.

    Raises:
        Unreadable: one is not a whole number of at least 0.
    """
    found = False
    for row in rows:
        for target in row.targets if (count := row.count(usage)) else ():
            data[target] = data.get(target, 0) + count
            found = True
    return found


@dataclass(frozen=True, slots=True)
class VendorTable:
    """One vendor's table.

    `other_id` names the paths of a further id of the call, after its prefix, such as the gateway's own. `usage` is the
    path of its usage object; the paths of `takes`, and of `units` by their names, are relative to it. A table without
    `takes` is for usage in these units alone. `finish` makes corrections that a table cannot express, and returns why
    the call must wait, or an empty text. In a `beside` table, token kinds are added to the totals, so an unknown kind
    would be free: such a call waits with `unknown_token_kind`. `texts` are further dimensions. Reports that match
    `ignores` are not model calls.
    """

    usage: tuple[str, ...]
    takes: tuple[FieldMapping, ...]
    id: tuple[str, ...] = ()
    other_id: tuple[str, ...] = ()
    model: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_beside: bool = False
    totals: frozenset[str] = frozenset()
    finish: Callable[[Json, Json, dict[str, Any]], str] | None = None
    ignores: Callable[[Json], bool] | None = None
    rank: int = FIRST_HAND


def read_report(tables: Sequence[VendorTable], report: Json, wrapper: Json, *, meter: str) -> ReportedEvent | None:
    """Return a report as an event of a meter, with the reason if staff must review it; None if it is not a model call.

    `wrapper` has the sender's own data about the call: id, model, time, project, key and the like. The vendor's own
    values take precedence. A report without a time gets the time of receipt.

    Raises:
        Unreadable: no usage object of the vendor, no id, or a value that breaks a rule.
    """
    if any(table.ignores is not None and table.ignores(report) for table in tables):
        return None
    table, usage = _open(tables, report)
    event_id = text_of(_first(report, table.id)) or text_of(wrapper.get("id"))
    if not event_id:
        raise Unreadable("missing_response_id", "the response has no id, and none was sent with it")
    data: dict[str, Any] = {}
    take_all(table.takes, usage, data)
    if quantities := {unit: amount for unit, paths in table.units.items() if (amount := amount_at(usage, paths))}:
        data["quantities"] = quantities
    data.setdefault(IN, 0)
    data.setdefault(OUT, 0)
    texts: dict[str, Any] = {
        "model": _name(report, table.model) or wrapper.get("model"),
        "service_tier": _tier(table, report),
        **{name: wrapper.get(name) for name in WRAPPER_TEXTS},
    }
    own = {"region": table.region, **table.texts}
    texts |= {name: found for name, paths in own.items() if (found := _name(report, paths, name)) not in UNTOLD}
    data |= {name: text for name, text in texts.items() if text not in (None, "")}
    unread = list(_unread(table, usage))
    is_free = "unknown_token_kind" if table.is_beside and any("." not in name for name in unread) else ""
    reason = (table.finish and table.finish(report, usage, data)) or is_free or _misfit(data)
    data = _with_added(data, wrapper)
    event = {"specversion": "1.0", "type": meter, "source": SOURCE, "id": event_id, "data": data}
    time = _moment(report, table.time) or wrapper.get("time")
    event |= {
        name: value for name, value in (("time", time), ("subject", wrapper.get("subject"))) if value not in (None, "")
    }
    ids = tuple(other for other in [other_id(table, report)] if other)
    return ReportedEvent(event, reason, table.rank, ids, tuple(unread[:MOST_UNREAD]))


def _with_added(data: dict[str, Any], wrapper: Json) -> dict[str, Any]:
    """Return the data with the cost, quantities and ids that the sender added; the vendor's own values take
    precedence.
    """
    added = {name: wrapper[name] for name in ("cost", "quantities", "ids") if wrapper.get(name) is not None}
    quantities = added.get("quantities")
    own = data.pop("quantities", {}) if quantities is not None else {}
    if isinstance(quantities, Mapping):
        added["quantities"] = {**quantities, **own}
    return added | data


def other_id(table: VendorTable, report: Json) -> str:
    """Return the further id of a call, such as `litellm:…`; empty if the report lacks a part of it.

    Raises:
        Unreadable: a part is longer than an id, or not printable.
    """
    parts = [text_of(at(report, path)) for path in table.other_id[1:]]
    for path, part in zip(table.other_id[1:], parts, strict=True):
        if len(part) > ID_LENGTH or not part.isprintable():
            raise Unreadable("invalid_ids", f"{path} must be at most {ID_LENGTH} printable characters")
    return ":".join([table.other_id[0], *parts]) if parts and all(parts) else ""


def _open(tables: Sequence[VendorTable], report: Json) -> tuple[VendorTable, Json]:
    """Return the first table whose usage object is in the report with one of its members, and that object."""
    for table in tables:
        usage = _first(report, table.usage)
        rows = table.takes or [take(paths) for paths in table.units.values()]
        if isinstance(usage, Mapping) and any(row.is_in(usage) for row in rows):
            return table, usage
    raise Unreadable("missing_usage", "the response has no usage object of this vendor")


def at(value: Any, path: str) -> Any:
    """Return the value at a dotted path, where names may contain dots; the empty path is the value itself."""
    if not path or not isinstance(value, Mapping):
        return None if path else value
    if path in value:
        return value[path]
    name, _, rest = path.partition(".")
    return at(value.get(name), rest) if rest else None


def _first(report: Json, paths: Iterable[str]) -> Any:
    return next((found for path in paths if (found := at(report, path)) not in (None, "")), None)


def _name(report: Json, paths: Sequence[str], member: str = "model") -> str:
    """Return the first name at these paths, or an empty text.

    Raises:
        Unreadable: it is not a text; without it, the call could cost the price of another model or tier.
    """
    found = _first(report, paths)
    if found is not None and not isinstance(found, str):
        raise Unreadable(f"invalid_{member}", f"{' or '.join(paths)} in the response must be a text")
    return found or ""


def _tier(table: VendorTable, report: Json) -> str:
    """Return the first named tier that is not the standard one, or an empty text."""
    named = (_name(report, [path], "service_tier").lower() for path in table.tier)
    tier = next((tier for tier in named if tier not in STANDARD_TIERS), "").removeprefix("on_demand_")
    return _SHORT_TIERS.get(tier, tier)


def text_of(value: Any) -> str:
    """Return the value if it is a text, else an empty text."""
    return value if isinstance(value, str) else ""


def count_at(usage: Any, path: str) -> int:
    """Return the count at a path, 0 if there is none.

    Raises:
        Unreadable: it is not a whole number from 0 to `MAX_TOKENS`.
    """
    value = at(usage, path)
    if value is None:
        return 0
    if type(value) is int and 0 <= value <= MAX_TOKENS:  # nearly always
        return value
    if not isinstance(value, Decimal) or not 0 <= value <= MAX_TOKENS or value != int(value):
        rule = f"must be a whole number from 0 to {MAX_TOKENS}"
        raise Unreadable("invalid_count", f"{path} in the usage object {rule}")
    return int(value)


def _moment(report: Json, paths: Sequence[str]) -> str:
    """Return the time at the first of these paths in RFC 3339: unchanged, or converted from seconds since 1970.

    Raises:
        Unreadable: it is neither a text nor such a number; the time of receipt could be in another month.
    """
    value = _first(report, paths)
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and 0 <= value < 10**11:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(value * 10**6))).isoformat()
    rule = "in the response must be a time in RFC 3339, or seconds since 1970"
    raise Unreadable("invalid_time", f"{' or '.join(paths)} {rule}")


def _unread(table: VendorTable, usage: Json) -> Iterator[str]:
    """Yield the members of a usage object, and of its details, that count tokens and that no row of the table reads.

    Raises:
        Unreadable: details are not an object.
    """
    read = {path for row in table.takes for path in row.paths} | table.totals
    read |= {path for paths in table.units.values() for path in paths.split("|")}
    within = {path.rpartition(".")[0] for path in read} - {""}
    places = [("", usage), *((name, details) for name in sorted(within) if (details := _details(usage, name)))]
    for place, counts in places:
        for name, value in counts.items():
            path = f"{place}.{name}" if place else name
            is_count = isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value > 0
            if is_count and name.lower().endswith(COUNTS_TOKENS) and path not in read and name.isprintable():
                yield path[:NAME_LENGTH]


def _details(usage: Json, path: str) -> Json:
    """Return the details at a path, empty if there are none.

    Raises:
        Unreadable: they are not an object; without them, the call could cost the price of other tokens.
    """
    found = at(usage, path) or {}
    if not isinstance(found, Mapping):
        raise Unreadable("invalid_count", f"{path} in the usage object must be an object")
    return found


def rows_at(usage: Json, name: str) -> list[Json]:
    """Return the objects in an array of a usage object; empty if there is no array.

    Raises:
        Unreadable: it is not an array of objects; without it, the call could cost the price of other tokens.
    """
    rows = usage.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise Unreadable("invalid_count", f"{name} in the usage object must be an array of objects")
    return rows


def _misfit(data: dict[str, Any]) -> str:
    """Subtract cached and cache-write tokens, whose modality is unknown, from text first, then from image, video and
    audio.

    Return `inconsistent_tokens` if the details still exceed their total.
    """
    excess = sum(data.get(f"{kind}_tokens", 0) for kind in INPUT_DETAILS) - data[IN]
    hidden = min(excess, sum(data.get(f"{kind}_tokens", 0) for kind in _OF_ANY_MODALITY))
    for kind in ("input_image_tokens", "input_video_tokens", "input_audio_tokens"):
        less = min(max(0, hidden), data.get(kind, 0))
        if less:
            data[kind], excess, hidden = data[kind] - less, excess - less, hidden - less
    beyond = sum(data.get(f"{kind}_tokens", 0) for kind in OUTPUT_DETAILS) - data[OUT]
    return "inconsistent_tokens" if excess > 0 or beyond > 0 else ""
