"""What a paper says, as plain values in the customer's language. It can be kept as JSON until it is drawn."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, its share of the width, and whether it is aligned to the right."""

    name: str
    share: int
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """A name and an amount below a table."""

    name: str
    value: str
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper, in this order: a heading, a text, names with values, a table, its sums, lines to sign.

    The lines of a cell after the first are small. A table without rows says `empty`.
    """

    heading: str = ""
    text: str = ""
    is_bold: bool = False
    facts: Pairs = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    empty: str = ""
    sums: tuple[Sum, ...] = ()
    signatures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A paper: its seller and addressee, its facts, and its sections.

    `footer` are the columns at the foot of each page, each of several lines. `page_text` names the page and its count,
    as `{page}` and `{pages}`.
    """

    title: str
    number: str
    language: str
    sender: str
    sender_address: tuple[str, ...]
    recipient: tuple[str, ...]
    facts: Pairs
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    page_text: str

    @property
    def name(self) -> str:
        """The title with the number."""
        return f"{self.title} {self.number}".strip()

    def as_json(self) -> dict[str, Any]:
        """Return the letter as JSON members."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Letter":
        """Return the letter that was kept as JSON members."""
        fields = {name: _tuples(value) for name, value in kept.items() if name != "sections"}
        return cls(**fields, sections=tuple(map(_section, kept["sections"])))


def _section(kept: Mapping[str, Any]) -> Section:
    fields = {name: _tuples(value) for name, value in kept.items() if name not in ("columns", "sums")}
    columns = tuple(Column(**each) for each in kept["columns"])
    return Section(**fields, columns=columns, sums=tuple(Sum(**each) for each in kept["sums"]))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list | tuple) else value
