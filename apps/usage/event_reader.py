"""Read one CloudEvents 1.0 event in its JSON form: strictly, without Django, with a reason for every refusal.

Every member has a maximum size and one accepted form, so no input can overflow or be read in two ways. Unknown members
of `data` are refused, because a misspelled quantity would otherwise be billed as zero. Extension attributes are
ignored, as the specification requires.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from typing import Any, Final

import orjson

from apps.common.strict_json import read_moment
from apps.usage.event_amounts import AMOUNTS, NO_MORE, AmountMembers, CallDetails, Unreadable
from apps.usage.event_labels import COST_BIT, NAMES, LabelReader, Labels

MAX_BATCH = 1_000
AHEAD = timedelta(minutes=5)
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
ID_LENGTH = 200
MAX_IDS = 4

_SLUG = re.compile(r"[-a-zA-Z0-9_.]{1,64}", re.ASCII)
_JSON = "application/json"
_JSON_TYPE = re.compile(r"application/([a-z0-9.-]+\+)?json( *;.*)?", re.ASCII | re.IGNORECASE)
_DATA = NAMES | AMOUNTS | {"ids"}
# The source of calls that are identified by their vendor's id.
CALLS: Final = "ai"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one event of a batch was refused; its id can be sent again."""

    index: int
    id: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnparsedEvent:
    """Stands in a batch for an event that could not be parsed, with the reason."""

    reason: str
    code: str = "malformed_event"
    id: str = ""


# The rank of a report of a call; the highest counts. Tracers and gateways repeat what the vendor or the sender reports.
# Reports sent with a platform key rank PLATFORM higher.
TRACED, LOGGED, FIRST_HAND = range(3)
PLATFORM = 3


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """An event made from a vendor's report. `held_for` is why it cannot be rated; usually empty.

    Without a time, the time of receipt counts, and a later repeat without a time is the same event. `rank` decides
    which of several reports of the same call counts. `ids` are further ids of the call, such as a gateway's;
    `unread` are members that count tokens of an unknown kind.
    """

    event: Mapping[str, Any]
    held_for: str = ""
    rank: int = FIRST_HAND
    ids: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


NO_OTHERS: Final[Mapping[str, str]] = {}
# The default for events that are not made from a report.
FIRST_HAND_EVENT: Final = ReportedEvent({})


@dataclass(slots=True)  # not frozen: creating frozen instances takes several times as long
class ParsedEvent:
    """A well-formed event. Quantities are micros of the meter's unit, None if the event has none.

    `fingerprint` is a digest of the content, `digest` of source and id, which identifies the event within an
    organization in `EventId`; both in hexadecimal. `others` are the call's other ids by their digests.
    """

    index: int
    source: str
    id: str
    type: str
    time: datetime
    subject: str
    quantity_micros: int | None
    input_tokens: int | None
    output_tokens: int | None
    labels: Labels
    fingerprint: str
    digest: str
    more: CallDetails
    held_for: str = ""
    rank: int = FIRST_HAND
    others: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    @property
    def facts(self) -> int:
        """Bits for the members that it has: the dimensions that never affect a price (`event_labels`), and the cost."""
        return self.labels.facts + (COST_BIT if self.more.cost_picos is not None else 0)

    @property
    def priced_by(self) -> str:
        """A digest of everything that can decide its price, except its cost.

        Reports of a call with the same digest and the same cost are charged the same. A report without a cost gets that
        of another report of the call.
        """
        labels, time = self.labels, self.time if self.time.tzinfo is UTC else self.time.astimezone(UTC)
        amounts = f"{self.quantity_micros}\0{self.input_tokens}\0{self.output_tokens}"
        content = f"{self.type}\0{time.year}-{time.month:02}\0{amounts}\0{labels.billing_mode}\0{self.held_for}"
        counts = f"\0{self.more.counts}" if self.more.counts else ""
        return hashed(f"{content}\0{labels.priced_by}{counts}")

    def completed(self, texts: Mapping[str, str], more: CallDetails) -> "ParsedEvent":
        """Return a copy with the cost and the dimensions that only an earlier report of the call had."""
        if self.more.cost_picos is None:
            more = replace(self.more, cost_picos=more.cost_picos, cost_currency=more.cost_currency)
        else:
            more = self.more
        return replace(self, labels=self.labels.completed(texts), more=more)


def read_event(event: object, *, index: int, now: datetime) -> ParsedEvent | Refusal:
    """Return the event, or the reason why it is refused."""
    return EventReader(now).read(event, index)


