"""Settlement: post money received, once per outside fact, to what it was paid for.

All money that Stripe reports is booked, whatever is due here: tax on its own account, what is due to its purpose, and
the rest on the unapplied account with an issue for staff.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from apps.common.causes import Cause
from apps.common.money import Micros, from_micros
from apps.common.rows import draw_ids
from apps.invoices import services as invoices
from apps.notices.services import notice_message
from apps.payments.causes import CHECKOUT_SESSION, STRIPE_PAYMENT
from apps.payments.debts import update_debt_issue
from apps.payments.deferred_events import wake
from apps.payments.event_context import EventContext
from apps.payments.models import CheckoutSession, PaymentIssue, StripeInvoice, StripePayment
from apps.payments.services.installment_parts import postpone_discounts, session_parts, settle_parts, unpaid_parts
from apps.payments.services.top_up_invoices import invoice_message
from apps.payments.services.unapplied import update_unapplied_issue
from apps.tenants.models import Organization
from apps.top_ups.causes import TOP_UP_ATTEMPT
from apps.top_ups.models import TopUpAttempt
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.budgets.state import Notice
from apps.wallets.decisions.grants import NewGrant
from apps.wallets.kinds import Source
from apps.wallets.models import BookingKind, Grant
from apps.wallets.services.movements import grant_movement, transfer_movement

NOTHING = Micros(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Money received, as reported by Stripe. `key` names the outside fact, which is settled once.

    `amount` is the whole in micros, `tax` the tax in it, `over` the part that went to the customer's balance at Stripe.
    """

    key: str
    amount: Micros
    currency: str
    tax: Micros = NOTHING
    over: Micros = NOTHING
    payment_intent_id: str = ""
    received_in: Role = Role.CASH

    @property
    def net(self) -> Micros:
        """The part that pays for purchases, in micros."""
        return Micros(self.amount - self.tax - self.over)


def settle_session(row: CheckoutSession, came: Money, context: EventContext) -> Micros:
    """Post a session's money once; return how much of its requested amount was paid, in micros."""
    payment = payment_of_session(row, came, context)
    if payment.settled_at is not None:
        return Micros(min(payment.whole.net_micros, row.amount_micros))
    if came.currency != row.currency:
        _post_unapplied(payment, came, f"{row} is in {row.currency}", context)
        return NOTHING
    if row.purpose == CheckoutSession.Purpose.TOP_UP:
        left = came.net - _top_up(payment, row, came, context)
    else:
        left = came.net - settle_parts(payment, session_parts(row, came.net, context), came.received_in, context)
        context.rows.send(_told(payment, _notice(payment, "installment", came, context)))
    _finish(payment, came, Micros(left), f"It exceeds the amount of {row}", context)
    if context.rows.may_have_waiting:
        wake([row.stripe_id or "", row.payment_intent_id, payment.charge_id], now=context.now)
    return Micros(min(came.net - left, row.amount_micros))


def payment_of_session(row: CheckoutSession, came: Money, context: EventContext) -> StripePayment:
    """Return the payment row of a locked session, created by the first event that reports the payment."""
    intent = row.payment_intent_id or came.payment_intent_id
    payment = context.rows.payments.get(row.reference) or _new_payment(row, came, intent, context)
    payment.organization = row.organization
    if intent and payment.payment_intent_id != intent:
        payment.payment_intent_id = intent
        context.rows.changes.save(payment, "payment_intent_id")
    return payment


def _new_payment(row: CheckoutSession, came: Money, intent: str, context: EventContext) -> StripePayment:
    """Create a session's payment, unless it exists and was not read with the session."""
    payment, _ = StripePayment.objects.get_or_create(
        organization_id=row.organization_id,
        key=row.reference,
        defaults={
            "payment_intent_id": intent,
            "amount_micros": came.amount,
            "currency": came.currency,
            "checkout": row,
            "created_at": context.now,
        },
    )
    context.rows.keep(payment)
    return payment


