"""Refunds and lost disputes of installments, posted once each from the accounts that the money went to.

A failed refund, or a dispute won after it was lost, is undone once.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import F, Sum

from apps.billing_profiles.value_dates import counts_from_if_dated, refuse_before_received
from apps.common.money import Micros, money_text, payable_step
from apps.common.transactions import serialized
from apps.contracts.causes import INSTALLMENT_REFUND
from apps.contracts.errors import (
    InstallmentOnInvoice,
    NotInSmallestUnits,
    NotPayable,
    RefundAboveReceived,
    RefundNotFound,
)
from apps.contracts.models import Installment, InstallmentRefund, InstallmentSurplus
from apps.contracts.portions import Funding, Portions, next_refund
from apps.contracts.services.collection_requests import request_arrangement
from apps.contracts.services.locks import draw_installment_ids, lock_installment
from apps.contracts.services.receipts import PAYABLE_STATES, funding_of, grant_bonus_once, settle, take_bonus_back
from apps.contracts.services.refund_transfers import RefundOrder, RefundPosting
from apps.contracts.services.revenue_recognition import cancel_unearned, restore_unearned
from apps.contracts.services.transitions import follow_installments, keep, move_installment
from apps.ledger.errors import IdempotencyMismatch
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.services.movements import PendingWrites

State = Installment.State


@serialized
def refund_installment(*, installment_id: int, order: RefundOrder, now: datetime) -> InstallmentRefund:
    """Post a refund or a lost dispute of an installment, in full or in part, once per key.

    For a settled installment, unspent credit is taken back and the rest becomes debt; unearned service is taken
    from deferred revenue first, then earned service from revenue; the discount is taken back in proportion. A full
    refund makes it `reversed`; if no paid installment is left, the unspent bonus is taken back too. For an unsettled
    installment, the money simply leaves the installments account.

    Raises:
        InstallmentNotFound: there is none.
        IdempotencyMismatch: the key was used for another refund.
        RefundAboveReceived: the amount exceeds what was received and not yet refunded.
        NotInSmallestUnits: the amount is not positive or not a multiple of the payable step.
        Rejected, ValueDateAhead: the value date is before the money was received, or in the future.
        InstallmentOnInvoice: it is refunded by a credit note on its invoice.
    """
    installment = lock_installment(installment_id)
    if known := InstallmentRefund.objects.filter(organization=installment.organization_id, key=order.key).first():
        if (known.installment_id, known.amount_micros) != (installment_id, order.amount):
            raise IdempotencyMismatch(f"The key {order.key} was used for another refund")
        return known
    if installment.is_invoiced and order.paid_to != Role.BILLED:
        raise InstallmentOnInvoice
    _refuse_wrong_amount(installment, order.amount)
    sent_at = _sent_at(installment, order, now)
    refund = _write(installment, order, now)
    posting = RefundPosting(refund, order, now, sent_at)
    if installment.is_settled:
        _refund_settled(posting)
        take_bonus_back(
            installment.contract, key=f"installment-refund:{order.key}:bonus", created_by=order.created_by, now=now
        )
    else:
        _refund_unsettled(posting)
    keep(installment.contract, now=now)
    follow_installments(installment.contract, now=now)
    if not refund.was_settled:
        request_arrangement(installment.contract, now=now)
    return refund


def _write(installment: Installment, order: RefundOrder, now: datetime) -> InstallmentRefund:
    """Save a refund with the amount that it takes from each portion; it is the cause of its postings."""
    refund = InstallmentRefund(
        organization_id=installment.organization_id,
        installment=installment,
        key=order.key,
        order_key=order.key,
        kind=order.kind,
        amount_micros=order.amount,
        paid_to=order.paid_to,
        was_settled=installment.is_settled,
        value_date=order.value_date,
        reason=order.reason,
        created_by=order.created_by,
        created_at=now,
    )
    if refund.was_settled:
        parts = _parts(installment, order.amount, order.credit)
        refund.credit_micros = parts.money.credit_micros
        refund.promo_credit_micros = parts.promotion.credit_micros
        refund.unearned_micros, refund.earned_micros = cancel_unearned(installment, parts.money.service_micros)
        refund.promo_unearned_micros, refund.promo_earned_micros = cancel_unearned(
            installment, parts.promotion.service_micros
        )
    refund.save(force_insert=True)
    return refund


def _refuse_wrong_amount(installment: Installment, amount: Micros) -> None:
    currency = installment.contract.organization.currency
    if amount <= 0 or amount % payable_step(currency):
        raise NotInSmallestUnits(field="amount")
    left = installment.paid_micros - installment.refunded_micros
    if amount > left:
        raise RefundAboveReceived(
            f"Only {money_text(left, currency)} of what was received can be refunded", field="amount"
        )


def _sent_at(installment: Installment, order: RefundOrder, now: datetime) -> datetime | None:
    """Return the time from which the money counts as sent; None if it has no value date and counts when posted."""
    if order.value_date is not None:
        received = min(row.value_date or row.received_at.date() for row in installment.payments.all())
        refuse_before_received(order.value_date, received)
    return counts_from_if_dated(installment.organization_id, order.value_date, now)


def _refund_unsettled(posting: RefundPosting) -> None:
    installment, order = posting.refund.installment, posting.order
    posting.send("received", order.amount)
    installment.paid_micros -= order.amount
    unpaid_again = installment.state == State.PARTIALLY_PAID and not installment.paid_micros
    move_installment(installment, State.DUE if unpaid_again else State(installment.state), "paid_micros")


def _refund_settled(posting: RefundPosting) -> None:
    installment = posting.refund.installment
    posting.post_portions()
    installment.refunded_micros += posting.order.amount
    whole = installment.refunded_micros == installment.paid_micros
    move_installment(installment, State.REVERSED if whole else State.PAID, "refunded_micros")


def _parts(installment: Installment, amount: Micros, credit: Micros | None = None) -> Funding:
    """Return what a refund takes from each portion, after the refunds that were not undone."""
    was, currency = funding_of(installment), installment.contract.organization.currency
    before = taken_by_refunds(installment)
    return next_refund(amount, before=before, was=was, currency=currency, credit_micros=credit)


def taken_by_refunds(installment: Installment) -> Funding:
    """Return what the refunds of a settled installment that were not undone took from each portion."""
    rows = list(installment.refunds.filter(was_settled=True, undone_at=None))
    credit, promo_credit = sum(row.credit_micros for row in rows), sum(row.promo_credit_micros for row in rows)
    service = sum(row.unearned_micros + row.earned_micros for row in rows)
    promo_service = sum(row.promo_unearned_micros + row.promo_earned_micros for row in rows)
    return Funding(
        money=Portions(Micros(credit), Micros(service)),
        promotion=Portions(Micros(promo_credit), Micros(promo_service)),
    )


@serialized
def freeze_installment(
    *, installment_id: int, amount: Micros, key: str, created_by: str, now: datetime, dispute: str
) -> UUID | None:
    """Hold the unspent credit that a dispute is about, once per key; return the hold's id, if any.

    The hold does not expire: `wallets.unfreeze` ends it when the dispute is decided. Amounts already refunded are not
    held.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    left = installment.paid_micros - installment.refunded_micros
    if installment.grant is None or not left:
        return None
    credit = _parts(installment, Micros(min(amount, left))).money.credit_micros
    hold = credit and wallets.freeze_grant(
        grant=installment.grant, amount=credit, key=key, created_by=created_by, now=now, dispute=dispute
    )
    return hold.pk if hold else None


