"""A letter with fixed texts, for tests of what all papers have in common."""

from dataclasses import replace
from typing import Any

from apps.common.papers.content import Column, Letter, Section, Sum
from apps.common.papers.layout import render

LINES = Section(
    columns=(Column("Description", 70), Column("Amount", 30, is_number=True)),
    rows=tuple((f"Line {number}", f"{number}.00 EUR") for number in range(1, 61)),
    sums=(Sum("Total", "1,830.00 EUR", is_bold=True),),
)
LETTER = Letter(
    title="Invoice",
    number="EX-2026-00017",
    language="de",
    sender="Example GmbH",
    sender_address=("Hauptstraße 1", "10115 Berlin"),
    recipient=("Acme AG", "Ring 5", "80331 München"),
    facts=(("Number", "EX-2026-00017"),),
    sections=(LINES, Section(heading="Terms", text="Thank you.", signatures=("For Acme AG", "For Example GmbH"))),
    footer=("Example GmbH\nHauptstraße 1", "HRB 12345"),
    page_text="Page {page} of {pages}",
)


def drawn(**changes: Any) -> bytes:
    """Return the PDF of the letter with other fields."""
    return render(replace(LETTER, **changes))