class EventReader:
    """Reads the events of one batch."""

    def __init__(self, now: datetime, *, is_platform: bool = False) -> None:
        self._now, self._added_rank = now, PLATFORM if is_platform else 0
        self._labels, self._times = LabelReader(), dict[str, tuple[datetime, str]]()
        self._members: dict[tuple[str, ...], _Members] = {}
        # Sources and types that were read; checking them once per batch is enough.
        self._sources, self._types = set[str](), set[str]()

    def read(self, event: object, index: int) -> ParsedEvent | Refusal:
        """Return the event, or the reason why it is refused."""
        try:
            return self._read(event, index)
        except Unreadable as error:
            return Refusal(index, shown_id(event), error.code, error.reason)

    def _read(self, event: object, index: int) -> ParsedEvent:
        if isinstance(event, UnparsedEvent):
            raise Unreadable(event.code, event.reason)
        told = event if isinstance(event, ReportedEvent) else FIRST_HAND_EVENT
        if told is not FIRST_HAND_EVENT:
            event = told.event
        if type(event) is not dict and not isinstance(event, Mapping):  # the cheaper check first
            raise Unreadable("not_an_event", "each event is a JSON object")
        source, given_id, kind = self._attributes(event)
        is_undated = told is not FIRST_HAND_EVENT and event.get("time") is None
        time, moment = (self._now, "") if is_undated else self._time(event.get("time"))
        data = _data(event)
        members = self._members_of(data)
        quantity, into, out, more = members.amounts.read(data, told.held_for)
        labels, subject = self._labels.read(data, members.labels), event.get("subject")
        content = f"{kind}\0{moment}\0{quantity}\0{into}\0{out}\0{labels.content}"
        return ParsedEvent(
            index,
            source,
            given_id,
            kind,
            time,
            subject if isinstance(subject, str) else "",
            quantity,
            into,
            out,
            labels,
            hashed(content if more is NO_MORE else "\0".join(filter(None, [content, more.facts]))),
            id_digest(source, given_id),
            more,
            told.held_for,
            told.rank + self._added_rank,
            _others(data.get("ids"), told.ids) if members.has_ids or told.ids else NO_OTHERS,
            told.unread,
        )

    def _time(self, given: object) -> tuple[datetime, str]:
        """Return an event's time, and its text in the fingerprint; cached, because many events have the same time."""
        known = self._times.get(given) if isinstance(given, str) else None
        if known is None:
            time = _time(given, self._now)
            known = self._times[str(given)] = time, time.isoformat()
        return known

    def _attributes(self, event: Mapping[str, Any]) -> tuple[str, str, str]:
        if event.get("specversion") != "1.0":
            raise Unreadable("unknown_specversion", 'specversion must be "1.0"')
        source, kind = event.get("source"), event.get("type")
        if not isinstance(source, str) or source not in self._sources:
            self._sources.add(source := _text(event, "source", ID_LENGTH))
        given_id = _text(event, "id", ID_LENGTH)
        if not isinstance(kind, str) or kind not in self._types:
            self._types.add(kind := _slug(kind))
        return source, given_id, kind

    def _members_of(self, data: Mapping[str, Any]) -> "_Members":
        """Return what the data of an event has; worked out once for all events whose data has the same members."""
        known = self._members.get(names := tuple(data))
        if known is None:
            if unknown := data.keys() - _DATA:
                shown = ", ".join(sorted(name[:40] for name in unknown if name.isprintable())[:3])
                raise Unreadable("unknown_member", f"data has unknown members: {shown}")
            labels = [name for name in names if name in NAMES]
            known = self._members[names] = _Members(labels, AmountMembers(names), "ids" in data)
        return known


@dataclass(frozen=True, slots=True)
class _Members:
    """The members of some events' data: the names of labels, the amounts, and whether there are further ids."""

    labels: Sequence[str]
    amounts: AmountMembers
    has_ids: bool


def shown_id(event: object) -> str:
    """Return an event's id for the response; empty if it has no printable one."""
    if isinstance(event, ReportedEvent):
        event = event.event
    given = event.get("id") if isinstance(event, Mapping) else getattr(event, "id", None)
    return given[:ID_LENGTH] if isinstance(given, str) and given.isprintable() else ""


def _others(given: object, told: Sequence[str]) -> Mapping[str, str]:
    """Return a call's other ids by digest: those in `data.ids`, and those that its report had."""
    ids = [] if given is None else given
    if not isinstance(ids, list) or len(ids) > MAX_IDS or not all(isinstance(each, Mapping) for each in ids):
        raise Unreadable("invalid_ids", f"data.ids must be an array of at most {MAX_IDS} objects of source and id")
    pairs = [(_text(each, "source", ID_LENGTH, "ids"), _text(each, "id", ID_LENGTH, "ids")) for each in ids]
    return {id_digest(source, name): name for source, name in (*pairs, *((CALLS, name) for name in told))}


def id_digest(source: str, event_id: str) -> str:
    """Return the first 16 bytes of the SHA-256 of the JSON array of an event's source and id, in hexadecimal."""
    return sha256(orjson.dumps([source, event_id])).hexdigest()[:32]


def hashed(content: str) -> str:
    """Return a digest of 16 bytes in hexadecimal."""
    return blake2b(content.encode(), digest_size=16).hexdigest()


def _slug(kind: object) -> str:
    if not isinstance(kind, str) or not _SLUG.fullmatch(kind):
        raise Unreadable("invalid_type", "type must be a meter's slug: at most 64 of a-z A-Z 0-9 - _ .")
    return kind


def _data(event: Mapping[str, Any]) -> Mapping[str, Any]:
    given = event.get("data")
    data = {} if given is None else given
    content_type = event.get("datacontenttype", _JSON)
    is_json = content_type is _JSON or (isinstance(content_type, str) and _JSON_TYPE.fullmatch(content_type))
    if "data_base64" in event or not is_json:
        raise Unreadable("invalid_data", "data must be JSON")
    if type(data) is not dict and not isinstance(data, Mapping):
        raise Unreadable("invalid_data", "data must be an object")
    return data


def _text(event: Mapping[str, Any], name: str, most: int, member: str = "") -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value or len(value) > most or not value.isprintable():
        shown = f"data.{member}: {name}" if member else name
        raise Unreadable(f"invalid_{member or name}", f"{shown} must be 1 to {most} printable characters")
    return value


def _time(value: object, now: datetime) -> datetime:
    if not isinstance(value, str):
        raise Unreadable("invalid_time", "time must be RFC 3339 with an offset")
    try:
        time = read_moment(value)
    except (ValueError, OverflowError) as error:
        raise Unreadable(
            "invalid_time", "time must be an existing date and time, in RFC 3339 with an offset"
        ) from error
    if time > now + AHEAD:
        raise Unreadable("time_in_the_future", "time is more than 5 minutes ahead")
    if time < OLDEST:
        raise Unreadable("time_too_old", "time is before the year 2000")
    return time
