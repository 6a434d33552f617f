"""What is read of invoices and money received."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.billing_profiles.errors import ProfileIncomplete
from apps.billing_profiles.models import BillingProfile, Seller
from apps.invoices.errors import InvoiceNotFound
from apps.invoices.models import Application, Document, DocumentLine, DocumentTax, Money
from apps.invoices.models.documents import NOT_LEFT
from apps.tenants.models import Organization

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


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFilter:
    """Which documents of a customer are listed; `before` is the last one of the previous page: its time and id."""

    status: str = ""
    kind: str = ""
    before: tuple[datetime, UUID] | None = None


def document_page(organization: Organization, wanted: DocumentFilter, *, limit: int) -> list[Document]:
    """Return a customer's documents with a number, newest first."""
    rows = _numbered(organization)
    if wanted.status:
        rows = rows.filter(state=wanted.status)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.before:
        at, pk = wanted.before
        rows = rows.filter(Q(finalized_at__lt=at) | Q(finalized_at=at, pk__lt=pk))
    return list(rows.order_by("-finalized_at", "-pk")[:limit])


def find_document(organization: Organization, document_id: UUID) -> Document:
    """Return a customer's document with its lines, taxes, payments, credit notes and parties.

    Raises:
        InvoiceNotFound: there is none, it is another customer's, or it is a draft.
    """
    rows = _numbered(organization).prefetch_related(
        Prefetch("lines", DocumentLine.objects.order_by("position")),
        Prefetch("taxes", DocumentTax.objects.order_by("position")),
        Prefetch("applications", Application.objects.select_related("money").order_by("created_at", "pk")),
        Prefetch("credit_notes", Document.objects.exclude(number="").order_by("sequence")),
        "parties",
    )
    found = rows.select_related("seller", "credited").filter(pk=document_id).first()
    if found is None:
        raise InvoiceNotFound
    return found


def _numbered(organization: Organization) -> QuerySet[Document]:
    """Return a customer's documents with a number; `noted_micros` is the total of an invoice's credit notes."""
    notes = Document.objects.filter(credited=OuterRef("pk")).exclude(number="").values("credited")
    total = notes.annotate(total=Sum("total_micros")).values("total")
    rows = Document.objects.filter(organization=organization).exclude(number="")
    return rows.annotate(noted_micros=Coalesce(Subquery(total), 0))
