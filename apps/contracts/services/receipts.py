"""Payments of installments: posted exactly once per external payment, in any number of parts.

Money is posted in every state of the installment. Settling an installment grants its credit, defers its service and,
the first time, grants the contract's bonus. An overpayment stays in the installments account until it is refunded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from apps.billing_profiles.value_dates import counts_from_if_dated
from apps.common.money import Micros, money_text, payable_step
from apps.common.periods import midnight
from apps.common.transactions import serialized
from apps.contracts.causes import CONTRACT, INSTALLMENT
from apps.contracts.errors import InstallmentOnInvoice, NotInSmallestUnits, NotPayable, Overpaid
from apps.contracts.models import Contract, Installment, InstallmentPayment, InstallmentSurplus, ServiceRevenue
from apps.contracts.portions import Funding, Portions, earned_by_month, funding
from apps.contracts.services.collection_requests import arrangement
from apps.contracts.services.locks import ContractRows, ReceiptIds, lock_contract_rows
from apps.contracts.services.transitions import follow_installments, keep, move_installment, save
from apps.ledger.errors import IdempotencyMismatch
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.decisions.grants import NewGrant
from apps.wallets.kinds import Source
from apps.wallets.models import BookingKind
from apps.wallets.selectors import granted_by
from apps.wallets.services.locks import lock_wallet
from apps.wallets.services.movements import Movement, PendingWrites, grant_movement, transfer_movement

State = Installment.State
PAYABLE_STATES = (State.DUE, State.PROCESSING, State.PARTIALLY_PAID, State.WRITTEN_OFF)
UNASKED = (State.VOID, State.SUPERSEDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Money received for an installment, in micros, in the account `received_in`.

    `key` identifies the external payment, which is posted once; `reference` is that of the payer's bank or of Stripe.
    It counts from its value date; None means from when it is posted.
    """

    installment_id: int
    amount: Micros
    key: str
    received_in: Role
    reference: str
    created_by: str
    value_date: date | None = None


@serialized
def receive_payment(receipt: Receipt, *, now: datetime, rows: ContractRows | None = None) -> Micros:
    """Post a payment of an installment, once per key, and return the part to refund, in micros.

    The payment covers the amount left to pay; the rest is an overpayment. A payment of a void or replaced installment
    must be refunded as a whole. Both stay in the installments account until they are refunded. With `rows`, nothing is
    posted until the caller writes them.

    Raises:
        InstallmentNotFound: there is none.
        IdempotencyMismatch: the key was used for another payment.
        NotPayable: the contract is a draft. InstallmentOnInvoice: it is paid through its invoice.
        ValueDateAhead: its value date is in the future.
        NotInSmallestUnits: the amount is not positive or not a multiple of the payable step.
    """
    if rows is None:
        rows = _lock_rows(receipt)
        beyond = receive_payment(receipt, now=now, rows=rows)
        rows.writes.write(now=now)
        return beyond
    installment = rows.installments[receipt.installment_id]
    _refuse_beside_invoice(installment, receipt)
    unasked = installment.state in UNASKED
    fits = _fitting(rows, receipt)
    beyond = Micros(receipt.amount - fits)
    is_kept = _refuse_other_surplus(rows, receipt)
    if fits and not _received_before(rows, replace(receipt, amount=fits)):
        receive = _receive_unasked if unasked else _settle_installment
        receive(rows, replace(receipt, amount=fits), now)
    if beyond and not is_kept:
        _keep_surplus(rows, replace(receipt, amount=beyond), now)
    return receipt.amount if unasked else beyond


@serialized
def settle_installment(receipt: Receipt, *, now: datetime) -> InstallmentPayment:
    """Post a payment of an installment, once per key; the last part settles it, which grants credit and defers service.

    Until then the money stays in the installments account. The first settled installment activates an offered contract.

    Raises:
        InstallmentNotFound: there is none.
        IdempotencyMismatch: the key was used for another payment.
        NotPayable: it is paid, void or replaced. InstallmentOnInvoice: it is paid through its invoice.
        ValueDateAhead: its value date is in the future.
        Overpaid: the amount is more than is left to pay.
        NotInSmallestUnits: the amount is not positive or not a multiple of the payable step.
    """
    rows = _lock_rows(receipt)
    if known := _received_before(rows, receipt):
        return known
    _refuse_beside_invoice(rows.installments[receipt.installment_id], receipt)
    payment = _settle_installment(rows, receipt, now)
    rows.writes.write(now=now)
    return payment


