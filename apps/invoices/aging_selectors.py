"""The aging of a seller's receivables as of a day, from invoices, payments, credit notes and write-offs of that day."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.billing_profiles.models import Seller
from apps.common.periods import midnight
from apps.invoices.aging import Aging, age_of
from apps.invoices.models import Application, Document, Money, WriteOff


def aging(seller: Seller, day: date) -> list[Aging]:
    """Return what each customer owes a seller, by currency and name.

    A payment counts from its value date, a credit note from its issue date, a write-off from the day it was made.
    Whether an invoice is uncollectible is as of now.
    """
    found: dict[tuple[str, UUID], Aging] = {}

    def row_of(organization_id: UUID, name: str, currency: str) -> Aging:
        return found.setdefault((currency, organization_id), Aging(organization_id, name, currency))

    for invoice in _invoices(seller, day):
        left = invoice["total_micros"] - invoice["paid"] - invoice["credited_part"] - invoice["given_up"]
        if left <= 0:
            continue
        row = row_of(invoice["organization"], invoice["organization__name"], invoice["currency"])
        if invoice["is_given_up"]:
            row.uncollectible_micros += left
        else:
            row.by_age[age_of(invoice["due_date"], day)] += left
    for money in _money(seller, day):
        unapplied = money["amount_micros"] - money["applied"] - money["paid_back_micros"]
        if unapplied > 0:
            row = row_of(money["organization"], money["organization__name"], money["organization__currency"])
            row.unapplied_micros += unapplied
    return sorted(found.values(), key=lambda row: (row.currency, row.name, str(row.organization_id)))


def _invoices(seller: Seller, day: date) -> Iterable[dict[str, Any]]:
    after = midnight(day + timedelta(days=1))
    notes = Document.objects.filter(type=Document.Type.CREDIT_NOTE, issue_date__lte=day, credited=OuterRef("pk"))
    of_unpaid = F("total_micros") - F("returned_net_micros") - F("returned_tax_micros")
    write_offs = WriteOff.objects.filter(document=OuterRef("pk"), created_at__lt=after)
    stands = Q(undone_at=None) | Q(undone_at__gte=after)
    rows: Iterable[dict[str, Any]] = (
        Document.objects.filter(seller=seller, type=Document.Type.INVOICE, issue_date__lte=day)
        .annotate(
            paid=_sum(
                Application.objects.filter(document=OuterRef("pk"), value_date__lte=day), "document", F("amount_micros")
            ),
            credited_part=_sum(notes, "credited", of_unpaid),
            given_up=_sum(write_offs.filter(stands), "document", F("net_micros") + F("tax_micros")),
        )
        .values(
            *("organization", "organization__name", "currency", "due_date", "is_given_up"),
            *("total_micros", "paid", "credited_part", "given_up"),
        )
    )
    return rows


def _money(seller: Seller, day: date) -> Iterable[dict[str, Any]]:
    applied = Application.objects.filter(money=OuterRef("pk"), value_date__lte=day)
    rows: Iterable[dict[str, Any]] = (
        Money.objects.filter(organization__billing_profile__seller=seller, value_date__lte=day, returned_at=None)
        .annotate(applied=_sum(applied, "money", F("amount_micros")))
        .values(
            *("organization", "organization__name", "organization__currency"),
            *("amount_micros", "paid_back_micros", "applied"),
        )
    )
    return rows


def _sum(rows: QuerySet[Any], by: str, amount: Any) -> Coalesce:
    """Return the sum of rows of an outer row, 0 without any; as one query with it."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(sum=Sum(amount)).values("sum")), 0)
