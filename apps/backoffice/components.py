"""What a page is put together from: tables, facts, charts. Plain values; templates only lay them out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.backoffice.charts import Chart
from apps.common.admin import money_text, quantity_text


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in a table: its text, where a click on it leads, and whether it is an amount or a state."""

    text: str
    href: str = ""
    is_money: bool = False
    variant: str = ""
    is_moment: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Something to click."""

    text: str
    href: str
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a title, and under them what is not shown and what all of it comes to; `links` lead on.

    `empty` is said where there are no rows.
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
        """The columns' names, each with whether amounts stand under it."""
        first = self.rows[0] if self.rows else ()
        return [(name, place < len(first) and first[place].is_money) for place, name in enumerate(self.columns)]


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
        """Whether all of it are amounts, which then stand under each other."""
        return all(cell.is_money for _, cell in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart with its numbers."""

    title: str
    chart: Chart
    links: Sequence[Link] = ()
    kind: str = "chart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A figure at a glance; `alarm` colors it where somebody should look."""

    name: str
    value: str
    href: str = ""
    note: str = ""
    alarm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Text as it is, in a fixed width: what the API answers."""

    title: str
    text: str
    links: Sequence[Link] = field(default_factory=tuple)
    kind: str = "text"


Block = Table | Facts | Picture | Text


def money(amount_micros: int | None, unit: str = "", href: str = "") -> Cell:
    """Return an amount as a cell; nothing where there is none."""
    return Cell("" if amount_micros is None else money_text(amount_micros, unit), href, is_money=True)


def feet(
    columns: Sequence[str], at: int, amounts_micros: Sequence[int], total_micros: int, unit: str, *, is_cut: bool
) -> list[list[Cell]]:
    """Return a table's last rows: the total of column `at`, and of one that is cut the sum of what is not shown."""

    def foot(name: str, amount_micros: int) -> list[Cell]:
        amounts = {0: Cell(name), at: money(amount_micros, unit)}
        return [amounts.get(place, Cell("")) for place in range(len(columns))]

    if not amounts_micros:
        return []
    rest = [foot("Not shown", total_micros - sum(amounts_micros))] if is_cut else []
    return [*rest, foot("Total", total_micros)]


def amount_of(quantity_micros: int | None) -> Cell:
    """Return a quantity as a cell: grouped digits, and a fraction only where there is one."""
    return Cell("" if quantity_micros is None else quantity_text(quantity_micros), is_money=True)


def moment(at: object, href: str = "") -> Cell:
    """Return a moment in UTC, or a day, as a cell."""
    text = f"{at:%Y-%m-%d %H:%M}" if hasattr(at, "hour") else str(at or "")
    return Cell(text, href, is_moment=True)


def state(value: str, label: str, variants: dict[str, str]) -> Cell:
    """Return a state as a colored label."""
    return Cell(label, variant=variants.get(value, "default"))
