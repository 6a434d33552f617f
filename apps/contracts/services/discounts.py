"""Discounts: a voucher lowers what is payable on the next unpaid installment, never the installment itself."""

from datetime import datetime

from apps.common.money import Micros, decimal_text, payable_step
from apps.common.transactions import serialized
from apps.contracts.errors import NothingToDiscount, NotInSmallestUnits
from apps.contracts.models import Contract, Installment, InstallmentDiscount
from apps.contracts.selectors import discountable_contracts, next_unpaid_installment
from apps.contracts.services.collection import request_arrangement
from apps.contracts.services.locks import lock_contract, lock_installment
from apps.contracts.services.receipts import bring
from apps.contracts.services.transitions import follow_installments, keep
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
    """Lower the next unpaid installment's payable by up to `amount`, once per key; what does not fit lapses.

    `amount_micros` of the answer is what fitted. Its cost is booked to promotions when the installment is settled: at
    once where nothing is left to pay.

    Raises:
        NothingToDiscount: no offered or running contract has an installment that is unpaid.
        NotInSmallestUnits: not positive, or finer than the currency.
        IdempotencyMismatch: the key gave another discount before.
    """
    if amount <= 0 or amount % payable_step(organization.currency):
        raise NotInSmallestUnits(field="amount")
    contracts = _lock_discountable(organization)
    if known := InstallmentDiscount.objects.filter(organization=organization, key=key).first():
        if known.asked_micros != amount:
            raise IdempotencyMismatch(f"The key {key} gave another discount before")
        return known
    installment = next(filter(None, map(next_unpaid_installment, contracts)), None)
    if installment is None:
        raise NothingToDiscount
    fits = min(amount, installment.remaining_micros)
    discount = InstallmentDiscount.objects.create(
        organization_id=installment.organization_id,
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
def discount_installment(
    *, installment_id: int, amount: Micros, key: str, created_by: str, now: datetime, description: str = ""
) -> InstallmentDiscount:
    """Lower what is payable of one open installment by `amount`, once per key; all of what is left settles it.

    For what a person decides to let go: a coupon or a credit note that was given at Stripe. It costs promotions when
    the installment is settled, as a voucher's does.

    Raises:
        InstallmentNotFound: there is none.
        NothingToDiscount: it is not unpaid or paid in part, or less than `amount` is left of it.
        NotInSmallestUnits: not positive, or finer than the currency.
        IdempotencyMismatch: the key gave another discount before.
    """
    installment = lock_installment(installment_id)
    if amount <= 0 or amount % payable_step(installment.contract.organization.currency):
        raise NotInSmallestUnits(field="amount")
    if known := InstallmentDiscount.objects.filter(organization=installment.organization_id, key=key).first():
        if (known.installment_id, known.asked_micros) != (installment_id, amount):
            raise IdempotencyMismatch(f"The key {key} gave another discount before")
        return known
    if installment.state not in DISCOUNTABLE or amount > installment.remaining_micros:
        raise NothingToDiscount(f"{decimal_text(installment.remaining_micros)} are left of it", field="amount")
    discount = InstallmentDiscount.objects.create(
        organization_id=installment.organization_id,
        installment=installment,
        key=key,
        asked_micros=amount,
        amount_micros=amount,
        description=description,
        created_by=created_by,
        created_at=now,
    )
    _take_off(installment, amount, created_by=created_by, now=now)
    return discount


@serialized
def withdraw_discount(*, organization: Organization, key: str, now: datetime) -> Micros:
    """Take a discount back while its installment is unpaid; return how much that was, 0 where it is too late."""
    discounts = InstallmentDiscount.objects.filter(organization=organization, key=key)
    contract_id = discounts.values_list("installment__contract", flat=True).first()
    if contract_id is None:
        return Micros(0)
    contract = lock_contract(contract_id)
    discount = discounts.select_related("installment").get()
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


@serialized
def postpone_discounts(*, installment_id: int, amount: Micros, now: datetime) -> Installment | None:
    """Move the newest discounts of an unpaid installment, `amount` in all, to the next one and return that.

    For an installment that was asked for before they came: what they take off is asked for already, so they take it off
    what is asked for next. None, and nothing changed, where they are worth another amount or nothing larger follows.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    discounts = _newest(installment, amount)
    following = _following(installment)
    if installment.state not in DISCOUNTABLE or not discounts or not following or following.remaining_micros <= amount:
        return None
    InstallmentDiscount.objects.filter(pk__in=[each.pk for each in discounts]).update(installment=following)
    installment.discount_micros -= amount
    following.discount_micros += amount
    for row in (installment, following):
        row.save(update_fields=["discount_micros"])
    keep(installment.contract, now=now)
    request_arrangement(installment.contract, now=now)
    return following


def _newest(installment: Installment, amount: Micros) -> list[InstallmentDiscount]:
    """Return the newest discounts that are worth an amount together; none where no number of them is."""
    found: list[InstallmentDiscount] = []
    for discount in installment.discounts.filter(withdrawn_at=None, amount_micros__gt=0).order_by("-pk"):
        found.append(discount)
        worth = sum(each.amount_micros for each in found)
        if worth >= amount:
            return found if worth == amount else []
    return []


def _following(installment: Installment) -> Installment | None:
    rows = installment.contract.installments.filter(is_one_time=False, state__in=DISCOUNTABLE)
    return rows.filter(due_date__gt=installment.due_date).order_by("due_date", "pk").first()


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
        follow_installments(contract, now=now)
    request_arrangement(contract, now=now)
