"""Compare the price tables of a list with the prices in force: what is the same, and what staff should check."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.pricing.cells import STANDARD, CellTable


def is_same(old: CellTable | None, new: CellTable) -> bool:
    """Whether two tables price every call alike."""
    if old is None or _beside_cells(old) != _beside_cells(new):
        return False
    if old.tiers and old.other_tiers_standard != new.other_tiers_standard:
        return False
    values = {cell.match for cell in (*old.cells, *new.cells) if cell.match} or {()}
    return all(
        {place: found.yoctos for place, found in old.filled(each).items()}
        == {place: found.yoctos for place, found in new.filled(each).items()}
        for each in values
    )


def _beside_cells(table: CellTable) -> tuple[Any, ...]:
    return table.tiers, table.match_by, table.per_cost_ppm, dict(table.region_factors), table.month_prices


def warnings_of(
    changed: Mapping[str, CellTable], before: Mapping[str, CellTable | None], aliases: Mapping[str, str]
) -> Iterable[tuple[str, str]]:
    """Yield (model, warning) for prices that staff should check before publication.

    `aliases` are the names that stand for another model until a price of their own starts.
    """
    for name, table in changed.items():
        yield from ((name, text) for text in _odd_prices(table))
        old = before.get(name)
        if old is not None:
            yield from ((name, text) for text in _large_changes(old, table))
        if name in aliases:
            yield name, f"it is another name of {aliases[name]}, until this price starts"


def _odd_prices(table: CellTable) -> Iterable[str]:
    if all(cell.yoctos == 0 for cell in table.cells):
        yield "every price is 0"
    prices = {(cell.of, cell.tier, cell.above, cell.match): cell.yoctos for cell in table.cells}
    for (of, tier, above, match), yoctos in prices.items():
        below = prices.get((of, tier, 0, match))
        if above and below is not None and yoctos < below:
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
