"""Finds the row of an action's page."""

from typing import Any, TypeVar

from django.db.models import Model
from django.http import Http404, HttpRequest

from apps.common.admin import ReadOnlyModelAdmin

M = TypeVar("M", bound=Model)


def found(admin: ReadOnlyModelAdmin[M], request: HttpRequest, object_id: Any) -> M:
    """Return the row with the id in the page's address.

    Raises:
        Http404: there is no such row.
    """
    row: M | None = admin.get_object(request, str(object_id))
    if row is None:
        raise Http404
    return row
