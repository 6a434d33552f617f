"""Money that came is in the books, whatever has become of its installment meanwhile; what is beyond it goes back."""

from dataclasses import replace
from datetime import datetime

from django.db.models import F, Sum

from apps.common.money import Micros
from apps.common.transactions import serialized
from apps.contracts.causes import INSTALLMENT
from apps.contracts.models import Installment, InstallmentPayment, InstallmentRefund, InstallmentSurplus
from apps.contracts.services.locks import lock_installment
from apps.contracts.services.refund_postings import Return, ReturnPosting
from apps.contracts.services.settlement import UNASKED, receive_unasked, refuse_broken_units, settle_installment
from apps.contracts.services.transitions import keep
from apps.ledger.errors import IdempotencyMismatch
from apps.wallets import services as wallets
from apps.wallets.accounts import Role
from apps.wallets.models import BookingKind


@serialized
def receive_payment(
    *,
    installment_id: int,
    amount: Micros,
    key: str,
    received_in: Role,
    reference: str,
    created_by: str,
    now: datetime,
) -> Micros:
    """Receive `amount` that came for an installment, once per key, and return what of it brings nothing.

    What is left to pay is settled by it. What comes for a void or replaced installment lies on it, and what is beyond
    what an installment is over lies beside it, both with the received installments until they are given back.

    Raises:
        InstallmentNotFound: there is none.
        IdempotencyMismatch: the key named another payment before.
        NotPayable: the contract is a draft.
        NotInSmallestUnits: not positive, or finer than the currency.
    """
    installment = lock_installment(installment_id)
    unasked = installment.state in UNASKED
    fits = _fitting(installment, amount, key)
    given = {"installment_id": installment_id, "key": key, "received_in": received_in, "reference": reference}
    if fits:
        receive = receive_unasked if unasked else settle_installment
        receive(**given, amount=fits, created_by=created_by, now=now)  # type: ignore[arg-type]
    if beyond := Micros(amount - fits):
        installment.refresh_from_db(fields=["state"])
        _keep_surplus(installment, beyond, key, received_in, reference, created_by, now)
    return amount if unasked else beyond


def _fitting(installment: Installment, amount: Micros, key: str) -> Micros:
    """Return what of a payment the installment takes, or took when the same came before."""
    refuse_broken_units(installment, amount)
    mine = {"organization": installment.organization_id, "key": key}
    taken = InstallmentPayment.objects.filter(**mine).values_list("amount_micros", flat=True).first() or 0
    beside = InstallmentSurplus.objects.filter(**mine).values_list("amount_micros", flat=True).first() or 0
    if taken or beside:
        if taken + beside != amount:
            raise IdempotencyMismatch(f"The key {key} named another payment before")
        return Micros(taken)
    if installment.state in UNASKED:
        return Micros(min(amount, installment.payable_micros - installment.paid_micros))
    return Micros(min(amount, installment.remaining_micros))


def _keep_surplus(
    installment: Installment,
    amount: Micros,
    key: str,
    received_in: Role,
    reference: str,
    created_by: str,
    now: datetime,
) -> None:
    known = InstallmentSurplus.objects.filter(organization=installment.organization_id, key=key).first()
    if known and (known.installment_id, known.received_in) != (installment.pk, received_in):
        raise IdempotencyMismatch(f"The key {key} named another payment before")
    if known:
        return
    transfer = wallets.post_transfer(
        organization=installment.contract.organization,
        source=received_in,
        destination=Role.INSTALLMENTS,
        amount=amount,
        kind=BookingKind.INSTALLMENT,
        key=f"installment-payment:{key}:surplus",
        cause=INSTALLMENT.of(installment.pk),
        created_by=created_by,
        now=now,
        description=f"Received beyond installment {installment.period}",
    )
    InstallmentSurplus.objects.create(
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
    keep(installment.contract, now=now)


@serialized
def give_back_surplus(*, installment_id: int, order: Return, now: datetime) -> Micros:
    """Give back up to the order's amount of what came beyond an installment, once per key; return how much that was.

    Whichever payment goes back takes it: of two that were made for the same, either may be the one that came first.

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
            _return_of(surplus, installment, replace(order, amount=Micros(share)), now)
            left -= share
    if left < order.amount:
        keep(installment.contract, now=now)
    return Micros(order.amount - left)


def _return_of(surplus: InstallmentSurplus, installment: Installment, order: Return, now: datetime) -> None:
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
        reason=order.reason,
        created_by=order.created_by,
        created_at=now,
    )
    posting = ReturnPosting(refund, order, now)
    posting.book("received", Role.INSTALLMENTS, order.paid_to, order.amount)
