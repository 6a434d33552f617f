"""Filters of the usage lists."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.usage.models import BYOK
from apps.usage.selectors import unknown_models_charged


class BillingModeFilter(admin.SimpleListFilter):
    """Filters by whose keys were used. The choices are fixed, so no events are read for them."""

    title = "whose keys"
    parameter_name = "billing_mode"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(BYOK, "On the customer's own keys")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(billing_mode=BYOK) if self.value() == BYOK else queryset


class RecentFilter(admin.SimpleListFilter):
    """Keeps the unknown models that the home page counts: those charged at the price for any model in 30 days."""

    title = "when"
    parameter_name = "recent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "In the last 30 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(pk__in=unknown_models_charged(timezone.now()).values("pk"))
