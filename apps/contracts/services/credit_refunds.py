"""Refunds by bank transfer of credit that was bought without a contract."""

from datetime import datetime

from apps.billing_profiles.value_dates import counts_from_if_dated, refuse_before_received, today_of
from apps.common.causes import Cause
from apps.common.transactions import serialized
from apps.contracts.services.refund_transfers import RefundOrder
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.errors import MoreThanPaid
from apps.wallets.models import BookingKind, Grant
from apps.wallets.selectors import returned_micros
from apps.wallets.services.locks import lock_wallet


@serialized
def refund_bought_credit(*, grant: Grant, order: RefundOrder, cause: Cause, now: datetime) -> None:
    """Take refunded credit out of the wallet, once per key; a spent part becomes debt.

    With a value date, the money leaves the installments account on that day, as in the refund of an installment.

    Raises:
        MoreThanPaid: the amount exceeds what was paid for the grant and not yet refunded.
        Rejected, ValueDateAhead: the value date is before the money was received, or in the future.
        IdempotencyMismatch: the key was used for another refund.
    """
    lock_wallet(grant.organization, now=now)
    if order.amount > grant.paid_micros - returned_micros(grant):
        raise MoreThanPaid(field="amount")
    sent_at = _sent_at(grant, order, now)
    wallets.refund_grant(
        grant=grant,
        amount=order.amount,
        order=wallets.Instruction(key=order.key, cause=cause, created_by=order.created_by, description=order.reason),
        to_role=Role.INSTALLMENTS if sent_at else order.paid_to,
        now=now,
    )
    if sent_at:
        booking = wallets.Booking(
            source=Role.INSTALLMENTS,
            destination=order.paid_to,
            amount=order.amount,
            kind=BookingKind.REFUND,
            key=f"{order.key}:sent",
            cause=cause,
            created_by=order.created_by,
            description=order.reason,
            effective_at=sent_at,
        )
        wallets.post_transfer(organization=grant.organization, booking=booking, now=now)


def _sent_at(grant: Grant, order: RefundOrder, now: datetime) -> datetime | None:
    """Return the time from which the money counts as sent; None if it has no value date and counts when posted."""
    refuse_before_received(order.value_date, today_of(grant.organization_id, grant.granted_at))
    return counts_from_if_dated(grant.organization_id, order.value_date, now)
