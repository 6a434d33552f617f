"""Withdrawing at Stripe what asks for money that is not owed, or not like that: invoices, sessions, payment links."""

from datetime import datetime

from apps.contracts.models import Contract
from apps.payments.collection import Collection
from apps.payments.models import CheckoutSession
from apps.payments.services.invoice_voids import invoices_to_withdraw, void_invoice
from apps.payments.services.links import renew_links
from apps.payments.services.mandates import is_charged
from apps.payments.services.schedules import collection_for
from apps.payments.services.sessions import expire_session

State = CheckoutSession.State


def withdraw_superfluous(*, contract: Contract, now: datetime) -> None:
    """Withdraw what asks for installments that were settled otherwise, replaced, withdrawn, or cost something else now.

    What was paid at Stripe meanwhile stays; its events are on their way.
    """
    for invoice in invoices_to_withdraw(contract):
        void_invoice(invoice, now=now)
    for session in superfluous_sessions(contract, now):
        expire_session(session, now=now)
    renew_links(contract=contract, now=now)


def superfluous_sessions(contract: Contract, now: datetime) -> list[CheckoutSession]:
    """Return a contract's open sessions that ask for something else than the schedule does."""
    rows = CheckoutSession.objects.filter(contract=contract, state=State.OPEN).select_related("organization")
    sessions = list(rows)
    if not sessions or contract.status != Contract.Status.PENDING_PAYMENT or is_charged(contract):
        return sessions
    collection = collection_for(contract, now)
    return [session for session in sessions if not fits(session, collection)]


def fits(session: CheckoutSession, collection: Collection) -> bool:
    """Say whether an open session asks for what the schedule asks for."""
    parts = [(part.installment_id, part.amount_micros) for part in session.parts.order_by("position")]
    wanted = [(owed.installment_id, owed.left_micros) for owed in collection.now]
    return parts == wanted and session.saves_method == collection.saves_method
