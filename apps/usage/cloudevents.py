"""Read one CloudEvents 1.0 event in its JSON form: strictly, without Django, with a reason for every refusal.

Every member is bounded, so that no input can overflow, hide or be ambiguous. Unknown members of `data` are refused,
since a misspelled quantity would otherwise be billed as none. Extension attributes are ignored, as the specification
requires.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b, sha256
from typing import Any
from uuid import UUID

from apps.common.money import MICROS_PER_UNIT, InexactAmount, divide_half_even, to_micros
from apps.common.strict_json import OutOfRange, read_moment
from apps.pricing.costs import MOST_PICOS, PICO_PLACES
from apps.pricing.model_names import normal_model
from apps.pricing.token_kinds import DETAILS, INPUT_DETAILS, OUTPUT_DETAILS, SENT_UNITS

MAX_BATCH = 1_000
AHEAD = timedelta(minutes=5)
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
MAX_QUANTITY_MICROS = 10**15
MAX_TOKENS = 10**12
ID_LENGTH = 200
MODEL_SENT_LENGTH = 200

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
    "provider": 64,
    "variant": 32,
    "region": 32,
    "service_tier": 16,
    "key": 128,
    "user": 128,
    "agent": 128,
    "tag": 128,
}
# These are part of the fingerprint only where they are sent, so that the ids of events without them keep theirs.
_LATER_TEXTS = ("provider", "variant", "region", "service_tier", "key", "user", "agent", "tag")
_FIRST_TEXTS = tuple(name for name in _LENGTHS if name not in _LATER_TEXTS)
_PRICED_BY = ("model", "provider", "operation", "operator", "variant", "region", "service_tier", "tag", "character")
_MODES = {"": "", "standard": "", "byok": "byok"}
TEXTS = tuple(_LENGTHS)
TOO_FINE = "data.{name} must have at most six decimals: round binary floating-point results such as 0.30000000000000004"
_DETAILS = {f"{kind}_tokens": kind for kind in DETAILS}
_AMOUNTS = {"quantity", "input_tokens", "output_tokens", "quantities", "cost"}
_DATA = frozenset(TEXTS) | frozenset(_DETAILS) | _AMOUNTS | {"billing_mode"}
_MORE = frozenset(_DETAILS) | {"quantities", "cost"}
MAX_UNITS = 8
PICOS_PER_UNIT = 10**PICO_PLACES
_COST = re.compile(r"\d{1,9}(\.\d{1,40})?", re.ASCII)


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


# How far a telling of a call is believed: tracers and gateways repeat what the vendor or the sender itself says.
TRACED, LOGGED, FIRST_HAND = range(3)


@dataclass(frozen=True, slots=True)
class Told:
    """An event that was made from a vendor's report. `held_for` is why it cannot be rated; mostly empty.

    It may lack a time: then it happened when it is received, and a later repeat without a time is the same event.
    `rank` is how far its door is believed beside others that tell of the same call.
    """

    event: Mapping[str, Any]
    held_for: str = ""
    rank: int = FIRST_HAND


class Unreadable(Exception):
    """An event breaks a rule; `code` is stable, the text names the member and the rule."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class MoreAmounts:
    """What a model call counted beside its totals: token details by kind, micros of other units, its cost in picos."""

    details: Mapping[str, int] = field(default_factory=dict)
    quantities: Mapping[str, int] = field(default_factory=dict)
    cost_picos: int | None = None
    cost_currency: str = ""

    def counts(self) -> list[str]:
        """Return what it counted, without its cost, as texts in a fixed order."""
        return [f"{name}={count}" for name, count in sorted((*self.details.items(), *self.quantities.items()))]

    def facts(self) -> list[str]:
        """Return all of it as texts in a fixed order, for the fingerprint."""
        cost = [] if self.cost_picos is None else [f"cost={self.cost_picos} {self.cost_currency}"]
        return [*self.counts(), *cost]


NO_MORE = MoreAmounts()


@dataclass(frozen=True, slots=True)
class Reading:
    """A well-formed event. Quantities are micros of the meter's unit, None if the event has none.

    `texts` holds the dimensions that it names, `written` all of them in the order of TEXTS, missing ones empty. The
    model is in normal form there, and as it came in `model_sent`.
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

    @property
    def priced_by(self) -> UUID:
        """A digest of what can decide its price, except its cost, which a door that tells none takes from the others.

        Tellings of a call that agree in it are charged the same if they also agree in the cost.
        """
        amounts = (self.quantity_micros, self.input_tokens, self.output_tokens)
        texts = [self.texts.get(name, "") for name in _PRICED_BY]
        month = f"{self.time.astimezone(UTC):%Y-%m}"
        parts = [self.type, month, *map(str, amounts), self.billing_mode, self.held_for, *texts, *self.more.counts()]
        return UUID(bytes=blake2b("\0".join(parts).encode(), digest_size=16).digest())

    def completed(self, texts: Mapping[str, str], more: MoreAmounts) -> "Reading":
        """Return it with the cost and the dimensions that only an earlier telling of the call had.

        A dimension that can decide the price is this telling's alone, even if it is empty.
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
    if isinstance(event, Told):
        event = event.event
    given = event.get("id") if isinstance(event, Mapping) else getattr(event, "id", None)
    return given[:ID_LENGTH] if isinstance(given, str) and given.isprintable() else ""


