"""Credit notes made at Stripe: what they take off our invoice is credited here; the rest is an issue for staff."""

from dataclasses import dataclass

from apps.common.money import Micros, from_minor_units, money_text
from apps.invoices import services as invoices
from apps.payments import issues, stripe_operations
from apps.payments.event_context import EventContext
from apps.payments.handlers.invoice_money import show_underpayment
from apps.payments.handlers.invoice_rows import lock_invoice
from apps.payments.models import StripeInvoice
from apps.payments.stripe_objects import CreditNoteFacts, InvoiceFacts

Kind = issues.Kind


@dataclass(frozen=True, slots=True)
class CreditNoteLookup:
    """A credit note's current state at Stripe, and its invoice."""

    note: CreditNoteFacts
    invoice: InvoiceFacts


def look_up_credit_note(facts: CreditNoteFacts) -> CreditNoteLookup:
    """Fetch a credit note's current state, since events arrive in any order, and its invoice."""
    return CreditNoteLookup(
        stripe_operations.fetch_credit_note(facts.id), stripe_operations.fetch_invoice(facts.invoice)
    )


def credit_note_changed(facts: CreditNoteFacts, context: EventContext) -> None:
    """A credit note was created or voided: credit our invoice by the same sum, or ask staff to adjust the schedule.

    It moves no money itself: its refund has its own events, and a lower payment shows once the invoice is paid.
    """
    looked: CreditNoteLookup = context.fetched
    row, note = lock_invoice(looked.invoice, context), looked.note
    if row.document_id is not None:
        _follow(row, looked, context)
    elif note.status == "void":
        _close(note, "It was voided: the whole amount is due again", context)
    else:
        less, back = (_micros(each, note) for each in (note.pre_payment_amount, note.post_payment_amount))
        _open(row, note, less, back, "Discount the installment by the first amount", context)


def _follow(row: StripeInvoice, looked: CreditNoteLookup, context: EventContext) -> None:
    """Credit our invoice by what all credit notes at Stripe took off, less what was credited here for them before.

    What a note refunded has its own events. What cannot be credited here is an issue with the sum.
    """
    note = looked.note
    more = from_minor_units(looked.invoice.credited, row.currency) - row.noted_micros
    if more > 0 and _credit(row, Micros(more), context):
        more = 0
    back = 0 if note.status == "void" else _micros(note.post_payment_amount - note.refunded, note)
    if more < 0:
        advice = "Voided at Stripe, but the credit note here remains: make an invoice if the amount is due again"
        _open(row, note, -more, 0, advice, context)
    elif more or back:
        _open(row, note, more, back, "Make a credit note on the invoice here", context)
    else:
        _close(note, "Our invoice is credited, too", context)


def _credit(row: StripeInvoice, more: Micros, context: EventContext) -> bool:
    """Credit our invoice by an amount, which Stripe then no longer collects; return whether it could be credited."""
    assert row.document_id is not None, "the caller has checked it"
    if not invoices.credit_as_at_stripe(
        document_id=row.document_id, amount=more, created_by=context.created_by, now=context.now
    ):
        return False
    row.noted_micros += more
    row.amount_micros -= more
    row.save(update_fields=["noted_micros", "amount_micros"])
    if row.state == StripeInvoice.State.PAID:
        show_underpayment(row, context)
    return True


def _micros(amount: int, note: CreditNoteFacts) -> Micros:
    return from_minor_units(amount, note.currency)


def _close(note: CreditNoteFacts, resolution: str, context: EventContext) -> None:
    issues.close_issue(Kind.CREDIT_NOTE, subject=note.id, resolution=resolution, now=context.now)


def _open(row: StripeInvoice, note: CreditNoteFacts, less: int, back: int, advice: str, context: EventContext) -> None:
    """Open an issue over what a credit note took off, `less`, and returned, `back`, in micros."""
    issues.open_issue(
        Kind.CREDIT_NOTE,
        organization=row.organization,
        subject=note.id,
        detail=(
            f"Credit note {note.number or note.id} on invoice {row}: {money_text(Micros(less), note.currency)} less to "
            f"pay, {money_text(Micros(back), note.currency)} returned. {advice}."
        ),
        sums=issues.IssueSums(actual_micros=less + back, currency=note.currency),
        now=context.now,
    )