def _refuse_beside_invoice(installment: Installment, receipt: Receipt) -> None:
    if installment.is_invoiced and receipt.received_in != Role.BILLED:
        raise InstallmentOnInvoice


def _lock_rows(receipt: Receipt) -> ContractRows:
    return lock_contract_rows([receipt.installment_id], [receipt.key], PendingWrites())


def _settle_installment(rows: ContractRows, receipt: Receipt, now: datetime) -> InstallmentPayment:
    installment = rows.installments[receipt.installment_id]
    contract, ids, writes = installment.contract, rows.drawn[installment.pk], rows.writes
    _refuse_wrong_amount(installment, receipt.amount)
    writes.post(contract.organization, _movement(installment, receipt, ids.received, now))
    installment.paid_micros += receipt.amount
    if installment.paid_micros == installment.payable_micros:
        settle(installment, ids, writes, created_by=receipt.created_by, now=now)
    else:
        move_installment(installment, State.PARTIALLY_PAID, "paid_micros", writes=writes)
    payment = _payment(installment, receipt, ids, now)
    writes.changes.insert(payment)
    keep(contract, now=now, writes=writes)
    follow_installments(contract, now=now, rows=rows)
    writes.send(arrangement(contract, now=now))
    return payment


def _receive_unasked(rows: ContractRows, receipt: Receipt, now: datetime) -> None:
    """Post a payment of a void or replaced installment.

    It grants nothing and stays in the installments account until it is refunded.
    """
    installment = rows.installments[receipt.installment_id]
    ids, writes = rows.drawn[installment.pk], rows.writes
    writes.post(installment.contract.organization, _movement(installment, receipt, ids.received, now))
    writes.changes.insert(_payment(installment, receipt, ids, now))
    installment.paid_micros += receipt.amount
    save(installment, "paid_micros", writes=writes)
    keep(installment.contract, now=now, writes=writes)


def _fitting(rows: ContractRows, receipt: Receipt) -> Micros:
    """Return the part of a payment that the installment takes, or took if the payment was posted before."""
    installment = rows.installments[receipt.installment_id]
    _refuse_broken_units(installment, receipt.amount)
    before = rows.payments.get(receipt.key), rows.surpluses.get(receipt.key)
    taken, beside = (0 if each is None else each.amount_micros for each in before)
    if taken or beside:
        if taken + beside != receipt.amount:
            raise IdempotencyMismatch(f"The key {receipt.key} was used for another payment")
        return Micros(taken)
    if installment.state in UNASKED:
        return Micros(min(receipt.amount, installment.payable_micros - installment.paid_micros))
    return Micros(min(receipt.amount, installment.remaining_micros))


def _received_before(rows: ContractRows, receipt: Receipt) -> InstallmentPayment | None:
    known = rows.payments.get(receipt.key)
    same = (receipt.installment_id, receipt.amount, receipt.received_in)
    if known and (known.installment_id, known.amount_micros, known.received_in) != same:
        raise IdempotencyMismatch(f"The key {receipt.key} was used for another payment")
    return known


def _refuse_other_surplus(rows: ContractRows, receipt: Receipt) -> bool:
    """Return whether an overpayment was stored under the key.

    Raises:
        IdempotencyMismatch: it was, of another installment.
    """
    known = rows.surpluses.get(receipt.key)
    if known and (known.installment_id, known.received_in) != (receipt.installment_id, receipt.received_in):
        raise IdempotencyMismatch(f"The key {receipt.key} was used for another payment")
    return known is not None


def _refuse_broken_units(installment: Installment, amount: Micros) -> None:
    if amount <= 0 or amount % payable_step(installment.contract.organization.currency):
        raise NotInSmallestUnits(field="amount")


