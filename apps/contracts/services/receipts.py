"""Payments of installments: posted exactly once per external payment, in any number of parts.

Money is posted whatever the installment's state. Settling an installment grants its credit, defers its service and, the
first time, grants the contract's bonus. An overpayment stays in the installments account until it is refunded.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from apps.common.money import Micros, money_text, payable_step
from apps.common.periods import midnight
from apps.common.transactions import serialized
from apps.contracts.causes import CONTRACT, INSTALLMENT
from apps.contracts.errors import NotInSmallestUnits, NotPayable, Overpaid
from apps.contracts.models import Contract, Installment, InstallmentPayment, InstallmentSurplus, ServiceRevenue
from apps.contracts.portions import Funding, Portions, earned_by_month, funding
from apps.contracts.services.collection import request_arrangement
from apps.contracts.services.locks import lock_installment
from apps.contracts.services.transitions import follow_installments, keep, move_installment
from apps.ledger.errors import IdempotencyMismatch
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.decisions.grants import Give
from apps.wallets.kinds import Source
from apps.wallets.models import BookingKind, Grant
from apps.wallets.selectors import granted_by
from apps.wallets.services.locks import lock_wallet
from apps.wallets.services.together import Movement, Posted, grant_movement, post_together, transfer_movement

State = Installment.State
PAYABLE = (State.DUE, State.PROCESSING, State.PARTIALLY_PAID, State.WRITTEN_OFF)
UNASKED = (State.VOID, State.SUPERSEDED)
# The parts of a settlement.
RECEIVED, DISCOUNT, CREDIT, SERVICE = "received", "discount", "credit", "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Money received for an installment, in micros, in the account `received_in`.

    `key` identifies the external payment, which is posted once; `reference` is that of the payer's bank or of Stripe.
    """

    installment_id: int
    amount: Micros
    key: str
    received_in: Role
    reference: str
    created_by: str


@serialized
def receive_payment(receipt: Receipt, *, now: datetime) -> Micros:
    """Post a payment of an installment, once per key, and return the part to refund, in micros.

    The payment covers what is left to pay; the rest is kept as an overpayment. A payment of a void or replaced
    installment is to be refunded as a whole. Both stay in the installments account until they are.

    Raises:
        InstallmentNotFound: there is none.
        IdempotencyMismatch: the key was used for another payment.
        NotPayable: the contract is a draft.
        NotInSmallestUnits: the amount is not positive or not a multiple of the payable step.
    """
    installment = lock_installment(receipt.installment_id)
    unasked = installment.state in UNASKED
    fits = _fitting(installment, receipt)
    if fits:
        receive = receive_unasked if unasked else settle_installment
        receive(replace(receipt, amount=fits), now=now)
    if beyond := Micros(receipt.amount - fits):
        installment.refresh_from_db(fields=["state"])
        _keep_surplus(installment, replace(receipt, amount=beyond), now)
    return receipt.amount if unasked else beyond


@serialized
def settle_installment(receipt: Receipt, *, now: datetime) -> InstallmentPayment:
    """Post a payment of an installment, once per key; the last part settles it, which grants credit and defers service.

    Until then the money stays in the installments account. The first settled installment activates an offered contract.

    Raises:
        InstallmentNotFound: there is none.
        IdempotencyMismatch: the key was used for another payment.
        NotPayable: it is paid, void or replaced; nothing was posted.
        Overpaid: the amount is more than is left to pay; nothing was posted.
        NotInSmallestUnits: the amount is not positive or not a multiple of the payable step.
    """
    installment = lock_installment(receipt.installment_id)
    if known := _received_before(installment, receipt):
        return known
    _refuse_wrong_amount(installment, receipt.amount)
    received = _movement(installment, receipt, f"installment-payment:{receipt.key}", "Received for installment")
    contract = installment.contract
    installment.paid_micros += receipt.amount
    if installment.paid_micros == installment.payable_micros:
        posted = settle(installment, created_by=receipt.created_by, now=now, received=received)
    else:
        posted = post_together(organization=contract.organization, movements={RECEIVED: received}, now=now)
        move_installment(installment, State.PARTIALLY_PAID, "paid_micros")
    payment = _keep_payment(installment, receipt, posted[RECEIVED].transfer_id, now)
    keep(contract, now=now)
    follow_installments(contract, now=now)
    request_arrangement(contract, now=now)
    return payment


