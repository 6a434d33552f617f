"""Post money received for an invoice: its payments, money received elsewhere, and the customer's balance at Stripe.

Each event of an invoice posts everything that Stripe has received for it so far, in the order of payment, so the result
does not depend on the order of events.
"""

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import F, Sum

from apps.common.money import Micros, from_minor_units, payable_step, to_minor_units
from apps.payments.event_context import EventContext
from apps.payments.handlers.invoice_rows import lock_invoice, move_invoice, payer_of
from apps.payments.handlers.sessions import NotOurs
from apps.payments.models import StripeInvoice, StripePayment
from apps.payments.selectors import unapplied_left
from apps.payments.services.settlement import Money, settle_invoice_payment, settle_unapplied
from apps.payments.services.unapplied import ContradictsRow, update_unapplied_issue
from apps.payments.services.underpaid import AmountDue, subject_of_invoice, update_underpaid_issue
from apps.payments.shares import tax_within
from apps.payments.stripe_objects import InvoiceFacts
from apps.tenants.models import Organization
from apps.wallets.accounts import Role


def receive(facts: InvoiceFacts, context: EventContext) -> None:
    """Post the money received for an invoice in its current state, and apply overpayments to other invoices.

    Money is kept unapplied if the invoice disagrees with our row, or if it is for a customer of ours but was not
    created here.

    Raises:
        NotOurs: it was not created here, and nothing was received or its customer is not ours.
        ContradictsRow: it disagrees with our row, and nothing was received or its customer is not ours.
    """
    try:
        row = lock_invoice(facts, context)
    except (NotOurs, ContradictsRow) as mismatch:
        _post_unmatched(facts, mismatch, context)
        return
    _note(row, facts)
    for came in _received(facts, row.settled_here_micros):
        if not StripePayment.objects.filter(organization=row.organization_id, key=came.key).exists():
            settle_invoice_payment(row, _taxed(row, came), context)
    if facts.status == "paid":
        move_invoice(row, StripeInvoice.State.PAID, context)
        show_underpayment(row, context)
    _apply_balance(row.organization, context)


def _post_unmatched(facts: InvoiceFacts, mismatch: NotOurs | ContradictsRow, context: EventContext) -> None:
    payer = mismatch.organization if isinstance(mismatch, ContradictsRow) else payer_of(facts)
    received = list(_received(facts))
    if payer is None or not received:
        raise mismatch
    reason = str(mismatch) or f"Invoice {facts.number or facts.id} was not made here"
    for came in received:
        settle_unapplied(payer, came, reason, context)


def _received(facts: InvoiceFacts, settled_here_micros: int = 0) -> Iterator[Money]:
    """Yield the money received for an invoice, in the order of payment.

    Any overpayment is on the customer's balance at Stripe. If the payments of a paid invoice do not add up to its paid
    amount, the rest was received outside Stripe, except for what we recorded there because it was settled here.
    """
    paid = sorted((one for one in facts.payments or () if one.is_paid), key=lambda one: (one.paid_at, one.id))
    came, over = 0, 0
    for one in paid:
        before = over
        came += one.amount_paid
        over = min(facts.amount_overpaid, max(0, came - facts.due))
        yield Money(
            key=one.id,
            amount=from_minor_units(one.amount_paid, one.currency),
            currency=one.currency,
            over=from_minor_units(over - before, one.currency),
            payment_intent_id=one.payment_intent,
            received_in=Role.CASH if one.is_at_stripe else Role.MANUAL_RECEIPTS,
        )
    missing = facts.amount_overpaid - over
    if missing and paid:
        yield _money(f"{facts.id}:overpaid", facts, missing, over=missing, payment_intent_id=paid[-1].payment_intent)
    elsewhere = facts.amount_paid - came - missing if facts.status == "paid" else 0
    elsewhere -= to_minor_units(settled_here_micros, facts.currency)
    if elsewhere > 0:
        yield _money(f"{facts.id}:elsewhere", facts, elsewhere, received_in=Role.MANUAL_RECEIPTS)


def _money(
    key: str,
    facts: InvoiceFacts,
    amount: int,
    *,
    over: int = 0,
    payment_intent_id: str = "",
    received_in: Role = Role.CASH,
) -> Money:
    return Money(
        key=key,
        amount=from_minor_units(amount, facts.currency),
        currency=facts.currency,
        over=from_minor_units(over, facts.currency),
        payment_intent_id=payment_intent_id,
        received_in=received_in,
    )


