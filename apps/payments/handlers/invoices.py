"""Invoices: what was paid is posted payment by payment, once; what failed, is late or was given up is shown."""

from collections.abc import Callable

from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.contracts import services as contracts
from apps.outbox.services import enqueue
from apps.payments import issues, stripe_operations
from apps.payments.errors import EventParked
from apps.payments.handlers.amounts import micros
from apps.payments.handlers.invoice_rows import lock_invoice
from apps.payments.handlers.occasion import Occasion
from apps.payments.handlers.settling import settle_invoice_payment
from apps.payments.models import INVOICE_TRANSITIONS, UNPAID_STATES, StripeInvoice
from apps.payments.objects import InvoiceFacts, InvoicePaymentFacts
from apps.wallets import selectors as wallet_selectors
from apps.wallets import services as wallets
from apps.wallets.accounts import Role

State = StripeInvoice.State


def look_at_invoice(facts: InvoiceFacts) -> InvoiceFacts:
    """Ask Stripe for the invoice with its payments, which events do not carry."""
    return stripe_operations.fetch_invoice(facts.id)


def look_at_paid_invoice(facts: InvoicePaymentFacts) -> InvoiceFacts:
    """Ask Stripe for the invoice that a payment is for."""
    return stripe_operations.fetch_invoice(facts.invoice)


def invoice_paid(facts: InvoiceFacts, occasion: Occasion) -> None:
    """Settled: post what its payments show; where it shows none, the money came another way than through Stripe."""
    current: InvoiceFacts = occasion.fetched
    row = lock_invoice(current, occasion)
    payments = current.payments or ()
    at_stripe = [payment for payment in payments if payment.status == "paid" and payment.is_at_stripe]
    for payment in at_stripe:
        _post(row, payment, occasion)
    elsewhere = row.amount_micros - row.paid_micros
    if elsewhere > 0 and at_stripe:
        raise EventParked("It counts as paid, and its payments do not add up to it")
    if elsewhere > 0 and current.status == "paid":
        settle_invoice_payment(
            row,
            key=f"{current.id}:elsewhere",
            amount=Micros(elsewhere),
            received_in=Role.MANUAL_RECEIPTS,
            payment_intent_id="",
            occasion=occasion,
        )
    if current.status == "paid":
        _move(row, State.PAID, occasion)


def invoice_payment_paid(facts: InvoicePaymentFacts, occasion: Occasion) -> None:
    """One of perhaps several payments of an invoice arrived."""
    row = lock_invoice(occasion.fetched, occasion)
    if facts.is_at_stripe:
        _post(row, facts, occasion)
    if row.paid_micros >= row.amount_micros:
        _move(row, State.PAID, occasion)


def _post(row: StripeInvoice, payment: InvoicePaymentFacts, occasion: Occasion) -> None:
    if payment.currency != row.currency:
        raise EventParked(f"It was paid in {payment.currency}, and our row is in {row.currency}")
    if payment.amount_paid:
        settle_invoice_payment(
            row,
            key=payment.id,
            amount=micros(payment.amount_paid, payment.currency),
            received_in=Role.CASH,
            payment_intent_id=payment.payment_intent,
            occasion=occasion,
        )


def invoice_finalized(facts: InvoiceFacts, occasion: Occasion) -> None:
    """It can be paid now. One that we withdrew while it was being made is withdrawn there too."""
    row = lock_invoice(facts, occasion)
    if not _move(row, State.OPEN, occasion) and row.state == State.VOID and row.ended_by_us:
        enqueue(
            "payments.withdraw_invoice",
            now=occasion.now,
            key=f"withdraw-invoice:{row.pk}:{occasion.event_id}",
            arguments={"invoice_id": row.pk},
        )


def invoice_payment_failed(facts: InvoiceFacts, occasion: Occasion) -> None:
    """An attempt to collect it failed, or the payer has to confirm it. Its instalments count as late.

    Nothing is posted. Stripe tries again by itself, the payer pays at the invoice's page, and staff see it until then.
    """
    row = lock_invoice(facts, occasion)
    if row.state not in UNPAID_STATES:
        return
    row.failed_at = occasion.now
    row.save(update_fields=["failed_at"])
    _tell_instalments(row, contracts.mark_instalment_overdue, occasion)
    if row.charged_to:
        _show_failure(row, occasion)