@serialized
def receive_unasked(receipt: Receipt, *, now: datetime) -> InstallmentPayment:
    """Post a payment of a void or replaced installment, once per key.

    It grants nothing and stays in the installments account until it is refunded.

    Raises:
        InstallmentNotFound: there is none.
        IdempotencyMismatch: the key was used for another payment.
        NotPayable: it is neither void nor replaced. Overpaid: the amount exceeds what was unpaid of the installment.
        NotInSmallestUnits: the amount is not positive or not a multiple of the payable step.
    """
    installment = lock_installment(receipt.installment_id)
    if known := _received_before(installment, receipt):
        return known
    _refuse_broken_units(installment, receipt.amount)
    if installment.state not in UNASKED:
        raise NotPayable(f"The installment is {installment.get_state_display().lower()}")
    if receipt.amount > installment.payable_micros - installment.paid_micros:
        raise Overpaid("More than was unpaid of the installment", field="amount")
    key = f"installment-payment:{receipt.key}"
    payment = _keep_payment(
        installment, receipt, _book(installment, receipt, key, "Received for installment", now), now
    )
    installment.paid_micros += receipt.amount
    installment.save(update_fields=["paid_micros"])
    keep(installment.contract, now=now)
    return payment


def _fitting(installment: Installment, receipt: Receipt) -> Micros:
    """Return the part of a payment that the installment takes, or took if the payment was already posted."""
    _refuse_broken_units(installment, receipt.amount)
    mine = {"organization": installment.organization_id, "key": receipt.key}
    taken = InstallmentPayment.objects.filter(**mine).values_list("amount_micros", flat=True).first() or 0
    beside = InstallmentSurplus.objects.filter(**mine).values_list("amount_micros", flat=True).first() or 0
    if taken or beside:
        if taken + beside != receipt.amount:
            raise IdempotencyMismatch(f"The key {receipt.key} was used for another payment")
        return Micros(taken)
    if installment.state in UNASKED:
        return Micros(min(receipt.amount, installment.payable_micros - installment.paid_micros))
    return Micros(min(receipt.amount, installment.remaining_micros))


def _received_before(installment: Installment, receipt: Receipt) -> InstallmentPayment | None:
    known = InstallmentPayment.objects.filter(organization=installment.organization_id, key=receipt.key).first()
    same = (installment.pk, receipt.amount, receipt.received_in)
    if known and (known.installment_id, known.amount_micros, known.received_in) != same:
        raise IdempotencyMismatch(f"The key {receipt.key} was used for another payment")
    return known


def _refuse_broken_units(installment: Installment, amount: Micros) -> None:
    if amount <= 0 or amount % payable_step(installment.contract.organization.currency):
        raise NotInSmallestUnits(field="amount")


def _refuse_wrong_amount(installment: Installment, amount: Micros) -> None:
    _refuse_broken_units(installment, amount)
    if installment.contract.status == Contract.Status.DRAFT:
        raise NotPayable("The contract is a draft")
    if installment.state not in PAYABLE:
        raise NotPayable(f"The installment is {installment.get_state_display().lower()}")
    if amount > installment.remaining_micros:
        currency = installment.contract.organization.currency
        left, paid = (money_text(each, currency) for each in (installment.remaining_micros, amount))
        raise Overpaid(f"Only {left} is left to pay, not {paid}", field="amount")


def _keep_payment(installment: Installment, receipt: Receipt, transfer_id: int, now: datetime) -> InstallmentPayment:
    return InstallmentPayment.objects.create(
        organization_id=installment.organization_id,
        installment=installment,
        key=receipt.key,
        amount_micros=receipt.amount,
        received_in=receipt.received_in,
        reference=receipt.reference,
        transfer_id=transfer_id,
        created_by=receipt.created_by,
        received_at=now,
    )


def _keep_surplus(installment: Installment, receipt: Receipt, now: datetime) -> None:
    known = InstallmentSurplus.objects.filter(organization=installment.organization_id, key=receipt.key).first()
    if known and (known.installment_id, known.received_in) != (installment.pk, receipt.received_in):
        raise IdempotencyMismatch(f"The key {receipt.key} was used for another payment")
    if known:
        return
    key = f"installment-payment:{receipt.key}:surplus"
    InstallmentSurplus.objects.create(
        organization_id=installment.organization_id,
        installment=installment,
        key=receipt.key,
        amount_micros=receipt.amount,
        received_in=receipt.received_in,
        reference=receipt.reference,
        transfer_id=_book(installment, receipt, key, "Received beyond installment", now),
        created_by=receipt.created_by,
        received_at=now,
    )
    keep(installment.contract, now=now)


def _book(installment: Installment, receipt: Receipt, key: str, text: str, now: datetime) -> int:
    """Post the receipt to the installments account; return the transfer's id."""
    movements = {RECEIVED: _movement(installment, receipt, key, text)}
    posted = post_together(organization=installment.contract.organization, movements=movements, now=now)
    return posted[RECEIVED].transfer_id


