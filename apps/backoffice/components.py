"""The parts that pages are built from: tables, facts, charts. Plain values; templates only lay them out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from apps.backoffice.charts import Chart
from apps.common.admin import actor_text, day_text, end_text, money_text, quantity_text, reader, time_text


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its text, the address a click opens, and whether it is an amount, a state or a bar of `percent`."""

    text: str
    href: str = ""
    is_money: bool = False
    variant: str = ""
    is_moment: bool = False
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its label; `is_current` marks the chosen one of several."""

    text: str
    href: str
    icon: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a title, with footer rows for the total and for rows not shown, and `links` to more.

    `empty` is shown if there are no rows.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    empty: str = "Nothing here."
    explanation: str = ""
    links: Sequence[Link] = ()
    feet: Sequence[Sequence[Cell]] = ()
    kind: str = "table"

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """The column names, each with whether the column holds amounts."""
        first = self.rows[0] if self.rows else ()
        return [(name, place < len(first) and first[place].is_money) for place, name in enumerate(self.columns)]

    @property
    def labeled_rows(self) -> list[list[tuple[str, Cell]]]:
        """The rows, each cell with its column's name, which a narrow screen shows in front of it."""
        return [list(zip(self.columns, row, strict=False)) for row in self.rows]

    @property
    def labeled_feet(self) -> list[list[tuple[str, Cell]]]:
        """The footer rows in the same way."""
        return [list(zip(self.columns, row, strict=False)) for row in self.feet]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Names and values."""

    title: str
    rows: Sequence[tuple[str, Cell]]
    links: Sequence[Link] = ()
    explanation: str = ""
    kind: str = "facts"

    @property
    def is_sum(self) -> bool:
        """Whether all values are amounts, which are then aligned under each other."""
        return all(cell.is_money for _, cell in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart with its table of figures."""

    title: str
    chart: Chart
    links: Sequence[Link] = ()
    explanation: str = ""
    kind: str = "chart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A headline figure; `alarm` colors it."""

    name: str
    value: str
    href: str = ""
    note: str = ""
    alarm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Preformatted text, such as an API response."""

    title: str
    text: str
    links: Sequence[Link] = field(default_factory=tuple)
    kind: str = "text"


Block = Table | Facts | Picture | Text


def money(amount_micros: int | None, unit: str = "", href: str = "") -> Cell:
    """Return an amount as a cell; empty for None."""
    return Cell("" if amount_micros is None else money_text(amount_micros, unit), href, is_money=True)


def bar(percent: Decimal, variant: str) -> Cell:
    """Return a percentage as a bar in the color of its state, with its figure."""
    return Cell(reader().style.digits(f"{percent.normalize():f} %"), percent=percent, variant=variant)


def feet(
    columns: Sequence[str], at: int, amounts_micros: Sequence[int], total_micros: int, unit: str, *, is_cut: bool
) -> list[list[Cell]]:
    """Return a table's footer rows: the total of column `at`, preceded by the sum of the rows not shown, if any."""

    def foot(name: str, amount_micros: int) -> list[Cell]:
        amounts = {0: Cell(name), at: money(amount_micros, unit)}
        return [amounts.get(place, Cell("")) for place in range(len(columns))]

    if not amounts_micros:
        return []
    rest = [foot("Not shown", total_micros - sum(amounts_micros))] if is_cut else []
    return [*rest, foot("Total", total_micros)]


def amount_of(quantity_micros: int | None) -> Cell:
    """Return a quantity as a cell with grouped digits, and a fraction only if it has one."""
    return Cell("" if quantity_micros is None else quantity_text(quantity_micros), is_money=True)


def moment(at: date | None, href: str = "") -> Cell:
    """Return a day, or a time, as a cell; empty for None."""
    text = time_text(at) if isinstance(at, datetime) else day_text(at) if at else ""
    return Cell(text, href, is_moment=True)


def end(at: datetime | None, href: str = "") -> Cell:
    """Return when something ends as a cell, the end of a day as that day; empty for None."""
    return Cell(end_text(at) if at else "", href, is_moment=True)


def actor(text: str) -> Cell:
    """Return who did something as a cell."""
    return Cell(actor_text(text))


def state(value: str, label: str, variants: dict[str, str]) -> Cell:
    """Return a state as a colored label."""
    return Cell(label, variant=variants.get(value, "default"))
