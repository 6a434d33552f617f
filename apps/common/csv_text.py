"""CSV lines that are safe in spreadsheets: texts that would run as formulas are neutralized."""

import csv
import io
import re
from collections.abc import Iterable

# The byte order mark, so that Excel reads the file as UTF-8 and does not garble umlauts.
MARK = "\ufeff"

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def csv_line(values: Iterable[object]) -> str:
    """Return one CSV line, quoted where needed; texts that look like formulas get an apostrophe, numbers do not."""
    line = io.StringIO()
    csv.writer(line).writerow([harmless("" if value is None else str(value)) for value in values])
    return line.getvalue()


def harmless(text: str) -> str:
    """Prefix a text that a spreadsheet would run as a formula with an apostrophe; numbers stay as they are."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
