"""Money on staff pages: shown in whole units with grouped digits, typed as exact decimals, never as micros."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.common.admin.amounts import Unreadable, read_amount
from apps.common.money import (
    InexactAmount,
    from_micros,
    shown_decimals,
    to_minor_units,
)
from apps.common.reader import form_text, money_text, reader

Column = Callable[[Any], str | None]


def with_usual_decimals(amount: Decimal, unit: str) -> Decimal:
    """Return an exact amount with at least its currency's usual decimals, for files."""
    step = Decimal(1).scaleb(-shown_decimals(unit))
    _, _, exponent = amount.as_tuple()
    return amount.quantize(step) if isinstance(exponent, int) and exponent > -shown_decimals(unit) else amount


def _follow(row: object, path: str) -> Any:
    try:
        return reduce(getattr, path.split("__"), row)
    except (AttributeError, ObjectDoesNotExist):
        return None


def micros_column(
    name: str, description: str, *, unit: str = "", ordering: str | None = None, missing: str | None = None
) -> Column:
    """Return an admin column or read-only field that shows the micros at `name` (a `__` path) as money.

    `unit` is a path too (`organization__currency`). Lists sort by `ordering` if `name` is not a column. `missing` is
    shown where there is no amount.
    """

    def column(row: Any) -> str | None:
        amount = _follow(row, name)
        if amount is None:
            return missing
        text = money_text(int(amount), str(_follow(row, unit) or "") if unit else "")
        return format_html('<span class="money">{}</span>', text)

    def exact(row: Any) -> Decimal | None:
        amount = _follow(row, name)
        return None if amount is None else from_micros(int(amount))

    column.__name__ = name
    column.exact = exact  # type: ignore[attr-defined]
    column.short_description = description  # type: ignore[attr-defined]
    column.admin_order_field = name if ordering is None else ordering  # type: ignore[attr-defined]
    return column


def json_column(field: models.Field[Any, Any]) -> Column:
    """Return an admin column that shows a JSON value: a list of texts in one line, anything else indented."""

    def column(row: Any) -> str | None:
        value = getattr(row, field.name)
        if value in (None, {}, []):
            return None
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return ", ".join(value)
        text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
        return format_html('<pre class="json">{}</pre>', text)

    column.__name__ = field.name
    column.short_description = str(field.verbose_name).capitalize()  # type: ignore[attr-defined]
    return column


def exact_at(column: object, row: Any) -> Decimal | int | str | None:
    """Return the exact value of a money, quantity or count column in whole units, or of an end; None for any other."""
    read = getattr(column, "exact", None)
    value: Decimal | int | str | None = read(row) if read else None
    return value


class MicrosField(forms.CharField):
    """An amount typed in whole units as the reader writes it, cleaned to integer micros; finer ones are refused.

    An amount with two readings, such as "1.234", is refused, too.

    `currency` refuses amounts that cannot be paid in it; `minimum_micros` and `maximum_micros` are inclusive. `unit` is
    the displayed unit, set by `show_unit`.
    """

    unit = ""

    default_error_messages = {
        "inexact": "The amount has more than six decimals or is too large.",
        "minor_units": "The amount has more decimals than can be paid in %(currency)s.",
        "minimum": "The amount must be at least %(limit)s.",
        "maximum": "The amount must be at most %(limit)s.",
    }

    def __init__(
        self,
        *,
        currency: str = "",
        minimum_micros: int | None = None,
        maximum_micros: int | None = None,
        **options: Any,
    ) -> None:
        self.currency = currency
        self.minimum_micros, self.maximum_micros = minimum_micros, maximum_micros
        options.setdefault("widget", UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**options)

    def show_unit(self, unit: str, *, unit_id: str = "") -> None:
        """Show the unit next to the input, in an element with this id if a script on the page changes it."""
        self.unit = unit
        self.widget.attrs["suffix"] = format_html('<span id="{}">{}</span>', unit_id, unit) if unit_id else unit

    def prepare_value(self, value: Any) -> Any:
        return form_text(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, int):
            return value
        text = super().to_python(value) or ""
        if not text:
            return None
        try:
            return read_amount(text, reader().style)
        except Unreadable as error:
            raise forms.ValidationError(str(error), code="not_a_number") from error
        except InexactAmount as error:
            raise forms.ValidationError(self.error_messages["inexact"], code="inexact") from error

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        self._within(value)
        try:
            if self.currency:
                to_minor_units(value, self.currency)
        except InexactAmount as error:
            message = self.error_messages["minor_units"] % {"currency": self.currency}
            raise forms.ValidationError(message, code="minor_units") from error

    def _within(self, amount: int) -> None:
        for code, limit, outside in (
            ("minimum", self.minimum_micros, self.minimum_micros is not None and amount < self.minimum_micros),
            ("maximum", self.maximum_micros, self.maximum_micros is not None and amount > self.maximum_micros),
        ):
            if outside and limit is not None:
                text = money_text(limit, self.currency or self.unit)
                raise forms.ValidationError(self.error_messages[code] % {"limit": text}, code=code)

    def run_validators(self, value: Any) -> None:
        """Skip validation: the base class's validators expect text and would get an integer."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != self.to_python(initial))
        except forms.ValidationError:
            return True


def is_micros(field: models.Field[Any, Any]) -> bool:
    """Return whether a column holds micros, judged by the suffix that all such columns have."""
    return isinstance(field, models.BigIntegerField) and field.name.endswith("_micros")


def micros_label(field: models.Field[Any, Any]) -> str:
    """Return a column's label without the unit that it is stored in."""
    return written(str(field.verbose_name).removesuffix(" micros").capitalize())


def written(label: str) -> str:
    """Capitalize initials in a label: "USD rate", not "Usd rate"."""
    return re.sub(r"\b(usd|api|id)\b", lambda word: word[0].upper(), label, flags=re.IGNORECASE)


def micros_help(field: models.Field[Any, Any]) -> str:
    """Return a column's help text for a form in which the amount is typed in whole units."""
    return for_people(str(field.help_text))


def for_people(help_text: str) -> str:
    """Return a help text without the unit that the column is stored in."""
    return help_text.replace(", in micros of ", ", in ").replace(", in micros", "").replace("In micros.", "")
