"""Numbers that are no money on staff's screens: counts and quantities, with grouped digits, under each other."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.html import format_html

from apps.common.admin.money import Column
from apps.common.money import decimal_text, from_micros

# Integers that name something instead of counting it.
NAMES = frozenset({"year", "month", "status"})


def quantity_text(quantity_micros: int) -> str:
    """Write a quantity for reading: grouped digits, and a fraction only where there is one."""
    whole, _, fraction = decimal_text(abs(quantity_micros)).partition(".")
    sign = "-" if quantity_micros < 0 else ""
    return f"{sign}{int(whole):,}" + (f".{fraction}" if fraction else "")


def is_count(field: models.Field[Any, Any]) -> bool:
    """Say whether a column counts something."""
    is_number = isinstance(field, models.IntegerField) and not field.name.endswith("_micros")
    return is_number and not (field.primary_key or field.choices or field.name in NAMES)


def count_column(field: models.Field[Any, Any]) -> Column:
    """Return a list's column that shows whole numbers under each other."""
    return _column(field.name, str(field.verbose_name).capitalize(), lambda number: f"{number:,}", int)


def quantity_column(name: str, description: str) -> Column:
    """Return a list's column, or read-only field, that shows the micros at `name` as a quantity."""
    return _column(name, description, quantity_text, from_micros)


def _column(name: str, description: str, write: Any, exact: Any) -> Column:
    def column(row: Any) -> str | None:
        number = getattr(row, name)
        return None if number is None else format_html('<span class="money">{}</span>', write(number))

    def read(row: Any) -> Any:
        number = getattr(row, name)
        return None if number is None else exact(number)

    column.__name__ = f"{name}_number"  # what the style sheet aligns the heading by
    column.exact = read  # type: ignore[attr-defined]
    column.short_description = description  # type: ignore[attr-defined]
    column.admin_order_field = name  # type: ignore[attr-defined]
    return column
