"""Bar charts per day or month as SVG: axes, grid, legend, and a table of the figures for screen readers.

Drawn on the server, so a chart needs no script, prints well, and follows the page's light or dark style sheet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from apps.common.admin import amount_text, day_text, money_text
from apps.common.periods import add_months

WIDTH, HEIGHT = 1000, 300
LEFT, RIGHT, TOP, BOTTOM = 110, 10, 12, 40
TICKS = 4
COLORS = 7  # of the style sheet

# The address that a click on the bar of a day or month (by its first day) and a series opens.
Lead = Callable[[date, str], str]


@dataclass(frozen=True, slots=True)
class Axis:
    """The days of a chart, or the first days of its months; `end` is its last day."""

    starts: Sequence[date]
    end: date
    by_month: bool = False

    def bar_of(self, day: date) -> date:
        """Return the bar of a day: the day, or the first of its month."""
        return day.replace(day=1) if self.by_month else day

    def last_of(self, start: date) -> date:
        """Return the last day of a bar."""
        return add_months(start, 1) - timedelta(days=1) if self.by_month else start

    def text(self, start: date) -> str:
        """Write a day in the reader's style, or a month."""
        return f"{start:%B %Y}" if self.by_month else day_text(start)

    def label(self, start: date) -> str:
        """Write a day or month below the axis."""
        return f"{start:%b %Y}" if self.by_month else f"{start:%d %b}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, its tooltip and the address that a click opens."""

    x: int
    y: int
    width: int
    height: int
    series: int
    says: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """A label on an axis."""

    at: int
    text: str


class Number(NamedTuple):
    """A figure in the table beside the chart."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of `width` by `height`, and its figures as a table."""

    name: str
    unit: str
    bars: Sequence[Bar]
    across: Sequence[AxisLabel]
    up: Sequence[AxisLabel]
    legend: Sequence[tuple[int, str]]
    columns: Sequence[str]
    rows: Sequence[Sequence[Number]]
    is_empty: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def bars_over_time(
    name: str,
    axis: Axis,
    series: Mapping[str, Mapping[date, int]],
    *,
    unit: str = "",
    stacked: bool = True,
    lead: Lead | None = None,
) -> Chart:
    """Draw series (micros by day or month) as bars: stacked if parts of a sum, else grouped. Negatives count as 0."""
    names, days = list(series), axis.starts
    heights = [[max(0, series[each].get(day, 0)) for each in names] for day in days]
    step = _step(max((sum(row) if stacked else max(row, default=0) for row in heights), default=0))
    bars = _stacked(heights, step) if stacked else _beside(heights, step)
    drawn = [
        Bar(
            *place,
            series=number,
            says=f"{axis.text(days[row])}, {names[number]}: {money_text(heights[row][number], unit)}",
            href=lead(days[row], names[number]) if lead else "",
        )
        for row, number, place in bars
    ]
    room = HEIGHT - TOP - BOTTOM
    return Chart(
        name=name,
        unit=unit,
        bars=drawn,
        across=_labels(axis, _slot(len(days))),
        up=[
            AxisLabel(HEIGHT - BOTTOM - tick * room // TICKS, amount_text(step * tick, unit))
            for tick in range(TICKS + 1)
        ],
        legend=list(enumerate(names)),
        columns=["Month" if axis.by_month else "Day", *names],
        rows=[
            [Number(axis.text(day)), *_numbers(day, dict(zip(names, row, strict=True)), unit, lead)]
            for day, row in zip(days, heights, strict=True)
            if any(row)
        ],
        is_empty=not drawn,
    )


def with_rest(series: Mapping[str, Mapping[date, int]], rest: str) -> dict[str, Mapping[date, int]]:
    """Return at most as many series as there are colors: the largest in their order, then the sum of the others."""
    if len(series) <= COLORS:
        return dict(series)
    kept = set(sorted(series, key=lambda name: -sum(series[name].values()))[: COLORS - 1])
    added: dict[date, int] = {}
    for name in series.keys() - kept:
        for day, amount in series[name].items():
            added[day] = added.get(day, 0) + amount
    return {name: amounts for name, amounts in series.items() if name in kept} | {rest: added}


Placed = tuple[int, int, tuple[int, int, int, int]]


def _stacked(heights: Sequence[Sequence[int]], step: int) -> list[Placed]:
    """Return the stacked bars of each day's amounts: row, series, and (x, y, width, height)."""
    placed, slot, top, room = [], _slot(len(heights)), step * TICKS, HEIGHT - TOP - BOTTOM
    for row, amounts in enumerate(heights):
        below = 0
        for number, amount in enumerate(amounts):
            low, high = below * room // top, (below + amount) * room // top
            if amount:
                x, wide = LEFT + row * slot + slot // 8, max(1, slot * 3 // 4)
                placed.append((row, number, (x, HEIGHT - BOTTOM - high, wide, max(1, high - low))))
            below += amount
    return placed


def _beside(heights: Sequence[Sequence[int]], step: int) -> list[Placed]:
    """Return the bars of each day's amounts side by side, in the same form."""
    placed, slot, top, room = [], _slot(len(heights)), step * TICKS, HEIGHT - TOP - BOTTOM
    for row, amounts in enumerate(heights):
        wide = max(1, slot * 3 // 4 // max(1, len(amounts)))
        for number, amount in enumerate(amounts):
            if amount:
                tall = max(1, amount * room // top)
                x = LEFT + row * slot + slot // 8 + number * wide
                placed.append((row, number, (x, HEIGHT - BOTTOM - tall, wide, tall)))
    return placed


def _numbers(day: date, amounts: Mapping[str, int], unit: str, lead: Lead | None) -> list[Number]:
    return [
        Number(money_text(amount, unit), lead(day, name) if lead and amount else "") for name, amount in amounts.items()
    ]


def _slot(count: int) -> int:
    """Return the width of one day or month."""
    return max(1, (WIDTH - LEFT - RIGHT) // max(1, count))


def _step(highest: int) -> int:
    """Return the smallest step (1, 2, 2.5 or 5 times a power of ten) that keeps the highest bar below the top label."""
    size = 1
    while True:
        for factor in (10, 20, 25, 50):
            step = size * factor // 10
            if step and step * TICKS >= highest and (size * factor) % 10 == 0:
                return step
        size *= 10


def _labels(axis: Axis, slot: int) -> list[AxisLabel]:
    every = max(1, -(-len(axis.starts) // (6 if axis.by_month else 8)))
    return [
        AxisLabel(LEFT + place * slot + slot // 2, axis.label(start))
        for place, start in enumerate(axis.starts)
        if place % every == 0
    ]
