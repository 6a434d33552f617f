"""The row that an action's page is about."""

from typing import Any, TypeVar

from django.db.models import Model
from django.http import Http404, HttpRequest

from apps.common.admin import ReadOnlyModelAdmin

M = TypeVar("M", bound=Model)


def found(admin: ReadOnlyModelAdmin[M], request: HttpRequest, object_id: Any) -> M:
    """Return the row that an address names, which anybody may type.

    Raises:
        Http404: it names none.
    """
    row: M | None = admin.get_object(request, str(object_id))
    if row is None:
        raise Http404
    return row
