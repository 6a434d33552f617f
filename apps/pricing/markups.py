"""Markups by model or provider, as values and as text, and the prices that they make."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from apps.common.money import divide_half_even
from apps.pricing.cells import ANY, PARTS_PER_MILLION, UNNAMED, Cell, CellTable
from apps.pricing.model_names import normal_model
from apps.pricing.token_kinds import KINDS

OF: Final = "provider:"
LEAST_PPM, MOST_PPM = -1_000_000, 100_000_000
_LINE = re.compile(r"(?P<name>\S.*?)\s+(?P<percent>-?\d{1,4}(\.\d{1,4})?)\s*%?", re.ASCII)


class MarkupInvalid(ValueError):
    """A line is not a model with a percentage; the text names it."""


@dataclass(frozen=True, slots=True)
class Markups:
    """Markups in millionths, by the name of a model, its beginning followed by `*`, or `provider:` and its provider."""

    by_name: Mapping[str, int] = field(default_factory=dict)

    def of(self, model: str, provider: str, otherwise: int) -> int:
        """Return a model's markup: by its name, the longest matching beginning, its provider, else the general one."""
        if model in self.by_name:
            return self.by_name[model]
        matching = [name for name in self.by_name if name.endswith("*") and model.startswith(name[:-1])]
        return self.by_name[max(matching, key=len)] if matching else self.by_name.get(f"{OF}{provider}", otherwise)

    def rows(self) -> dict[str, int]:
        """Return them as they are stored."""
        return dict(self.by_name)


NO_MARKUPS: Final = Markups()


def read_markups(text: str) -> Markups:
    """Return the markups in a text: on each line a model, a beginning with `*` or a provider, and a percentage.

    Raises:
        MarkupInvalid: a line is not of this form, its percentage is out of range, or it names a model again.
    """
    found: dict[str, int] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        read = _LINE.fullmatch(line)
        if read is None:
            raise MarkupInvalid(f"{line[:60]}: write a model and a percentage with at most four decimals")
        name, (whole, _, fraction) = normal_model(read["name"]), read["percent"].partition(".")
        ppm = int(whole + fraction.ljust(4, "0"))
        if not LEAST_PPM <= ppm <= MOST_PPM:
            raise MarkupInvalid(f"{line[:60]}: a markup is from -100 to 10000 percent")
        if name in found:
            raise MarkupInvalid(f"{name[:60]} is listed twice")
        found[name] = ppm
    return Markups(found)


def marked_up(table: CellTable, *, numerator: int, denominator: int, step_yoctos: int) -> CellTable:
    """Return a table with each price times a fraction, rounded once, half to even.

    Prices of tokens become multiples of `step_yoctos`, others whole yoctos. The prices that a tier's factor makes are
    rounded in the same way, from the price before the markup: where the factor of the rounded standard price gives
    another one, the tier gets a price of its own.
    """

    def marked(of: str, parts: int, whole: int) -> int:
        step = step_yoctos if step_yoctos and of in KINDS else 1
        return divide_half_even(parts * numerator, whole * denominator * step) * step

    cells = tuple(replace(cell, yoctos=marked(cell.of, cell.yoctos, 1)) for cell in table.cells)
    made = replace(table, cells=cells)
    if not step_yoctos or not table.multipliers:
        return made
    by_factor = (
        replace(place, yoctos=marked(place.of, place.yoctos * table.multipliers[place.tier], PARTS_PER_MILLION))
        for place in _made_by_factors(table)
    )
    return replace(made, cells=(*cells, *(cell for cell in by_factor if _price_at(made, cell) != cell.yoctos)))


def _made_by_factors(table: CellTable) -> Iterable[Cell]:
    """Yield the prices of tokens that factors of tiers make, with the standard price from which they are made."""
    for match in {cell.match for cell in table.cells}:
        for (of, tier, above), found in table.filled(_values(match)).items():
            source = found.source
            is_own = source.of == of and source.match == match
            if is_own and of in KINDS and tier in table.multipliers and source.tier != tier:
                yield Cell(of, source.yoctos, tier, above, match)


def _price_at(table: CellTable, place: Cell) -> int:
    return table.filled(_values(place.match))[place.of, place.tier, place.above].yoctos


def _values(match: tuple[str, ...]) -> list[str]:
    return [UNNAMED if value == ANY else value for value in match]
