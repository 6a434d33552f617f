"""List filters by properties of a customer, each one of several values separated by commas."""

from abc import abstractmethod
from typing import Any

from django.db.models import QuerySet

from apps.common.admin import TextFilter


class CustomerPropertyFilter(TextFilter):
    """A filter by a property of the customer; `customer` is the path from the rows to it, empty for customers."""

    customer = "organization"

    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        prefix = f"{self.customer}__" if self.customer else ""
        values = [each.strip() for each in text.split(",") if each.strip()]
        return queryset.filter(**{f"{prefix}{lookup}": value for lookup, value in self.lookup(values).items()})

    @abstractmethod
    def lookup(self, values: list[str]) -> dict[str, Any]:
        """Return the condition on a customer."""


class CurrencyFilter(CustomerPropertyFilter):
    """The customer's currency."""

    title = "currency"
    parameter_name = "currency_code"

    def lookup(self, values: list[str]) -> dict[str, Any]:
        return {"currency__in": [each.upper() for each in values]}


class CountryFilter(CustomerPropertyFilter):
    """The country of the customer's address."""

    title = "country"
    parameter_name = "country"

    def lookup(self, values: list[str]) -> dict[str, Any]:
        return {"billing_profile__country__in": [each.upper() for each in values]}


class OwnerFilter(CustomerPropertyFilter):
    """The colleague who looks after the customer, by user name."""

    title = "owner (user name)"
    parameter_name = "owner"

    def lookup(self, values: list[str]) -> dict[str, Any]:
        return {"billing_profile__owner__username__in": [*values, *(each.lower() for each in values)]}


class TagFilter(CustomerPropertyFilter):
    """A tag of the customer."""

    title = "tag"
    parameter_name = "tag"

    def lookup(self, values: list[str]) -> dict[str, Any]:
        return {"billing_profile__tags__overlap": [each.lower() for each in values]}


BY_CUSTOMER = (CurrencyFilter, CountryFilter, OwnerFilter, TagFilter)
