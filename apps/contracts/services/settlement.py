"""Money comes for an installment: exactly, once per outside fact, in any number of parts."""

from datetime import datetime

from apps.common.money import Micros, decimal_text, payable_step
from apps.common.periods import midnight
from apps.common.transactions import serialized
from apps.contracts.causes import INSTALLMENT
from apps.contracts.errors import NotInSmallestUnits, NotPayable, Overpaid
from apps.contracts.models import Contract, Installment, InstallmentPayment, ServiceRevenue
from apps.contracts.portions import Brought, Portions, brought, earned_by_month
from apps.contracts.services.bonus import grant_bonus_once
from apps.contracts.services.collection import request_arrangement
from apps.contracts.services.locks import lock_installment
from apps.contracts.services.transitions import follow_installments, keep, move_installment
from apps.ledger.errors import IdempotencyMismatch
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind, Grant

State = Installment.State
PAYABLE = (State.DUE, State.PROCESSING, State.PARTIALLY_PAID, State.WRITTEN_OFF)
UNASKED = (State.VOID, State.SUPERSEDED)


@serialized
def settle_installment(
    *,
    installment_id: int,
    amount: Micros,
    key: str,
    received_in: Role,
    reference: str,
    created_by: str,
    now: datetime,
) -> InstallmentPayment:
    """Receive `amount` for an installment, once per key; with its last part it is paid and brings credit and service.

    Until then the money lies with the received installments. A payment for a contract that waits for one activates it.

    Raises:
        InstallmentNotFound: there is none.
        IdempotencyMismatch: the key named another payment before.
        NotPayable: it is paid, void or replaced; nothing was booked, staff decide.
        Overpaid: more than is left to pay; nothing was booked, staff decide.
        NotInSmallestUnits: not positive, or finer than the currency.
    """
    installment = lock_installment(installment_id)
    if known := _received_before(installment, amount, key, received_in):
        return known
    _refuse_wrong_amount(installment, amount)
    payment = _receive(installment, amount, key, received_in, reference, created_by, now)
    installment.paid_micros += amount
    if installment.paid_micros == installment.payable_micros:
        bring(installment, created_by=created_by, now=now)
    else:
        move_installment(installment, State.PARTIALLY_PAID, "paid_micros")
    contract = installment.contract
    keep(contract, now=now)
    follow_installments(contract, now=now)
    request_arrangement(contract, now=now)
    return payment


@serialized
def receive_unasked(
    *,
    installment_id: int,
    amount: Micros,
    key: str,
    received_in: Role,
    reference: str,
    created_by: str,
    now: datetime,
) -> InstallmentPayment:
    """Receive `amount` in micros for an installment that is void or replaced, once per key.

    It brings nothing and lies with the received installments until it is given back.

    Raises:
        InstallmentNotFound: there is none.
        IdempotencyMismatch: the key named another payment before.
        NotPayable: it is not closed in this way. Overpaid: more than it was ever over.
        NotInSmallestUnits: not positive, or finer than the currency.
    """
    installment = lock_installment(installment_id)
    if known := _received_before(installment, amount, key, received_in):
        return known
    refuse_broken_units(installment, amount)
    if installment.state not in UNASKED:
        raise NotPayable(f"The installment is {installment.get_state_display().lower()}")
    if amount > installment.payable_micros - installment.paid_micros:
        raise Overpaid("More than the installment was ever over", field="amount")
    payment = _receive(installment, amount, key, received_in, reference, created_by, now)
    installment.paid_micros += amount
    installment.save(update_fields=["paid_micros"])
    keep(installment.contract, now=now)
    return payment


def _received_before(
    installment: Installment, amount: Micros, key: str, received_in: Role
) -> InstallmentPayment | None:
    known = InstallmentPayment.objects.filter(organization=installment.organization_id, key=key).first()
    if known and (known.installment_id, known.amount_micros, known.received_in) != (
        installment.pk,
        amount,
        received_in,
    ):
        raise IdempotencyMismatch(f"The key {key} named another payment before")
    return known


def refuse_broken_units(installment: Installment, amount: Micros) -> None:
    """Raise NotInSmallestUnits unless an amount is positive and can be paid in the installment's currency."""
    if amount <= 0 or amount % payable_step(installment.contract.organization.currency):
        raise NotInSmallestUnits(field="amount")