def _refuse_wrong_amount(installment: Installment, amount: Micros) -> None:
    _refuse_broken_units(installment, amount)
    if installment.contract.status == Contract.Status.DRAFT:
        raise NotPayable("The contract is a draft")
    if installment.state not in PAYABLE_STATES:
        raise NotPayable(f"The installment is {installment.get_state_display().lower()}")
    if amount > installment.remaining_micros:
        currency = installment.contract.organization.currency
        left, paid = (money_text(each, currency) for each in (installment.remaining_micros, amount))
        raise Overpaid(f"Only {left} is left to pay, not {paid}", field="amount")


def _payment(installment: Installment, receipt: Receipt, ids: ReceiptIds, now: datetime) -> InstallmentPayment:
    return InstallmentPayment(
        pk=ids.payment,
        transfer_id=ids.received,
        value_date=receipt.value_date,
        **_received(installment, receipt, now),
    )


def _keep_surplus(rows: ContractRows, receipt: Receipt, now: datetime) -> None:
    installment = rows.installments[receipt.installment_id]
    ids, writes = rows.drawn[installment.pk], rows.writes
    movement = _movement(installment, receipt, ids.beyond, now, is_surplus=True)
    writes.post(installment.contract.organization, movement)
    writes.changes.insert(
        InstallmentSurplus(pk=ids.surplus, transfer_id=ids.beyond, **_received(installment, receipt, now))
    )
    keep(installment.contract, now=now, writes=writes)


def _received(installment: Installment, receipt: Receipt, now: datetime) -> dict[str, Any]:
    return {
        "organization_id": installment.organization_id,
        "installment": installment,
        "key": receipt.key,
        "amount_micros": receipt.amount,
        "received_in": receipt.received_in,
        "reference": receipt.reference,
        "created_by": receipt.created_by,
        "received_at": now,
    }


def _movement(
    installment: Installment, receipt: Receipt, drawn_id: int, now: datetime, *, is_surplus: bool = False
) -> Movement:
    """Return the receipt's movement into the installments account."""
    return transfer_movement(
        wallets.Booking(
            source=receipt.received_in,
            destination=Role.INSTALLMENTS,
            amount=receipt.amount,
            kind=BookingKind.INSTALLMENT,
            key=f"installment-payment:{receipt.key}{':surplus' if is_surplus else ''}",
            cause=INSTALLMENT.of(installment.pk),
            created_by=receipt.created_by,
            description=f"Received {'beyond' if is_surplus else 'for'} installment {installment.period}",
            effective_at=counts_from_if_dated(installment.organization_id, receipt.value_date, now),
            drawn_id=drawn_id,
        )
    )


def settle(installment: Installment, ids: ReceiptIds, writes: PendingWrites, *, created_by: str, now: datetime) -> None:
    """Settle a fully paid installment: post its discount, grant its credit and any bonus, defer its service.

    `writes` must already watch the unchanged installment and contract; nothing is posted until it is written.
    """
    for movement in _movements(installment, ids, created_by):
        writes.post(installment.contract.organization, movement)
    if installment.credit_micros:
        installment.grant_id = ids.grant
    if installment.service_micros:
        installment.service_transfer_id = ids.service
        writes.changes.insert(*_revenue(installment))
    installment.settled_at = now
    fields = ("discount_micros", "paid_micros", "settled_at", "grant", "service_transfer")
    move_installment(installment, State.PAID, *fields, writes=writes)
    grant_bonus_once(installment.contract, writes, created_by=created_by, now=now)


