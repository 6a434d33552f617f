"""Withdraw invoices, sessions and payment links at Stripe that no longer match the schedule."""

from datetime import datetime
from uuid import UUID

from apps.contracts import services as contracts
from apps.contracts.models import Contract
from apps.invoices import services as invoices
from apps.payments.collection import Collection
from apps.payments.models import CheckoutSession
from apps.payments.selectors import collection_for
from apps.payments.services.invoice_voids import invoices_to_withdraw, void_invoice
from apps.payments.services.links import renew_links
from apps.payments.services.mandates import is_charged
from apps.payments.services.sessions import expire_session

State = CheckoutSession.State


def withdraw_superfluous(*, contract: Contract, now: datetime) -> None:
    """Withdraw payment requests for installments that were settled elsewhere, replaced, voided or changed in amount.

    Payments made at Stripe meanwhile stay; their events will report them.
    """
    for invoice in invoices_to_withdraw(contract):
        void_invoice(invoice, now=now)
    for session in superfluous_sessions(contract, now):
        expire_session(session, now=now)
    renew_links(contract=contract, now=now)


def cancel_contract(*, contract_id: UUID, now: datetime) -> None:
    """Withdraw a contract's invoices, sessions and links at Stripe."""
    stop_collecting(Contract.objects.select_related("organization").get(pk=contract_id), now=now)


def stop_collecting(contract: Contract, *, now: datetime) -> None:
    """Withdraw everything for an ended contract. An invoice that Stripe does not void opens an issue."""
    invoices.follow_installments(contract_id=contract.pk, now=now)
    withdraw_superfluous(contract=contract, now=now)
    contracts.record_payment_address(contract_id=contract.pk, url="", now=now)


def superfluous_sessions(contract: Contract, now: datetime) -> list[CheckoutSession]:
    """Return a contract's open sessions that no longer match the schedule."""
    rows = CheckoutSession.objects.filter(contract=contract, state=State.OPEN).select_related("organization")
    sessions = list(rows)
    if not sessions or contract.status != Contract.Status.PENDING_PAYMENT or is_charged(contract):
        return sessions
    collection = collection_for(contract, now)
    return [session for session in sessions if not fits(session, collection)]


def fits(session: CheckoutSession, collection: Collection) -> bool:
    """Return whether an open session has the installments and amounts of the schedule."""
    parts = [(part.installment_id, part.amount_micros) for part in session.parts.order_by("position")]
    wanted = [(owed.installment_id, owed.left_micros) for owed in collection.now]
    return parts == wanted and session.saves_method == collection.saves_method
