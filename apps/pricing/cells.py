"""Prices of model calls as a table of cells: by token kind or unit, service tier, size of the call, and a dimension.

Rates are whole yoctos (10^-24 of the currency unit) for one token or one unit, so that every published price per
million tokens is exact. A call's exact price counts in 10^-30 of the currency unit; only a counter's total is rounded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Final

from apps.common.money import MICROS_PER_UNIT, divide_half_even, split
from apps.pricing.month_prices import (
    ALL_TOKENS,
    Amounts,
    MonthPrice,
    amounts_of,
    counted_by,
    month_price_rows,
    read_month_prices,
)
from apps.pricing.token_kinds import KINDS, PARENTS, REQUESTS, STANDS_IN_FOR, UNITS, UNSPLIT

EXACT_PER_MICRO: Final = 10**24  # the parts of a micro in which a call's price is added up
PARTS_PER_MILLION: Final = 1_000_000
YOCTO_DIGITS: Final = 24
YOCTOS_PER_PICO: Final = 10**12
STANDARD: Final = "standard"
ANY: Final = "*"
UNNAMED: Final = "\0"  # stands for any value of a dimension that no cell names, so that few prices are kept


class NoCell(ValueError):
    """A table has no price for a call; `reason` says what is missing; it is the reason of the quarantine."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Cell:
    """The rate of one kind or unit, in one tier, for calls with more than `above` input tokens.

    `match` holds the values of the table's dimensions that it is for; `*` is any value.
    """

    of: str
    yoctos: int
    tier: str = STANDARD
    above: int = 0
    match: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilledCell:
    """A price in force, in yoctos for one, and the cell that it comes from."""

    yoctos: int
    source: Cell


@dataclass(slots=True)  # never changed; frozen instances take several times as long to make
class Call:
    """A model call: tokens by kind, micros of other units, and its cost in picos of a currency, if known.

    It may also stand for `count` calls with the same tier, dimensions, units and band; `size_tokens` is then a size in
    that band.
    """

    tokens: Mapping[str, int]
    quantities: Mapping[str, int] = field(default_factory=dict)
    tier: str = STANDARD
    dimensions: Mapping[str, str] = field(default_factory=dict)
    cost_picos: int | None = None
    count: int = 1
    size_tokens: int | None = None
    cost_currency: str = ""

    @property
    def size(self) -> int:
        """All input tokens of one call, cached and written ones included; it selects the band."""
        if self.size_tokens is not None:
            return self.size_tokens
        return sum([count for kind, count in self.tokens.items() if kind in _OF_INPUT])


def _counted(call: Call) -> Iterable[tuple[str, int]]:
    return chain(call.tokens.items(), call.quantities.items())


def _side(kind: str) -> str:
    while kind in PARENTS:
        kind = PARENTS[kind]
    return kind


_PLACES: Final = {name: place for place, name in enumerate((*KINDS, ALL_TOKENS, *UNITS, "cost"))}
_OF_INPUT: Final = frozenset(kind for kind in KINDS if _side(kind) == "input")


@dataclass(frozen=True, slots=True)
class PricedCall:
    """The price of a call by kind and unit, in 10^-30 of the currency unit, and what it adds to the month's totals."""

    parts: dict[str, int]
    months: Amounts = ()

    @property
    def exact(self) -> int:
        """The price of the call by the cells."""
        return sum(self.parts.values())


