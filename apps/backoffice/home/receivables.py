"""What customers owe by age: open invoices, and due installments that are on no invoice."""

from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from apps.backoffice.home.currencies import ALL, kept_a_minute, of_currency
from apps.contracts.models import OPEN_STATES, Installment
from apps.invoices.models import Document
from apps.invoices.models.document_rules import NOT_LEFT
from apps.invoices.models.documents import OUTSTANDING

LEFT_OF_INSTALLMENT = F("amount_micros") - F("discount_micros") - F("paid_micros")
LEFT_OF_INVOICE = F("total_micros") - NOT_LEFT


class OwedAmount(NamedTuple):
    """What a customer owes that was due on one day."""

    organization_id: UUID
    name: str
    currency: str
    rate_micros: int
    due: date
    left_micros: int


def open_invoices(currency: str) -> QuerySet[Document]:
    """Return the unpaid invoices in a currency, or in all."""
    return Document.objects.filter(of_currency(currency, "currency"), type=Document.Type.INVOICE, state__in=OUTSTANDING)


def due_installments(currency: str, today: date) -> QuerySet[Installment]:
    """Return the unpaid installments that are due and are on no open invoice."""
    asked = Document.objects.filter(installment=OuterRef("pk"), state__in=OUTSTANDING)
    own = of_currency(currency, "contract__organization__currency")
    return Installment.objects.filter(own, ~Exists(asked), state__in=OPEN_STATES, pay_by__lte=today)


def owed(currency: str, today: date) -> list[OwedAmount]:
    """Return what is owed in a currency, or in all, by customer and due date."""
    of = ("organization", "organization__name", "organization__currency", "organization__usd_rate_micros", "due_date")
    invoices = open_invoices(currency).order_by().values_list(*of).annotate(left=Sum(LEFT_OF_INVOICE))
    own = tuple("pay_by" if name == "due_date" else f"contract__{name}" for name in of)
    rows = due_installments(currency, today).order_by().values_list(*own).annotate(left=Sum(LEFT_OF_INSTALLMENT))
    return [OwedAmount(*row) for row in (*invoices, *rows)]


def overdue(currency: str, now: datetime) -> list[OwedAmount]:
    """Return what is owed past its due date."""
    today = now.astimezone(UTC).date()
    return [row for row in owed(currency, today) if row.due < today]


def alarmed_currencies(now: datetime) -> set[str]:
    """Return the currencies in which something is overdue; a minute old at most."""
    return kept_a_minute("overdue", lambda _, at: {row.currency for row in overdue(ALL, at)}, ALL, now)
