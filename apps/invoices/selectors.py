"""Queries on invoices and money received."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import (
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from apps.billing_profiles.models import Seller
from apps.billing_profiles.value_dates import seller_day
from apps.common.list_positions import Position, beyond
from apps.common.money import Micros, money_text, payable_step, to_minor_units
from apps.common.periods import midnight
from apps.invoices.errors import InvoiceNotFound
from apps.invoices.models import Application, Document, DocumentLine, DocumentTax, Money, WriteOff
from apps.invoices.models.document_rules import NOT_LEFT
from apps.invoices.models.documents import OUTSTANDING
from apps.invoices.receivables import Aging, age_of
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.selectors import balance_of, balances_before, balances_by_unit


def overdue_invoices(now: datetime) -> QuerySet[Document]:
    """Return the invoices that are unpaid after their due date, by their sellers' days."""
    return Document.objects.filter(state__in=OUTSTANDING, due_date__lt=seller_day("seller__time_zone", now))


def unpaid_with_amount(amount_micros: int) -> QuerySet[Document]:
    """Return the unpaid invoices with this total, or with this amount left to pay."""
    rows = Document.objects.alias(left=F("total_micros") - NOT_LEFT).filter(state__in=OUTSTANDING)
    return rows.filter(Q(total_micros=amount_micros) | Q(left=amount_micros))


def unannounced_overdue(now: datetime) -> QuerySet[Document]:
    """Return the overdue invoices without a notice to the customer yet, the oldest due date first."""
    return overdue_invoices(now).filter(overdue_told_at=None).order_by("due_date", "pk")


def with_unapplied(rows: QuerySet[Money]) -> QuerySet[Money]:
    """Return the money that is partly or wholly unapplied."""
    return rows.filter(amount_micros__gt=F("applied_micros") + F("paid_back_micros"))


def unapplied_money(organization_id: UUID) -> QuerySet[Money]:
    """Return a customer's money that is partly or wholly unapplied, oldest first."""
    rows = with_unapplied(Money.objects.filter(organization=organization_id))
    return rows.select_related("organization").order_by("value_date", "received_at", "pk")


def unapplied_micros(organization_id: UUID) -> int:
    """Return a customer's unapplied money in its currency, in micros, including money received through Stripe."""
    return balance_of(organization_id, Role.UNAPPLIED)


def unapplied_by_currency(organization_id: UUID) -> dict[str, int]:
    """Return a customer's unapplied money in micros by currency, foreign ones included; empty if there is none."""
    return balances_by_unit(organization_id, Role.UNAPPLIED)


def standing_of(money: Money) -> list[tuple[Application, Micros]]:
    """Return the applications of a sum of money, newest first, each with the amount that was not undone.

    Applications to the same document share one object.
    """
    rows = money.applications.filter(undoes=None).annotate(undone=Sum("undone_by__amount_micros", default=0))
    documents: dict[UUID, Document] = {}
    found: list[tuple[Application, Micros]] = []
    for row in rows.order_by("-created_at", "-pk").select_related("document__seller", "document__organization"):
        row.document, row.money = documents.setdefault(row.document_id, row.document), money
        if rest := row.amount_micros + row.undone:
            found.append((row, Micros(rest)))
    return found


def open_invoices_micros(organization_id: UUID) -> int:
    """Return what is left to pay on a customer's open invoices, in micros."""
    rows = Document.objects.filter(organization=organization_id, state__in=OUTSTANDING)
    found: int = rows.aggregate(total=Sum(F("total_micros") - NOT_LEFT, default=0))["total"]
    return found


def what_is_open(organization_id: UUID) -> list[str]:
    """Return, in words, a customer's drafts, invoices with something left to pay and unapplied money."""
    open_states = (Document.State.DRAFT, *OUTSTANDING)
    count = Document.objects.filter(organization=organization_id, state__in=open_states).count()
    documents = [f"{count} {'draft or open invoice' if count == 1 else 'drafts or open invoices'}"] if count else []
    unapplied = unapplied_by_currency(organization_id)
    return [*documents, *(f"unapplied {money_text(micros, unit)}" for unit, micros in sorted(unapplied.items()))]


def usage_invoices_in_force(organization_id: UUID) -> QuerySet[Document]:
    """Return a customer's invoices for usage, drafts included, except voided ones whose usage will be invoiced
    again.
    """
    kind, invoice = Document.Kind.USAGE, Document.Type.INVOICE
    return Document.objects.filter(organization=organization_id, kind=kind, type=invoice, freed_at=None)


def invoiced_debt_micros(organization_id: UUID) -> int:
    """Return the part of the debt that is on invoices for usage, drafts included, in micros and without added tax."""
    return sum(
        each.window_micros if each.state == Document.State.DRAFT else each.balance.left_of_net(each.prices_include_tax)
        for each in unpaid_usage_invoices(organization_id)
    )