def _refuse_wrong_amount(installment: Installment, amount: Micros) -> None:
    refuse_broken_units(installment, amount)
    if installment.contract.status == Contract.Status.DRAFT:
        raise NotPayable("The contract is a draft")
    if installment.state not in PAYABLE:
        raise NotPayable(f"The installment is {installment.get_state_display().lower()}")
    if amount > installment.remaining_micros:
        left, currency = decimal_text(installment.remaining_micros), installment.contract.organization.currency
        raise Overpaid(f"{left} {currency} are left to pay, not {decimal_text(amount)}", field="amount")


def _receive(
    installment: Installment,
    amount: Micros,
    key: str,
    received_in: Role,
    reference: str,
    created_by: str,
    now: datetime,
) -> InstallmentPayment:
    transfer = wallets.post_transfer(
        organization=installment.contract.organization,
        source=received_in,
        destination=Role.INSTALLMENTS,
        amount=amount,
        kind=BookingKind.INSTALLMENT,
        key=f"installment-payment:{key}",
        cause=INSTALLMENT.of(installment.pk),
        created_by=created_by,
        now=now,
        description=f"Received for installment {installment.period}",
    )
    return InstallmentPayment.objects.create(
        organization_id=installment.organization_id,
        installment=installment,
        key=key,
        amount_micros=amount,
        received_in=received_in,
        reference=reference,
        transfer=transfer,
        created_by=created_by,
        received_at=now,
    )


def bring(installment: Installment, *, created_by: str, now: datetime) -> None:
    """Settle an installment whose money is all there: its discount at our cost, its credit, its service, the bonus."""
    _book_discount(installment, created_by, now)
    installment.grant = _grant_credit(installment, created_by, now)
    _defer_service(installment, created_by, now)
    installment.settled_at = now
    brought_fields = ("discount_micros", "paid_micros", "settled_at", "grant", "service_transfer")
    move_installment(installment, State.PAID, *brought_fields)
    grant_bonus_once(installment.contract, created_by=created_by, now=now)


def _book_discount(installment: Installment, created_by: str, now: datetime) -> None:
    if installment.discount_micros:
        wallets.post_transfer(
            organization=installment.contract.organization,
            source=Role.PROMOTIONS,
            destination=Role.INSTALLMENTS,
            amount=Micros(installment.discount_micros),
            kind=BookingKind.DISCOUNT,
            key=f"installment:{installment.pk}:discount",
            cause=INSTALLMENT.of(installment.pk),
            created_by=created_by,
            now=now,
            description=f"Discount on installment {installment.period}",
        )


def _grant_credit(installment: Installment, created_by: str, now: datetime) -> Grant | None:
    if not installment.credit_micros:
        return None
    return wallets.grant_credits(
        organization=installment.contract.organization,
        amount=Micros(installment.credit_micros),
        source=Grant.Source.CONTRACT,
        key=f"installment:{installment.pk}:credit",
        cause=INSTALLMENT.of(installment.pk),
        created_by=created_by,
        now=now,
        description=f"Contract credit {installment.period}",
        starts_at=midnight(installment.period_start),
        paid_micros=brought_by(installment).money.credit_micros,
        funded_by=Role.INSTALLMENTS,
    )


def _defer_service(installment: Installment, created_by: str, now: datetime) -> None:
    """Keep the service portion as deferred revenue, with what each month of the period will earn of it."""
    if not installment.service_micros:
        return
    installment.service_transfer = wallets.post_transfer(
        organization=installment.contract.organization,
        source=Role.INSTALLMENTS,
        destination=Role.DEFERRED,
        amount=Micros(installment.service_micros),
        kind=BookingKind.DEFERRAL,
        key=f"installment:{installment.pk}:service",
        cause=INSTALLMENT.of(installment.pk),
        created_by=created_by,
        now=now,
        description=f"Contract service {installment.period}",
    )
    ServiceRevenue.objects.bulk_create(
        ServiceRevenue(
            organization_id=installment.organization_id,
            installment=installment,
            period_start=start,
            period_end=end,
            amount_micros=amount,
        )
        for start, end, amount in earned_by_month(
            installment.service_micros, installment.period_start, installment.period_end
        )
    )


def brought_by(installment: Installment) -> Brought:
    """Say what money brought of an installment once it is settled, and what its discount did."""
    whole = Portions(Micros(installment.credit_micros), Micros(installment.service_micros))
    return brought(
        paid_micros=installment.payable_micros, whole=whole, currency=installment.contract.organization.currency
    )
