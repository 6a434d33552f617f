"""Filters of the lists: what is overdue, what ends soon; the home page leads to both."""

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.contracts.selectors import ending_contracts, overdue_installments


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
        return overdue_installments(queryset)


class EndingFilter(_Yes):
    """Active contracts that end within thirty days and do not renew by themselves."""

    title = "ending within 30 days"
    parameter_name = "ending"

    def only(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return ending_contracts(queryset, timezone.now())
