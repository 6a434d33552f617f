"""Filters of the usage lists."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.common.admin import TextFilter
from apps.tenants.models import Organization
from apps.usage.models import BYOK
from apps.usage.selectors import unknown_models_charged


class CustomerFilter(TextFilter):
    """A customer by id or slug."""

    title = "organization (id or slug)"
    parameter_name = "customer"

    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Keep the rows of one organization."""
        try:
            return queryset.filter(organization_id=UUID(text))
        except ValueError:
            # The id is looked up first, so that the database can use the index on it.
            found = Organization.objects.filter(slug=text).values_list("pk", flat=True).first()
            return queryset.filter(organization_id=found) if found else queryset.none()


class BillingModeFilter(admin.SimpleListFilter):
    """Filters by whose keys were used. The choices are fixed, so no events are read for them."""

    title = "whose keys"
    parameter_name = "billing_mode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(BYOK, "On the customer's own keys")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(billing_mode=BYOK) if self.value() == BYOK else queryset


class RecentFilter(admin.SimpleListFilter):
    """Keeps the unlisted models that home counts."""

    title = "when"
    parameter_name = "recent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "In the last 30 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(pk__in=unknown_models_charged(timezone.now()).values("pk"))
