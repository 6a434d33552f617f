"""Shows every `*_micros` column of an admin page as money: read-only cells, list columns and form fields."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import quote
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from apps.common.admin.actors import actor_column, is_actor
from apps.common.admin.money import (
    Column,
    MicrosField,
    is_micros,
    json_column,
    micros_column,
    micros_help,
    micros_label,
    written,
)
from apps.common.admin.numbers import count_column, count_field, end_column, is_count, is_end, is_month, month_column


def shown_once(show: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Compute a read-only field once per row, because the page's template reads it several times."""

    @wraps(show)
    def shown(page: Any, row: Any) -> Any:
        kept = row.__dict__.setdefault("_shown", {})
        if show.__name__ not in kept:
            kept[show.__name__] = show(page, row)
        return kept[show.__name__]

    return shown


class MicrosMixin:
    """Shows and edits `*_micros` columns as money; admin classes list the plain column name."""

    model: Any
    admin_site: Any
    # A path from the row to the unit of its amounts, shown behind them: "organization__currency".
    money_unit: ClassVar[str] = ""

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest | None, **kwargs: Any
    ) -> forms.Field | None:
        if not is_micros(db_field):
            field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
            if field is not None and field.label:
                field.label = written(str(field.label))
            return field
        return MicrosField(
            label=micros_label(db_field),
            help_text=micros_help(db_field),
            required=not db_field.blank and not db_field.has_default(),
            initial=db_field.get_default(),
        )

    def _as_money(self, names: Any) -> list[Any]:
        return [self._column(name) if isinstance(name, str) else self._row(name) for name in names]

    def _row(self, name: Any) -> Any:
        return tuple(self._as_money(name)) if isinstance(name, (list, tuple)) else name

    def _column(self, name: str) -> str | Column:
        if hasattr(self, name):
            return name
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return name
        if isinstance(field, models.JSONField):
            shown: dict[str, Column] = self.__dict__.setdefault("_json_columns", {})
            return shown.setdefault(name, json_column(field))
        columns: dict[str, Column] = self.__dict__.setdefault("_own_columns", {})
        if name not in columns and is_actor(field):
            columns[name] = actor_column(field)
        if name not in columns and is_month(field):
            columns[name] = month_column(field)
        if name not in columns and is_end(field):
            columns[name] = end_column(field)
        if name not in columns and name.endswith("_micros"):
            columns[name] = micros_column(name, micros_label(field), unit=self.money_unit)
        return columns.get(name, name)

    def _count(self, name: Any, make: Callable[[Any], Column] = count_column) -> Any:
        """Return the column that `make` creates for the name of a count; any other name is returned unchanged."""
        if not isinstance(name, str) or hasattr(self, name):
            return name
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return name
        if not is_count(field):
            return name
        columns: dict[str, Column] = self.__dict__.setdefault(f"_{make.__name__}s", {})
        return columns.setdefault(name, make(field))

    def _field(self, name: str) -> str | Column:
        """Return the read-only field for a name on a row's own page: money, a count, or a colored label's text."""
        shown = getattr(self, name, None)
        if shown is None and (link := self._link(name)):
            return link
        if getattr(shown, "label", None) is None:
            own: str | Column = self._count(self._column(name), count_field)
            return own
        fields: dict[str, Column] = self.__dict__.setdefault("_label_fields", {})
        return fields.setdefault(name, _words(name, shown))

    def _link(self, name: str) -> Column | None:
        """Return the read-only field that links to another row by its title; None if `name` is no such relation.

        Tables of rows show the other row's text instead, because a title may need queries.
        """
        if isinstance(self, InlineModelAdmin):
            return None
        field: Any = next((each for each in self.model._meta.fields if each.name == name), None)
        if field is None or not field.is_relation or not self.admin_site.is_registered(field.related_model):
            return None
        links: dict[str, Column] = self.__dict__.setdefault("_links", {})
        return links.setdefault(name, _link_column(field, self.admin_site.get_model_admin(field.related_model)))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = super().get_readonly_fields(request, obj)  # type: ignore[misc]
        return [self._field(name) if isinstance(name, str) else name for name in names]

    def _names_to_show(self, request: HttpRequest, obj: Any, names: Any) -> list[Any]:
        """Replace the read-only names by their money columns; the others stay form fields."""
        frozen = {getattr(column, "__name__", None) for column in self.get_readonly_fields(request, obj)}
        return [
            self._names_to_show(request, obj, name)
            if isinstance(name, (list, tuple))
            else self._field(name)
            if name in frozen or not self._may_change(request, obj)
            else name
            for name in names
        ]

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        if obj is None:
            return bool(self.has_add_permission(request))  # type: ignore[attr-defined]
        return bool(self.has_change_permission(request, obj))  # type: ignore[attr-defined]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            (name, {**options, "fields": self._names_to_show(request, obj, options["fields"])})
            for name, options in super().get_fieldsets(request, obj)  # type: ignore[misc]
        ]


def _link_column(field: models.Field[Any, Any], page: Any) -> Column:
    """Return a read-only field that shows a related row by the title of its own page, with its text as a tooltip."""

    def link(row: Any) -> str | None:
        kept = row.__dict__.setdefault("_shown", {})
        if field.name not in kept:
            kept[field.name] = written_link(row)
        shown: str | None = kept[field.name]
        return shown

    def written_link(row: Any) -> str | None:
        other = getattr(row, field.name)
        if other is None:
            return None
        address = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_change", args=[quote(other.pk)])
        title = page.row_title(other)
        return format_html('<a class="text-link" href="{}" title="{}">{}</a>', address, other, title)

    link.__name__ = field.name
    link.short_description = written(str(field.verbose_name).capitalize())  # type: ignore[attr-defined]
    return link


def _words(name: str, shown: Any) -> Column:
    """Return a field with the text of a colored list label; the theme colors labels only in lists."""

    def field(row: Any) -> str | None:
        value = shown(row)
        return str(value[1]) if isinstance(value, (list, tuple)) else value

    field.__name__ = name
    field.short_description = shown.short_description  # type: ignore[attr-defined]
    return field
