"""Credit notes: for everything left of an invoice, for an amount, or for parts of lines.

A note first lowers what is left to pay. The part already paid is returned by bank transfer or becomes unapplied money.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from apps.billing_profiles.models import NumberRange, TaxRate
from apps.billing_profiles.value_dates import day_of
from apps.common.errors import Rejected
from apps.common.money import Micros
from apps.common.periods import add_months
from apps.common.rows import copy_row
from apps.common.transactions import serialized
from apps.contracts import services as contracts
from apps.invoices import postings
from apps.invoices.balances import NetAndTax
from apps.invoices.causes import CREDIT_NOTE
from apps.invoices.errors import (
    ChangedMeanwhile,
    ChargesDecide,
    HasPayments,
    InstallmentDecides,
    PaymentDecides,
    StateForbids,
)
from apps.invoices.models import Document, DocumentLine, Money
from apps.invoices.models.documents import SUMS
from apps.invoices.services.announcements import notify_state
from apps.invoices.services.credit_note_content import CreditTerms, draft_note
from apps.invoices.services.finalization import take_number
from apps.invoices.services.installment_rows import follow_paid
from apps.invoices.services.locks import lock_document
from apps.invoices.services.transfers import Event, earned_by, post_events, request_collection, terms_of
from apps.invoices.services.value_days import paid_in_full_on
from apps.outbox.services import enqueue
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind

State = Document.State
CREDITABLE = (State.OPEN, State.PART_PAID, State.PAID, State.UNCOLLECTIBLE)


@serialized
def credit_invoice(*, document_id: UUID, terms: CreditTerms, created_by: str, now: datetime) -> Document:
    """Issue a credit note on an invoice, with a number of its own, and return it.

    Raises:
        InvoiceNotFound: there is none. StateForbids: it is a draft, void or written off, or nothing is left of it.
        LineExceeded: an amount exceeds what is left of its line or is not payable. Rejected: the reason is empty.
        ChangedMeanwhile: the note's total is not the one that was shown.
        InstallmentDecides: its installment is unpaid. PaymentDecides: it is for bought credit.
        ChargesDecide: credit paid it.
    """
    if not terms.reason.strip():
        raise Rejected("Enter a reason; the credit note prints it.", field="reason")
    invoice = lock_document(document_id, now=now)
    if invoice.left_micros and invoice.installment is not None and invoice.installment.remaining_micros:
        raise InstallmentDecides
    if not invoice.is_credited_by_hand:
        raise PaymentDecides if invoice.is_bought else ChargesDecide
    return credit_locked(invoice, terms, created_by, now)


def credit_locked(
    invoice: Document, terms: CreditTerms, created_by: str, now: datetime, *, frees_usage: bool = False
) -> Document:
    """Issue a credit note on a locked invoice; with `frees_usage`, the usage on it stays owed.

    In that case, and for an invoice paid with credit, the note posts only tax back. For paid usage, the correction of
    the charges has returned the credit.

    Raises:
        StateForbids, LineExceeded, ChangedMeanwhile: as `credit_invoice`.
    """
    if invoice.type != Document.Type.INVOICE or invoice.state not in CREDITABLE or invoice.written_off_micros:
        raise StateForbids(f"{invoice} cannot be credited: it is {invoice.get_state_display().lower()}.")
    lines = list(invoice.lines.order_by("position"))
    note = draft_note(invoice, lines, terms, created_by, now)
    stored = copy_row(note)
    if terms.total is not None and note.total_micros != terms.total:
        raise ChangedMeanwhile
    before = invoice.balance
    after, back = before.credit(NetAndTax(Micros(note.net_micros), Micros(note.tax_micros)))
    if invoice.is_bought:
        moves = []  # the refund has taken back the credit and the tax
    elif frees_usage or invoice.is_paid_with_credit:
        moves = postings.withdrawn(earned_by(invoice), Micros(note.tax_micros), terms_of(invoice))
    else:
        moves = postings.credited(before, after, back, terms.destination, terms_of(invoice))
    event = Event(
        key=f"credit-note:{note.pk}",
        moves=moves,
        cause=CREDIT_NOTE.of(note.pk),
        kind=BookingKind.CREDIT_NOTE,
        text=f"Credit note on invoice {invoice}",
        created_by=created_by,
    )
    post_events(invoice.organization, [event], now=now)
    paid = after.paid_shares.net - before.paid_shares.net - back.net
    if back.total and terms.destination == Role.UNAPPLIED:
        _keep_money(note, back, created_by, now)
    invoice.take(after)
    invoice.updated_at = now
    if invoice.state == State.PAID and invoice.paid_on is None:
        invoice.paid_on = paid_in_full_on(invoice, before, day_of(invoice.seller, now))
    invoice.save(update_fields=SUMS)
    follow_paid(invoice, paid, key=event.key, created_by=created_by, now=now, credit=_named_credit(terms, lines))
    if invoice.state == State.VOID:
        notify_state(invoice, now=now)
    request_collection(invoice, now=now)
    note.returned_net_micros, note.returned_tax_micros = back.net, back.tax
    note.returned_to = terms.destination if back.total else ""
    note.state = State.FINAL
    take_number(note, NumberRange.Kind.CREDIT_NOTE, stored=stored, terms_days=0, now=now)
    return note


def _named_credit(terms: CreditTerms, lines: Sequence[DocumentLine]) -> Micros | None:
    """Return how much of a note by line is for credit; None if the note names no lines."""
    if not terms.lines:
        return None
    return Micros(sum(terms.lines.get(line.pk, 0) for line in lines if line.product == TaxRate.Product.CREDIT))


@serialized
def void_invoice(*, document_id: UUID, reason: str, created_by: str, now: datetime) -> Document:
    """Withdraw an invoice without payments by a credit note for everything left; return the note.

    The usage on an invoice for usage stays owed and goes onto a new draft, which is held. The installment of an invoice
    becomes void with it.

    Raises:
        HasPayments: something was paid on it. StateForbids: an invoice for usage was credited in part before.
        Otherwise as `credit_invoice`.
    """
    if not reason.strip():
        raise Rejected("Enter a reason; the credit note prints it.", field="reason")
    invoice = lock_document(document_id, now=now)
    if invoice.paid_micros:
        raise HasPayments
    is_usage = invoice.kind == Document.Kind.USAGE
    if is_usage and invoice.balance.credited.total:
        raise StateForbids(f"A part of {invoice} has been credited: credit the rest instead.")
    if invoice.installment is not None and invoice.installment.is_open:
        contracts.void_installment(installment_id=invoice.installment.pk, now=now)
    note = credit_locked(invoice, CreditTerms(reason=reason), created_by, now, frees_usage=is_usage)
    if is_usage:
        _free_usage(invoice, now)
    return note


def _free_usage(invoice: Document, now: datetime) -> None:
    """Release the usage of a void invoice, and have a new draft made for it."""
    invoice.freed_at = now
    invoice.save(update_fields=["freed_at"])
    invoice.months.update(freed_at=now)
    assert invoice.period_end is not None, "an invoice for usage has a period"
    arguments = {
        "organization_id": str(invoice.organization_id),
        "month": f"{add_months(invoice.period_end, -1):%Y-%m}",
        "hold_reason": f"Invoice {invoice} was voided.",
    }
    enqueue("usage.draft_invoice", now=now, key=f"draft-usage-again:{invoice.pk}", arguments=arguments)


def _keep_money(note: Document, back: NetAndTax, created_by: str, now: datetime) -> None:
    """Keep the paid part of a note as the customer's unapplied money."""
    Money.objects.create(
        organization=note.organization,
        key=f"credit-note:{note.pk}",
        source=Money.Source.CREDIT_NOTE,
        credit_note=note,
        amount_micros=back.total,
        value_date=day_of(note.seller, now),
        created_by=created_by,
        received_at=now,
    )
