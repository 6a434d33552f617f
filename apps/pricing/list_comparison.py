"""Compare the price tables of a list with the prices in force: what is the same, and what staff should check."""

from collections.abc import Iterable, Mapping
from itertools import pairwise, product
from typing import Any

from apps.common.money import divide_half_even
from apps.pricing.cells import PARTS_PER_MILLION, STANDARD, UNNAMED, CellTable
from apps.pricing.token_kinds import KINDS


def is_same(old: CellTable | None, new: CellTable) -> bool:
    """Whether two tables price every call alike, by factors of tiers and regions or by the prices that result."""
    if old is None or _beside_cells(old) != _beside_cells(new):
        return False
    if old.tiers and old.other_tiers_standard != new.other_tiers_standard:
        return False
    before, after = _named_values(old), _named_values(new)
    values = {name: before.get(name, frozenset()) | after.get(name, frozenset()) for name in before | after}
    places = (dict(zip(values, each, strict=True)) for each in product(*values.values()))
    return all(_prices(old, named) == _prices(new, named) for named in places)


def _beside_cells(table: CellTable) -> tuple[Any, ...]:
    return table.tiers, table.per_cost_ppm, table.cost_currency, table.month_prices


def _named_values(table: CellTable) -> dict[str, frozenset[str]]:
    """Return the values for which a table may have other prices than for all others, by dimension."""
    found = {
        name: frozenset([UNNAMED, *(cell.match[place] for cell in table.cells if cell.match)])
        for place, name in enumerate(table.match_by)
    }
    if table.region_factors:
        found["region"] = found.get("region", frozenset([UNNAMED])) | set(table.region_factors)
    return found


def _prices(table: CellTable, named: Mapping[str, str]) -> dict[tuple[str, str, int], int]:
    """Return the price of each kind or unit in each tier and band for calls with these values, factors applied."""
    factor = table.region_factors.get(named.get("region", ""), PARTS_PER_MILLION)
    return {
        (of, tier, above): divide_half_even(found.yoctos * factor, PARTS_PER_MILLION) if of in KINDS else found.yoctos
        for (of, tier, above), found in table.filled([named[name] for name in table.match_by]).items()
    }


def warnings_of(
    changed: Mapping[str, CellTable], before: Mapping[str, CellTable | None], aliases: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    """Yield (model, warning) for prices that staff should check before publication, those of aliases last.

    `aliases` are the names that stand for another model until a price of their own starts.
    """
    for name, table in changed.items():
        yield from ((name, text) for text in _odd_prices(table))
        old = before.get(name)
        if old is not None:
            yield from ((name, text) for text in _large_changes(old, table))
    for name in changed:
        if name in aliases:
            yield name, f"it is an alias of {aliases[name]}, until this price starts"


def _odd_prices(table: CellTable) -> Iterable[str]:
    if all(cell.yoctos == 0 for cell in table.cells):
        yield "every price is 0"
    prices = sorted((cell.of, cell.tier, cell.match, cell.above, cell.yoctos) for cell in table.cells)
    for (*place, _, below), (of, tier, match, above, yoctos) in pairwise(prices):
        if place == [of, tier, match] and yoctos < below:
            yield f"{of} above {above:,} tokens is cheaper than below"


def _large_changes(old: CellTable, new: CellTable) -> Iterable[str]:
    values = ("",) * max(len(old.match_by), len(new.match_by))
    before = old.filled(values[: len(old.match_by)])
    for place, found in new.filled(values[: len(new.match_by)]).items():
        was = before.get(place)
        is_own = found.source.of == place[0] and place[1:] == (STANDARD, 0)
        before_yoctos = was.yoctos if was is not None and is_own else 0
        if before_yoctos and not before_yoctos <= 2 * found.yoctos <= 4 * before_yoctos:
            yield f"{place[0]} changes by more than a factor of 2"
