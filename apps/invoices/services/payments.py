"""Money received from a customer: the part applied to invoices, and the rest, which is unapplied.

Unapplied money belongs to the customer: it pays the next finalized invoice, or staff apply it or pay it back.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from apps.billing_profiles.selectors import seller_of
from apps.billing_profiles.value_dates import counts_from, counts_from_if_dated, day_of, refuse_before_received
from apps.common.money import Micros, money_text, smallest_transfer
from apps.common.row_changes import RowChanges
from apps.common.rows import copy_row
from apps.common.transactions import serialized
from apps.invoices import postings
from apps.invoices.balances import Balance
from apps.invoices.causes import INVOICE, MONEY
from apps.invoices.errors import AboveRemaining, NotPayable, StateForbids
from apps.invoices.models import Application, Document, Money
from apps.invoices.models.documents import OUTSTANDING, SUMS
from apps.invoices.postings import PlannedTransfer
from apps.invoices.selectors import standing_of
from apps.invoices.services.announcements import state_messages
from apps.invoices.services.draft_tax import report_after_commit
from apps.invoices.services.installment_rows import follow_paid, keeps_paid, payment_key
from apps.invoices.services.locks import lock_customer, lock_documents, lock_money
from apps.invoices.services.transfers import Event, collection_messages, post_events, terms_of, write_rows
from apps.invoices.services.value_days import first_day, paid_in_full_on
from apps.ledger.errors import IdempotencyMismatch
from apps.outbox.services import enqueue
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind

State = Document.State
TAKING = (*OUTSTANDING, State.UNCOLLECTIBLE)
# The task in payments that opens an issue for money that was returned twice.
SHOW_LOSS = "payments.show_returned_twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankTransfer:
    """Money received by bank, in micros of the customer's currency. `key` identifies it; it is booked once.

    `invoice_ids` are the invoices to pay, in this order; None means open ones, oldest due date first. If it is empty,
    the money stays unapplied.
    """

    organization: Organization
    amount: Micros
    value_date: date
    reference: str
    key: str
    invoice_ids: tuple[UUID, ...] | None = None


@dataclass(slots=True)
class Payment:
    """A payment of one invoice from one sum of money, not yet written. `stored` is a copy of the invoice before it."""

    money: Money
    document: Document
    stored: Document
    before: Balance
    after: Balance
    row: Application

    @property
    def is_returned(self) -> bool:
        """Whether it undoes a payment."""
        return self.row.amount_micros < 0

    def event(self, source: Role, effective_at: datetime | None) -> Event:
        """Return the event that posts it from an account."""
        return Event(
            key=f"application:{self.row.pk}",
            moves=postings.received(self.before, self.after, source, terms_of(self.document)),
            cause=INVOICE.of(self.document.pk),
            kind=BookingKind.PAYMENT,
            text=f"Payment of invoice {self.document}",
            created_by=self.row.created_by,
            effective_at=effective_at,
        )


@serialized
def record_bank_transfer(transfer: BankTransfer, *, created_by: str, now: datetime) -> Money:
    """Book money received by bank, once per key: apply it to invoices and keep the rest unapplied.

    Raises:
        InvoiceNotFound: the customer has no such invoice. StateForbids: nothing is due on it.
        NotPayable: the amount is not a positive payable amount. ValueDateAhead: its value date is in the future.
        IdempotencyMismatch: the key was used for other money.
    """
    organization = transfer.organization
    _refuse_other_than_steps(transfer.amount, organization.currency, smallest_transfer(organization.currency))
    lock_customer(organization, now=now)
    if known := _received_before(transfer):
        return known
    documents = _asked_by(transfer)
    money = Money(
        organization=organization,
        key=transfer.key,
        source=Money.Source.BANK,
        received_in=Role.MANUAL_RECEIPTS,
        amount_micros=transfer.amount,
        value_date=transfer.value_date,
        reference=transfer.reference,
        created_by=created_by,
        received_at=now,
    )
    seller = documents[0].seller if documents else seller_of(organization.pk)
    effective_at = counts_from(seller, transfer.value_date, now)
    payments = plan_payments(money, documents, created_by=created_by, now=now)
    events = [each.event(Role.MANUAL_RECEIPTS, effective_at) for each in payments]
    if money.unapplied_micros:
        events.append(
            Event(
                key=f"money:{money.pk}",
                moves=[
                    PlannedTransfer("unapplied", Role.MANUAL_RECEIPTS, Role.UNAPPLIED, Micros(money.unapplied_micros))
                ],
                cause=MONEY.of(money.pk),
                kind=BookingKind.PAYMENT,
                text=f"Received by bank: {transfer.reference}",
                created_by=created_by,
                effective_at=effective_at,
            )
        )
    posted = post_events(organization, events, now=now)
    keep_payments(payments, posted, new=money, now=now)
    return money


@serialized
def apply_money(*, money_id: UUID, invoice_id: UUID, amount: Micros, created_by: str, now: datetime) -> Application:
    """Pay an invoice with unapplied money, in micros.

    Raises:
        MoneyNotFound, InvoiceNotFound: one of them does not exist, or they belong to different customers.
        AboveRemaining: the amount is more than is unapplied, or more than is left to pay.
        StateForbids: nothing is due on the invoice. NotPayable: the amount is not a positive payable amount.
    """
    money = lock_money(money_id, now=now)
    (document,) = (_of_customer(each, money.organization) for each in lock_documents([invoice_id]))
    _refuse_other_than_steps(amount, document.currency, document.step)
    most = min(money.unapplied_micros, document.left_micros + document.written_off_micros)
    if amount > most:
        raise AboveRemaining(f"At most {money_text(most, document.currency)} can be applied.", field="amount")
    (payment,) = plan_payments(
        money, [document], created_by=created_by, now=now, most=amount, since=first_day(document, now)
    )
    effective_at = counts_from(document.seller, payment.row.value_date, now)
    posted = post_events(money.organization, [payment.event(Role.UNAPPLIED, effective_at)], now=now)
    keep_payments([payment], posted, now=now)
    money.save(update_fields=["applied_micros"])
    return payment.row


@serialized
def pay_back_money(
    *, money_id: UUID, amount: Micros, key: str, created_by: str, now: datetime, value_date: date | None = None
) -> Money:
    """Book that unapplied money, in micros, was paid back by bank; it counts from the value date, if given.

    Raises:
        MoneyNotFound: there is none. AboveRemaining: the amount is more than is unapplied.
        NotPayable: it is not a positive payable amount. ValueDateAhead: its value date has not come.
        Rejected: its value date is before that of the money.
    """
    money = lock_money(money_id, now=now)
    currency = money.organization.currency
    _refuse_other_than_steps(amount, currency, smallest_transfer(currency))
    if amount > money.unapplied_micros:
        left = money_text(money.unapplied_micros, currency)
        raise AboveRemaining(f"Only {left} is unapplied.", field="amount")
    refuse_before_received(value_date, money.value_date)
    event = Event(
        key=f"money:{money.pk}:{key}",
        moves=[PlannedTransfer("paid-back", Role.UNAPPLIED, Role.MANUAL_RECEIPTS, amount)],
        cause=MONEY.of(money.pk),
        kind=BookingKind.REFUND,
        text="Unapplied money paid back",
        created_by=created_by,
        effective_at=counts_from_if_dated(money.organization_id, value_date, now),
    )
    post_events(money.organization, [event], now=now)
    money.paid_back_micros += amount
    money.save(update_fields=["paid_back_micros"])
    return money


@serialized
def return_money(*, money_id: UUID, created_by: str, now: datetime, value_date: date | None = None) -> Money:
    """Book that the bank took a transfer back: its invoices are open again, and none of it is unapplied anymore.

    The part that we had already paid back was returned twice: it is our loss, and an issue on the customer names the
    sum. The same holds for the part that paid an installment credited since. The return counts from the value date, if
    given.

    Raises:
        MoneyNotFound: there is none. StateForbids: it did not come by bank, or was returned before.
        ValueDateAhead: its value date has not come.
    """
    money = lock_money(money_id, now=now)
    if money.source != Money.Source.BANK or money.returned_at is not None:
        raise StateForbids("Only a bank transfer can be returned, and only once.")
    effective_at = counts_from_if_dated(money.organization_id, value_date, now)
    lost, rest = Micros(money.paid_back_micros), Micros(money.unapplied_micros)
    payments = []
    for row, rest_of in standing_of(money):
        if keeps_paid(row.document, rest_of):
            lost = Micros(lost + rest_of)
        else:
            payments.append(undone(row, rest_of, created_by, now, value_date))
    events = [
        return_event(
            each, Role.MANUAL_RECEIPTS, f"Payment of invoice {each.document} returned by the bank", effective_at
        )
        for each in payments
    ]
    for part, source, kind, amount in (
        ("unapplied", Role.UNAPPLIED, BookingKind.REFUND, rest),
        ("lost", Role.WRITE_OFFS, BookingKind.WRITE_OFF, lost),
    ):
        if amount:
            events.append(
                Event(
                    key=f"money:{money.pk}:returned",
                    moves=[PlannedTransfer(part, source, Role.MANUAL_RECEIPTS, amount)],
                    cause=MONEY.of(money.pk),
                    kind=kind,
                    text=f"Returned by the bank: {money.reference}",
                    created_by=created_by,
                    effective_at=effective_at,
                )
            )
    posted = post_events(money.organization, events, now=now)
    keep_payments(payments, posted, now=now)
    money.paid_back_micros, money.returned_at = money.amount_micros - money.applied_micros, now
    money.save(update_fields=["applied_micros", "paid_back_micros", "returned_at"])
    if lost:
        arguments = {"money_id": str(money.pk), "lost_micros": lost}
        enqueue(SHOW_LOSS, now=now, key=f"money:{money.pk}:lost", arguments=arguments)
    return money


def plan_payments(
    money: Money,
    documents: Iterable[Document],
    *,
    created_by: str,
    now: datetime,
    most: Micros | None = None,
    since: date = date.min,
) -> list[Payment]:
    """Apply unapplied money to documents in order; changes the sums of both objects and writes nothing.

    A document takes payable amounts only. A payment counts from the money's value date, but not before the day `since`.
    """
    payments = []
    for document in documents:
        stored, before = copy_row(document), document.balance
        amount = min(before.left + before.written_off, money.unapplied_micros if most is None else most)
        amount = Micros(amount - amount % document.step)
        if not amount:
            continue
        after = before.receive(amount)
        shares = after.paid_shares.minus(before.paid_shares)
        value_date = max(money.value_date, since)
        row = Application(
            id=uuid.uuid4(),
            organization_id=document.organization_id,
            money=money,
            document=document,
            amount_micros=amount,
            net_micros=shares.net,
            tax_micros=shares.tax,
            value_date=value_date,
            created_by=created_by,
            created_at=now,
        )
        money.applied_micros += amount
        document.take(after)
        document.paid_on = paid_in_full_on(document, before, value_date)
        payments.append(Payment(money, document, stored, before, after, row))
    return payments


def keep_payments(
    payments: Sequence[Payment], posted: dict[str, int], *, new: Money | None = None, now: datetime
) -> None:
    """Write `new` money, the rows of posted payments and the sums of their documents, and notify the customer."""
    changes, messages = RowChanges(), []
    changes.insert(*([new] if new else []), *(each.row for each in payments))
    for each in payments:
        key = f"application:{each.row.pk}:payment"
        each.row.transfer_id = posted[key] if key in posted else posted[f"{key}-tax"]
        each.document.updated_at = now
        if each.is_returned:
            each.document.overdue_told_at = None
        if each.document.number:
            changes.watch(each.document, each.stored)
            changes.save(each.document, *SUMS)
            messages += collection_messages(each.document, now=now)
    paid = [each.document for each in payments if each.document.number and not each.is_returned]
    messages += state_messages([each for each in paid if each.state in (State.PAID, State.PART_PAID)], now=now)
    write_rows(changes, messages)
    for each in payments:
        if each.document.number and each.before.written_off != each.after.written_off:
            report_after_commit(each.document, now=now)
        change = each.after.paid_shares.net - each.before.paid_shares.net
        follow_paid(each.document, change, key=payment_key(each.row), created_by=each.row.created_by, now=now)


def undone(row: Application, amount: Micros, created_by: str, now: datetime, value_date: date | None = None) -> Payment:
    """Return the payment that undoes an application or a part of it; changes the sums of both sides.

    Nothing is written. It counts from the value date, if given.
    """
    money, document = row.money, row.document
    stored, before = copy_row(document), document.balance
    after = before.undo_payment(amount)
    shares = after.paid_shares.minus(before.paid_shares)
    counter = Application(
        id=uuid.uuid4(),
        organization_id=row.organization_id,
        money=money,
        document=document,
        amount_micros=-amount,
        net_micros=shares.net,
        tax_micros=shares.tax,
        value_date=value_date or day_of(document.seller, now),
        undoes=row,
        created_by=created_by,
        created_at=now,
    )
    money.applied_micros -= amount
    document.take(after)
    document.paid_on = None
    return Payment(money, document, stored, before, after, counter)


def return_event(payment: Payment, destination: Role, text: str, effective_at: datetime | None = None) -> Event:
    """Return the event that posts the return of a payment."""
    return Event(
        key=f"application:{payment.row.pk}",
        moves=postings.returned(payment.before, payment.after, destination, terms_of(payment.document)),
        cause=INVOICE.of(payment.document.pk),
        kind=BookingKind.REFUND,
        text=text,
        created_by=payment.row.created_by,
        effective_at=effective_at,
    )


def _asked_by(transfer: BankTransfer) -> list[Document]:
    if transfer.invoice_ids is not None:
        return [_of_customer(each, transfer.organization) for each in lock_documents(transfer.invoice_ids)]
    rows = Document.objects.filter(organization=transfer.organization, state__in=OUTSTANDING)
    return list(rows.select_related("organization", "seller").order_by("due_date", "issue_date", "number"))


def _of_customer(document: Document, organization: Organization) -> Document:
    if document.organization_id != organization.pk or document.state not in TAKING:
        raise StateForbids(f"Nothing can be paid on {document}, which is {document.get_state_display().lower()}.")
    return document


def _received_before(transfer: BankTransfer) -> Money | None:
    known = Money.objects.filter(organization=transfer.organization, key=transfer.key).first()
    if known and known.amount_micros != transfer.amount:
        raise IdempotencyMismatch(f"The key {transfer.key} was used for other money")
    return known


def _refuse_other_than_steps(amount: Micros, currency: str, step: int) -> None:
    if amount <= 0 or amount % step:
        raise NotPayable(
            f"{money_text(amount, currency)} is not a positive multiple of {money_text(step, currency)}.",
            field="amount",
        )