def _show_failure(row: StripeInvoice, occasion: Occasion) -> None:
    issues.open_issue(
        issues.Kind.PAYMENT_FAILED,
        organization=row.organization,
        subject=row.stripe_id or "",
        detail=f"The saved payment method was not charged for invoice {row}. It can be paid at {row.hosted_url}",
        now=occasion.now,
        expected_micros=row.amount_micros,
        actual_micros=row.paid_micros,
    )


def invoice_overdue(facts: InvoiceFacts, occasion: Occasion) -> None:
    """It was not paid in time."""
    row = lock_invoice(facts, occasion)
    if row.state == State.PAID or row.overdue_at is not None:
        return
    row.overdue_at = occasion.now
    row.save(update_fields=["overdue_at"])
    _tell_instalments(row, contracts.mark_instalment_overdue, occasion)


def invoice_voided(facts: InvoiceFacts, occasion: Occasion) -> None:
    """It is withdrawn: by us to be replaced, or at Stripe, where its instalments are withdrawn with it.

    What a postpaid organization owes stays owed and comes on the next invoice.
    """
    row = lock_invoice(facts, occasion)
    if _move(row, State.VOID, occasion) and not row.ended_by_us:
        _tell_instalments(row, contracts.void_instalment, occasion)


def invoice_uncollectible(facts: InvoiceFacts, occasion: Occasion) -> None:
    """It is given up: a postpaid debt is written off, instalments are marked so; money that comes later undoes it."""
    row = lock_invoice(facts, occasion)
    if not _move(row, State.UNCOLLECTIBLE, occasion):
        return
    if row.purpose == StripeInvoice.Purpose.INSTALMENTS:
        _tell_instalments(row, contracts.write_off_instalment, occasion)
    else:
        _write_off(row, occasion)


def needs_a_person(facts: InvoiceFacts, occasion: Occasion) -> None:
    """More came than was due, or what was due was lowered at Stripe: no rule here says what that means.

    Raises:
        EventParked: always.
    """
    raise EventParked("Somebody has to decide what this means for the books, and book it")


def _write_off(row: StripeInvoice, occasion: Occasion) -> None:
    owed = wallet_selectors.wallet_figures(row.organization, occasion.now).outstanding_micros
    amount = min(row.amount_micros - row.paid_micros, owed)
    if amount <= 0:
        return
    transfer = wallets.book(
        organization=row.organization,
        source=Role.WRITE_OFFS,
        destination=Role.RECEIVABLE,
        amount=Micros(amount),
        kind="write_off",
        key=f"invoice:{row.pk}:written-off",
        created_by=occasion.created_by,
        now=occasion.now,
        description=f"Invoice {row} written off",
    )
    row.write_off_transfer_id = transfer.pk
    row.save(update_fields=["write_off_transfer_id"])


def _move(row: StripeInvoice, to: StripeInvoice.State, occasion: Occasion) -> bool:
    """Move a locked invoice where that is legal; a late event that would take it back moves nothing."""
    if to not in INVOICE_TRANSITIONS[State(row.state)]:
        return False
    row.state = to
    row.updated_at = occasion.now
    row.save(update_fields=["state", "updated_at"])
    if to in (State.PAID, State.VOID):
        resolution = f"It is {row.get_state_display().lower()}"
        issues.close_issue(issues.Kind.SCHEDULE, subject=row.stripe_id or "", resolution=resolution, now=occasion.now)
    if to not in UNPAID_STATES:
        resolution = f"It is {row.get_state_display().lower()}"
        issues.close_issue(
            issues.Kind.PAYMENT_FAILED, subject=row.stripe_id or "", resolution=resolution, now=occasion.now
        )
    return True


def _tell_instalments(row: StripeInvoice, tell: Callable[..., object], occasion: Occasion) -> None:
    """Tell the contract's side; an instalment that is settled or closed by other means stays as it is."""
    for part in row.parts.select_related("installment").order_by("position"):
        if not part.installment.is_open:
            continue
        try:
            tell(installment_id=part.installment_id, now=occasion.now)
        except BillingError as error:
            raise EventParked(f"Instalment {part.installment_id}: {error.detail}") from error
