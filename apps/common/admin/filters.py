"""Filters for the sheet beside a list: amounts in whole units, days in UTC, exact texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateFilter, RangeNumericFilter
from unfold.contrib.filters.forms import SearchForm

from apps.common.admin.money import MicrosField
from apps.common.periods import midnight


class AmountRangeFilter(RangeNumericFilter):
    """From and to, typed as money and compared in micros; what is not an amount matches nothing."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        try:
            for suffix, lookup in (("from", "gte"), ("to", "lte")):
                limit = MicrosField(required=False).clean(
                    self.used_parameters.get(f"{self.parameter_name}_{suffix}", "")
                )
                if limit is not None:
                    queryset = queryset.filter(**{f"{self.parameter_name}__{lookup}": limit})
        except ValidationError:
            return queryset.none()
        return queryset


class DayRangeFilter(RangeDateFilter):
    """From and to as days, both inclusive, in UTC; for moments, and indexed as they are."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first, last = (self._day(suffix) for suffix in ("from", "to"))
        if first is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": midnight(first)})
        if last is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": midnight(last + timedelta(days=1))})
        return queryset

    def _day(self, suffix: str) -> date | None:
        try:
            return date.fromisoformat(self.used_parameters.get(f"{self.parameter_name}_{suffix}") or "")
        except ValueError:
            return None


class TextFilter(admin.SimpleListFilter):
    """A text that a subclass turns into a condition; set `title`, `parameter_name` and `narrow`."""

    template = "unfold/filters/filters_field.html"
    form_class = SearchForm

    def has_output(self) -> bool:
        return True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        text = (self.value() or "").strip()
        return self.narrow(queryset, text) if text else queryset

    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        raise NotImplementedError

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        name = self.parameter_name
        yield {"form": SearchForm(name=name, label=f"By {self.title}", data={name: self.value()})}
