"""Read one CloudEvents 1.0 event in its JSON form: strictly, without Django, with a reason for every refusal.

Every member has a maximum size and one accepted form, so no input can overflow or be read in two ways. Unknown members
of `data` are refused, because a misspelled quantity would otherwise be billed as zero. Extension attributes are
ignored, as the specification requires.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from typing import Any, Final
from uuid import UUID

from apps.common.strict_json import read_moment
from apps.pricing.model_names import normal_model
from apps.usage.event_amounts import AMOUNTS, MoreAmounts, Unreadable, read_amounts, read_more

MAX_BATCH = 1_000
AHEAD = timedelta(minutes=5)
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
ID_LENGTH = 200
MAX_IDS = 4
MODEL_SENT_LENGTH = 200

_SLUG = re.compile(r"[-a-zA-Z0-9_.]{1,64}", re.ASCII)
_JSON_TYPE = re.compile(r"application/([a-z0-9.-]+\+)?json( *;.*)?", re.ASCII | re.IGNORECASE)
_LENGTHS = {
    "model": 128,
    "operation": 128,
    "event_type": 128,
    "operator": 128,
    "project": 128,
    "session": 128,
    "character": 128,
    "traffic_source": 32,
    "provider": 64,
    "variant": 32,
    "region": 32,
    "service_tier": 16,
    "key": 128,
    "user": 128,
    "agent": 128,
    "tag": 128,
}
# These are part of the fingerprint only if sent, so that fingerprints of events without them do not change.
_LATER_TEXTS = ("provider", "variant", "region", "service_tier", "key", "user", "agent", "tag")
_FIRST_TEXTS = tuple(name for name in _LENGTHS if name not in _LATER_TEXTS)
_PRICED_BY = ("model", "provider", "operation", "operator", "variant", "region", "service_tier", "tag", "character")
_MODES = {"": "", "standard": "", "byok": "byok"}
TEXTS = tuple(_LENGTHS)
# What a report may add to an event without changing its price, each with its bit in `Reading.facts`.
_ADDED = ("event_type", "project", "session", "traffic_source", "key", "user", "agent")
_COST_BIT = 1 << len(_ADDED)
_DATA = frozenset(TEXTS) | AMOUNTS | {"billing_mode", "ids"}
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
class Unparsed:
    """Stands in a batch for an event that could not be parsed, with the reason."""

    reason: str
    code: str = "malformed_event"
    id: str = ""


# Which report of a call wins: tracers and gateways repeat what the vendor or the sender itself reports. Reports of
# platform keys win over all those of organizations' keys; `PLATFORM` is added to their rank.
TRACED, LOGGED, FIRST_HAND = range(3)
PLATFORM = 3


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """An event made from a vendor's report. `held_for` is why it cannot be rated; usually empty.

    Without a time, the time of receipt counts, and a later repeat without a time is the same event. `rank` decides
    which of several reports of the same call counts. `ids` are further ids of the call, such as a gateway's;
    `unread` are members that count tokens of a kind that is not known.
    """

    event: Mapping[str, Any]
    held_for: str = ""
    rank: int = FIRST_HAND
    ids: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A well-formed event. Quantities are micros of the meter's unit, None if the event has none.

    `texts` has the dimensions that it names, `written` has all of them in the order of TEXTS, missing ones empty. There
    the model is in normal form; `model_sent` is the model as sent. `others` are the call's other ids by their digests.
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
    texts: Mapping[str, str]
    billing_mode: str
    fingerprint: UUID
    written: tuple[str, ...]
    more: "MoreAmounts"
    model_sent: str
    held_for: str = ""
    rank: int = FIRST_HAND
    others: Mapping[UUID, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    @property
    def facts(self) -> int:
        """The bits of what it has of the cost and the dimensions that decide no price."""
        found = _COST_BIT if self.more.cost_picos is not None else 0
        return found + sum(1 << place for place, name in enumerate(_ADDED) if self.texts.get(name))

    @property
    def priced_by(self) -> UUID:
        """A digest of everything that can decide its price, except its cost, which a report without one takes from
        others.

        Reports of a call with the same digest and the same cost are charged the same.
        """
        amounts = (self.quantity_micros, self.input_tokens, self.output_tokens)
        texts = [self.texts.get(name, "") for name in _PRICED_BY]
        month = f"{self.time.astimezone(UTC):%Y-%m}"
        parts = [self.type, month, *map(str, amounts), self.billing_mode, self.held_for, *texts, *self.more.counts()]
        return UUID(bytes=blake2b("\0".join(parts).encode(), digest_size=16).digest())

    def completed(self, texts: Mapping[str, str], more: MoreAmounts) -> "Reading":
        """Return it with the cost and the dimensions that only an earlier report of the call had.

        Dimensions that can decide the price are taken from this report only, even if they are empty.
        """
        kept = {name: text for name, text in texts.items() if text and name not in _PRICED_BY}
        merged = {**kept, **self.texts}
        if self.more.cost_picos is None:
            more = replace(self.more, cost_picos=more.cost_picos, cost_currency=more.cost_currency)
        else:
            more = self.more
        return replace(self, texts=merged, written=tuple([merged.get(name, "") for name in TEXTS]), more=more)

    @property
    def digest(self) -> UUID:
        """The digest of source and id, which identifies the event within an organization in `EventId`."""
        return id_digest(self.source, self.id)


def read_event(event: object, *, index: int, now: datetime, is_platform: bool = False) -> Reading | Refusal:
    """Return the event, or the reason why it is refused."""
    try:
        read = _read(event, index, now)
        return replace(read, rank=read.rank + PLATFORM) if is_platform else read
    except Unreadable as error:
        return Refusal(index, shown_id(event), error.code, error.reason)


def shown_id(event: object) -> str:
    """Return an event's id for the response; empty if it has no printable one."""
    if isinstance(event, ReportedEvent):
        event = event.event
    given = event.get("id") if isinstance(event, Mapping) else getattr(event, "id", None)
    return given[:ID_LENGTH] if isinstance(given, str) and given.isprintable() else ""


