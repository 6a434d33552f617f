"""List filters by the owner and the tag of a customer, for rows with a column `organization`."""

from typing import Any

from django.db.models import QuerySet

from apps.common.admin import TextFilter

OF_CUSTOMER = "organization__"


class OwnerFilter(TextFilter):
    """The colleague who looks after the customer, by user name."""

    title = "owner (user name)"
    parameter_name = "owner"

    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queryset.filter(**{f"{OF_CUSTOMER}billing_profile__owner__username__iexact": text})


class TagFilter(TextFilter):
    """A tag of the customer."""

    title = "tag"
    parameter_name = "tag"

    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queryset.filter(**{f"{OF_CUSTOMER}billing_profile__tags__contains": [text.lower()]})
