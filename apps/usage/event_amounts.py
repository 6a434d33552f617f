"""Read the amounts in an event's data: its quantity or tokens, the details of a model call, and its cost."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

from apps.common.money import MICROS_PER_UNIT, InexactAmount, divide_half_even, to_micros
from apps.common.strict_json import OutOfRange
from apps.pricing.costs import MOST_PICOS, PICO_PLACES
from apps.pricing.token_kinds import DETAILS, INPUT_DETAILS, OUTPUT_DETAILS, SENT_UNITS

MAX_QUANTITY_MICROS = 10**15
MOST_UNITS = MAX_QUANTITY_MICROS // MICROS_PER_UNIT
MAX_TOKENS = 10**12
MAX_UNITS = 8
PICOS_PER_UNIT = 10**PICO_PLACES
TOO_FINE = "data.{name} must have at most six decimals: round binary floating-point results such as 0.30000000000000004"

DETAIL_KINDS = {f"{kind}_tokens": kind for kind in DETAILS}
_UNITS = frozenset(SENT_UNITS)
_MORE = frozenset(DETAIL_KINDS) | {"quantities", "cost"}
_WHOLE = {int}
AMOUNTS = _MORE | {"quantity", "input_tokens", "output_tokens"}
_QUANTITY = re.compile(r"\d{1,12}(\.\d{1,40})?", re.ASCII)
_COST = re.compile(r"\d{1,9}(\.\d{1,40})?", re.ASCII)


class Unreadable(Exception):
    """An event breaks a rule; `code` is stable, the text names the member and the rule."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


@dataclass(slots=True, unsafe_hash=True)  # never changed; frozen instances take several times as long to make
class CallDetails:
    """The details of a model call: tokens by kind, other units in micros, and its cost in picos.

    `counts` has the counts, without the cost, as one text in a fixed order.
    """

    details: Mapping[str, int] = field(default_factory=dict)
    quantities: Mapping[str, int] = field(default_factory=dict)
    cost_picos: int | None = None
    cost_currency: str = ""
    counts: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Write the counts once; two digests of an event contain them."""
        amounts = {**self.details, **self.quantities} if self.quantities else self.details
        self.counts = orjson.dumps(amounts, option=orjson.OPT_SORT_KEYS).decode() if amounts else ""

    @property
    def facts(self) -> str:
        """All of it as one text in a fixed order, for the fingerprint."""
        cost = [] if self.cost_picos is None else [f"cost={self.cost_picos} {self.cost_currency}"]
        return "\0".join(filter(None, [self.counts, *cost]))


NO_MORE = CallDetails()


# An event's quantity in micros, its tokens in and out, None if not sent; and its details.
Amounts = tuple[int | None, int | None, int | None, CallDetails]


class AmountMembers:
    """Which amounts the data of some events has, by the names of its members; and how to read them."""

    def __init__(self, names: Collection[str]) -> None:
        self._has_more = not _MORE.isdisjoint(names)
        self._details = {name: DETAIL_KINDS[name] for name in names if name in DETAIL_KINDS}
        kinds = self._details.values()
        self._into = [kind for kind in kinds if kind in INPUT_DETAILS]
        self._out = [kind for kind in kinds if kind in OUTPUT_DETAILS]

    def read(self, data: Mapping[str, Any], held_for: str) -> Amounts:
        """Return the amounts in an event's data.

        If the event is held, its totals are not compared with its details.

        Raises:
            Unreadable: a number breaks a rule, there are both a quantity and tokens, or a unit or currency breaks a
                rule.
        """
        details = self._read_details(data) if self._details else {}
        more = _more(data, details) if self._has_more else NO_MORE
        if held_for or not details:
            into, out = _tokens(data, "input_tokens"), _tokens(data, "output_tokens")
        else:
            into = _total(data, "input_tokens", [details[kind] for kind in self._into if kind in details])
            out = _total(data, "output_tokens", [details[kind] for kind in self._out if kind in details])
        sent = data.get("quantity")
        quantity = None if sent is None else _quantity(sent)
        if quantity is not None and (into is not None or out is not None):
            raise Unreadable("ambiguous_quantity", "data must have either quantity, or input_tokens and output_tokens")
        return quantity, into, out, more

    def _read_details(self, data: Mapping[str, Any]) -> dict[str, int]:
        """Return the details that were sent, zeros included, by kind."""
        counts = list(map(data.__getitem__, self._details))
        if set(map(type, counts)) == _WHOLE and min(counts) >= 0 and max(counts) <= MAX_TOKENS:  # nearly always
            return dict(zip(self._details.values(), counts, strict=True))
        return {kind: _tokens(data, name) or 0 for name, kind in self._details.items() if data[name] is not None}


def _total(data: Mapping[str, Any], name: str, details: Sequence[int]) -> int | None:
    """Return a total of tokens; if it was not sent, it is the sum of its details, if there are any.

    Raises:
        Unreadable: the details add up to more than the total.
    """
    total, least = _tokens(data, name), sum(details)
    if total is None:
        return least if details else None
    if least > total:
        raise Unreadable("inconsistent_tokens", f"the details of data.{name} add up to more than data.{name}")
    return total


def _more(data: Mapping[str, Any], details: Mapping[str, int]) -> CallDetails:
    quantities, cost = data.get("quantities"), data.get("cost")
    return CallDetails(
        {kind: count for kind, count in details.items() if count},
        {} if quantities is None else _quantities(quantities),
        *((None, "") if cost is None else _cost(cost)),
    )


def _quantities(given: object) -> dict[str, int]:
    if not isinstance(given, Mapping) or len(given) > MAX_UNITS:
        raise Unreadable("invalid_quantities", f"data.quantities must be an object of at most {MAX_UNITS} units")
    if unknown := given.keys() - _UNITS:
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
    if value is None or (type(value) is int and 0 <= value <= MAX_TOKENS):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not 0 <= value <= MAX_TOKENS:
        raise Unreadable(f"invalid_{name}", f"data.{name} must be a whole number from 0 to {MAX_TOKENS}")
    if value != int(value):
        raise Unreadable(f"invalid_{name}", f"data.{name} must be a whole number, without a fraction")
    return int(value)


def _quantity(value: object, name: str = "quantity") -> int:
    if type(value) is int and 0 <= value <= MOST_UNITS:  # nearly always
        return value * MICROS_PER_UNIT
    code = f"invalid_{name.partition('.')[0]}"
    if isinstance(value, OutOfRange):
        raise Unreadable(code, f"data.{name}: {value.rule}")
    if isinstance(value, str) and not _QUANTITY.fullmatch(value):
        raise Unreadable(code, f"data.{name} must be a plain, non-negative decimal number")
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise Unreadable(code, f"data.{name} must be a number")
    if not 0 <= Decimal(value) <= MOST_UNITS:
        raise Unreadable(code, f"data.{name} must be from 0 to {MOST_UNITS}")
    try:
        return to_micros(value)
    except InexactAmount as error:
        raise Unreadable(code, TOO_FINE.format(name=name)) from error
