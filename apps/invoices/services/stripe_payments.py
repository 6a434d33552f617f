"""Invoice payments collected by Stripe, and the refunds and disputes that return them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from apps.billing_profiles.selectors import seller_of
from apps.billing_profiles.value_dates import day_of
from apps.common.languages import say
from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.invoices.balances import NetAndTax, first_shares
from apps.invoices.causes import MONEY
from apps.invoices.models import Document, Money
from apps.invoices.models.documents import OUTSTANDING
from apps.invoices.paper_words import AMOUNT_REDUCED, PAYMENT_RETURNED
from apps.invoices.postings import PlannedTransfer
from apps.invoices.selectors import standing_of
from apps.invoices.services.credit_note_content import CreditTerms
from apps.invoices.services.credit_notes import credit_locked
from apps.invoices.services.installment_rows import keeps_paid
from apps.invoices.services.locks import lock_customer, lock_document
from apps.invoices.services.payments import (
    TAKING,
    keep_payments,
    plan_payments,
    return_event,
    undone,
)
from apps.invoices.services.transfers import Event, post_events
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedMoney:
    """Money that Stripe reports for an invoice, in micros. `key` identifies it; `received_in` is its account."""

    document_id: UUID
    amount: Micros
    key: str
    reference: str
    received_in: Role = Role.CASH


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectedPart:
    """A part of collected money, in micros. `key` identifies the money; `account` gets the part, or gives it back."""

    key: str
    amount: Micros
    account: Role


@serialized
def receive_collected(collected: CollectedMoney, *, created_by: str, now: datetime) -> Micros:
    """Apply money to an invoice, at most what is left to pay, once per key; return the applied amount.

    The caller posts the rest.

    Raises:
        InvoiceNotFound: there is no such invoice.
    """
    document = lock_document(collected.document_id, now=now)
    known = Money.objects.filter(organization=document.organization_id, key=collected.key).first()
    if known is not None:
        return Micros(known.amount_micros)
    asked = document.left_micros + document.written_off_micros if document.state in TAKING else 0
    amount = Micros(min(collected.amount, asked))
    if not amount:
        return amount
    money = Money(
        organization=document.organization,
        key=collected.key,
        source=Money.Source.STRIPE,
        received_in=collected.received_in,
        amount_micros=amount,
        value_date=day_of(document.seller, now),
        reference=collected.reference,
        created_by=created_by,
        received_at=now,
    )
    payments = plan_payments(money, [document], created_by=created_by, now=now)
    posted = post_events(document.organization, [each.event(collected.received_in, None) for each in payments], now=now)
    keep_payments(payments, posted, new=money, now=now)
    return amount


@serialized
def credit_as_at_stripe(*, document_id: UUID, amount: Micros, created_by: str, now: datetime) -> bool:
    """Issue a credit note over a part of what is left to pay, in micros, as staff did at Stripe.

    Return False if less is left to pay, or if the invoice's amount follows from an open installment.

    Raises:
        InvoiceNotFound: there is no such invoice.
    """
    document = lock_document(document_id, now=now)
    follows = document.installment is not None and bool(document.installment.remaining_micros)
    if document.state not in OUTSTANDING or amount > document.left_micros or follows:
        return False
    reason = say(document.language, AMOUNT_REDUCED)
    _credit(document, amount, Role.UNAPPLIED, reason, created_by, now)
    return True


@serialized
def return_collected(
    *, organization: Organization, part: CollectedPart, reason: str, created_by: str, now: datetime
) -> Micros:
    """Take back a part of an applied payment; return how much was taken back, in micros.

    A paid invoice is credited; on an invoice for usage, or one that is not paid in full, the amount is due again, and
    `reason` is the text of the posting. Amounts that staff moved to other invoices stay there.
    """
    lock_customer(organization, now=now)
    money = Money.objects.select_related("organization").filter(organization=organization, key=part.key).first()
    if money is None:
        return Micros(0)
    payments, wanted, back = [], int(part.amount), 0
    for row, rest in standing_of(money):
        document = row.document
        if document.kind != Document.Kind.USAGE and document.state == Document.State.PAID:
            share = min(wanted, rest, _uncredited(document).total)
            if share:
                printed = say(document.language, PAYMENT_RETURNED)
                _credit(document, share, part.account, printed, created_by, now)
            wanted -= share
            back += share
        elif (share := min(wanted, rest)) and not keeps_paid(document, share):
            payments.append(undone(row, Micros(share), created_by, now))
            wanted -= share
    posted = post_events(organization, [return_event(each, part.account, reason) for each in payments], now=now)
    keep_payments(payments, posted, now=now)
    money.paid_back_micros += part.amount - wanted - back
    money.save(update_fields=["applied_micros", "paid_back_micros"])
    return Micros(part.amount - wanted)


@serialized
def restore_collected(
    *, organization: Organization, part: CollectedPart, event: str, created_by: str, now: datetime
) -> Micros:
    """Undo a part of `return_collected`: the money was not returned after all and is applied to the invoice again.

    What is no longer due on the invoice, or was credited, becomes unapplied money. `event` identifies the restoration.
    Return how much was restored.
    """
    lock_customer(organization, now=now)
    money = Money.objects.select_related("organization").filter(organization=organization, key=part.key).first()
    if money is None or not part.amount:
        return Micros(0)
    whole, source, amount = part.amount, part.account, Micros(min(part.amount, money.paid_back_micros))
    money.paid_back_micros -= amount
    document_id = money.applications.order_by("created_at").values_list("document", flat=True)[0]
    document: Document = lock_document(document_id, now=now)
    documents = [document] if document.state in TAKING else []
    today = day_of(document.seller, now)
    payments = plan_payments(money, documents, created_by=created_by, now=now, most=amount, since=today)
    taken = sum(each.row.amount_micros for each in payments)
    events = [each.event(source, None) for each in payments]
    events.append(
        Event(
            key=f"money:{money.pk}:{event}",
            moves=[PlannedTransfer("unapplied", source, Role.UNAPPLIED, Micros(amount - taken))]
            if amount > taken
            else [],
            cause=MONEY.of(money.pk),
            kind=BookingKind.PAYMENT,
            text=f"Not returned after all: {money.reference}",
            created_by=created_by,
        )
    )
    if whole > amount:
        events.append(_kept(money, Micros(whole - amount), source, event, created_by, now))
    posted = post_events(organization, events, now=now)
    keep_payments(payments, posted, now=now)
    money.save(update_fields=["applied_micros", "paid_back_micros"])
    return whole


def _kept(money: Money, amount: Micros, source: Role, event: str, created_by: str, now: datetime) -> Event:
    """Keep a credit note's paid part, which was not returned, as unapplied money; return the event that posts it."""
    kept = Money.objects.create(
        organization=money.organization,
        key=f"{money.key}:{event}",
        source=Money.Source.STRIPE,
        received_in=source,
        amount_micros=amount,
        value_date=day_of(seller_of(money.organization_id), now),
        reference=f"Not returned after all: {money.reference}"[:255],
        created_by=created_by,
        received_at=now,
    )
    return Event(
        key=f"money:{kept.pk}",
        moves=[PlannedTransfer("unapplied", source, Role.UNAPPLIED, amount)],
        cause=MONEY.of(kept.pk),
        kind=BookingKind.PAYMENT,
        text=kept.reference,
        created_by=created_by,
    )


def _uncredited(document: Document) -> NetAndTax:
    """Return the net and the tax of an invoice that no credit note covers yet."""
    noted = document.credit_notes.aggregate(net=Sum("net_micros", default=0), tax=Sum("tax_micros", default=0))
    return document.balance.printed.minus(NetAndTax(Micros(noted["net"]), Micros(noted["tax"])))


def _credit(document: Document, amount: int, to: Role, reason: str, created_by: str, now: datetime) -> None:
    """Credit the next part of an invoice, whose paid amount went to `to`, with its share of the tax."""
    exact = first_shares(amount, _uncredited(document), document.step)
    terms = CreditTerms(reason=reason, exact=exact, destination=to)
    credit_locked(document, terms, created_by, now)