@dataclass(frozen=True)
class CellTable:
    """The price table of a version.

    `multipliers` gives tiers that cost a share of the standard tier, in millionths. `match_by` names the dimensions
    of the cells' `match`. If the table names tiers, a tier that it does not name costs the standard price where
    `other_tiers_standard` is set, else it has no price. `per_cost_ppm` charges the call's cost in `cost_currency`, in
    millionths of the price book's currency. `region_factors` multiplies every token price for calls in a region, in
    millionths, to a whole yocto. `month_prices` are for kinds and units without cells.
    """

    cells: tuple[Cell, ...]
    multipliers: Mapping[str, int] = field(default_factory=dict)
    other_tiers_standard: bool = False
    match_by: tuple[str, ...] = ()
    per_cost_ppm: int = 0
    region_factors: Mapping[str, int] = field(default_factory=dict)
    month_prices: tuple[MonthPrice, ...] = ()
    cost_currency: str = ""

    @cached_property
    def tiers(self) -> frozenset[str]:
        """The tiers that the table names; empty if it has only the standard tier, which then prices every tier."""
        return frozenset({cell.tier for cell in self.cells if cell.tier != STANDARD} | set(self.multipliers))

    @cached_property
    def bands(self) -> tuple[int, ...]:
        """The sizes above which other prices apply, highest first; the last is 0."""
        return tuple(sorted({0, *(cell.above for cell in self.cells)}, reverse=True))

    @cached_property
    def _priced(self) -> frozenset[str]:
        return frozenset(cell.of for cell in self.cells)

    @cached_property
    def counted_by(self) -> dict[str, str]:
        """The price by the month under which each kind and unit counts; those priced by cells are missing."""
        return counted_by(self.month_prices, self._priced)

    @cached_property
    def priced_units(self) -> frozenset[str]:
        """The units that have a price, in some tier or for some dimension, or by the month."""
        return frozenset(name for name in UNITS if name in self._priced or name in self.counted_by)

    def price_of_month(self, months: Amounts) -> int:
        """Return the price of a month's totals by the month prices, in 10^-30 of the currency unit."""
        totals = dict(months)
        return sum(each.exact(totals.get(each.of, 0)) for each in self.month_prices)

    @cached_property
    def _named_values(self) -> list[set[str]]:
        return [{cell.match[place] for cell in self.cells if cell.match} for place in range(len(self.match_by))]

    @cached_property
    def _rates_of(self) -> dict[tuple[tuple[str, ...], str, int, int | None], dict[str, int]]:
        return {}

    @cached_property
    def _filled(self) -> dict[tuple[str, ...], dict[tuple[str, str, int], FilledCell]]:
        return {}

    def filled(self, values: Sequence[str] = ()) -> dict[tuple[str, str, int], FilledCell]:
        """Return the price of each (kind or unit, tier, band), for a call with these values of `match_by`."""
        key = tuple(values)
        if key not in self._filled:
            self._filled[key] = fill(_matching(self.cells, key), self.multipliers, self.bands)
        return self._filled[key]

    def exact_price(self, call: Call) -> int:
        """Return the price of a call by the cells, in 10^-30 of the currency unit; see `priced`."""
        return self.priced(call).exact

    def priced(self, call: Call) -> PricedCall:
        """Return the price of each kind and unit of a call, and the amounts that it adds to the month's totals.

        Raises:
            NoCell: there is no price for its tier, its values of `match_by` or its tokens, or for anything it counted.
        """
        priced = self._priced_amounts(call) if self.cells or self.month_prices else PricedCall({})
        if self.per_cost_ppm:
            if call.cost_picos is None or call.cost_currency != self.cost_currency:
                raise NoCell("no_cost")
            priced.parts["cost"] = call.cost_picos * YOCTOS_PER_PICO * self.per_cost_ppm
        return priced

    def _priced_amounts(self, call: Call) -> PricedCall:
        rate, monthly = self._rates(call), self.counted_by
        sent, counted = call.quantities, call.tokens
        if (  # nearly always: every kind and unit has a price of its own or of its parent
            not monthly
            and REQUESTS not in rate
            and counted
            and counted.keys() <= rate.keys()
            and sent.keys() <= rate.keys()
            and sent.keys().isdisjoint(STANDS_IN_FOR)
        ):
            parts = {kind: count * rate[kind] * MICROS_PER_UNIT for kind, count in counted.items()}
            if sent:
                parts |= {name: micros * rate[name] for name, micros in sent.items() if micros}
            return PricedCall(parts)
        if self.match_by and any(count and name in self._priced and name not in rate for name, count in _counted(call)):
            raise NoCell("no_price_for_value")
        units = {
            name: micros for name, micros in call.quantities.items() if micros and (name in rate or name in monthly)
        }
        if REQUESTS in rate or REQUESTS in monthly:
            units[REQUESTS] = call.count * MICROS_PER_UNIT
        replaced = {STANDS_IN_FOR[name] for name in units if name in STANDS_IN_FOR}
        tokens = {kind: count for kind, count in call.tokens.items() if kind not in replaced}
        if UNSPLIT in tokens and UNSPLIT not in rate and UNSPLIT not in monthly:
            raise NoCell("no_price_for_unsplit_tokens")
        parts = {kind: count * rate[kind] * MICROS_PER_UNIT for kind, count in tokens.items() if count and kind in rate}
        parts |= {name: micros * rate[name] for name, micros in units.items() if name in rate}
        months = self._month_amounts(tokens, units) if monthly else ()
        is_priced = parts or months
        if any(kind not in rate and kind not in monthly for kind in tokens) or (
            any(count for _, count in _counted(call)) and not is_priced
        ):
            raise NoCell("no_price")
        return PricedCall(parts, months)

    def _month_amounts(self, tokens: Mapping[str, int], units: Mapping[str, int]) -> Amounts:
        sums: dict[str, int] = {}
        for name, micros in (*((kind, count * MICROS_PER_UNIT) for kind, count in tokens.items()), *units.items()):
            if (of := self.counted_by.get(name)) is not None:
                sums[of] = sums.get(of, 0) + micros
        return amounts_of(sums)

    def _rates(self, call: Call) -> Mapping[str, int]:
        """Return the price of each kind and unit for a call, computed once for its tier, band and matched values."""
        tier, size = self._tier_of(call.tier), call.size
        band = next(above for above in self.bands if size > above or not above)
        values = self._values_of(call) if self.match_by else ()
        factor = self.region_factors.get(call.dimensions.get("region", "")) if self.region_factors else None
        key = (values, tier, band, factor)
        if key not in self._rates_of:
            rates = {what: found.yoctos for (what, *at), found in self.filled(values).items() if at == [tier, band]}
            self._rates_of[key] = {
                what: _multiplied(price, factor if what in KINDS else None) for what, price in rates.items()
            }
        return self._rates_of[key]

    def _values_of(self, call: Call) -> tuple[str, ...]:
        return tuple(
            value if (value := call.dimensions.get(name, "")) in named else UNNAMED
            for name, named in zip(self.match_by, self._named_values, strict=True)
        )

    def _tier_of(self, tier: str) -> str:
        if tier in self.tiers:
            return tier
        if tier == STANDARD or not self.tiers or self.other_tiers_standard:
            return STANDARD
        raise NoCell("no_price_for_tier")