def _note(row: StripeInvoice, facts: InvoiceFacts) -> None:
    """Store the invoice's total, tax, discounts, credit notes and the part paid from the customer's balance."""
    told = {
        "total_micros": facts.total,
        "tax_micros": facts.tax,
        "coupon_micros": facts.discount,
        "credited_micros": facts.credited,
        "balance_micros": facts.from_balance,
    }
    for name, amount in told.items():
        setattr(row, name, from_minor_units(amount, facts.currency))
    row.save(update_fields=list(told))


def _taxed(row: StripeInvoice, came: Money) -> Money:
    """Set the tax of a payment, so that the tax received so far is in proportion to the amount paid so far."""
    if came.currency != row.currency:
        return came
    sums = row.payments.aggregate(came=Sum("amount_micros"), over=Sum("unapplied_micros"), tax=Sum("tax_micros"))
    paid = (sums["came"] or 0) - (sums["over"] or 0) + came.amount - came.over
    within = tax_within(
        paid,
        total_micros=row.total_micros,
        tax_micros=row.tax_micros,
        step_micros=payable_step(row.currency),
    )
    tax = min(max(0, within - (sums["tax"] or 0)), came.amount - came.over)
    return replace(came, tax=Micros(tax))


def show_underpayment(row: StripeInvoice, context: EventContext) -> None:
    """Open an issue if less was paid on an invoice that Stripe counts as paid, or close it."""
    asked = AmountDue(
        row.organization,
        subject_of_invoice(row.stripe_id),
        f"invoice {row}",
        row.amount_micros - row.settled_here_micros,
        row.currency,
    )
    why = [
        ("A coupon took off", row.coupon_micros),
        ("Credit notes took off", row.credited_micros),
        ("Without money received here, the customer's balance at Stripe paid", row.balance_micros - _applied(row)),
    ]
    update_underpaid_issue(asked, row.paid_micros, why, now=context.now)


def _applied(row: StripeInvoice) -> int:
    """Return how much of an invoice was paid from overpayments booked here, in micros."""
    paid = row.payments.filter(received_in=Role.UNAPPLIED).aggregate(total=Sum("amount_micros"))
    return paid["total"] or 0


def _apply_balance(organization: Organization, context: EventContext) -> None:
    """Use overpayments of earlier invoices for paid ones, by what Stripe took for them from the customer's balance.

    An overpayment reported after the invoice that used it is applied when it is reported.
    """
    sources = list(_overpaid(organization))
    if not sources:
        return
    paid = StripeInvoice.objects.select_for_update(no_key=True, of=("self",)).filter(
        organization=organization, state=StripeInvoice.State.PAID, balance_micros__gt=0
    )
    for row in paid.select_related("organization").order_by("pk"):
        _take_from_balance(row, sources, context)


def _overpaid(organization: Organization) -> Iterator[StripePayment]:
    """Yield the payments with money left on the customer's balance at Stripe, oldest first."""
    rows = StripePayment.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    lying = rows.filter(
        organization=organization,
        currency=organization.currency,
        invoice__isnull=False,
        unapplied_micros__gt=F("applied_micros"),
    )
    return (payment for payment in lying.order_by("pk") if unapplied_left(payment))


def _take_from_balance(row: StripeInvoice, sources: list[StripePayment], context: EventContext) -> None:
    step, applied = payable_step(row.currency), _applied(row)
    is_for_something = row.document_id is not None or row.parts.exists()
    wanted = row.balance_micros - applied if is_for_something else 0
    amount = min(wanted, sum(map(unapplied_left, sources))) // step * step
    if not amount:
        return
    came = Money(
        key=f"{row.stripe_id}:balance:{applied}",
        amount=Micros(amount),
        currency=row.currency,
        received_in=Role.UNAPPLIED,
    )
    settle_invoice_payment(row, _taxed(row, came), context)
    for source in sources:
        share = min(amount, unapplied_left(source))
        amount -= share
        source.applied_micros += share
        source.save(update_fields=["applied_micros"])
        update_unapplied_issue(source, now=context.now)
    show_underpayment(row, context)
