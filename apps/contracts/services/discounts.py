"""Discounts on installments. A discount lowers what is payable, never the installment's credit or service."""

from datetime import datetime

from apps.common.money import Micros, money_text, payable_step
from apps.common.transactions import serialized
from apps.contracts.errors import NothingToDiscount, NotInSmallestUnits
from apps.contracts.models import Contract, Installment, InstallmentDiscount
from apps.contracts.selectors import discountable_contracts, next_unpaid_installment
from apps.contracts.services.collection_requests import request_arrangement
from apps.contracts.services.locks import draw_installment_ids, lock_contract, lock_installment
from apps.contracts.services.receipts import settle
from apps.contracts.services.transitions import follow_installments, keep
from apps.ledger.errors import IdempotencyMismatch
from apps.tenants.models import Organization
from apps.wallets.services.movements import PendingWrites

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
    """Discount the next unpaid installment by up to `amount`, once per key; the rest of the amount lapses.

    `amount_micros` of the result is the amount applied. It is posted to promotions when the installment is settled,
    which happens immediately if nothing is left to pay.

    Raises:
        NothingToDiscount: no offered or running contract has an unpaid installment.
        NotInSmallestUnits: the amount is not positive or not a multiple of the payable step.
        IdempotencyMismatch: the key was used for another discount.
    """
    if amount <= 0 or amount % payable_step(organization.currency):
        raise NotInSmallestUnits(field="amount")
    contracts = _lock_discountable(organization)
    if known := InstallmentDiscount.objects.filter(organization=organization, key=key).first():
        if known.asked_micros != amount:
            raise IdempotencyMismatch(f"The key {key} was used for another discount")
        return known
    installment = next(filter(None, map(next_unpaid_installment, contracts)), None)
    if installment is None:
        raise NothingToDiscount
    fits = min(amount, installment.remaining_micros)
    discount = InstallmentDiscount(
        installment=installment, key=key, asked_micros=amount, amount_micros=fits, description=description
    )
    return _give(discount, created_by=created_by, now=now)


@serialized
def discount_installment(
    *, installment_id: int, amount: Micros, key: str, created_by: str, now: datetime, description: str = ""
) -> InstallmentDiscount:
    """Discount one installment by `amount`, once per key; a discount of the whole remainder settles it.

    For decisions by staff, and for coupons or credit notes given at Stripe. Posted to promotions when the installment
    is settled.

    Raises:
        InstallmentNotFound: there is none.
        NothingToDiscount: it is not due or partly paid, or less than `amount` is left to pay.
        NotInSmallestUnits: the amount is not positive or not a multiple of the payable step.
        IdempotencyMismatch: the key was used for another discount.
    """
    installment = lock_installment(installment_id)
    currency = installment.contract.organization.currency
    if amount <= 0 or amount % payable_step(currency):
        raise NotInSmallestUnits(field="amount")
    if known := InstallmentDiscount.objects.filter(organization=installment.organization_id, key=key).first():
        if (known.installment_id, known.asked_micros) != (installment_id, amount):
            raise IdempotencyMismatch(f"The key {key} was used for another discount")
        return known
    if installment.state not in DISCOUNTABLE or amount > installment.remaining_micros:
        left = money_text(installment.remaining_micros, currency)
        raise NothingToDiscount(f"Only {left} is left to pay", field="amount")
    discount = InstallmentDiscount(
        installment=installment, key=key, asked_micros=amount, amount_micros=amount, description=description
    )
    return _give(discount, created_by=created_by, now=now)


@serialized
def withdraw_discount(*, organization: Organization, key: str, now: datetime) -> Micros:
    """Withdraw a discount while its installment is unpaid; return the amount in micros, 0 if it is too late."""
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
    """Move the newest discounts of an unpaid installment, `amount` in total, to the next one; return the latter.

    For an installment that was invoiced in full before the discounts were given. Returns None and changes nothing if
    the discounts do not add up to `amount`, or if the next installment is not larger than it.

    Raises:
        InstallmentNotFound: there is none.
    """
    installment = lock_installment(installment_id)
    discounts = _newest(installment, amount)
    rows = installment.contract.installments.filter(is_one_time=False, state__in=DISCOUNTABLE)
    following = rows.filter(due_date__gt=installment.due_date).order_by("due_date", "pk").first()
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
    """Return the newest discounts that add up to exactly `amount`, or an empty list."""
    found: list[InstallmentDiscount] = []
    for discount in installment.discounts.filter(withdrawn_at=None, amount_micros__gt=0).order_by("-pk"):
        found.append(discount)
        worth = sum(each.amount_micros for each in found)
        if worth >= amount:
            return found if worth == amount else []
    return []


def _lock_discountable(organization: Organization) -> list[Contract]:
    """Lock the organization's contracts and return those that can take a discount, the running one first."""
    any_of_them = Contract.objects.filter(organization=organization).values_list("pk", flat=True).first()
    if any_of_them is None:
        return []
    lock_contract(any_of_them)
    return list(discountable_contracts(organization))


def _give(discount: InstallmentDiscount, *, created_by: str, now: datetime) -> InstallmentDiscount:
    """Save a new discount of a locked installment and lower what is payable on it."""
    installment, writes = discount.installment, PendingWrites()
    contract = installment.contract
    discount.organization_id = installment.organization_id
    discount.created_by, discount.created_at = created_by, now
    discount.save()
    writes.changes.watch(contract)
    writes.changes.watch(installment)
    installment.discount_micros += discount.amount_micros
    if installment.paid_micros < installment.payable_micros:
        installment.save(update_fields=["discount_micros"])
        keep(contract, now=now)
    else:
        settle(installment, draw_installment_ids(), writes, created_by=created_by, now=now)
        writes.write(now=now)
        keep(contract, now=now)
        follow_installments(contract, now=now)
    request_arrangement(contract, now=now)
    return discount
