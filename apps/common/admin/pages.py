"""What a page says of itself: its place in the menu, what finds its rows, what on it needs a person, what explains it.

The sidebar, the command palette, the home page and the keyboard read it from the pages themselves; there is no table of
pages anywhere else.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet, UUIDField

if TYPE_CHECKING:
    from django.db.models.options import Options

ROWS_PER_COLUMN = 3


class Section(StrEnum):
    """The groups of the sidebar, in the order of a working day."""

    CUSTOMERS = "Customers"
    MONEY = "Money"
    CONTRACTS = "Contracts"
    PRICES_AND_USAGE = "Prices and usage"
    STRIPE = "Stripe"
    OPERATIONS = "Operations"
    PEOPLE = "People"


@dataclass(frozen=True, slots=True)
class Menu:
    """Where a list stands in the sidebar: its section, its position there (lowest first) and its icon."""

    section: Section
    position: int
    icon: str

    @property
    def order(self) -> tuple[int, int]:
        """Return what the sidebar is sorted by."""
        return list(Section).index(self.section), self.position


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Rows of a list that wait for a person: `rows` at a moment, and the `query` of the list that shows exactly them.

    The home page shows the concerns by `rank`, lowest first; one without `alarm` is shown without a warning color.
    """

    title: str
    rank: int
    rows: Callable[[datetime], QuerySet[Any]]
    query: Mapping[str, str] = field(default_factory=dict)
    alarm: bool = True


class PageDescription:
    """What a page declares of itself; a page that declares nothing is in no menu and is found by its name alone."""

    if TYPE_CHECKING:
        model: Any
        opts: Options[Any]

    menu: ClassVar[Menu | None] = None
    # What the list is called where the model's own plural does not do.
    list_title: ClassVar[str] = ""
    # The letter that opens the list after "g".
    shortcut: ClassVar[str] = ""
    # Columns whose whole value leads from the command palette to a row: each with an index that begins with it.
    found_by: ClassVar[tuple[str, ...]] = ()
    found_icon: ClassVar[str] = "tag"
    concern: ClassVar[Concern | None] = None
    # The page that explains a row's amounts, and the row's column that has its identity.
    explained_by: ClassVar[tuple[str, str] | None] = None

    def title(self) -> str:
        """Return what the list is called, with a capital letter."""
        name = str(self.opts.verbose_name_plural)
        return self.list_title or name[:1].upper() + name[1:]

    def rows_with_id(self, text: str) -> Iterator[Model]:
        """Return the rows that a text identifies: by the columns of `found_by`, compared as typed."""
        rows: QuerySet[Any] = self.model._default_manager.all()
        if any(column.name == "organization" for column in self.opts.fields):
            rows = rows.select_related("organization")
        for column in self.found_by:
            value = self._primary_key(text) if column == "pk" else text
            if value is not None:
                yield from rows.filter(Q(**{column: value}))[:ROWS_PER_COLUMN]

    def _primary_key(self, text: str) -> UUID | int | None:
        """Return the primary key that a text is: a UUID, or a number that may begin with "#"; None for no key."""
        if isinstance(self.opts.pk, UUIDField):
            try:
                return UUID(text)
            except ValueError:
                return None
        digits = text.removeprefix("#")
        return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None
