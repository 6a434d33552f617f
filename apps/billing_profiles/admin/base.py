"""The base of the pages of this app."""

from typing import Any

from django.http import HttpRequest

from apps.common.admin.base import ModelAdmin, Row


class KeptModelAdmin(ModelAdmin[Row]):
    """Rows that nobody deletes, not even a superuser; a new one has no section "History" yet."""

    def get_fieldsets(self, request: HttpRequest, obj: Row | None = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        return [each for each in sets if obj is not None or each[0] != "History"]

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False