def _read(event: object, index: int, now: datetime) -> Reading:
    if isinstance(event, Unparsed):
        raise Unreadable(event.code, event.reason)
    told = event if isinstance(event, Told) else None
    event = told.event if told else event
    if not isinstance(event, Mapping):
        raise Unreadable("not_an_event", "each event is a JSON object")
    source, given_id, kind = _attributes(event)
    is_undated = told is not None and event.get("time") is None
    time, data = now if is_undated else _time(event.get("time"), now), _data(event)
    held_for = told.held_for if told else ""
    amounts, more, mode = _amounts(data, held_for), _more(data), _mode(data.get("billing_mode", ""))
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


def _amounts(data: Mapping[str, Any], held_for: str) -> tuple[int | None, int | None, int | None]:
    total = _tokens if held_for or data.keys().isdisjoint(_DETAILS) else _total
    into, out = total(data, "input_tokens"), total(data, "output_tokens")
    quantity = _quantity(data["quantity"]) if data.get("quantity") is not None else None
    if quantity is not None and (into is not None or out is not None):
        raise Unreadable("ambiguous_quantity", "data must have either quantity, or input_tokens and output_tokens")
    return quantity, into, out


def _total(data: Mapping[str, Any], name: str) -> int | None:
    """Return a total of tokens; one that is not sent is the sum of its details, if any is sent.

    Raises:
        Unreadable: the details add up to more than the total.
    """
    kinds = INPUT_DETAILS if name == "input_tokens" else OUTPUT_DETAILS
    details = [count for kind in kinds if (count := _tokens(data, f"{kind}_tokens")) is not None]
    total = _tokens(data, name)
    if total is None:
        return sum(details) if details else None
    if sum(details) > total:
        raise Unreadable("inconsistent_tokens", f"the details of data.{name} add up to more than it")
    return total


def _more(data: Mapping[str, Any]) -> MoreAmounts:
    if data.keys().isdisjoint(_MORE):
        return NO_MORE
    details = {kind: count for name, kind in _DETAILS.items() if (count := _tokens(data, name))}
    quantities, cost = data.get("quantities"), data.get("cost")
    return MoreAmounts(
        details,
        {} if quantities is None else _quantities(quantities),
        *((None, "") if cost is None else _cost(cost)),
    )


def _quantities(given: object) -> dict[str, int]:
    if not isinstance(given, Mapping) or len(given) > MAX_UNITS:
        raise Unreadable("invalid_quantities", f"data.quantities must be an object of at most {MAX_UNITS} units")
    if unknown := given.keys() - set(SENT_UNITS):
        shown = next((name[:40] for name in sorted(unknown) if name.isprintable()), "")
        raise Unreadable("unknown_unit", f"data.quantities has an unknown unit: {shown}")
    return {name: micros for name, value in sorted(given.items()) if (micros := _quantity(value, f"quantities.{name}"))}


def _cost(given: object) -> tuple[int, str]:
    """Return a call's cost in picos of its currency, rounded half to even at the twelfth decimal."""
    amount, currency = (given.get("amount"), given.get("currency")) if isinstance(given, Mapping) else (None, None)
    if not isinstance(currency, str) or not re.fullmatch(r"[A-Z]{3}", currency):
        raise Unreadable("invalid_cost", "data.cost must have an amount and a currency of three capital letters")
    text = f"{amount:f}" if isinstance(amount, (int, Decimal)) and not isinstance(amount, bool) else amount
    if not isinstance(text, str) or not _COST.fullmatch(text):
        raise Unreadable("invalid_cost", "data.cost.amount must be a plain decimal number, not negative")
    whole, _, fraction = text.partition(".")
    picos = divide_half_even(int(whole + fraction) * PICOS_PER_UNIT, 10 ** len(fraction))
    if picos > MOST_PICOS:
        raise Unreadable("invalid_cost", f"data.cost.amount must be at most {MOST_PICOS // PICOS_PER_UNIT:,}")
    return picos, currency


def _tokens(data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not 0 <= value <= MAX_TOKENS:
        raise Unreadable(f"invalid_{name}", f"data.{name} must be a whole number from 0 to {MAX_TOKENS}")
    if value != int(value):
        raise Unreadable(f"invalid_{name}", f"data.{name} must be a whole number, without a fraction")
    return int(value)


def _quantity(value: object, name: str = "quantity") -> int:
    code = f"invalid_{name.partition('.')[0]}"
    if isinstance(value, OutOfRange):
        raise Unreadable(code, f"data.{name}: {value.rule}")
    if isinstance(value, str) and not _QUANTITY.fullmatch(value):
        raise Unreadable(code, f"data.{name} must be a plain, non-negative decimal number")
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise Unreadable(code, f"data.{name} must be a number")
    if not 0 <= Decimal(value) <= MAX_QUANTITY_MICROS // MICROS_PER_UNIT:
        most = MAX_QUANTITY_MICROS // MICROS_PER_UNIT
        raise Unreadable(code, f"data.{name} must be from 0 to {most}")
    try:
        return to_micros(value)
    except InexactAmount as error:
        raise Unreadable(code, TOO_FINE.format(name=name)) from error


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
