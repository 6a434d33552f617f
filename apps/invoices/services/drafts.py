"""Drafts of invoices: drafts written by hand, and functions for all drafts. A draft posts nothing and has no number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from apps.billing_profiles.models import BillingProfile, Seller
from apps.billing_profiles.selectors import complete_profile
from apps.common.money import Micros, money_text
from apps.common.transactions import serialized
from apps.invoices.errors import (
    InvoiceNotFound,
    NotADraft,
    NothingToInvoice,
    NotPayable,
    StateForbids,
)
from apps.invoices.models import Document, DocumentLine, DocumentParty, DocumentTax
from apps.invoices.services.draft_tax import enqueue_question, reopen, tax_lines
from apps.tenants.models import Organization

Side = DocumentParty.Side
# The kinds whose amounts never include tax: contract prices exclude it, and it is added to bought credit.
NET_KINDS = (Document.Kind.INSTALLMENT, Document.Kind.TOP_UP, Document.Kind.AGREEMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTerms:
    """One line as staff write it; `amount` is in micros, `product` a product of the tax table."""

    text: str
    amount: Micros
    quantity: str = ""
    product: str = "service"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTerms:
    """A draft as staff write it. The service period is half-open; the tax rates of its last day apply."""

    lines: Sequence[LineTerms] = field(default_factory=tuple)
    note: str = ""
    period_start: date | None = None
    period_end: date | None = None


@serialized
def draft_invoice(
    *,
    organization: Organization,
    terms: DraftTerms,
    created_by: str,
    now: datetime,
    kind: Document.Kind = Document.Kind.MANUAL,
) -> Document:
    """Write a draft entered by hand or for a late fee, with today's seller, buyer and tax.

    Raises:
        ProfileIncomplete, NoTaxRule, VatNumberMissing: what an invoice needs is missing; the detail names it.
        NothingToInvoice: there are no lines. NotPayable: an amount is not a payable amount.
    """
    profile = complete_profile(organization.pk)
    document = Document(
        organization=organization,
        kind=kind,
        seller=profile.seller,
        currency=organization.currency,
        created_by=created_by,
        created_at=now,
        updated_at=now,
    )
    _write(document, terms, profile, now)
    return document


@serialized
def edit_draft(*, document_id: UUID, terms: DraftTerms, now: datetime) -> Document:
    """Replace the content of a draft, with today's seller, buyer and tax.

    Raises:
        InvoiceNotFound: there is none. NotADraft: it has a number. Otherwise as `draft_invoice`.
    """
    document = lock_draft(document_id, Document.Kind.MANUAL)
    profile = complete_profile(document.organization_id)
    document.updated_at = now
    _write(document, terms, profile, now)
    return document


@serialized
def discard_draft(*, document_id: UUID, now: datetime) -> None:
    """Delete a draft; the audit trail keeps it.

    Raises:
        InvoiceNotFound: there is none. NotADraft: it has a number.
        StateForbids: it is for usage, and a later invoice builds on it.
    """
    document = lock_draft(document_id)
    later = Document.objects.filter(
        organization=document.organization_id,
        kind=document.kind,
        type=Document.Type.INVOICE,
        freed_at=None,
        book_number__gte=document.book_number or 0,
    )
    if document.is_of_month and later.exclude(pk=document.pk).exists():
        raise StateForbids("A later invoice for usage exists: edit or hold this draft instead.")
    delete_draft(document, now=now)


def delete_draft(document: Document, *, now: datetime) -> None:
    """Delete a locked draft, and close the issue over its tax, if there is one."""
    asked = document.tax_calculation
    document.delete()
    if asked is not None:
        enqueue_question(asked, now=now, about="discarded")


@serialized
def refresh_tax(*, document_id: UUID, now: datetime, is_again: bool = False) -> Document:
    """Tax a draft again, with today's seller, buyer and rates; Stripe is asked if needed.

    With `is_again`, Stripe is asked again even if it has refused.

    Raises:
        InvoiceNotFound: there is none. NotADraft: it has a number. Otherwise as `draft_invoice`.
    """
    document = lock_draft(document_id)
    document.updated_at = now
    lines = list(document.lines.order_by("position"))
    write_draft(document, lines, complete_profile(document.organization_id), now)
    asked = document.tax_calculation
    if is_again and asked is not None and asked.state == asked.State.REFUSED:
        reopen(asked, now=now)
        enqueue_question(asked, now=now)
    return document


def lock_draft(document_id: UUID, kind: Document.Kind | None = None) -> Document:
    """Lock a draft and return it with its customer and seller.

    Raises:
        InvoiceNotFound: there is none, or it is of another kind. NotADraft: it has a number.
    """
    rows = Document.objects.select_for_update(no_key=True, of=("self",)).select_related("organization", "seller")
    document = rows.filter(pk=document_id, **{"kind": kind} if kind else {}).first()
    if document is None:
        raise InvoiceNotFound
    if document.state != Document.State.DRAFT:
        raise NotADraft
    return document


def _write(document: Document, terms: DraftTerms, profile: BillingProfile, now: datetime) -> None:
    if not terms.lines:
        raise NothingToInvoice
    for place, line in enumerate(terms.lines):
        refuse_unpayable(line, document, f"lines.{place}.amount", f"Line {place + 1}: ")
    document.note = terms.note
    document.period_start, document.period_end = terms.period_start, terms.period_end
    lines = [
        DocumentLine(
            organization_id=document.organization_id,
            document=document,
            position=place,
            product=line.product,
            text=line.text,
            quantity=line.quantity,
            amount_micros=line.amount,
            reason=line.reason,
        )
        for place, line in enumerate(terms.lines)
    ]
    write_draft(document, lines, profile, now)


def write_draft(document: Document, lines: Sequence[DocumentLine], profile: BillingProfile, now: datetime) -> None:
    """Replace a draft's lines, tax, seller and buyer; tax, seller and buyer are today's.

    Raises:
        NoTaxRule, VatNumberMissing, NegativeTotal: the lines have no tax or no total.
    """
    document.seller = profile.seller
    keep_seller_terms(document, profile)
    write_parts(document, lines, tax_lines(document, lines, profile, now), profile)


def write_parts(
    document: Document, lines: Sequence[DocumentLine], taxes: Sequence[DocumentTax], profile: BillingProfile
) -> None:
    """Write an unnumbered document, and replace its lines, taxes and parties."""
    is_new = document._state.adding
    document.save(force_insert=is_new)
    if not is_new:
        for parts in (document.lines, document.taxes, document.parties):
            parts.all().delete()
    DocumentLine.objects.bulk_create(lines)
    DocumentTax.objects.bulk_create(taxes)
    DocumentParty.objects.bulk_create(_parties(document, profile))


def refuse_unpayable(line: LineTerms, document: Document, field: str, prefix: str = "") -> None:
    """Refuse a line whose amount is not a positive multiple of the payable step.

    Raises:
        NotPayable: it is not one.
    """
    if line.amount <= 0 or line.amount % document.step:
        amount = money_text(line.amount, document.currency)
        step = money_text(document.step, document.currency)
        raise NotPayable(f"{prefix}{amount} is not a positive multiple of {step}.", field=field)


def keep_seller_terms(document: Document, profile: BillingProfile) -> None:
    """Copy the settings of the seller and the customer that the PDF prints."""
    seller = profile.seller
    account = seller.bank_accounts.filter(currency=document.currency).first()
    document.language = profile.language or seller.language
    document.purchase_order, document.buyer_reference = profile.purchase_order, profile.buyer_reference
    document.terms_text, document.footer = seller.terms_text, seller.footer
    includes_tax = seller.prices_include_tax and document.kind not in NET_KINDS
    document.prices_include_tax = includes_tax or document.is_paid_with_credit
    document.tax_point, document.bad_debt_relief = seller.tax_point, seller.bad_debt_relief
    document.iban = account.iban if account else ""
    document.bic = account.bic if account else ""
    document.bank_name = account.bank_name if account else ""


def _parties(document: Document, profile: BillingProfile) -> list[DocumentParty]:
    seller = profile.seller
    return [
        _party(document, Side.SELLER, seller, tax_number=seller.tax_number, register_text=seller.register_text),
        _party(document, Side.BUYER, profile, kind=profile.kind),
    ]


def _party(document: Document, side: str, source: Seller | BillingProfile, **fields: str) -> DocumentParty:
    return DocumentParty(
        organization_id=document.organization_id,
        document=document,
        side=side,
        legal_name=source.legal_name,
        vat_number=source.vat_number,
        street=source.street,
        street_extra=source.street_extra,
        postal_code=source.postal_code,
        city=source.city,
        region=source.region,
        country=source.country,
        **fields,
    )
