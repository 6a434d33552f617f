"""Tasks of payments: those that workers take from the outbox, and scheduled ones."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from apps.invoices.services.draft_tax import CALCULATE, REPORT
from apps.invoices.services.payments import SHOW_LOSS
from apps.outbox.delivery import Work, outbox_task, scheduled_task
from apps.payments import debts, issues, services
from apps.payments.errors import StripeNotConfigured
from apps.payments.handlers import dispatch, event_backfill
from apps.payments.handlers.stripe_balance import FETCH_BALANCE
from apps.payments.services import stripe_balance
from apps.payments.services.automatic_top_ups import charge_attempt, review_top_ups
from apps.payments.services.reconciliation import enqueue_reconciliations
from apps.payments.services.top_up_invoices import INVOICE_TOP_UP, invoice_top_up
from apps.payments.services.top_up_settings import END_CONFIRMATION, LOOK_AT_CARD
from apps.tenants.models import Organization
from apps.top_ups.state import SEND_TOP_UP


def stripe_task(name: str, *, lease_seconds: int) -> Callable[[Work], Work]:
    """Register an outbox task that calls Stripe.

    A refused key or missing permission opens an issue until a call succeeds.
    """

    def register(work: Work) -> Work:
        return outbox_task(name, lease_seconds=lease_seconds)(issues.opens_refused_key_issue(name)(work))

    return register


@outbox_task("payments.handle_stripe_event")
def handle_stripe_event(*, event_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Apply one stored event."""
    dispatch.handle_event(event_id=event_id, now=now)


@stripe_task("payments.resume_checkout", lease_seconds=120)
def resume_checkout(*, session_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Find out whether Stripe created a session whose answer was lost."""
    services.resume_checkout(session_id=UUID(session_id), now=now)


@stripe_task(SEND_TOP_UP, lease_seconds=120)
def charge_top_up(*, attempt_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Charge the saved card of a customer for an automatic top-up."""
    charge_attempt(attempt_id=UUID(attempt_id), now=now)


@stripe_task(LOOK_AT_CARD, lease_seconds=120)
def save_checkout_card(*, session_id: str, paid_at: str, now: datetime, **_newer_arguments: object) -> None:
    """Keep the card that a checkout session saved for automatic top-up."""
    services.save_checkout_card(session_id=UUID(session_id), paid_at=datetime.fromisoformat(paid_at), now=now)


@stripe_task(END_CONFIRMATION, lease_seconds=120)
def end_confirmation(*, attempt_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Abandon an automatic top-up that the customer did not authenticate."""
    services.end_confirmation(attempt_id=UUID(attempt_id), now=now)


@scheduled_task("payments.announce_expiring_cards")
def announce_expiring_cards(*, now: datetime) -> None:
    """Notify customers whose card for automatic top-up expires soon."""
    services.notify_expiring_cards(now=now)


@scheduled_task("payments.review_top_ups")
def review_automatic_top_ups(*, now: datetime) -> None:
    """Start top-ups that became due by time, and send top-ups with an unknown result again."""
    review_top_ups(now=now)


@stripe_task("payments.send_refund", lease_seconds=120)
def send_refund(*, refund_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Create a refund at Stripe that staff requested."""
    services.send_refund(refund_id=UUID(refund_id), now=now)


@stripe_task("payments.arrange_contract", lease_seconds=300)
def arrange_contract(*, contract_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Make collection at Stripe match a contract's schedule."""
    services.arrange_contract(contract_id=UUID(contract_id), now=now)


@stripe_task("payments.cancel_contract", lease_seconds=300)
def cancel_contract(*, contract_id: str, now: datetime, **_newer_arguments: object) -> None:
    """End collection for a contract at Stripe."""
    services.cancel_contract(contract_id=UUID(contract_id), now=now)


@stripe_task("payments.withdraw_invoice", lease_seconds=120)
def withdraw_invoice(*, invoice_id: int, now: datetime, **_newer_arguments: object) -> None:
    """Void an invoice at Stripe that was withdrawn here while it was being created."""
    services.withdraw_again(invoice_id=invoice_id, now=now)


@stripe_task("payments.arrange_document", lease_seconds=300)
def arrange_document(*, document_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Make Stripe collect what is left to pay on an invoice of ours."""
    services.arrange_document(document_id=UUID(document_id), now=now)


@stripe_task(CALCULATE, lease_seconds=120)
def calculate_tax(*, calculation_id: int, now: datetime, **_newer_arguments: object) -> None:
    """Ask Stripe for the tax of a draft, and finalize the draft if it waited only for that."""
    services.calculate_tax(calculation_id=calculation_id, now=now)


@stripe_task(REPORT, lease_seconds=120)
def report_tax(*, document_id: str, now: datetime, transaction: str = "", **_newer_arguments: object) -> None:
    """Report the sale of an invoice to Stripe Tax, or reverse the part that a credit note credits."""
    services.report_tax(document_id=UUID(document_id), now=now, transaction=transaction)


@outbox_task(INVOICE_TOP_UP)
def invoice_bought_credit(*, payment_id: int, now: datetime, **_newer_arguments: object) -> None:
    """Make the invoice for credit that was bought, or the credit note for what was paid back."""
    invoice_top_up(payment_id=payment_id, now=now)


@outbox_task("payments.reconcile_organization", lease_seconds=600)
def reconcile_organization(*, organization_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Compare Stripe, the schedule and the books of an organization."""
    services.reconcile_organization(organization=Organization.objects.get(pk=UUID(organization_id)), now=now)


@stripe_task(FETCH_BALANCE, lease_seconds=600)
def fetch_balance(*, now: datetime, **_newer_arguments: object) -> None:
    """Fetch and book balance transactions and payouts, after an event about a payout."""
    stripe_balance.fetch_balance(now=now)


@scheduled_task("payments.fetch_balance_hourly")
def fetch_balance_hourly(*, now: datetime) -> None:
    """Fetch and book balance transactions and payouts; without a Stripe key, do nothing."""
    with suppress(StripeNotConfigured):
        stripe_balance.fetch_balance(now=now)


@outbox_task(stripe_balance.BOOK_PAYOUT, lease_seconds=600)
def book_payout(*, payout_id: int, undo: bool, now: datetime, **_newer_arguments: object) -> None:
    """Post the parts of a payout, or take them back."""
    stripe_balance.book_payout(payout_id=payout_id, undo=undo, now=now)


@outbox_task(SHOW_LOSS)
def open_returned_twice_issue(*, money_id: str, lost_micros: int, now: datetime, **_newer_arguments: object) -> None:
    """Open an issue about money that we had paid back when the bank returned the transfer."""
    issues.open_returned_twice_issue(money_id=UUID(money_id), lost_micros=lost_micros, now=now)


@scheduled_task("payments.sweep_stripe_events")
def sweep_stripe_events(*, now: datetime) -> None:
    """Fetch events that were not delivered, and enqueue stuck ones again; without a Stripe key, do nothing."""
    with suppress(StripeNotConfigured):
        event_backfill.sweep_events(now=now)


@scheduled_task("payments.review_debts")
def review_debts(*, now: datetime) -> None:
    """Close the issues of debts that are paid."""
    debts.review_debts(now=now)


@scheduled_task("payments.reconcile")
def reconcile(*, now: datetime) -> None:
    """Enqueue the reconciliation of every organization with a customer at Stripe."""
    enqueue_reconciliations(now=now)


@scheduled_task("payments.invoice_due_installments")
def invoice_due_installments(*, now: datetime) -> None:
    """Invoice installments: charged on the due date, or sent some days before it."""
    services.enqueue_due_arrangements(now=now)
