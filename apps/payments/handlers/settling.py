"""Money that came: posted once, under the key of the outside fact, to what it was paid for."""

from datetime import datetime

from apps.common.errors import BillingError
from apps.common.money import Micros
from apps.contracts import services as contracts
from apps.contracts.services.locks import lock_installment
from apps.payments.debts import tell_debt
from apps.payments.errors import EventParked
from apps.payments.handlers.occasion import Occasion
from apps.payments.handlers.unasked import show_unasked
from apps.payments.models import CheckoutSession, PaymentPart, StripeInvoice, StripePayment
from apps.payments.waiting import wake
from apps.wallets import selectors as wallet_selectors
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import Grant


def settle_session(row: CheckoutSession, occasion: Occasion) -> None:
    """Post what a paid session brought, once."""
    if not row.amount_micros:
        return
    payment = payment_of_session(row, occasion)
    if payment.settled_at is not None:
        return
    if row.purpose == CheckoutSession.Purpose.TOP_UP:
        payment.grant = _top_up(row, occasion)
    else:
        parts = [(part.installment_id, part.amount_micros) for part in row.parts.order_by("position")]
        _settle_parts(payment, parts, received_in=Role.CASH, occasion=occasion)
    _settled(payment, occasion.now)
    wake([row.stripe_id or "", row.payment_intent_id, payment.charge_id], now=occasion.now)


def payment_of_session(row: CheckoutSession, occasion: Occasion) -> StripePayment:
    """Return the payment of a locked session, written down at the first sign of it."""
    payment, created = StripePayment.objects.get_or_create(
        key=row.reference,
        defaults={
            "organization_id": row.organization_id,
            "payment_intent_id": row.payment_intent_id or None,
            "amount_micros": row.amount_micros,
            "currency": row.currency,
            "checkout": row,
            "created_at": occasion.now,
        },
    )
    if not created and row.payment_intent_id and payment.payment_intent_id != row.payment_intent_id:
        payment.payment_intent_id = row.payment_intent_id
        payment.save(update_fields=["payment_intent_id"])
    return payment


def _top_up(row: CheckoutSession, occasion: Occasion) -> Grant:
    return wallets.grant_credits(
        organization=row.organization,
        amount=Micros(row.amount_micros),
        source=Grant.Source.TOP_UP,
        key=f"top-up:{row.pk}",
        created_by=row.created_by,
        now=occasion.now,
        description="Top-up",
        paid_micros=row.amount_micros,
    )


def settle_invoice_payment(
    invoice: StripeInvoice,
    *,
    key: str,
    amount: Micros,
    received_in: Role,
    payment_intent_id: str,
    occasion: Occasion,
) -> None:
    """Post one payment of a locked invoice, at Stripe or elsewhere, once per key."""
    payment, created = StripePayment.objects.get_or_create(
        key=key,
        defaults={
            "organization_id": invoice.organization_id,
            "payment_intent_id": payment_intent_id or None,
            "amount_micros": amount,
            "currency": invoice.currency,
            "is_at_stripe": received_in == Role.CASH,
            "invoice": invoice,
            "created_at": occasion.now,
        },
    )
    if not created:
        return
    if invoice.purpose == StripeInvoice.Purpose.POSTPAID:
        _clear_postpaid(invoice, payment, received_in, occasion)
    else:
        parts = _unpaid_parts(invoice, amount)
        for installment_id, share in parts:
            _postpone_discounts(invoice, installment_id, share, occasion)
        _settle_parts(payment, parts, received_in=received_in, occasion=occasion)
    invoice.paid_micros += amount
    invoice.save(update_fields=["paid_micros"])
    _settled(payment, occasion.now)
    wake([payment_intent_id, invoice.stripe_id or ""], now=occasion.now)


def _clear_postpaid(invoice: StripeInvoice, payment: StripePayment, received_in: Role, occasion: Occasion) -> None:
    """Clear what is owed; what was given up before is owed again first, and what is over becomes credit."""
    if invoice.write_off_transfer_id is not None:
        wallets.undo_transfer(
            organization=invoice.organization,
            transfer_id=invoice.write_off_transfer_id,
            reason="The invoice was paid after all",
            created_by=occasion.created_by,
            now=occasion.now,
        )
        invoice.write_off_transfer_id = None
        invoice.save(update_fields=["write_off_transfer_id"])
    key = f"invoice-payment:{payment.key}"
    wallets.receive_postpaid_payment(
        organization=invoice.organization,
        amount=Micros(payment.amount_micros),
        key=key,
        received_in=received_in,
        created_by=occasion.created_by,
        now=occasion.now,
        description=f"Invoice {invoice.number or invoice.stripe_id} paid",
    )
    payment.grant = wallet_selectors.overpaid_grant(key)


def _unpaid_parts(invoice: StripeInvoice, amount: Micros) -> list[tuple[int, int]]:
    """Fill the invoice's parts in order with an amount, after what payments before have filled.

    Raises:
        EventParked: it is more than the parts have room for.
    """
    taken, left, filled = invoice.paid_micros, int(amount), []
    for part in invoice.parts.order_by("position"):
        already = min(part.amount_micros, taken)
        taken -= already
        share = min(part.amount_micros - already, left)
        left -= share
        if share:
            filled.append((part.installment_id, share))
    if left:
        raise EventParked("More was paid than the invoice is for")
    return filled


def _postpone_discounts(invoice: StripeInvoice, installment_id: int, share: int, occasion: Occasion) -> None:
    """Move discounts that came after an invoice was made, and that it was paid without, to the next installment."""
    installment = lock_installment(installment_id)
    late = share - (installment.payable_micros - installment.paid_micros)
    if installment.is_open and late > 0 and invoice.amount_micros <= installment.amount_micros:
        contracts.postpone_discounts(installment_id=installment_id, amount=Micros(late), now=occasion.now)


def _settle_parts(
    payment: StripePayment, parts: list[tuple[int, int]], *, received_in: Role, occasion: Occasion
) -> None:
    brings_nothing = 0
    for number, (installment_id, amount) in enumerate(parts):
        part = PaymentPart(
            payment=payment, installment_id=installment_id, key=f"{payment.key}:{number}", amount_micros=amount
        )
        brings_nothing += _settle_instalment(part, received_in, occasion)
        part.save(force_insert=True)
    if brings_nothing:
        show_unasked(payment, now=occasion.now)


def _settle_instalment(part: PaymentPart, received_in: Role, occasion: Occasion) -> Micros:
    """Let an instalment receive a part of a payment; return what of it brings nothing."""
    payment = part.payment
    try:
        return contracts.receive_payment(
            installment_id=part.installment_id,
            amount=Micros(part.amount_micros),
            key=part.key,
            received_in=received_in,
            reference=payment.payment_intent_id or payment.key,
            created_by=occasion.created_by,
            now=occasion.now,
        )
    except BillingError as error:
        raise EventParked(f"Instalment {part.installment_id} does not take it: {error.detail}") from error


def _settled(payment: StripePayment, now: datetime) -> None:
    payment.settled_at = now
    payment.save(update_fields=["grant", "settled_at"])
    tell_debt(payment.organization, now=now)
