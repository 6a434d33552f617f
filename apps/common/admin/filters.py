"""List filters: amounts in whole units, days in UTC, exact texts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateFilter, RangeNumericFilter
from unfold.contrib.filters.forms import SearchForm

from apps.common.admin.money import MicrosField
from apps.common.periods import midnight
from apps.common.reader import code_words


class AmountRangeFilter(RangeNumericFilter):
    """From and to, typed as money and compared in micros; an invalid amount matches nothing."""

    title: str

    def __init__(self, *args: Any, **options: Any) -> None:
        """Name the filter without the unit that the column is stored in."""
        super().__init__(*args, **options)
        self.title = str(self.title).removesuffix(" micros")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        field = MicrosField(required=False)
        try:
            least, most = (
                field.clean(self.used_parameters.get(f"{self.parameter_name}_{suffix}", ""))
                for suffix in ("from", "to")
            )
        except ValidationError:
            return queryset.none()
        return self.within(queryset, least, most)

    def within(self, queryset: QuerySet[Any], least: int | None, most: int | None, column: str = "") -> QuerySet[Any]:
        """Keep the rows whose column (by default the filter's own) is within the limits, in micros."""
        for lookup, limit in (("gte", least), ("lte", most)):
            if limit is not None:
                queryset = queryset.filter(**{f"{column or self.parameter_name}__{lookup}": limit})
        return queryset


class DayRangeFilter(RangeDateFilter):
    """From and to as days in UTC, both inclusive, for date and time columns; the conditions use the column's index."""

    # Another path to the same time, if that one has the index.
    column = ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first, last = (self._day(suffix) for suffix in ("from", "to"))
        column = self.column or self.parameter_name
        if first is not None:
            queryset = queryset.filter(**{f"{column}__gte": self._start(first)})
        if last is not None:
            queryset = queryset.filter(**{f"{column}__lt": self._start(last + timedelta(days=1))})
        return queryset

    def _start(self, day: date) -> date:
        """Return a day as the column stores it: a date, or the first moment of the day."""
        return midnight(day) if isinstance(self.field, DateTimeField) else day

    def _day(self, suffix: str) -> date | None:
        try:
            day = date.fromisoformat(self.used_parameters.get(f"{self.parameter_name}_{suffix}") or "")
        except ValueError:
            return None
        return min(day, date.max - timedelta(days=1))  # There is no day after the last one.


class ValueFilter(admin.AllValuesFieldListFilter):
    """Filter by the values that rows have, written in words, for a column with codes of others."""

    words = staticmethod(code_words)

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for each in super().choices(changelist):
            yield {**each, "display": self.words(str(each["display"]))}


class TextFilter(admin.SimpleListFilter, ABC):
    """A text filter whose condition a subclass defines; set `title` and `parameter_name`."""

    template = "unfold/filters/filters_field.html"
    form_class = SearchForm

    def has_output(self) -> bool:
        return True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        text = (self.value() or "").strip()
        return self.narrow(queryset, text) if text else queryset

    @abstractmethod
    def narrow(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Keep the rows that match the text."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        name = self.parameter_name
        yield {"form": SearchForm(name=name, label=f"By {self.title}", data={name: self.value()})}