def read_table(rows: Mapping[str, Any]) -> CellTable:
    """Return the table stored with a price version.

    Raises:
        KeyError, TypeError, ValueError: the rows are malformed.
    """
    cells = (
        Cell(
            row["of"],
            int(row["yoctos"]),
            row.get("tier", STANDARD),
            int(row.get("above", 0)),
            tuple(row.get("match", ())),
        )
        for row in rows.get("cells", ())
    )
    return CellTable(
        tuple(cells),
        dict(rows.get("multipliers", {})),
        bool(rows.get("other_tiers_standard", False)),
        tuple(rows.get("match_by", ())),
        int(rows.get("per_cost_ppm", 0)),
        dict(rows.get("region_factors", {})),
        read_month_prices(rows.get("month_prices", ())),
        rows.get("cost_currency", ""),
    )


def table_rows(table: CellTable) -> dict[str, Any]:
    """Return the stored form of a table; rates are texts, because they exceed 64 bits, and defaults are omitted."""
    cells = []
    for cell in table.cells:
        row: dict[str, Any] = {"of": cell.of, "yoctos": str(cell.yoctos)}
        named = {"tier": cell.tier, "above": cell.above, "match": list(cell.match)}
        cells.append(row | {name: value for name, value in named.items() if value not in (STANDARD, 0, [])})
    rows = {
        "cells": cells,
        "multipliers": dict(table.multipliers),
        "other_tiers_standard": table.other_tiers_standard,
        "match_by": list(table.match_by),
        "per_cost_ppm": table.per_cost_ppm,
        "cost_currency": table.cost_currency,
        "region_factors": dict(table.region_factors),
        "month_prices": month_price_rows(table.month_prices),
    }
    return {name: value for name, value in rows.items() if value}