def _read(event: object, index: int, now: datetime) -> Reading:
    if isinstance(event, Unparsed):
        raise Unreadable(event.code, event.reason)
    told = event if isinstance(event, ReportedEvent) else None
    event = told.event if told else event
    if not isinstance(event, Mapping):
        raise Unreadable("not_an_event", "each event is a JSON object")
    source, given_id, kind = _attributes(event)
    is_undated = told is not None and event.get("time") is None
    time, data = now if is_undated else _time(event.get("time"), now), _data(event)
    held_for = told.held_for if told else ""
    amounts, more, mode = read_amounts(data, held_for), read_more(data), _mode(data.get("billing_mode", ""))
    texts = {name: _optional_text(data, name, _LENGTHS[name]) for name in data if name in _LENGTHS}
    model_sent = (data.get("model") or "")[:MODEL_SENT_LENGTH]
    written = tuple([texts.get(name, "") for name in TEXTS])
    subject = event.get("subject")
    return Reading(
        index,
        source,
        given_id,
        kind,
        time,
        subject if isinstance(subject, str) else "",
        *amounts,
        {name: text for name, text in texts.items() if text},
        mode,
        _fingerprint(kind, "" if is_undated else time.isoformat(), amounts, mode, texts, more),
        written,
        more,
        model_sent,
        held_for,
        told.rank if told else FIRST_HAND,
        _others(data.get("ids"), told.ids if told else ()),
        told.unread if told else (),
    )


def _others(given: object, told: Sequence[str]) -> Mapping[UUID, str]:
    """Return a call's other ids by digest: those in `data.ids`, and those that its report had."""
    if given is None and not told:
        return {}
    ids = [] if given is None else given
    if not isinstance(ids, list) or len(ids) > MAX_IDS or not all(isinstance(each, Mapping) for each in ids):
        raise Unreadable("invalid_ids", f"data.ids must be an array of at most {MAX_IDS} objects of source and id")
    pairs = [(_text(each, "source", ID_LENGTH, "ids"), _text(each, "id", ID_LENGTH, "ids")) for each in ids]
    return {id_digest(source, name): name for source, name in (*pairs, *((CALLS, name) for name in told))}


