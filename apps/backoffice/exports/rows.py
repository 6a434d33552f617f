"""The rows of an exported list, read in chunks: a hundred thousand rows need no more memory than a hundred."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.utils.html import strip_tags

from apps.common.admin import exact_at, with_usual_decimals
from apps.common.csv_text import harmless

CHUNK = 2000
Value = str | int | Decimal | None

# Characters that XML, and so an xlsx file, cannot contain.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(value: Any) -> Value:
    """Return a value for an export cell: theme labels as text, HTML without tags."""
    if isinstance(value, (tuple, list)):
        value = value[-1] if isinstance(value, tuple) else ", ".join(map(str, value))
    if value is None or isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return harmless(_CONTROL.sub("", strip_tags(str(value)).strip()))


class ListRows:
    """A list as its page shows it: filters, search and order of the changelist, all pages, iterated once.

    Raises:
        Unavailable: some of the rows are in archives that cannot be read.
    """

    def __init__(self, page: Any, request: HttpRequest) -> None:
        self._page = page
        self._changelist = page.get_changelist_instance(request)
        shown = [name for name in self._changelist.list_display if name != "action_checkbox"]
        self._columns: Sequence[Any] = shown
        self._instead: dict[str, str] = getattr(page, "file_columns", {})
        self._rows: Iterator[Any] = page.rows_for_file(self._changelist.queryset, chunk_size=CHUNK)
        self._unit = page.money_unit if getattr(page, "money_unit", "") else ""

    def heading(self) -> list[Value]:
        """Return the column names; the unit of the amounts comes last, if there is one."""
        model = self._changelist.model
        names = [str(label_for_field(name, model, self._page)).capitalize() for name in self._columns]
        return [*names, *(["Unit"] if self._unit else [])]

    def __iter__(self) -> Iterator[list[Value]]:
        for row in self._rows:
            cells = [self._cell(row, name) for name in self._columns]
            yield [*cells, *([plain(self._unit_of(row))] if self._unit else [])]

    def _cell(self, row: Any, name: Any) -> Value:
        path = self._instead.get(name) if isinstance(name, str) else None
        if path:
            return plain(_follow(row, path))
        column = getattr(self._page, name, name) if isinstance(name, str) else name
        exact = exact_at(column, row)
        if isinstance(exact, Decimal) and self._unit and str(getattr(column, "__name__", "")).endswith("_micros"):
            return with_usual_decimals(exact, self._unit_of(row))
        if exact is not None:
            return exact
        try:
            field, _, value = lookup_field(name, row, self._page)
        except ObjectDoesNotExist:
            return None
        choices = dict(getattr(field, "flatchoices", None) or ())
        return plain(choices.get(value, value) if not isinstance(value, (list, dict)) else value)

    def _unit_of(self, row: Any) -> str:
        return str(_follow(row, self._unit) or "")


def _follow(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part, None)
    return row
