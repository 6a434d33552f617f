"""Lines of CSV that a spreadsheet shows as text: what it would run as a formula is made harmless."""

import csv
import io
import re
from collections.abc import Iterable

# What a CSV file begins with, so that Excel reads it as UTF-8: without it a name with an umlaut is garbled.
MARK = "\ufeff"

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def csv_line(values: Iterable[object]) -> str:
    """Return one line, quoted where needed; a text that starts like a formula gets an apostrophe, a number does not."""
    line = io.StringIO()
    csv.writer(line).writerow([harmless("" if value is None else str(value)) for value in values])
    return line.getvalue()


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula; a number stays one."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