def unpaid_usage_invoices(organization_id: UUID) -> list[Document]:
    """Return a customer's unpaid invoices for usage, drafts included, by due date."""
    states = [Document.State.DRAFT, *OUTSTANDING, Document.State.UNCOLLECTIBLE]
    rows = usage_invoices_in_force(organization_id).filter(state__in=states).order_by("due_date", "number", "pk")
    return [each for each in rows if each.left_micros or each.state == Document.State.DRAFT]


def usage_amount(owed_micros: int, currency: str) -> Micros:
    """Return the part of a debt that an invoice for usage can be made for: a payable amount, or 0 if it is too
    small.
    """
    amount = max(0, owed_micros)
    amount -= amount % payable_step(currency)
    return Micros(amount if to_minor_units(amount, currency) >= settings.INVOICE_LEAST else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFilter:
    """Which of a customer's documents to list; `after` is the position of the last one on the previous page."""

    status: str = ""
    kind: str = ""
    after: Position | None = None


def document_page(organization: Organization, wanted: DocumentFilter, *, limit: int) -> list[Document]:
    """Return a customer's documents with a number, newest first."""
    rows = _numbered(organization).filter(beyond(wanted.after, "finalized_at"))
    if wanted.status:
        rows = rows.filter(state=wanted.status)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
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
    found = rows.select_related("credited").filter(pk=document_id).first()
    if found is None:
        raise InvoiceNotFound
    return found


def receivables(seller: Seller, day: date) -> list[Aging]:
    """Return what each customer owes a seller as of a day, by currency and name.

    A payment counts from its value date, a credit note from its issue date, and a write-off or an uncollectible mark
    from the seller's day on which it was made.
    """
    found: dict[tuple[str, UUID], Aging] = {}

    def row_of(organization_id: UUID, name: str, currency: str) -> Aging:
        return found.setdefault((currency, organization_id), Aging(organization_id, name, currency))

    for invoice in invoices_on(Document.objects.filter(seller=seller), seller, day):
        left = invoice["total_micros"] - invoice["paid"] - invoice["credited_part"] - invoice["given_up"]
        if left <= 0:
            continue
        row = row_of(invoice["organization"], invoice["organization__name"], invoice["currency"])
        if invoice["is_uncollectible"]:
            row.uncollectible_micros += left
        else:
            row.by_age[age_of(invoice["due_date"], day)] += left
    owners = Organization.objects.filter(billing_profile__seller=seller)
    names = dict(owners.values_list("pk", "name"))
    for owner, currency, unapplied in balances_before(owners, Role.UNAPPLIED, midnight(day + timedelta(days=1))):
        if unapplied:
            row_of(owner, names[owner], currency).unapplied_micros += unapplied
    return sorted(found.values(), key=lambda row: (row.currency, row.name, str(row.organization_id)))


def invoices_on(documents: QuerySet[Document], seller: Seller, day: date) -> Iterable[dict[str, Any]]:
    """Return the invoices as of a seller's day, with the amounts paid, credited while unpaid, and written off; not
    those that credit had paid.
    """
    after = seller.start_of(day + timedelta(days=1))
    notes = Document.objects.filter(type=Document.Type.CREDIT_NOTE, issue_date__lte=day, credited=OuterRef("pk"))
    of_unpaid = F("total_micros") - F("returned_net_micros") - F("returned_tax_micros")
    write_offs = WriteOff.objects.filter(document=OuterRef("pk"), created_at__lt=after)
    standing = write_offs.filter(Q(undone_at=None) | Q(undone_at__gte=after))
    rows: Iterable[dict[str, Any]] = (
        documents.filter(type=Document.Type.INVOICE, issue_date__lte=day)
        .exclude(kind=Document.Kind.CREDIT_USED)
        .annotate(
            paid=_sum(
                Application.objects.filter(document=OuterRef("pk"), value_date__lte=day), "document", F("amount_micros")
            ),
            credited_part=_sum(notes, "credited", of_unpaid),
            given_up=_sum(standing, "document", F("net_micros") + F("tax_micros")),
            is_uncollectible=Exists(standing),
        )
        .values(
            *("organization", "organization__name", "currency", "number", "issue_date", "due_date"),
            "is_uncollectible",
            *("total_micros", "paid", "credited_part", "given_up"),
        )
    )
    return rows


def _numbered(organization: Organization) -> QuerySet[Document]:
    """Return a customer's documents with a number; `noted_micros` is the total of an invoice's credit notes."""
    notes = Document.objects.filter(credited=OuterRef("pk")).exclude(number="")
    rows = Document.objects.filter(organization=organization).exclude(number="").select_related("seller", "installment")
    return rows.annotate(noted_micros=_sum(notes, "credited", F("total_micros")))


def _sum(rows: QuerySet[Any], by: str, amount: Any) -> Coalesce:
    """Return a subquery with the sum over the rows that belong to an outer row; 0 without rows."""
    return Coalesce(Subquery(rows.order_by().values(by).annotate(sum=Sum(amount)).values("sum")), 0)
