"""The tab with a statement for every month since the customer began."""

from collections.abc import Sequence
from datetime import date, datetime

from django.http import HttpRequest
from django.urls import reverse

from apps.backoffice.blocks import Block, Cell, Table
from apps.common.periods import add_months, month_of
from apps.tenants.models import Organization

SHOWN = 36


def statements(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """One line per month, newest first, each to be opened as a PDF."""
    rows = [
        [Cell(label), Cell("Open as PDF", statement_page(organization, label))] for label in _months(organization, now)
    ]
    return [
        Table(
            title="Statements",
            columns=["Month", ""],
            rows=rows,
            explanation="Opening balance, every movement, closing balance; the totals equal the ledger.",
        )
    ]


def _months(organization: Organization, now: datetime) -> list[str]:
    first, month = month_of(organization.created_at).start.date(), month_of(now).start.date()
    found: list[date] = []
    while month >= first and len(found) < SHOWN:
        found.append(month)
        month = add_months(month, -1)
    return [f"{each:%Y-%m}" for each in found]


def statement_page(organization: Organization, month: str) -> str:
    """Return the address of one month's statement."""
    return reverse("admin:statement", args=[organization.pk, month])