def _movement(installment: Installment, receipt: Receipt, key: str, text: str) -> Movement:
    return transfer_movement(
        source=receipt.received_in,
        destination=Role.INSTALLMENTS,
        amount=receipt.amount,
        kind=BookingKind.INSTALLMENT,
        key=key,
        cause=INSTALLMENT.of(installment.pk),
        created_by=receipt.created_by,
        description=f"{text} {installment.period}",
    )


def settle(
    installment: Installment, *, created_by: str, now: datetime, received: Movement | None = None
) -> dict[str, Posted]:
    """Settle a fully paid installment: post its discount, grant its credit and any bonus, defer its service.

    `received` is the last payment, posted first. Returns what was posted, by part.
    """
    movements = _movements(installment, created_by)
    if received is not None:
        movements = {RECEIVED: received, **movements}
    posted = post_together(organization=installment.contract.organization, movements=movements, now=now)
    if CREDIT in posted:
        installment.grant_id = posted[CREDIT].grant_id
    if SERVICE in posted:
        installment.service_transfer_id = posted[SERVICE].transfer_id
        _plan_revenue(installment)
    installment.settled_at = now
    fields = ("discount_micros", "paid_micros", "settled_at", "grant", "service_transfer")
    move_installment(installment, State.PAID, *fields)
    grant_bonus_once(installment.contract, created_by=created_by, now=now)
    return posted


def _movements(installment: Installment, created_by: str) -> dict[str, Movement]:
    """Return the movements that settle an installment."""
    movements = {}
    if installment.discount_micros:
        movements[DISCOUNT] = transfer_movement(
            source=Role.PROMOTIONS,
            destination=Role.INSTALLMENTS,
            amount=Micros(installment.discount_micros),
            kind=BookingKind.DISCOUNT,
            key=f"installment:{installment.pk}:discount",
            cause=INSTALLMENT.of(installment.pk),
            created_by=created_by,
            description=f"Discount on installment {installment.period}",
        )
    if installment.credit_micros:
        give = Give(
            amount=Micros(installment.credit_micros),
            source=Source.CONTRACT,
            key=f"installment:{installment.pk}:credit",
            cause=INSTALLMENT.of(installment.pk),
            created_by=created_by,
            description=f"Contract credit {installment.period}",
            starts_at=midnight(installment.period_start),
            paid_micros=funding_of(installment).money.credit_micros,
            funded_by=Role.INSTALLMENTS,
        )
        movements[CREDIT] = grant_movement(give)
    if installment.service_micros:
        movements[SERVICE] = transfer_movement(
            source=Role.INSTALLMENTS,
            destination=Role.DEFERRED,
            amount=Micros(installment.service_micros),
            kind=BookingKind.DEFERRAL,
            key=f"installment:{installment.pk}:service",
            cause=INSTALLMENT.of(installment.pk),
            created_by=created_by,
            description=f"Contract service {installment.period}",
        )
    return movements


def _plan_revenue(installment: Installment) -> None:
    """Create the row of each month that earns a part of the service portion."""
    months = earned_by_month(installment.service_micros, installment.period_start, installment.period_end)
    ServiceRevenue.objects.bulk_create(
        ServiceRevenue(
            organization_id=installment.organization_id,
            installment=installment,
            period_start=start,
            period_end=end,
            amount_micros=amount,
        )
        for start, end, amount in months
    )


def funding_of(installment: Installment) -> Funding:
    """Return how an installment's portions are paid for once it is settled: by money and by its discount."""
    whole = Portions(Micros(installment.credit_micros), Micros(installment.service_micros))
    return funding(
        paid_micros=installment.payable_micros, whole=whole, currency=installment.contract.organization.currency
    )


def grant_bonus_once(contract: Contract, *, created_by: str, now: datetime) -> None:
    """Grant a locked contract's bonus credits once; restore them if they were taken back."""
    if not contract.bonus_credits_micros:
        return
    if contract.bonus_granted_at is not None:
        _restore_bonus(contract, created_by=created_by, now=now)
        return
    wallets.grant_credits(
        organization=contract.organization,
        amount=Micros(contract.bonus_credits_micros),
        source=Grant.Source.BONUS,
        key=f"contract:{contract.pk}:bonus",
        cause=CONTRACT.of(contract.pk),
        created_by=created_by,
        now=now,
        description="Contract bonus credit",
        starts_at=midnight(contract.start_date),
    )
    contract.bonus_granted_at = now
    contract.save(update_fields=["bonus_granted_at"])


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
        key=key,
        cause=CONTRACT.of(contract.pk),
        created_by=created_by,
        now=now,
        description="Contract bonus taken back after its payment was refunded",
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
