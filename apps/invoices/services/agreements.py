"""Invoices for the periods of service agreements that are billed by invoice."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from apps.billing_profiles.models import BillingProfile
from apps.billing_profiles.selectors import complete_profile
from apps.common.transactions import serialized
from apps.contracts.models import ServiceAgreement
from apps.invoices.models import Document, DocumentLine
from apps.invoices.services.draft_tax import is_taxed
from apps.invoices.services.drafts import write_draft
from apps.invoices.services.finalization import finalize_invoice
from apps.wallets.services.locks import lock_wallet

INVOICER = "system:service-agreements"
SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedPeriod:
    """A period of a service agreement, with the terms at its start; without an end, a one-time charge on a day."""

    agreement_id: UUID
    start: date
    end: date | None
    amount_micros: int
    text: str


@serialized
def invoice_agreement(period: AgreedPeriod, *, now: datetime) -> Document:
    """Make and finalize the invoice of a period, once; it stays a draft while Stripe calculates its tax.

    Raises:
        ProfileIncomplete, NoTaxRule, VatNumberMissing, RateNeeded: what an invoice needs is missing.
    """
    agreement = ServiceAgreement.objects.select_related("organization").get(pk=period.agreement_id)
    profile = complete_profile(agreement.organization_id)
    lock_wallet(agreement.organization, now=now)
    made = Document.objects.filter(
        organization=agreement.organization_id,
        agreement=agreement,
        period_key=str(period.start),
        type=Document.Type.INVOICE,
    ).first()
    if made is not None:
        return made
    document = _draft(agreement, period, profile, now)
    if not is_taxed(document, now):
        return document
    return finalize_invoice(document_id=document.pk, total=None, created_by=INVOICER, now=now)


def _draft(agreement: ServiceAgreement, period: AgreedPeriod, profile: BillingProfile, now: datetime) -> Document:
    document = Document(
        organization=agreement.organization,
        kind=Document.Kind.AGREEMENT,
        agreement=agreement,
        period_key=str(period.start),
        seller=profile.seller,
        currency=agreement.organization.currency,
        period_start=period.start if period.end else None,
        period_end=period.end,
        created_by=INVOICER,
        created_at=now,
        updated_at=now,
    )
    write_draft(document, [_line(document, period)], profile, now)
    return document


def _line(document: Document, period: AgreedPeriod) -> DocumentLine:
    return DocumentLine(
        organization_id=document.organization_id,
        document=document,
        position=0,
        product=SERVICE,
        text=period.text,
        amount_micros=period.amount_micros,
        is_given=False,
        period_start=document.period_start,
        period_end=document.period_end,
    )
