"""The columns of a list that a person chose: `?columns=` names them, so a saved view keeps them with its filters."""

from typing import Any

from django.http import HttpRequest, QueryDict
from unfold.views import ChangeList

COLUMNS, COLUMN = "columns", "column"


class ColumnChangeList(ChangeList):
    """A change list that does not treat the parameter with the chosen columns as a filter."""

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        filters: dict[str, Any] = super().get_filters_params(params)
        filters.pop(COLUMNS, None)
        return filters


def chosen(names: list[str], request: HttpRequest) -> list[str]:
    """Return the columns that the address names, and always the first, which leads to the row; all if it names none."""
    wanted = request.GET.get(COLUMNS, "").split(",")
    kept = [name for place, name in enumerate(names) if not place or name in wanted]
    return kept if len(kept) > 1 else names


def with_choice(query: QueryDict) -> str:
    """Return the query of a form of check boxes, one `column` each, with their names in `columns`.

    The order is dropped: it counts columns.
    """
    changed = query.copy()
    changed[COLUMNS] = ",".join(changed.pop(COLUMN))
    changed.pop("o", None)
    return changed.urlencode(safe=",")
