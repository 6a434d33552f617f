"""Discounts: a voucher lowers what is payable on the next unpaid instalment, never the instalment itself."""

from datetime import datetime

from apps.common.money import Micros, payable_step
from apps.common.transactions import serialized
from apps.contracts.errors import NothingToDiscount, NotInSmallestUnits
from apps.contracts.models import Contract, Installment, InstallmentDiscount
from apps.contracts.selectors import discountable_contracts, next_unpaid_instalment
from apps.contracts.services.arrangement import request_arrangement
from apps.contracts.services.locks import lock_contract
from apps.contracts.services.settling import bring
from apps.contracts.services.states import follow_instalments, keep
from apps.ledger.errors import IdempotencyMismatch
from apps.tenants.models import Organization

DISCOUNTABLE = (Installment.State.DUE, Installment.State.PARTIALLY_PAID)


@serialized
def apply_discount(
    *,
    organization: Organization,
    amount: Micros,
    key: str,
    created_by: str,
    now: datetime,
    description: str = "",
) -> InstallmentDiscount:
    """Lower the next unpaid instalment's payable by up to `amount`, once per key; what does not fit lapses.

    `amount_micros` of the answer is what fitted. Its cost is booked to promotions when the instalment is settled, which
    is at once where nothing is left to pay.

    Raises:
        NothingToDiscount: no offered or running contract has an instalment that is unpaid.
        NotInSmallestUnits: not positive, or finer than the currency.
        IdempotencyMismatch: the key gave another discount before.
    """
    if amount <= 0 or amount % payable_step(organization.currency):
        raise NotInSmallestUnits(field="amount")
    contracts = _lock_discountable(organization)
    if known := InstallmentDiscount.objects.filter(key=key).select_related("installment__contract").first():
        if known.asked_micros != amount or known.installment.contract.organization_id != organization.pk:
            raise IdempotencyMismatch(f"The key {key} gave another discount before")
        return known
    installment = next(filter(None, map(next_unpaid_instalment, contracts)), None)
    if installment is None:
        raise NothingToDiscount
    fits = min(amount, installment.remaining_micros)
    discount = InstallmentDiscount.objects.create(
        installment=installment,
        key=key,
        asked_micros=amount,
        amount_micros=fits,
        description=description,
        created_by=created_by,
        created_at=now,
    )
    _take_off(installment, fits, created_by=created_by, now=now)
    return discount


@serialized
def withdraw_discount(*, key: str, now: datetime) -> Micros:
    """Take a discount back while its instalment is unpaid; return how much that was, 0 where it is too late."""
    contract_id = InstallmentDiscount.objects.filter(key=key).values_list("installment__contract", flat=True).first()
    if contract_id is None:
        return Micros(0)
    contract = lock_contract(contract_id)
    discount = InstallmentDiscount.objects.select_related("installment").get(key=key)
    installment = discount.installment
    if discount.withdrawn_at is not None or installment.state not in DISCOUNTABLE:
        return Micros(0)
    discount.withdrawn_at = now
    discount.save(update_fields=["withdrawn_at"])
    installment.discount_micros -= discount.amount_micros
    installment.save(update_fields=["discount_micros"])
    keep(contract, now=now)
    request_arrangement(contract, now=now)
    return Micros(discount.amount_micros)


def _lock_discountable(organization: Organization) -> list[Contract]:
    """Lock the organization's contracts and return those that a discount may be for, the running one first."""
    any_of_them = Contract.objects.filter(organization=organization).values_list("pk", flat=True).first()
    if any_of_them is None:
        return []
    lock_contract(any_of_them)
    return list(discountable_contracts(organization))


def _take_off(installment: Installment, amount_micros: int, *, created_by: str, now: datetime) -> None:
    contract = installment.contract
    installment.discount_micros += amount_micros
    if installment.paid_micros < installment.payable_micros:
        installment.save(update_fields=["discount_micros"])
        keep(contract, now=now)
    else:
        bring(installment, created_by=created_by, now=now)
        keep(contract, now=now)
        follow_instalments(contract, now=now)
    request_arrangement(contract, now=now)
