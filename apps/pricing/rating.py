"""Rate quantities: pure integer rules, and the only place where a price is rounded.

Quantities are micros of the meter's unit, token counts are whole tokens, prices are micros per million units. A
counter's running total is priced, and an event costs the difference of two such prices, so any batching or order of
the same events costs the same, to the micro.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from apps.common.money import MICROS_PER_UNIT, Micros, divide_half_even
from apps.pricing.cells import EXACT_PER_MICRO, STANDARD, CellTable
from apps.pricing.month_prices import Amounts, MonthScheme, added

MILLION = 1_000_000
# quantity_micros x micros_per_million counts in millionths of millionths of a micro.
FRACTIONS_PER_MICRO = MICROS_PER_UNIT * MILLION
PICOS_PER_MICRO = 10**6
# A micro per million tokens, in yoctos for one token.
YOCTOS_PER_MICRO_PER_MILLION = 10**12


class Scheme(StrEnum):
    """How a price version turns a running total into money."""

    PER_UNIT = "per_unit"
    PER_TOKEN = "per_token"  # noqa: S105 (a token of text, not of access)
    GRADUATED = "graduated"
    VOLUME = "volume"
    PACKAGE = "package"
    CELLS = "cells"


class Unpriceable(ValueError):
    """The price does not cover this usage: unsplit tokens, where only input and output tokens have prices."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A step of a tiered price. It reaches up to and including `up_to_micros`; the last one has no end."""

    up_to_micros: int | None
    micros_per_million: int
    flat_micros: int = 0


@dataclass(frozen=True, slots=True)
class PriceRule:
    """The terms of one price version; the fields that its scheme does not use are None or empty."""

    scheme: Scheme
    micros_per_million: int | None = None
    input_micros_per_million: int | None = None
    output_micros_per_million: int | None = None
    tiers: tuple[Tier, ...] = ()
    package_size_micros: int = 0
    package_price_micros: int = 0
    table: CellTable | None = field(default=None, compare=False)
    tokens: "TokenPrices" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compute the price of each kind of token once; if only one price is set, it applies to all."""
        object.__setattr__(self, "tokens", _token_prices(self))

    @property
    def reprices_the_month(self) -> bool:
        """Whether more usage may lower the price of the month's earlier usage: with volume prices."""
        months = () if self.table is None else self.table.month_prices
        return self.scheme is Scheme.VOLUME or any(each.scheme is MonthScheme.VOLUME for each in months)


# Never changed, but not frozen: one is made for each event, and frozen ones take three times as long to make.
@dataclass(slots=True, unsafe_hash=True)
class Totals:
    """A counter's running totals: a quantity, or input and output tokens. Unsplit tokens are a quantity.

    `exact_price` is the sum of the calls' prices by a table of cells, in 10^-30 of the currency unit; `months` has
    their totals for the table's prices by the month.
    """

    quantity_micros: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    exact_price: int = 0
    months: Amounts = ()

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.quantity_micros + other.quantity_micros,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.exact_price + other.exact_price,
            added(self.months, other.months),
        )

    @property
    def all_micros(self) -> int:
        """Everything counted, as one quantity."""
        return self.quantity_micros + (self.input_tokens + self.output_tokens) * MICROS_PER_UNIT


def needs_table(totals: Totals, quantities: Mapping[str, int], cost_picos: int | None) -> bool:
    """Whether a call counted nothing but units or a cost, for which only a price table has prices."""
    return bool(quantities or cost_picos) and totals == Totals()


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """Micros per million tokens; None if the price has none."""

    input: int | None
    output: int | None
    unsplit: int | None


def price_of(rule: PriceRule, totals: Totals) -> Micros:
    """Price a counter's running totals, rounding half to even at the last micro.

    Raises:
        Unpriceable: the rule has no price for unsplit tokens.
    """
    if rule.scheme is Scheme.CELLS:
        return Micros(divide_half_even(_exact(rule, totals), EXACT_PER_MICRO))
    fractions = _FRACTIONS[rule.scheme](rule, totals)
    return Micros(divide_half_even(fractions, FRACTIONS_PER_MICRO))


def _exact(rule: PriceRule, totals: Totals) -> int:
    by_month = rule.table.price_of_month(totals.months) if totals.months and rule.table is not None else 0
    return totals.exact_price + by_month


