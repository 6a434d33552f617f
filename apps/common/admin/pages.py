"""Declarations of an admin page: its menu place, search columns, items that staff must handle, and its explanation.

The sidebar, the palette, the home page and the shortcuts read these declarations; no other table lists the pages.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet, UUIDField
from django.http import HttpRequest
from django.urls import reverse

from apps.common.reader import Role

if TYPE_CHECKING:
    from django.db.models.options import Options

ROWS_PER_COLUMN = 3
UUID_DIGITS = re.compile("[0-9a-f]{8,32}")


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
    """The place of a list: section, position (lowest first), icon, and the roles that use it every day.

    The sidebar shows a person the lists of their roles; all lists are on one page.
    """

    section: Section
    position: int
    icon: str
    roles: tuple[Role, ...] = ()

    @property
    def order(self) -> tuple[int, int]:
        """Return the sort key in the sidebar."""
        return list(Section).index(self.section), self.position


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row on the home page that staff must handle: the customer, the sum, and since or until when.

    `item` says what it is about if the row's own name does not, such as an id at Stripe.
    """

    organization: Any
    amount_micros: int | None = None
    unit: str = ""
    day: date
    item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Rows of a list that staff must handle: `rows` as of a time, and the `query` by which the list shows exactly
    these.

    The home page orders the concerns by `rank`, lowest first; one without `alarm` gets no warning color. With `line` it
    names the first rows by `order`, each with the rows that `related` loads; or, with `groups`, the given number of
    groups of the rows, where single rows would repeat each other.
    """

    title: str
    rank: int
    rows: Callable[[datetime], QuerySet[Any]]
    query: Mapping[str, str] = field(default_factory=dict)
    alarm: bool = True
    line: Callable[[Any], Line] | None = None
    order: str = "pk"
    related: tuple[str, ...] = ("organization",)
    groups: Callable[[QuerySet[Any], int], Sequence[Any]] | None = None

    def first(self, count: int, now: datetime, among: QuerySet[Any] | None = None) -> list[tuple[Any, Line]]:
        """Return the first rows or groups, all or `among` some of the rows, each with its line; none if the concern
        names no rows.
        """
        if self.line is None:
            return []
        rows = self.rows(now) if among is None else among
        if self.groups is not None:
            return [(group, self.line(group)) for group in self.groups(rows, count)]
        rows = rows.select_related(*self.related).order_by(self.order, "pk")[:count]
        return [(row, self.line(row)) for row in rows]


class PageDescription:
    """The declarations of a page; without any, it is in no menu and is found by name only."""

    if TYPE_CHECKING:
        model: Any
        opts: Options[Any]

    menu: ClassVar[Menu | None] = None
    # The title of the list, if the model's plural does not fit.
    list_title: ClassVar[str] = ""
    # The letter after "g" that opens the list.
    shortcut: ClassVar[str] = ""
    # Columns by whose exact value the command palette finds a row; each is the first column of an index.
    found_by: ClassVar[tuple[str, ...]] = ()
    found_icon: ClassVar[str] = "tag"
    # The name of a row, if the model's name does not fit.
    found_noun: ClassVar[str] = ""
    # Buttons of a row that the palette offers on a customer's newest rows that fit ("refund acme"). The rows have
    # `organization`, `amount_micros`, `currency` and `created_at`.
    row_commands: ClassVar[Mapping[str, Q]] = {}
    # The order in which the palette lists a customer's newest rows ("contract acme"); without one it lists none.
    newest_by: ClassVar[str] = ""
    concern: ClassVar[Concern | None] = None
    # The name of the page that explains a row's amounts, and the column with the row's id there.
    explained_by: ClassVar[tuple[str, str] | None] = None

    def page_to_handle(self, request: HttpRequest, row: Any) -> str:
        """Return the page that the home page opens for a row of `concern`: the row's page."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    def row_title(self, row: Any) -> str:
        """Return the name of a row in words, for its page's heading and the breadcrumbs: its text, if that is one."""
        return str(row)

    def title(self) -> str:
        """Return the title of the list, capitalized."""
        name = str(self.opts.verbose_name_plural)
        return self.list_title or name[:1].upper() + name[1:]

    def rows_with_id(self, text: str) -> Iterator[Model]:
        """Return the rows that a text identifies by one of the `found_by` columns, case-sensitively.

        The text may begin with the model's name ("request 2"), and a UUID may be cut to its first eight digits or more.
        """
        rows: QuerySet[Any] = self.model._default_manager.all()
        if any(column.name == "organization" for column in self.opts.fields):
            rows = rows.select_related("organization")
        noun = (self.found_noun or str(self.opts.verbose_name)) + " "
        text = text[len(noun) :].strip() if text.lower().startswith(noun) else text
        for column in self.found_by:
            sought = self._with_primary_key(text) if column == "pk" else Q(**{column: text})
            if sought is not None:
                yield from rows.filter(sought)[:ROWS_PER_COLUMN]

    def rows_with_amount(self, amount_micros: int) -> Iterable[Model]:
        """Return open rows with this amount, found by an index; none unless the page's class overrides this."""
        return ()

    def _with_primary_key(self, text: str) -> Q | None:
        """Return the rows of a primary key: a UUID or its first digits, or a number with or without "#"."""
        if isinstance(self.opts.pk, UUIDField):
            digits = text.replace("-", "").lower()
            if not UUID_DIGITS.fullmatch(digits):
                return None
            return Q(pk__range=(UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))))
        digits = text.removeprefix("#")
        is_number = digits.isascii() and digits.isdecimal() and len(digits) < 19
        return Q(pk=int(digits)) if is_number else None
