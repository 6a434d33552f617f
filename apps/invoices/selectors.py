"""What is read of invoices and money received."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from apps.billing_profiles.errors import ProfileIncomplete
from apps.billing_profiles.models import BillingProfile, Seller
from apps.invoices.models import Document, Money
from apps.invoices.models.documents import NOT_LEFT

ASKING = (Document.State.OPEN, Document.State.PART_PAID)


def seller_of(organization_id: UUID) -> Seller:
    """Return the seller of a customer.

    Raises:
        ProfileIncomplete: the customer has no billing profile.
    """
    profile = BillingProfile.objects.select_related("seller").filter(pk=organization_id).first()
    if profile is None:
        raise ProfileIncomplete("The customer has no billing profile.")
    return profile.seller


def overdue_invoices(now: datetime) -> QuerySet[Document]:
    """Return the invoices that are unpaid after their due date."""
    return Document.objects.filter(state__in=ASKING, due_date__lt=now.date())


def with_unapplied(rows: QuerySet[Money]) -> QuerySet[Money]:
    """Return the rows of which a part is unapplied."""
    return rows.filter(amount_micros__gt=F("applied_micros") + F("paid_back_micros"))


def unapplied_money(organization_id: UUID) -> QuerySet[Money]:
    """Return a customer's money with an unapplied rest, oldest first."""
    rows = with_unapplied(Money.objects.filter(organization=organization_id))
    return rows.select_related("organization").order_by("value_date", "received_at", "pk")


def unapplied_micros(organization_id: UUID) -> int:
    """Return a customer's unapplied money, in micros."""
    return sum(each.unapplied_micros for each in unapplied_money(organization_id))


def asked_micros(organization_id: UUID) -> int:
    """Return what is left to pay on a customer's open invoices, in micros."""
    rows = Document.objects.filter(organization=organization_id, state__in=ASKING)
    found: int = rows.aggregate(total=Sum(F("total_micros") - NOT_LEFT, default=0))["total"]
    return found