def ceiling_of(rule: PriceRule, totals: Totals) -> Micros:
    """Price a counter's running totals, rounding up at the last micro, for reservations.

    Raises:
        Unpriceable: the rule has no price for unsplit tokens.
    """
    if rule.scheme is Scheme.CELLS:
        return Micros(-(-_exact(rule, totals) // EXACT_PER_MICRO))
    return Micros(-(-_FRACTIONS[rule.scheme](rule, totals) // FRACTIONS_PER_MICRO))


def cost_of(rule: PriceRule, totals: Totals) -> int:
    """Price one event separately, in picos of the currency unit, rounding half to even; for our costs.

    Raises:
        Unpriceable: the rule has no price for unsplit tokens.
    """
    if rule.scheme is Scheme.CELLS:
        return divide_half_even(totals.exact_price, EXACT_PER_MICRO // PICOS_PER_MICRO)
    return divide_half_even(_FRACTIONS[rule.scheme](rule, totals), FRACTIONS_PER_MICRO // PICOS_PER_MICRO)


def _token_prices(rule: PriceRule) -> TokenPrices:
    if rule.table is not None:
        return TokenPrices(_first_cell(rule.table, "input"), _first_cell(rule.table, "output"), None)
    if rule.scheme is not Scheme.PER_TOKEN:
        price = entry_price(rule)
        return TokenPrices(price, price, price)
    given = (rule.input_micros_per_million, rule.output_micros_per_million, rule.micros_per_million)
    known = [price for price in given if price is not None]
    blended = known[0] if len(known) == 1 else rule.micros_per_million
    into, out = (blended if price is None else price for price in given[:2])
    return TokenPrices(into, out, blended)


def _first_cell(table: CellTable, of: str) -> int | None:
    """Return the standard price of a kind for small calls, in micros per million tokens, half to even.

    For a price by the month it is the price of the first step; a package's price is divided by its size.
    """
    found = table.filled(("",) * len(table.match_by)).get((of, STANDARD, 0))
    if found is not None:
        return divide_half_even(found.yoctos, YOCTOS_PER_MICRO_PER_MILLION)
    price = next((each for each in table.month_prices if each.of == table.counted_by.get(of)), None)
    if price is None:
        return None
    size = price.steps[0].up_to or 1 if price.scheme is MonthScheme.PACKAGE else 1
    return divide_half_even(price.steps[0].yoctos, YOCTOS_PER_MICRO_PER_MILLION * size)


def entry_price(rule: PriceRule) -> int | None:
    """Return the price of the month's first unit, in micros per million units, for display with usage figures."""
    if rule.scheme in (Scheme.GRADUATED, Scheme.VOLUME):
        return rule.tiers[0].micros_per_million if rule.tiers else None
    if rule.scheme is Scheme.PACKAGE and rule.package_size_micros:
        return divide_half_even(rule.package_price_micros * FRACTIONS_PER_MICRO, rule.package_size_micros)
    if rule.scheme is Scheme.PER_TOKEN:
        return rule.tokens.unsplit
    if rule.scheme is Scheme.CELLS:
        return rule.tokens.input
    return rule.micros_per_million


def _per_unit(rule: PriceRule, totals: Totals) -> int:
    return totals.all_micros * (rule.micros_per_million or 0)


def _per_token(rule: PriceRule, totals: Totals) -> int:
    prices, unsplit = rule.tokens, totals.quantity_micros
    if prices.unsplit is None and unsplit:
        raise Unpriceable("the price needs separate counts of input and output tokens")
    told_apart = totals.input_tokens * (prices.input or 0) + totals.output_tokens * (prices.output or 0)
    return told_apart * MICROS_PER_UNIT + unsplit * (prices.unsplit or 0)


def _graduated(rule: PriceRule, totals: Totals) -> int:
    fractions, below, quantity = 0, 0, totals.all_micros
    for tier in rule.tiers:
        if quantity <= below:
            break
        top = quantity if tier.up_to_micros is None else min(quantity, tier.up_to_micros)
        fractions += (top - below) * tier.micros_per_million + tier.flat_micros * FRACTIONS_PER_MICRO
        below = top
    return fractions


def _volume(rule: PriceRule, totals: Totals) -> int:
    quantity = totals.all_micros
    if not quantity:
        return 0
    tier = next(tier for tier in rule.tiers if tier.up_to_micros is None or quantity <= tier.up_to_micros)
    return quantity * tier.micros_per_million + tier.flat_micros * FRACTIONS_PER_MICRO


def _package(rule: PriceRule, totals: Totals) -> int:
    begun = -(-totals.all_micros // rule.package_size_micros)
    return begun * rule.package_price_micros * FRACTIONS_PER_MICRO


_FRACTIONS = {
    Scheme.PER_UNIT: _per_unit,
    Scheme.PER_TOKEN: _per_token,
    Scheme.GRADUATED: _graduated,
    Scheme.VOLUME: _volume,
    Scheme.PACKAGE: _package,
}
