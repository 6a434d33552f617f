"""Read one CloudEvents 1.0 event in its JSON form: strictly, without Django, with a reason for every refusal.

Every member is bounded, so that no input can overflow, hide or be ambiguous. Unknown members of `data` are refused,
since a misspelled quantity would otherwise be billed as none. Extension attributes are ignored, as the specification
requires.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b, sha256
from typing import Any
from uuid import UUID

from apps.common.money import MICROS_PER_UNIT, InexactAmount, to_micros
from apps.common.strict_json import OutOfRange, read_moment
from apps.pricing.model_names import normal_model

MAX_BATCH = 1_000
AHEAD = timedelta(minutes=5)
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_QUANTITY_MICROS = 10**15
MAX_TOKENS = 10**12
ID_LENGTH = 200

_SLUG = re.compile(r"[-a-zA-Z0-9_.]{1,64}", re.ASCII)
_QUANTITY = re.compile(r"\d{1,12}(\.\d{1,40})?", re.ASCII)
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
}
_MODES = {"": "", "standard": "", "byok": "byok"}
TEXTS = tuple(_LENGTHS)
TOO_FINE = (
    "data.quantity must have at most six decimals: round binary floating-point results such as 0.30000000000000004"
)
_DATA = frozenset(TEXTS) | {"quantity", "input_tokens", "output_tokens", "billing_mode"}


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


class Unreadable(Exception):
    """An event breaks a rule; `code` is stable, the text names the member and the rule."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Reading:
    """A well-formed event. Quantities are micros of the meter's unit, None if the event has none.

    `texts` holds the dimensions that it names, `written` all of them in the order of TEXTS, missing ones empty.
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

    @property
    def digest(self) -> UUID:
        """The digest of source and id, the event's key within an organization in `EventId`."""
        return id_digest(self.source, self.id)


def read_event(event: object, *, index: int, now: datetime) -> Reading | Refusal:
    """Return the event, or why it is refused."""
    try:
        return _read(event, index, now)
    except Unreadable as error:
        return Refusal(index, shown_id(event), error.code, error.reason)


def shown_id(event: object) -> str:
    """Return an event's id for display in the response; empty if it has no printable one."""
    given = event.get("id") if isinstance(event, Mapping) else None
    return given[:ID_LENGTH] if isinstance(given, str) and given.isprintable() else ""


def _read(event: object, index: int, now: datetime) -> Reading:
    if isinstance(event, Unparsed):
        raise Unreadable("malformed_event", event.reason)
    if not isinstance(event, Mapping):
        raise Unreadable("not_an_event", "each event is a JSON object")
    source, given_id, kind = _attributes(event)
    time, data = _time(event.get("time"), now), _data(event)
    amounts, mode = _amounts(data), _mode(data.get("billing_mode", ""))
    texts = {name: _optional_text(data, name, _LENGTHS[name]) for name in data if name in _LENGTHS}
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
        _fingerprint(kind, time, amounts, mode, written),
        written,
    )


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


def _text(event: Mapping[str, Any], name: str, most: int) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value or len(value) > most or not value.isprintable():
        raise Unreadable(f"invalid_{name}", f"{name} must be 1 to {most} printable characters")
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


def _amounts(data: Mapping[str, Any]) -> tuple[int | None, int | None, int | None]:
    into, out = _tokens(data, "input_tokens"), _tokens(data, "output_tokens")
    quantity = _quantity(data["quantity"]) if data.get("quantity") is not None else None
    if quantity is not None and (into is not None or out is not None):
        raise Unreadable("ambiguous_quantity", "data must have either quantity, or input_tokens and output_tokens")
    return quantity, into, out


def _tokens(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not 0 <= value <= MAX_TOKENS:
        raise Unreadable(f"invalid_{name}", f"data.{name} must be a whole number from 0 to {MAX_TOKENS}")
    if value != int(value):
        raise Unreadable(f"invalid_{name}", f"data.{name} must be a whole number, without a fraction")
    return int(value)


def _quantity(value: object) -> int:
    if isinstance(value, OutOfRange):
        raise Unreadable("invalid_quantity", f"data.quantity: {value.rule}")
    if isinstance(value, str) and not _QUANTITY.fullmatch(value):
        raise Unreadable("invalid_quantity", "data.quantity must be a plain, non-negative decimal number")
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise Unreadable("invalid_quantity", "data.quantity must be a number")
    if not 0 <= Decimal(value) <= MAX_QUANTITY_MICROS // MICROS_PER_UNIT:
        most = MAX_QUANTITY_MICROS // MICROS_PER_UNIT
        raise Unreadable("invalid_quantity", f"data.quantity must be from 0 to {most}")
    try:
        return to_micros(value)
    except InexactAmount as error:
        raise Unreadable("invalid_quantity", TOO_FINE) from error


def _mode(value: object) -> str:
    mode = _MODES.get(value) if isinstance(value, str) else None
    if mode is None:
        raise Unreadable("invalid_billing_mode", "data.billing_mode must be standard or byok")
    return mode


def _fingerprint(
    kind: str, time: datetime, amounts: tuple[int | None, ...], mode: str, written: tuple[str, ...]
) -> UUID:
    """Return a digest of the content; different spellings of the same time or number give the same digest.

    NUL separates the parts, since printable text cannot contain it.
    """
    parts = [kind, time.isoformat(), *map(str, amounts), mode, *written]
    return UUID(bytes=blake2b("\0".join(parts).encode(), digest_size=16).digest())
