"""The columns of a list that a person chose, and whether its rows match all filters or any.

`?columns=` and `?match=` say so, so a saved view keeps them with its filters.
"""

from collections.abc import Collection, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from unfold.views import ChangeList

COLUMNS, COLUMN = "columns", "column"


class MatchFilter(admin.SimpleListFilter):
    """Whether rows match all of the other filters, or any of them; the change list combines them."""

    title = "how filters combine"
    parameter_name = "match"
    ANY = "any"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(self.ANY, "Rows that match any filter")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        every, *rest = super().choices(changelist)
        yield {**every, "display": "Rows that match all filters"}
        yield from rest

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset


class ColumnChangeList(ChangeList):
    """A change list that does not treat the parameter with the chosen columns as a filter, and can show the rows that
    match any of its filters.
    """

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        filters: dict[str, Any] = super().get_filters_params(params)
        filters.pop(COLUMNS, None)
        return filters

    def get_filters(self, request: HttpRequest) -> Any:
        found = super().get_filters(request)
        specs: list[Any] = found[0]
        if any(isinstance(each, MatchFilter) and each.value() == MatchFilter.ANY for each in specs):
            _match_any(specs, request, self.root_queryset)
        return found


def _match_any(specs: list[Any], request: HttpRequest, rows: QuerySet[Any]) -> None:
    """Make the first filter in use keep the rows that match any filter in use, and the others keep all rows."""
    kept = [(each, each.queryset(request, rows)) for each in specs]
    filled = [(each, some) for each, some in kept if some is not None and some.query.where != rows.query.where]
    for each, _ in filled:
        each.queryset = lambda _request, queryset: queryset
    if filled:
        every = reduce(or_, (some for _, some in filled))
        filled[0][0].queryset = lambda _request, _queryset: every


def chosen(names: list[str], request: HttpRequest, hidden: Collection[str] = ()) -> list[str]:
    """Return the columns that the address names, and always the first, which leads to the row.

    If the address names none, these are all but the hidden ones.
    """
    wanted = request.GET.get(COLUMNS, "").split(",")
    kept = [name for place, name in enumerate(names) if not place or name in wanted]
    return kept if len(kept) > 1 else [name for name in names if name not in hidden]


def with_choice(query: QueryDict) -> str:
    """Return the query of a form of check boxes, one `column` each, with their names in `columns`.

    The order is dropped: it counts columns.
    """
    changed = query.copy()
    changed[COLUMNS] = ",".join(changed.pop(COLUMN))
    changed.pop("o", None)
    return changed.urlencode(safe=",")
