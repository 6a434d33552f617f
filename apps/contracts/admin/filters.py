"""List filters for overdue installments and contracts ending soon; the home page links to both."""

from abc import ABC, abstractmethod
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.contracts.selectors import ending_contracts, overdue_installments


class _YesFilter(admin.SimpleListFilter, ABC):
    """A filter with one choice, "Yes"."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.only(queryset) if self.value() == "yes" else queryset

    @abstractmethod
    def only(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that match."""


class OverdueFilter(_YesFilter):
    """Installments past their due date that are still open."""

    title = "overdue"
    parameter_name = "overdue"

    def only(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return overdue_installments(queryset)


class EndingFilter(_YesFilter):
    """Active contracts that end within 60 days and do not renew automatically."""

    title = "ending within 60 days"
    parameter_name = "ending"

    def only(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return ending_contracts(queryset, timezone.now())
