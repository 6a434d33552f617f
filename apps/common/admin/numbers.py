"""Counts and quantities on staff pages, right-aligned with grouped digits; months without a day, ends as last days."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.html import format_html

from apps.common.admin.money import Column
from apps.common.money import from_micros
from apps.common.reader import count_text, end_text, quantity_text

# Integers that identify something instead of counting it.
NAMES = frozenset({"year", "month", "status", "remote_port"})
# Times that are the first moment after an end.
ENDS = frozenset({"expires_at", "effective_to"})


def is_count(field: models.Field[Any, Any]) -> bool:
    """Return whether a column is a count."""
    is_number = isinstance(field, models.IntegerField) and not field.name.endswith("_micros")
    return is_number and not (field.primary_key or field.choices or field.name in NAMES)


def count_column(field: models.Field[Any, Any]) -> Column:
    """Return a list column with right-aligned whole numbers."""
    return _column(field.name, str(field.verbose_name).capitalize(), count_text, int)


def count_field(field: models.Field[Any, Any]) -> Column:
    """Return the read-only field of a row's own page for a count, under the column's own name."""
    shown = count_column(field)
    shown.__name__ = field.name
    return shown


def quantity_column(name: str, description: str) -> Column:
    """Return a list column or read-only field that shows the micros at `name` as a quantity."""
    return _column(name, description, quantity_text, from_micros)


def is_month(field: Any) -> bool:
    """Return whether a column holds a month, as its first day."""
    return isinstance(field, models.DateField) and field.name == "month"


def month_column(field: Any) -> Column:
    """Return a list column or read-only field that shows a month as `2026-10`."""

    def column(row: Any) -> str | None:
        month = getattr(row, field.name)
        return f"{month:%Y-%m}" if month else None

    column.__name__ = field.name
    column.short_description = str(field.verbose_name).capitalize()  # type: ignore[attr-defined]
    column.admin_order_field = field.name  # type: ignore[attr-defined]
    return column


def is_end(field: Any) -> bool:
    """Return whether a column holds an end, as the first moment after it."""
    return isinstance(field, models.DateTimeField) and field.name in ENDS


def end_column(field: Any) -> Column:
    """Return a list column or read-only field that shows an end, that of a day as the day; files have the moment."""

    def column(row: Any) -> str | None:
        end = getattr(row, field.name)
        return end_text(end) if end else None

    def read(row: Any) -> str | None:
        end = getattr(row, field.name)
        return f"{end:%Y-%m-%d %H:%M:%S}" if end else None

    column.__name__ = field.name
    column.exact = read  # type: ignore[attr-defined]
    column.short_description = str(field.verbose_name).capitalize()  # type: ignore[attr-defined]
    column.admin_order_field = field.name  # type: ignore[attr-defined]
    return column


def _column(name: str, description: str, write: Any, exact: Any) -> Column:
    def column(row: Any) -> str | None:
        number = getattr(row, name)
        return None if number is None else format_html('<span class="money">{}</span>', write(number))

    def read(row: Any) -> Any:
        number = getattr(row, name)
        return None if number is None else exact(number)

    column.__name__ = f"{name}_number"  # The class by which the style sheet aligns the heading.
    column.exact = read  # type: ignore[attr-defined]
    column.short_description = description  # type: ignore[attr-defined]
    column.admin_order_field = name  # type: ignore[attr-defined]
    return column
