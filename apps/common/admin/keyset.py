"""Keyset pagination: lists of a million rows open as fast as short ones, with no count and no offset.

An address names the row it starts behind (`?before=` toward older rows, `?after=` toward newer ones) by the row's
values in the order columns. One query per page, on the index of that order.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Field, Q, QuerySet
from django.http import HttpRequest

from apps.common.admin.change_list import ColumnChangeList

BEFORE, AFTER = "before", "after"
SEPARATOR = "~"


class KeysetChangeList(ColumnChangeList):
    """A change list ordered by `model_admin.get_keyset(request)`, newest first, that never counts its table."""

    is_keyset = True

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        for parameter in (BEFORE, AFTER):
            self.params.pop(parameter, None)
            self.filter_params.pop(parameter, None)
        self.keyset: tuple[str, ...] = tuple(self.model_admin.get_keyset(request))
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        return [f"-{name}" for name in self.keyset]

    def get_results(self, request: HttpRequest) -> None:
        before, after = request.GET.get(BEFORE), request.GET.get(AFTER)
        size = self.list_per_page
        if after is not None:
            rows = list(self._behind(after, newer=True).order_by(*self.keyset)[: size + 1])
            more_newer, more_older = len(rows) > size, True
            rows = rows[:size][::-1]
        else:
            chosen = self.queryset if before is None else self._behind(before, newer=False)
            rows = list(chosen[: size + 1])
            more_newer, more_older = before is not None, len(rows) > size
            rows = rows[:size]
        self._show(rows, more_newer, more_older)

    def _show(self, rows: list[Any], more_newer: bool, more_older: bool) -> None:
        self.result_list = rows
        self.result_count = self.full_result_count = len(rows)
        self.show_full_result_count, self.show_admin_actions = False, bool(rows)
        self.can_show_all = self.multi_page = False
        self.paginator = Paginator(rows, max(1, len(rows)))
        self.newer = self.get_query_string({AFTER: self._text(rows[0])}) if rows and more_newer else ""
        self.older = self.get_query_string({BEFORE: self._text(rows[-1])}) if rows and more_older else ""
        self.newest = self.get_query_string() if more_newer else ""

    def _field(self, name: str) -> Field[Any, Any]:
        """Return the model field of a name, or of a path across relations that the list joins."""
        return self.opts.pk if name == "pk" else get_fields_from_path(self.model, name)[-1]

    def _text(self, row: Any) -> str:
        return SEPARATOR.join(self._value(row, name) for name in self.keyset)

    def _value(self, row: Any, name: str) -> str:
        *path, _ = name.split("__")
        return self._field(name).value_to_string(reduce(getattr, path, row))

    def _behind(self, text: str, *, newer: bool) -> QuerySet[Any]:
        """Return the rows beyond the one written in `text`, comparing column by column."""
        parts = text.split(SEPARATOR)
        if len(parts) != len(self.keyset):
            raise IncorrectLookupParameters
        try:
            values = [self._field(name).to_python(part) for name, part in zip(self.keyset, parts, strict=True)]
        except ValidationError as error:
            raise IncorrectLookupParameters from error
        sign = "gt" if newer else "lt"
        beyond, equal = Q(), Q()
        for name, value in zip(self.keyset, values, strict=True):
            beyond |= equal & Q(**{f"{name}__{sign}": value})
            equal &= Q(**{name: value})
        # Logically redundant, but it lets the planner start at the right place in the index.
        rows: QuerySet[Any] = self.queryset.filter(beyond, **{f"{self.keyset[0]}__{sign}e": values[0]})
        return rows
