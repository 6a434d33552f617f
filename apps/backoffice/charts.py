"""Bars per day as a drawing in whole numbers: axes, grid, legend, and the figures beside it for who cannot see it.

Drawn on the server, so that it needs no script, prints, and follows light and dark with the page's style sheet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from apps.common.admin import money_text

WIDTH, HEIGHT = 1000, 300
LEFT, RIGHT, TOP, BOTTOM = 110, 10, 12, 40
TICKS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, and what it says when pointed at."""

    x: int
    y: int
    width: int
    height: int
    series: int
    says: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A text on an axis."""

    at: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing of `width` by `height`, and the same as a table."""

    name: str
    unit: str
    bars: Sequence[Bar]
    across: Sequence[Mark]
    up: Sequence[Mark]
    legend: Sequence[tuple[int, str]]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_empty: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def bars_per_day(name: str, days: Sequence[date], series: Mapping[str, Mapping[date, int]], *, unit: str = "") -> Chart:
    """Stack the series (micros by day, none negative) into one bar per day."""
    names = list(series)
    totals = [sum(series[each].get(day, 0) for each in names) for day in days]
    step = _step(max(totals, default=0))
    top = step * TICKS
    room = HEIGHT - TOP - BOTTOM
    slot = max(1, (WIDTH - LEFT - RIGHT) // max(1, len(days)))
    bars: list[Bar] = []
    for place, day in enumerate(days):
        below = 0
        for number, each in enumerate(names):
            amount = series[each].get(day, 0)
            low, high = below * room // top, (below + amount) * room // top
            if amount:
                says = f"{day}, {each}: {money_text(amount, unit)}"
                y, tall = HEIGHT - BOTTOM - high, max(1, high - low)
                bars.append(Bar(LEFT + place * slot + slot // 8, y, max(1, slot * 3 // 4), tall, number, says))
            below += amount
    return Chart(
        name=name,
        unit=unit,
        bars=bars,
        across=_days_below(days, slot),
        up=[Mark(HEIGHT - BOTTOM - tick * room // TICKS, money_text(step * tick, "")) for tick in range(TICKS + 1)],
        legend=list(enumerate(names)),
        columns=["Day", *names],
        rows=[
            [day.isoformat(), *(money_text(series[each].get(day, 0), unit) for each in names)]
            for day, total in zip(days, totals, strict=True)
            if total
        ],
        is_empty=not bars,
    )


def _step(highest: int) -> int:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that brings the highest bar under the top mark."""
    size = 1
    while True:
        for factor in (10, 20, 25, 50):
            step = size * factor // 10
            if step and step * TICKS >= highest and (size * factor) % 10 == 0:
                return step
        size *= 10


def _days_below(days: Sequence[date], slot: int) -> list[Mark]:
    every = max(1, -(-len(days) // 8))
    return [
        Mark(LEFT + place * slot + slot // 2, f"{day:%d %b}") for place, day in enumerate(days) if place % every == 0
    ]