def _top_up(payment: StripePayment, row: CheckoutSession, came: Money, context: EventContext) -> Micros:
    """Grant the credit that was paid for, up to the requested amount, and notify the customer; return that amount."""
    amount = Micros(min(came.net, row.amount_micros))
    if not amount:
        return amount
    new_grant = NewGrant(
        amount=amount,
        source=Source.TOP_UP,
        key=f"top-up:{row.pk}",
        cause=CHECKOUT_SESSION.of(row.pk),
        created_by=row.created_by,
        description="Top-up",
        paid_micros=amount,
        drawn_id=context.rows.about.grant_id if context.rows.about is not None else draw_ids(Grant, 1)[0],
    )

    def was_granted(transfer_id: int) -> None:
        payment.grant_id = Grant.objects.values_list("pk", flat=True).get(transfer=transfer_id)

    payment.grant_id = new_grant.drawn_id
    for each in invoice_message(payment, row, now=context.now):
        context.rows.send(each)
    told = (_notice(payment, "top_up", came, context),)
    context.rows.post(row.organization, grant_movement(new_grant).with_notices(told), was_granted)
    return amount


def settle_attempt(attempt: TopUpAttempt, came: Money, context: EventContext) -> Grant | None:
    """Post the money of an automatic top-up once, and return the grant of the credit that it bought."""
    payment, _ = _written(attempt.organization, came, context)
    if payment.settled_at is not None:
        return payment.grant
    payment.organization = attempt.organization
    if came.currency != attempt.currency:
        _post_unapplied(payment, came, f"{attempt} is in {attempt.currency}", context)
        context.rows.write(now=context.now)
        return None
    amount = Micros(min(came.net, attempt.amount_micros))
    payment.grant = wallets.grant_credits(
        organization=attempt.organization,
        grant=wallets.NewGrant(
            amount=amount,
            source=wallets.Source.TOP_UP,
            key=attempt.reference,
            cause=TOP_UP_ATTEMPT.of(attempt.pk),
            created_by=context.created_by,
            description="Automatic top-up",
            paid_micros=amount,
        ),
        now=context.now,
    )
    for each in invoice_message(payment, attempt, now=context.now):
        context.rows.send(each)
    _finish(payment, came, Micros(came.net - amount), f"It exceeds the amount of {attempt}", context)
    context.rows.write(now=context.now)
    wake([came.payment_intent_id], now=context.now)
    return payment.grant


def settle_invoice_payment(invoice: StripeInvoice, came: Money, context: EventContext) -> None:
    """Post one payment of a locked invoice once per key: by Stripe, from elsewhere or from the customer's balance."""
    payment, created = _written(invoice.organization, came, context, invoice=invoice)
    if not created:
        return
    if came.currency != invoice.currency:
        _post_unapplied(payment, came, f"Invoice {invoice} is in {invoice.currency}", context)
        return
    kind = "installment"
    if invoice.document_id is not None:
        kind, left = "invoice", _pay_document(invoice.document_id, invoice, came, context)
    else:
        parts = unpaid_parts(invoice, came.net)
        for part in parts:
            postpone_discounts(invoice, part.installment_id, min(part.amount_micros, invoice.amount_micros), context)
        left = Micros(came.net - settle_parts(payment, parts, came.received_in, context))
    invoice.paid_micros += came.net - left
    invoice.save(update_fields=["paid_micros"])
    _finish(payment, came, left, f"It exceeds the amount of invoice {invoice}", context)
    context.rows.send(_told(payment, _notice(payment, kind, came, context)))
    context.rows.write(now=context.now)
    wake([came.payment_intent_id, invoice.stripe_id or ""], now=context.now)


def settle_unapplied(organization: Organization, came: Money, reason: str, context: EventContext) -> None:
    """Post money without a matching claim to the unapplied account, once per key, with the reason for staff."""
    payment, _ = _written(organization, came, context)
    if payment.settled_at is None:
        _post_unapplied(payment, came, reason, context)
        context.rows.write(now=context.now)