@serialized
def refund_surplus(*, installment_id: int, order: RefundOrder, now: datetime) -> Micros:
    """Refund up to the order's amount of an installment's overpayments, once per key; return the amount in micros.

    Any payment's refund may use any overpayment: of two payments for the same installment, either may have come first.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    known = installment.refunds.filter(order_key=order.key, surplus__isnull=False)
    if already := known.aggregate(total=Sum("amount_micros"))["total"]:
        return Micros(already)
    left = int(order.amount)
    for surplus in installment.surpluses.filter(returned_micros__lt=F("amount_micros")).order_by("pk"):
        if share := min(left, surplus.left_micros):
            _refund_surplus(surplus, installment, replace(order, amount=Micros(share)), now)
            left -= share
    if left < order.amount:
        keep(installment.contract, now=now)
    return Micros(order.amount - left)


def _refund_surplus(surplus: InstallmentSurplus, installment: Installment, order: RefundOrder, now: datetime) -> None:
    surplus.returned_micros += order.amount
    surplus.save(update_fields=["returned_micros"])
    refund = InstallmentRefund.objects.create(
        organization_id=installment.organization_id,
        installment=installment,
        surplus=surplus,
        key=f"{order.key}:surplus:{surplus.pk}",
        order_key=order.key,
        kind=order.kind,
        amount_micros=order.amount,
        paid_to=order.paid_to,
        was_settled=False,
        value_date=order.value_date,
        reason=order.reason,
        created_by=order.created_by,
        created_at=now,
    )
    posting = RefundPosting(refund, order, now, _sent_at(installment, order, now))
    posting.send("received", order.amount)


@serialized
def undo_installment_refund(
    *, organization: Organization, key: str, reason: str, created_by: str, now: datetime
) -> InstallmentRefund:
    """Reverse the postings of the refund with this key; undoing it again changes nothing.

    Raises:
        RefundNotFound: there is none.
        NotPayable: the installment has been paid again since; staff decide.
    """
    refunds = InstallmentRefund.objects.filter(organization=organization, key=key)
    installment_id = refunds.values_list("installment", flat=True).first()
    if installment_id is None:
        raise RefundNotFound
    installment = lock_installment(installment_id)
    refund = refunds.select_related("surplus").get()
    if refund.undone_at is not None:
        return refund
    _refuse_if_paid_again(installment, refund)
    wallets.undo_cause(
        organization=installment.contract.organization,
        cause=INSTALLMENT_REFUND.of(refund.pk),
        reason=reason,
        created_by=created_by,
        now=now,
    )
    if refund.surplus is not None:
        refund.surplus.returned_micros -= refund.amount_micros
        refund.surplus.save(update_fields=["returned_micros"])
    elif refund.was_settled:
        _settle_again(installment, refund)
        writes = _watching(installment)
        grant_bonus_once(installment.contract, writes, created_by=created_by, now=now)
        writes.write(now=now)
    else:
        _received_again(installment, refund, created_by, now)
    refund.undone_at = now
    refund.save(update_fields=["undone_at"])
    keep(installment.contract, now=now)
    follow_installments(installment.contract, now=now)
    if not refund.was_settled:
        request_arrangement(installment.contract, now=now)
    return refund


def _refuse_if_paid_again(installment: Installment, refund: InstallmentRefund) -> None:
    if refund.was_settled or refund.surplus is not None:
        return
    if installment.is_settled or refund.amount_micros > _room(installment):
        raise NotPayable("The installment has been paid again since")


def _room(installment: Installment) -> int:
    return installment.payable_micros - installment.paid_micros


def _settle_again(installment: Installment, refund: InstallmentRefund) -> None:
    restore_unearned(installment, Micros(refund.unearned_micros + refund.promo_unearned_micros))
    installment.refunded_micros -= refund.amount_micros
    move_installment(installment, State.PAID, "refunded_micros")


def _received_again(installment: Installment, refund: InstallmentRefund, created_by: str, now: datetime) -> None:
    writes = _watching(installment)
    installment.paid_micros += refund.amount_micros
    if installment.state not in PAYABLE_STATES:
        installment.save(update_fields=["paid_micros"])
    elif not _room(installment):
        settle(installment, draw_installment_ids(), writes, created_by=created_by, now=now)
        writes.write(now=now)
    else:
        move_installment(installment, State.PARTIALLY_PAID, "paid_micros")


def _watching(installment: Installment) -> PendingWrites:
    """Return writes for an installment and its contract as they are."""
    writes = PendingWrites()
    writes.changes.watch(installment.contract)
    writes.changes.watch(installment)
    return writes
