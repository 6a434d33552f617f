"""What goes into a cell of a file: exact numbers, plain texts, and nothing that a spreadsheet would run."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.html import strip_tags

from apps.common.csv_text import harmless

Value = str | int | Decimal | None

# What XML, and so a spreadsheet's file, cannot hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(value: Any) -> Value:
    """Return a value as a file holds it; a label of the theme is its text, HTML loses its tags."""
    if isinstance(value, (tuple, list)):
        value = value[-1] if isinstance(value, tuple) else ", ".join(map(str, value))
    if value is None or isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return harmless(_CONTROL.sub("", strip_tags(str(value)).strip()))
