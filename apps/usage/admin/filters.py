"""Filters of the usage lists."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.common.admin import TextFilter


class CustomerFilter(TextFilter):
    """A customer by id or slug."""

    title = "organization (id or slug)"
    parameter_name = "customer"

    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Keep the rows of one organization."""
        try:
            return queryset.filter(organization_id=UUID(text))
        except ValueError:
            return queryset.filter(organization__slug=text)
