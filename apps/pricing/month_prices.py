"""Prices of a table that depend on the month's total of a kind or unit; the table's cells price single calls.

A kind or unit has either cells or a price by the month. All service tiers, sizes and regions count together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from apps.common.money import MICROS_PER_UNIT
from apps.pricing.token_kinds import KINDS, PARENTS, UNITS

ALL_TOKENS: Final = "tokens"
MOST_STEPS, MOST_ONES = 16, 10**15
# What a call adds to the totals of a month: by kind, unit or all tokens, in micros of one.
Amounts = tuple[tuple[str, int], ...]


class MonthScheme(StrEnum):
    """How a month's total becomes a price."""

    GRADUATED = "graduated"
    VOLUME = "volume"
    PACKAGE = "package"


@dataclass(frozen=True, slots=True)
class Step:
    """The price of one, in yoctos, for totals up to `up_to` (None: the last step); or a package's size and price."""

    up_to: int | None
    yoctos: int


@dataclass(frozen=True, slots=True)
class MonthPrice:
    """The price of a month's total of one kind or unit, or of all tokens."""

    of: str
    scheme: MonthScheme
    steps: tuple[Step, ...]

    def exact(self, total_micros: int) -> int:
        """Return the price of a total, in 10^-30 of the currency unit; 0 if more was voided than was counted."""
        total = max(total_micros, 0)
        if self.scheme is MonthScheme.PACKAGE:
            size = (self.steps[0].up_to or 1) * MICROS_PER_UNIT
            return -(-total // size) * self.steps[0].yoctos * MICROS_PER_UNIT
        if self.scheme is MonthScheme.VOLUME:
            return total * next(step.yoctos for step in self.steps if _reach(step, total) >= total)
        price, below = 0, 0
        for step in self.steps:
            top = max(_reach(step, total), below)
            price, below = price + (top - below) * step.yoctos, top
        return price


def _reach(step: Step, total: int) -> int:
    return total if step.up_to is None else min(total, step.up_to * MICROS_PER_UNIT)


def counted_by(prices: Iterable[MonthPrice], with_cells: frozenset[str]) -> dict[str, str]:
    """Return the price by the month under which each kind and unit counts; those priced by cells or not at all are
    missing. A kind with neither is counted as its parent is.
    """
    names = {each.of for each in prices}
    found: dict[str, str] = {name: name for name in UNITS if name in names}
    for kind in KINDS if names else ():
        each = kind
        while each and each not in with_cells and each not in names:
            each = PARENTS.get(each, "")
        if each in names:
            found[kind] = each
        elif not each and ALL_TOKENS in names:
            found[kind] = ALL_TOKENS
    return found


def added(one: Amounts, other: Amounts) -> Amounts:
    """Return the sum of two amounts; what is 0 is omitted."""
    if not other:
        return one
    sums = dict(one)
    for name, micros in other:
        sums[name] = sums.get(name, 0) + micros
    return amounts_of(sums)


def amounts_of(sums: Mapping[str, int]) -> Amounts:
    """Return sums in the form in which totals store them."""
    return tuple(sorted((name, micros) for name, micros in sums.items() if micros))


def negated(amounts: Amounts) -> Amounts:
    """Return the amounts with opposite signs, which take them back."""
    return tuple((name, -micros) for name, micros in amounts)


def read_month_prices(rows: Iterable[Mapping[str, Any]]) -> tuple[MonthPrice, ...]:
    """Return the prices by the month stored with a table.

    Raises:
        KeyError, TypeError, ValueError: the rows are malformed.
    """
    return tuple(
        MonthPrice(
            row["of"],
            MonthScheme(row["scheme"]),
            tuple(
                Step(None if step.get("up_to") is None else int(step["up_to"]), int(step["yoctos"]))
                for step in row["steps"]
            ),
        )
        for row in rows
    )


def month_price_rows(prices: Iterable[MonthPrice]) -> list[dict[str, Any]]:
    """Return the stored form of prices by the month."""
    return [
        {
            "of": each.of,
            "scheme": each.scheme.value,
            "steps": [
                {"yoctos": str(step.yoctos)} | ({} if step.up_to is None else {"up_to": step.up_to})
                for step in each.steps
            ],
        }
        for each in prices
    ]
