"""The parts of an event by token kind and unit: what it counted, its charge and its cost.

The parts of the charge add up to the charge, and those of the cost to the cost; what rounding leaves goes to the parts
with the largest remainders, and between equal ones to the first in the order of kinds and units.
"""

from collections.abc import Mapping
from dataclasses import replace

from apps.common.money import MICROS_PER_UNIT
from apps.pricing.cells import Call, lines_of
from apps.pricing.rating import PriceRule, Scheme
from apps.pricing.resolution import Price
from apps.pricing.token_kinds import INPUT, INPUT_DETAILS, OUTPUT, OUTPUT_DETAILS, REQUESTS, UNSPLIT
from apps.usage.event_calls import call_of_row, charge_parts, taken_back
from apps.usage.models import UsageEvent
from apps.usage.rated_events import RatedEvent, call_of

# The part of the charge that is a share of the cost; and the cost of an event that counted nothing else.
COST = "cost"
# One token of a kind as a quantity in micros, tokens in and tokens out.
_INTO = dict.fromkeys((INPUT, *INPUT_DETAILS), (0, 1, 0))
_OUT = dict.fromkeys((OUTPUT, *OUTPUT_DETAILS), (0, 0, 1))
_ONE = {**_INTO, **_OUT, UNSPLIT: (MICROS_PER_UNIT, 0, 0)}
# For each kind: 1 or -1, the quantity in micros, the tokens in and out, the charge and the cost.
Parts = Mapping[str, tuple[int, int, int, int, int, int]]


def parts_of(event: RatedEvent) -> Parts:
    """Return the parts of a rated event of a meter of tokens; those of a void are negative."""
    sign, totals, more = event.sign, event.totals, event.more
    if sign < 0:
        details, quantities = ({name: -each for name, each in of.items()} for of in (more.details, more.quantities))
        more = replace(more, details=details, quantities=quantities)
    quantity, into, out = sign * totals.quantity_micros, sign * totals.input_tokens, sign * totals.output_tokens
    call = call_of(quantity, into, out, more, event.texts)
    if event.cost.currency:
        call.cost_picos, call.cost_currency = sign * event.cost.picos, event.cost.currency
    by_book = event.cost_price if event.cost.version_id is not None else None
    return _signed(sign, call, (event.price, by_book), sign * event.charge_micros, sign * event.cost.picos)


def parts_of_row(event: UsageEvent, prices: Mapping[int, Price]) -> Parts:
    """Return the parts of the event in a row; `prices` are the versions that gave its charge and its cost."""
    found = (prices.get(event.price_version_id or 0), prices.get(event.cost_version_id or 0))
    sign, event = (1, event) if event.voids is None else (-1, taken_back(event))
    return _signed(sign, call_of_row(event), found, event.charge_micros, event.cost_picos or 0)


def add_kinds(sums: dict[str, list[int]], parts: Parts) -> None:
    """Add the parts of an event to the sums by kind."""
    for kind, amounts in parts.items():
        total = sums.get(kind)
        if total is None:
            sums[kind] = list(amounts)
            continue
        for place, amount in enumerate(amounts):
            if amount:
                total[place] += amount


def _signed(sign: int, call: Call, prices: tuple[Price | None, Price | None], charge_micros: int, picos: int) -> Parts:
    price, by_book = prices
    charges, weights = _charges(call, price.rule if price else None, charge_micros)
    if by_book is not None:
        _, weights = _charges(call, by_book.rule, 0)
    costs = (lines_of(weights, picos) or {COST: picos}) if picos else {}
    counted = _counted(call, charges)
    found = {}
    for kind in dict.fromkeys((*counted, *charges, *costs)):
        quantity, into, out = counted.get(kind, (0, 0, 0))
        parts = (1, quantity, into, out, charges.get(kind, 0), costs.get(kind, 0))
        found[kind] = parts if sign > 0 else (-1, -quantity, -into, -out, -parts[4], -parts[5])
    return found


def _counted(call: Call, charges: Mapping[str, int]) -> dict[str, tuple[int, int, int]]:
    """Return the quantity in micros and the tokens in and out of each kind and unit; requests only if they cost."""
    ones = ((_ONE[kind], count) for kind, count in call.tokens.items())
    found = dict(zip(call.tokens, ((one[0] * n, one[1] * n, one[2] * n) for one, n in ones), strict=True))
    found |= {name: (micros, 0, 0) for name, micros in call.quantities.items() if micros}
    return found | ({REQUESTS: (MICROS_PER_UNIT, 0, 0)} if REQUESTS in charges else {})


def _charges(call: Call, rule: PriceRule | None, charge_micros: int) -> tuple[dict[str, int], dict[str, int]]:
    """Return the charge of each kind, and the weights by which a cost that has no price of its own is divided."""
    if rule is None:
        return {}, dict(call.tokens)
    if rule.table is None:
        weights = _weights(call.tokens, rule)
        return lines_of(weights, charge_micros), weights
    priced = rule.table.priced(call)
    if not priced.months:
        return lines_of(priced.parts, charge_micros), priced.parts
    charges: dict[str, int] = {}
    for of, micros in charge_parts(priced, charge_micros).items():
        shares = {kind: abs(count) for kind, count in call.tokens.items() if rule.table.counted_by.get(kind) == of}
        for kind, share in (lines_of(shares, micros) if shares else {of: micros}).items():
            charges[kind] = charges.get(kind, 0) + share
    return charges, {kind: abs(micros) for kind, micros in charges.items()}


def _weights(tokens: Mapping[str, int], rule: PriceRule) -> dict[str, int]:
    """Return the prices of a call's tokens by kind; where the month's total decides them, the tokens themselves."""
    if rule.scheme is not Scheme.PER_TOKEN:
        return dict(tokens)
    prices = dict.fromkeys(_INTO, rule.tokens.input) | dict.fromkeys(_OUT, rule.tokens.output)
    return {kind: count * (prices.get(kind, rule.tokens.unsplit) or 0) for kind, count in tokens.items()}
