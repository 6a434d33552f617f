"""Invoices for bought credit: issued once it is paid for, with the added tax, and credited when it is refunded.

They post nothing: the payment already posted the credit and the tax, and its refund reverses both.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.billing_profiles.models import NumberRange, Seller
from apps.billing_profiles.selectors import complete_profile
from apps.billing_profiles.services import use_tax_rates
from apps.billing_profiles.tax_choice import TaxChoice
from apps.common.languages import say
from apps.common.rows import copy_row
from apps.common.transactions import serialized
from apps.invoices.balances import NetAndTax
from apps.invoices.models import Application, Document, DocumentLine, DocumentTax, Money
from apps.invoices.paper_words import BOUGHT_CREDIT
from apps.invoices.services.credit_note_content import CreditTerms
from apps.invoices.services.credit_notes import credit_locked
from apps.invoices.services.draft_tax import calculation_anew, calculation_of_credit
from apps.invoices.services.drafts import keep_seller_terms, write_parts
from apps.invoices.services.finalization import take_number
from apps.invoices.services.locks import lock_document
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.services.locks import lock_wallet

INVOICER = "system:invoice_top_ups"
CREDIT = "credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtCredit:
    """A payment for credit: its amount, its tax, and the transfer that granted the credit.

    `asked_as` is the reference of Stripe's calculation of the tax; empty if there is none or an invoice has used it.
    """

    organization: Organization
    paid: NetAndTax
    tax: TaxChoice
    transfer_id: int
    reference: str
    paid_at: datetime
    asked_as: str = ""


@serialized
def invoice_bought_credit(bought: BoughtCredit, *, now: datetime) -> Document:
    """Issue the invoice for credit that was paid for; it is numbered and paid at once.

    Raises:
        ProfileIncomplete: the customer or its seller lacks what an invoice needs.
    """
    profile = complete_profile(bought.organization.pk)
    lock_wallet(bought.organization, now=now)
    document = Document(
        organization=bought.organization,
        kind=Document.Kind.TOP_UP,
        seller=profile.seller,
        currency=bought.organization.currency,
        tax_date=profile.seller.day_of(bought.paid_at),
        net_micros=bought.paid.net,
        tax_micros=bought.paid.tax,
        total_micros=bought.paid.total,
        created_by=INVOICER,
        created_at=now,
        updated_at=now,
    )
    keep_seller_terms(document, profile)
    if profile.seller.tax_engine == Seller.TaxEngine.STRIPE:
        known = calculation_of_credit(bought.organization, bought.asked_as, bought.paid)
        document.tax_calculation = known or calculation_anew(document, bought.paid, profile, now)
    write_parts(document, [_line(document, bought)], [_tax(document, bought)], profile)
    stored = copy_row(document)
    use_tax_rates([bought.tax.rule_id])
    document.take(document.balance.receive(bought.paid.total))
    document.paid_on = profile.seller.day_of(bought.paid_at)
    _keep_payment(document, bought, now)
    take_number(document, NumberRange.Kind.INVOICE, stored=stored, terms_days=0, now=now)
    return document


@serialized
def credit_bought_credit(
    *, document_id: UUID, back: NetAndTax, destination: Role, reason: str, created_by: str, now: datetime
) -> Document:
    """Issue the credit note for refunded credit; `destination` is where the money went.

    Raises:
        InvoiceNotFound: there is no such invoice. StateForbids, LineExceeded: less is left of it.
    """
    document = lock_document(document_id, now=now)
    terms = CreditTerms(reason=reason, exact=back, destination=destination)
    return credit_locked(document, terms, created_by, now)


def _line(document: Document, bought: BoughtCredit) -> DocumentLine:
    return DocumentLine(
        organization_id=document.organization_id,
        document=document,
        position=0,
        product=CREDIT,
        text=say(document.language, BOUGHT_CREDIT),
        amount_micros=bought.paid.net,
        is_given=False,
        tax_category=bought.tax.category,
        tax_rate=bought.tax.rate,
        tax_rule_id=bought.tax.rule_id,
    )


def _tax(document: Document, bought: BoughtCredit) -> DocumentTax:
    return DocumentTax(
        organization_id=document.organization_id,
        document=document,
        position=0,
        category=bought.tax.category,
        rate=bought.tax.rate,
        base_micros=bought.paid.net,
        tax_micros=bought.paid.tax,
        reason=bought.tax.reason,
        vatex_code=bought.tax.vatex_code,
    )


def _keep_payment(document: Document, bought: BoughtCredit, now: datetime) -> None:
    """Store the money that paid an invoice, with the transfer that granted the credit; nothing is posted."""
    money = Money.objects.create(
        organization=document.organization,
        key=f"top-up:{document.pk}",
        source=Money.Source.STRIPE,
        received_in=Role.CASH,
        amount_micros=bought.paid.total,
        applied_micros=bought.paid.total,
        value_date=document.seller.day_of(bought.paid_at),
        reference=bought.reference,
        created_by=INVOICER,
        received_at=now,
    )
    Application.objects.create(
        id=uuid.uuid4(),
        organization_id=document.organization_id,
        money=money,
        document=document,
        amount_micros=bought.paid.total,
        net_micros=bought.paid.net,
        tax_micros=bought.paid.tax,
        value_date=money.value_date,
        transfer_id=bought.transfer_id,
        created_by=INVOICER,
        created_at=now,
    )
