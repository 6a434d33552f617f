"""Filters of the lists of invoices and of money received."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.invoices.selectors import overdue_invoices, with_unapplied


class OverdueFilter(admin.SimpleListFilter):
    """Filter for invoices that are unpaid after their due date."""

    title = "overdue"
    parameter_name = "overdue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Overdue")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset & overdue_invoices(timezone.now()) if self.value() == "yes" else queryset


class UnappliedFilter(admin.SimpleListFilter):
    """Filter for money that is partly or wholly unapplied."""

    title = "unapplied"
    parameter_name = "unapplied"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Unapplied")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return with_unapplied(queryset) if self.value() == "yes" else queryset
