"""Filters of the lists: what is overdue, what ends soon; the home page leads to both."""

from abc import ABC, abstractmethod
from datetime import UTC, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.contracts.models import OPEN_STATES, Contract

SOON = timedelta(days=30)


class _Yes(admin.SimpleListFilter, ABC):
    """Everything, or only that."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.only(queryset) if self.value() == "yes" else queryset

    @abstractmethod
    def only(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return that."""


class OverdueFilter(_Yes):
    """Installments past their due date that are still open."""

    title = "overdue"
    parameter_name = "overdue"

    def only(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(overdue_at__isnull=False, state__in=OPEN_STATES)


class EndingFilter(_Yes):
    """Active contracts that end within thirty days and do not renew by themselves."""

    title = "ending within 30 days"
    parameter_name = "ending"

    def only(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = timezone.now().astimezone(UTC).date()
        ending = queryset.filter(status=Contract.Status.ACTIVE, auto_renew=False)
        return ending.filter(end_date__gte=today, end_date__lte=today + SOON)