def _movements(installment: Installment, ids: ReceiptIds, created_by: str) -> Iterator[Movement]:
    """Yield the movements that settle an installment."""
    if installment.discount_micros:
        yield transfer_movement(
            wallets.Booking(
                source=Role.PROMOTIONS,
                destination=Role.INSTALLMENTS,
                amount=Micros(installment.discount_micros),
                kind=BookingKind.DISCOUNT,
                key=f"installment:{installment.pk}:discount",
                cause=INSTALLMENT.of(installment.pk),
                created_by=created_by,
                description=f"Discount on installment {installment.period}",
            )
        )
    if installment.credit_micros:
        new_grant = NewGrant(
            amount=Micros(installment.credit_micros),
            source=Source.CONTRACT,
            key=f"installment:{installment.pk}:credit",
            cause=INSTALLMENT.of(installment.pk),
            created_by=created_by,
            description=f"Contract credit {installment.period}",
            starts_at=midnight(installment.period_start),
            paid_micros=funding_of(installment).money.credit_micros,
            funded_by=Role.INSTALLMENTS,
            drawn_id=ids.grant,
        )
        yield grant_movement(new_grant)
    if installment.service_micros:
        yield transfer_movement(
            wallets.Booking(
                source=Role.INSTALLMENTS,
                destination=Role.DEFERRED,
                amount=Micros(installment.service_micros),
                kind=BookingKind.DEFERRAL,
                key=f"installment:{installment.pk}:service",
                cause=INSTALLMENT.of(installment.pk),
                created_by=created_by,
                description=f"Contract service {installment.period}",
                drawn_id=ids.service,
            )
        )


def _revenue(installment: Installment) -> Iterator[ServiceRevenue]:
    """Yield the row of each month that earns a part of the service portion."""
    months = earned_by_month(installment.service_micros, installment.period_start, installment.period_end)
    for start, end, amount in months:
        yield ServiceRevenue(
            organization_id=installment.organization_id,
            installment=installment,
            period_start=start,
            period_end=end,
            amount_micros=amount,
        )


def funding_of(installment: Installment) -> Funding:
    """Return how an installment's portions are paid for once it is settled: by money and by its discount."""
    whole = Portions(Micros(installment.credit_micros), Micros(installment.service_micros))
    return funding(
        paid_micros=installment.payable_micros, whole=whole, currency=installment.contract.organization.currency
    )


def grant_bonus_once(contract: Contract, writes: PendingWrites, *, created_by: str, now: datetime) -> None:
    """Grant a locked contract's bonus credits once, with `writes`; ones that were taken back are restored afterward."""
    if not contract.bonus_credits_micros:
        return
    if contract.bonus_granted_at is not None:
        writes.after.append(partial(_restore_bonus, contract, created_by=created_by, now=now))
        return
    new_grant = NewGrant(
        amount=Micros(contract.bonus_credits_micros),
        source=Source.BONUS,
        key=f"contract:{contract.pk}:bonus",
        cause=CONTRACT.of(contract.pk),
        created_by=created_by,
        description="Contract bonus credit",
        starts_at=midnight(contract.start_date),
    )
    writes.post(contract.organization, grant_movement(new_grant))
    contract.bonus_granted_at = now
    save(contract, "bonus_granted_at", writes=writes)


def take_bonus_back(contract: Contract, *, key: str, created_by: str, now: datetime) -> None:
    """Take back the unspent bonus of a locked contract that has no paid installment left."""
    is_out = contract.bonus_granted_at is not None and contract.bonus_taken_back_id is None
    if not is_out or contract.installments.filter(state=Installment.State.PAID).exists():
        return
    lock_wallet(contract.organization, now=now)
    grant = granted_by(contract.organization, CONTRACT.of(contract.pk))
    if grant is None or not grant.free_micros:
        return
    contract.bonus_taken_back = wallets.refund_grant(
        grant=grant,
        amount=Micros(grant.free_micros),
        order=wallets.Instruction(
            key=key,
            cause=CONTRACT.of(contract.pk),
            created_by=created_by,
            description="Contract bonus taken back after its payment was refunded",
        ),
        now=now,
        to_role=Role.PROMOTIONS,
    )
    contract.save(update_fields=["bonus_taken_back"])


def _restore_bonus(contract: Contract, *, created_by: str, now: datetime) -> None:
    if contract.bonus_taken_back_id is None:
        return
    wallets.undo_transfer(
        organization=contract.organization,
        transfer_id=contract.bonus_taken_back_id,
        cause=CONTRACT.of(contract.pk),
        reason="An installment of the contract is paid again",
        created_by=created_by,
        now=now,
    )
    contract.bonus_taken_back = None
    contract.save(update_fields=["bonus_taken_back"])