def _written(
    organization: Organization, came: Money, context: EventContext, invoice: StripeInvoice | None = None
) -> tuple[StripePayment, bool]:
    payment, created = StripePayment.objects.get_or_create(
        organization=organization,
        key=came.key,
        defaults={
            "payment_intent_id": came.payment_intent_id,
            "amount_micros": came.amount,
            "currency": came.currency,
            "received_in": came.received_in,
            "invoice": invoice,
            "created_at": context.now,
        },
    )
    payment.organization = organization
    context.rows.keep(payment)
    return payment, created


def _pay_document(document_id: UUID, invoice: StripeInvoice, came: Money, context: EventContext) -> Micros:
    """Pay an invoice of ours; return the excess."""
    taken = invoices.receive_collected(
        invoices.CollectedMoney(
            document_id=document_id,
            amount=came.net,
            key=f"stripe:{came.key}",
            reference=f"Stripe {invoice.number or invoice.stripe_id}",
            received_in=came.received_in,
        ),
        created_by=context.created_by,
        now=context.now,
    )
    return Micros(came.net - taken)


def _post_unapplied(payment: StripePayment, came: Money, reason: str, context: EventContext) -> None:
    _finish(payment, came, came.net, reason, context)
    if context.rows.may_have_waiting:
        wake([came.payment_intent_id, payment.charge_id], now=context.now)


def _finish(payment: StripePayment, came: Money, left: Micros, reason: str, context: EventContext) -> None:
    """Post a payment's tax and unapplied money, and mark it as settled."""
    foreign = came.currency != payment.organization.currency
    payment.amount_micros, payment.currency = came.amount, came.currency
    payment.tax_micros = NOTHING if foreign else came.tax
    payment.unapplied_micros = came.amount if foreign else came.over + left
    _book(payment, came, Role.TAX, Micros(payment.tax_micros), "Tax", context)
    _book(payment, came, Role.UNAPPLIED, Micros(payment.unapplied_micros), reason, context)
    payment.unapplied_reason = reason[:500] if payment.unapplied_micros else ""
    payment.settled_at = context.now
    context.rows.changes.save(
        payment,
        "amount_micros",
        "currency",
        "tax_micros",
        "unapplied_micros",
        "unapplied_reason",
        "grant",
        "settled_at",
    )
    if payment.unapplied_micros:
        context.rows.after.append(partial(update_unapplied_issue, payment, now=context.now))
    if context.rows.may_be_open(PaymentIssue.Kind.DEBT, payment.organization_id):
        context.rows.after.append(partial(update_debt_issue, payment.organization, now=context.now))


def _notice(payment: StripePayment, kind: str, came: Money, context: EventContext) -> Notice:
    """Return the notice to the customer of a settled payment."""
    data = {
        "id": str(payment.pk),
        "version": 1,
        "kind": kind,
        "amount": from_micros(came.amount),
        "currency": came.currency,
    }
    return Notice("payment.settled", str(payment.pk), data, context.now)


def _told(payment: StripePayment, told: Notice) -> dict[str, Any]:
    """Return the outbox message of a notice."""
    return notice_message(
        organization_id=payment.organization_id, notice=told.type, key=told.key, data=told.data, now=told.at
    )


def _cause_of(payment: StripePayment) -> Cause:
    """Return the checkout session of a payment, or else the payment itself."""
    return CHECKOUT_SESSION.of(payment.checkout_id) if payment.checkout_id else STRIPE_PAYMENT.of(payment.pk)


def _book(payment: StripePayment, came: Money, role: Role, amount: Micros, text: str, context: EventContext) -> None:
    """Move a part of a payment to another account.

    It is written at the end of the event, unless it is in a foreign currency.
    """
    if not amount or came.received_in == role:
        return
    booking = wallets.Booking(
        source=came.received_in,
        destination=role,
        amount=amount,
        kind=BookingKind.PAYMENT,
        key=f"payment:{payment.key}:{role}",
        cause=_cause_of(payment),
        created_by=context.created_by,
        description=f"{text}: {payment}",
    )
    owner = payment.organization
    if came.currency == owner.currency:
        context.rows.post(owner, transfer_movement(booking))
    else:
        wallets.post_transfer(organization=owner, booking=booking, now=context.now, currency=came.currency)
