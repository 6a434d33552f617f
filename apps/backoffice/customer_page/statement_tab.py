"""The tab with a statement for every month since the customer was created; each can be emailed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse

from apps.backoffice.components import Block, Cell, Link, Table
from apps.backoffice.customer_page.money_tabs import changelist
from apps.common.periods import add_months, month_of, parse_month
from apps.tenants.models import Organization
from apps.wallets.accounts import Role, code_of

SHOWN = 36


def statements(request: HttpRequest, organization: Organization, now: datetime) -> Sequence[Block]:
    """One line per month, newest first, each with a link to its PDF."""
    rows = [
        [
            Cell(label),
            Cell("Open as PDF", statement_page(organization, label)),
            Cell("Email it", reverse("admin:statement_mail", args=[organization.pk, label])),
            Cell("Its entries", _movements(organization, label)),
        ]
        for label in _months(organization, now)
    ]
    return [
        Table(
            title="Statements",
            columns=["Month", "Paper", "To the customer", "On screen"],
            rows=rows,
            explanation=(
                "Invoices and payments by value date, open invoices, prepaid credit and what was used, in the "
                "customer's language. On screen each entry of the credit links to what caused it."
            ),
            links=[
                Link(
                    "Statements, receipts and order forms made",
                    changelist("papers_paper", organization__id__exact=f"{organization.pk}"),
                )
            ],
        )
    ]


def _movements(organization: Organization, label: str) -> str:
    """Return the address of the list of exactly the entries in a month's statement."""
    month = parse_month(label)
    return changelist(
        "ledger_entry",
        account=code_of(organization.pk, Role.WALLET),
        recorded_at_from=f"{month.start:%Y-%m-%d}",
        recorded_at_to=f"{month.end - timedelta(days=1):%Y-%m-%d}",
    )


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