def _matching(cells: Iterable[Cell], values: tuple[str, ...]) -> list[Cell]:
    """Return the cells for these values; if several fit the same place, the one that names the most values."""
    best: dict[tuple[str, str, int], Cell] = {}
    for cell in cells:
        wanted = cell.match or (ANY,) * len(values)
        if all(want in (ANY, value) for want, value in zip(wanted, values, strict=True)):
            place = (cell.of, cell.tier, cell.above)
            if place not in best or _precision(cell, values) > _precision(best[place], values):
                best[place] = cell
    return list(best.values())


def _precision(cell: Cell, values: tuple[str, ...]) -> tuple[int, list[bool]]:
    named = [want != ANY for want in (cell.match or (ANY,) * len(values))]
    return sum(named), named


def fill(
    cells: Iterable[Cell], multipliers: Mapping[str, int], bands: Sequence[int]
) -> dict[tuple[str, str, int], FilledCell]:
    """Return the price of each kind or unit in each tier and band; those without any price are omitted.

    The first of these applies: its own cell; the standard cell of the band times the tier's multiplier; the standard
    cell of the band; the tier's cell of the next lower band; the standard cell of the next lower band; its parent's
    price. A cell equal to its parent's of the same tier and band counts as inherited.
    """
    given = {(cell.of, cell.tier, cell.above): cell for cell in cells}
    own = {place: cell for place, cell in given.items() if not _is_inherited(cell, given)}
    tiers = {STANDARD, *(tier for _, tier, _ in own), *multipliers}
    filled = {}
    for what in (*KINDS, *UNITS):
        for tier in tiers:
            for band in bands:
                found = _find(own, multipliers, bands, (what, tier, band))
                if found is not None:
                    filled[what, tier, band] = found
    return filled


def _is_inherited(cell: Cell, given: Mapping[tuple[str, str, int], Cell]) -> bool:
    parent = given.get((PARENTS.get(cell.of, ""), cell.tier, cell.above))
    return parent is not None and parent.yoctos == cell.yoctos


def _find(
    own: Mapping[tuple[str, str, int], Cell],
    multipliers: Mapping[str, int],
    bands: Sequence[int],
    place: tuple[str, str, int],
) -> FilledCell | None:
    what, tier, band = place
    while what:
        lower = [each for each in bands if each < band]
        if (cell := own.get((what, tier, band))) is not None:
            return FilledCell(cell.yoctos, cell)
        if (standard := own.get((what, STANDARD, band))) is not None:
            return FilledCell(_multiplied(standard.yoctos, multipliers.get(tier)), standard)
        for at in (tier, STANDARD):
            cell = next((own[what, at, each] for each in lower if (what, at, each) in own), None)
            if cell is not None:
                return FilledCell(_multiplied(cell.yoctos, multipliers.get(tier) if at != tier else None), cell)
        what = PARENTS.get(what, "")
    return None


def _multiplied(yoctos: int, millionths: int | None) -> int:
    return yoctos if millionths is None else divide_half_even(yoctos * millionths, PARTS_PER_MILLION)


def lines_of(parts: Mapping[str, int], charge_micros: int) -> dict[str, int]:
    """Split a call's charge, in micros, over its parts by largest remainder, so that the lines add up to it.

    The parts of a void are negative. If all parts are 0, the first one gets the whole charge; kinds come first, then
    units.
    """
    parts = {name: parts[name] for name in sorted(parts, key=_PLACES.__getitem__)}
    weights = [abs(part) for part in parts.values()]
    if not any(weights):
        weights = [1] + [0] * (len(parts) - 1)
    return dict(zip(parts, split(charge_micros, weights), strict=True)) if parts else {}
