"""The installments that a payment pays: how it is spread over them, and how its parts are posted."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from apps.common.errors import BillingError
from apps.common.money import Micros, payable_step
from apps.common.rows import draw_ids
from apps.contracts import services as contracts
from apps.contracts.services.locks import ContractRows, contract_rows, lock_contract_rows, lock_installment
from apps.payments.event_context import EventContext
from apps.payments.event_rows import SessionPart
from apps.payments.models import CheckoutPart, CheckoutSession, InvoicePart, PaymentPart, StripeInvoice, StripePayment
from apps.payments.services.overpaid_issues import open_overpaid_issues
from apps.wallets.accounts import Role


def session_parts(row: CheckoutSession, amount: Micros, context: EventContext) -> list[SessionPart]:
    """Spread an amount over a session's parts in order, as they were read with it or else as they are stored."""
    about = context.rows.about
    parts = about.parts if about is not None else _drawn(row.parts.order_by("position"))
    return _filled(parts, amount)


def unpaid_parts(invoice: StripeInvoice, amount: Micros) -> list[SessionPart]:
    """Spread an amount over the invoice's parts in order, after what earlier payments have covered."""
    taken, unpaid = invoice.paid_micros, []
    for part in _drawn(invoice.parts.order_by("position")):
        already = min(part.amount_micros, taken)
        taken -= already
        unpaid.append(replace(part, amount_micros=part.amount_micros - already))
    return _filled(unpaid, amount)


def _drawn(parts: Iterable[CheckoutPart | InvoicePart]) -> list[SessionPart]:
    rows = list(parts)
    ids = draw_ids(PaymentPart, len(rows))
    return [SessionPart(row.installment_id, row.amount_micros, pk) for row, pk in zip(rows, ids, strict=True)]


def _filled(parts: Sequence[SessionPart], amount: Micros) -> list[SessionPart]:
    """Spread an amount over installments in order; any excess goes to the last one."""
    left, filled = int(amount), []
    for place, part in enumerate(parts, 1):
        share = left if place == len(parts) else min(part.amount_micros, left)
        left -= share
        if share:
            filled.append(replace(part, amount_micros=share))
    return filled


def postpone_discounts(invoice: StripeInvoice, installment_id: int, share: int, context: EventContext) -> None:
    """Move discounts granted after an invoice was created and paid in full to the next installment."""
    installment = lock_installment(installment_id)
    late = share - (installment.payable_micros - installment.paid_micros)
    if installment.is_open and late > 0 and invoice.amount_micros <= installment.amount_micros:
        contracts.postpone_discounts(installment_id=installment_id, amount=Micros(late), now=context.now)


def settle_parts(
    payment: StripePayment, parts: Sequence[SessionPart], received_in: Role, context: EventContext
) -> Micros:
    """Post a payment's parts to their installments; return the amount in micros that they accept."""
    step, taken, brings_nothing = payable_step(payment.currency), 0, 0
    rows = _lock_contracts(payment, parts, context) if parts else None
    for number, each in enumerate(parts):
        part = PaymentPart(
            pk=each.drawn_id,
            organization_id=payment.organization_id,
            payment=payment,
            installment_id=each.installment_id,
            key=_key(payment, number),
            amount_micros=each.amount_micros // step * step,
        )
        unasked = _settle_installment(part, received_in, rows, context) if rows and part.amount_micros else None
        if unasked is not None:
            taken += part.amount_micros
            brings_nothing += unasked
            context.rows.changes.insert(part)
    if brings_nothing:
        context.rows.after.append(partial(open_overpaid_issues, payment, now=context.now))
    return Micros(taken)


def _key(payment: StripePayment, number: int) -> str:
    """Return the key under which a part of a payment is posted to its installment, as `session_open` asks for it."""
    return f"{payment.key}:{number}"


def _lock_contracts(payment: StripePayment, parts: Sequence[SessionPart], context: EventContext) -> ContractRows:
    about = context.rows.about
    if about is not None and about.contracts is not None:
        return contract_rows(about.contracts, context.rows)
    keys = [_key(payment, number) for number in range(len(parts))]
    return lock_contract_rows([part.installment_id for part in parts], keys, context.rows)


def _settle_installment(
    part: PaymentPart, received_in: Role, rows: ContractRows, context: EventContext
) -> Micros | None:
    """Post a part of a payment to an installment; return the overpaid amount, None if it accepts no payment."""
    payment = part.payment
    receipt = contracts.Receipt(
        installment_id=part.installment_id,
        amount=Micros(part.amount_micros),
        key=part.key,
        received_in=received_in,
        reference=payment.payment_intent_id or payment.key,
        created_by=context.created_by,
    )
    try:
        return contracts.receive_payment(receipt, now=context.now, rows=rows)
    except BillingError:
        return None