def id_digest(source: str, event_id: str) -> UUID:
    """Return the first 16 bytes of the SHA-256 of the JSON array of an event's source and id."""
    text = json.dumps([source, event_id], ensure_ascii=False, separators=(",", ":"))
    return UUID(bytes=sha256(text.encode()).digest()[:16])


def _attributes(event: Mapping[str, Any]) -> tuple[str, str, str]:
    if event.get("specversion") != "1.0":
        raise Unreadable("unknown_specversion", 'specversion must be "1.0"')
    source, given_id = _text(event, "source", ID_LENGTH), _text(event, "id", ID_LENGTH)
    kind = event.get("type")
    if not isinstance(kind, str) or not _SLUG.fullmatch(kind):
        raise Unreadable("invalid_type", "type must be a meter's slug: at most 64 of a-z A-Z 0-9 - _ .")
    return source, given_id, kind


def _data(event: Mapping[str, Any]) -> Mapping[str, Any]:
    given = event.get("data")
    data = {} if given is None else given
    content_type = event.get("datacontenttype", "application/json")
    if "data_base64" in event or not isinstance(content_type, str) or not _JSON_TYPE.fullmatch(content_type):
        raise Unreadable("invalid_data", "data must be JSON")
    if not isinstance(data, Mapping):
        raise Unreadable("invalid_data", "data must be an object")
    unknown = data.keys() - _DATA
    if unknown:
        shown = ", ".join(sorted(name[:40] for name in unknown if name.isprintable())[:3])
        raise Unreadable("unknown_member", f"data has unknown members: {shown}")
    return data


def _text(event: Mapping[str, Any], name: str, most: int, member: str = "") -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value or len(value) > most or not value.isprintable():
        shown = f"data.{member}: {name}" if member else name
        raise Unreadable(f"invalid_{member or name}", f"{shown} must be 1 to {most} printable characters")
    return value


def _optional_text(data: Mapping[str, Any], name: str, most: int) -> str:
    value = data[name]
    if value is None:
        return ""
    if isinstance(value, str) and name == "model":
        value = normal_model(value)
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise Unreadable(f"invalid_{name}", f"data.{name} must be at most {most} printable characters")
    return value


def _time(value: object, now: datetime) -> datetime:
    if not isinstance(value, str):
        raise Unreadable("invalid_time", "time must be RFC 3339 with an offset")
    try:
        time = read_moment(value)
    except (ValueError, OverflowError) as error:
        raise Unreadable("invalid_time", "time must be a moment that exists, in RFC 3339 with an offset") from error
    if time > now + AHEAD:
        raise Unreadable("time_in_the_future", "time is more than 5 minutes ahead")
    if time < OLDEST:
        raise Unreadable("time_too_old", "time is before the year 2000")
    return time


def _mode(value: object) -> str:
    mode = _MODES.get(value) if isinstance(value, str) else None
    if mode is None:
        raise Unreadable("invalid_billing_mode", "data.billing_mode must be standard or byok")
    return mode


def _fingerprint(
    kind: str,
    time: str,
    amounts: tuple[int | None, ...],
    mode: str,
    texts: Mapping[str, str],
    more: MoreAmounts,
) -> UUID:
    """Return a digest of the content; different spellings of the same time or number give the same digest.

    NUL separates the parts, since printable text cannot contain it.
    """
    always = [texts.get(name, "") for name in _FIRST_TEXTS]
    later = [f"{name}={texts[name]}" for name in _LATER_TEXTS if texts.get(name)]
    parts = [kind, time, *map(str, amounts), mode, *always, *later, *more.facts()]
    return UUID(bytes=blake2b("\0".join(parts).encode(), digest_size=16).digest())
