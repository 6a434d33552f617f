"""What customers owe by age: open invoices, and due installments that are on no invoice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from apps.backoffice.home.currencies import ALL, kept_a_minute, of_currency
from apps.billing_profiles.value_dates import seller_day
from apps.contracts.models import OPEN_STATES, Installment
from apps.invoices.models import Document
from apps.invoices.models.document_rules import NOT_LEFT
from apps.invoices.models.documents import OUTSTANDING
from apps.invoices.receivables import age_of

LEFT_OF_INSTALLMENT = F("amount_micros") - F("discount_micros") - F("paid_micros")
LEFT_OF_INVOICE = F("total_micros") - NOT_LEFT


class OwedAmount(NamedTuple):
    """What a customer owes that was due on one day, as of the seller's day."""

    organization_id: UUID
    name: str
    currency: str
    rate_micros: int
    due: date
    today: date
    left_micros: int

    @property
    def age(self) -> int:
        """Its index in `AGES`, as in the aging report."""
        return age_of(self.due, self.today)

    @property
    def is_overdue(self) -> bool:
        """Whether its due date has passed."""
        return self.due < self.today


def open_invoices(currency: str, now: datetime) -> QuerySet[Any]:
    """Return the unpaid invoices in a currency, or in all, each with its seller's day as `today`."""
    rows = Document.objects.filter(of_currency(currency, "currency"), type=Document.Type.INVOICE, state__in=OUTSTANDING)
    return rows.annotate(today=seller_day("seller__time_zone", now))


def due_installments(currency: str, now: datetime) -> QuerySet[Any]:
    """Return the unpaid installments that are due and are on no open invoice, each with its seller's day as `today`."""
    asked = Document.objects.filter(installment=OuterRef("pk"), state__in=OUTSTANDING)
    own = of_currency(currency, "contract__organization__currency")
    # No time zone is ahead of UTC by a day, so that the index on the day leaves little to compare.
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    rows = Installment.objects.filter(own, ~Exists(asked), state__in=OPEN_STATES, pay_by__lte=tomorrow)
    today = seller_day("contract__organization__billing_profile__seller__time_zone", now)
    return rows.annotate(today=today).filter(pay_by__lte=F("today"))


def owed(currency: str, now: datetime) -> list[OwedAmount]:
    """Return what is owed in a currency, or in all, by customer and due date; a minute old at most."""
    return kept_a_minute("owed", _owed, currency, now)


def _owed(currency: str, now: datetime) -> list[OwedAmount]:
    of = ("organization", "organization__name", "organization__currency", "organization__usd_rate_micros", "due_date")
    invoices = open_invoices(currency, now).order_by().values_list(*of, "today").annotate(left=Sum(LEFT_OF_INVOICE))
    own = tuple("pay_by" if name == "due_date" else f"contract__{name}" for name in of)
    rows = due_installments(currency, now).order_by().values_list(*own, "today")
    found = (*invoices, *rows.annotate(left=Sum(LEFT_OF_INSTALLMENT)))
    return [OwedAmount(*row) for row in found]


def overdue(currency: str, now: datetime) -> list[OwedAmount]:
    """Return what is owed past its due date."""
    return [row for row in owed(currency, now) if row.is_overdue]


def alarmed_currencies(now: datetime) -> set[str]:
    """Return the currencies in which something is overdue; a minute old at most."""
    return kept_a_minute("overdue", lambda _, at: {row.currency for row in overdue(ALL, at)}, ALL, now)
