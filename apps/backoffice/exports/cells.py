"""Values of export cells: exact numbers, plain text, and nothing that a spreadsheet would execute."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.html import strip_tags

from apps.common.csv_text import harmless

Value = str | int | Decimal | None

# Characters that XML, and so an xlsx file, cannot contain.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(value: Any) -> Value:
    """Return a value for an export cell: theme labels as text, HTML without tags."""
    if isinstance(value, (tuple, list)):
        value = value[-1] if isinstance(value, tuple) else ", ".join(map(str, value))
    if value is None or isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return harmless(_CONTROL.sub("", strip_tags(str(value)).strip()))
