"""Subscribe to a contract at one URL, where due installments are paid and the payment method is saved for the others.

If nothing is due yet, the page only saves the payment method (mode `setup`); if nothing follows, it saves none.
https://docs.stripe.com/payments/save-during-payment and https://docs.stripe.com/payments/save-and-reuse
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.common.strict_json import Json
from apps.contracts import selectors as contract_selectors
from apps.contracts.models import Contract
from apps.payments import issues
from apps.payments.collection import Collection
from apps.payments.errors import PaymentInProgress
from apps.payments.models import CheckoutPart, CheckoutSession
from apps.payments.selectors import collection_for
from apps.payments.services.collection import arrange_contract
from apps.payments.services.customers import ensure_customer
from apps.payments.services.installment_invoices import open_invoice_of
from apps.payments.services.mandates import is_charged
from apps.payments.services.sessions import expire_session, line, open_session, sole_session, write_request
from apps.payments.services.withdrawals import fits
from apps.payments.stripe_texts import due_text
from apps.tenants.models import Organization

Purpose = CheckoutSession.Purpose
STILL_GOOD_FOR = timedelta(minutes=5)


@issues.opens_refused_key_issue("payments.subscribe")
def subscribe(*, organization: Organization, contract_id: UUID, created_by: str, now: datetime) -> str:
    """Return the URL at which an offered contract is paid; an open session is reused.

    If the payer completed checkout and the first charge failed, it is the page of that invoice.

    Raises:
        contracts.ContractNotFound: it is unknown, a draft, ended, or another organization's. contracts.AlreadyRunning,
            contracts.NothingToPay, PaymentInProgress: there is nothing to pay now.
        CustomerDeleted, StripeRefused: it cannot be paid now. StripeUnavailable: retry.
    """
    contract, first = contract_selectors.contract_for_subscribe(organization=organization, contract_id=contract_id)
    contract.organization = organization
    arrange_contract(contract_id=contract.pk, now=now)
    invoice = open_invoice_of(first.pk)
    if invoice is not None and invoice.hosted_url and (invoice.document_id is None or is_charged(contract)):
        return invoice.hosted_url
    if is_charged(contract):
        raise PaymentInProgress("The payment method is saved; the first payment is charged when it is due")
    return _session_url(contract, collection_for(contract, now), created_by, now)


def _session_url(contract: Contract, collection: Collection, created_by: str, now: datetime) -> str:
    customer_id = ensure_customer(organization=contract.organization, now=now)
    offer = _Offer(contract, collection, customer_id, created_by)
    row = open_session(_write_down(offer, now), now=now)
    if fits(row, collection):
        return row.url
    if not expire_session(row, now=now):
        raise PaymentInProgress
    return open_session(_write_down(offer, now), now=now).url


@dataclass(frozen=True, slots=True)
class _Offer:
    """The data from which a session is created."""

    contract: Contract
    collection: Collection
    customer_id: str
    created_by: str

    @property
    def purpose(self) -> CheckoutSession.Purpose:
        return Purpose.INSTALLMENT if self.collection.now else Purpose.SETUP


@transaction.atomic
def _write_down(offer: _Offer, now: datetime) -> CheckoutSession:
    """Return the contract's open session, created if there is none; one about to expire is closed first."""
    contract, collection = offer.contract, offer.collection
    row, created = sole_session(
        owner={"contract": contract},
        good_for=STILL_GOOD_FOR,
        now=now,
        about={
            "organization_id": contract.organization_id,
            "purpose": offer.purpose,
            "amount_micros": collection.now_micros,
            "saves_method": collection.saves_method,
            "currency": contract.organization.currency,
            "customer_id": offer.customer_id,
            "created_by": offer.created_by,
        },
    )
    if created:
        CheckoutPart.objects.bulk_create(
            CheckoutPart(
                organization_id=row.organization_id,
                session=row,
                installment_id=owed.installment_id,
                position=position,
                amount_micros=owed.left_micros,
            )
            for position, owed in enumerate(collection.now)
        )
        write_request(row, _params(row, collection), now)
    return row


def _params(row: CheckoutSession, collection: Collection) -> Json:
    about = {"reference": row.reference, "organization": str(row.organization_id), "contract": str(row.contract_id)}
    if row.purpose == Purpose.SETUP:
        return {"mode": "setup", "currency": row.currency.lower(), "setup_intent_data": {"metadata": about}}
    kept = {"setup_future_usage": "off_session"} if row.saves_method else {}
    return {
        "mode": "payment",
        "line_items": [
            line(due_text(row.organization_id, owed.due_date), owed.left_micros, row.currency)
            for owed in collection.now
        ],
        "payment_intent_data": {"metadata": about, **kept},
    }
