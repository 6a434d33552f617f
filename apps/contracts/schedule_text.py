"""The text of a custom schedule, as staff enter it: a day, credit, service and a description on each line."""

from datetime import date, datetime

from django import forms

from apps.common.admin import day_text, reader
from apps.common.admin.amounts import Unreadable, read_amount
from apps.common.money import InexactAmount
from apps.common.reader import input_text
from apps.contracts.terms import CustomLine

EXAMPLE = "2027-01-31; 500; 120; Setup"


def lines_text(lines: tuple[CustomLine, ...]) -> str:
    """Return lines as text, in the form in which the current user enters them."""
    return "\n".join(
        f"{day_text(line.due_date)}; {input_text(line.credit_micros)}; {input_text(line.service_micros)}; {line.text}"
        for line in lines
    )


def read_lines(text: str) -> tuple[CustomLine, ...]:
    """Return the lines of a text, by day; parts are separated by semicolons or tabs, as pasted from a spreadsheet.

    Raises:
        ValidationError: names the line and what is wrong with it.
    """
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split("\t" if "\t" in line else ";")]
        if not 3 <= len(parts) <= 4:
            raise forms.ValidationError(f"Line {number}: write a day, credit, service and a text, such as: {EXAMPLE}")
        try:
            credit, service = (read_amount(part or "0", reader().style) for part in parts[1:3])
            what = parts[3][:200] if len(parts) == 4 else ""
            lines.append(CustomLine(due_date=_day(parts[0]), credit_micros=credit, service_micros=service, text=what))
        except (Unreadable, InexactAmount, ValueError) as error:
            raise forms.ValidationError(f"Line {number}: {error}") from error
    return tuple(sorted(lines, key=lambda line: line.due_date))


def _day(text: str) -> date:
    for pattern in ("%Y-%m-%d", reader().style.day):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(f"{text} is not a date.")
