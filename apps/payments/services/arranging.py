"""Bringing what Stripe collects in line with a contract's schedule as it now is. Running it again changes nothing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.common.money import to_minor_units
from apps.common.periods import midnight
from apps.contracts import services as contracts
from apps.contracts.models import Contract, Installment
from apps.outbox.services import enqueue
from apps.payments import stripe_operations
from apps.payments.arrangement import Plan, Way, fit_subscription
from apps.payments.models import CheckoutSession, ContractArrangement, StripeSubscription
from apps.payments.services.ending import end_subscription, running_subscription
from apps.payments.services.invoicing import (
    invoice_instalment,
    open_invoice_of,
    withdraw_superfluous,
)
from apps.payments.services.outgoing import obtain
from apps.payments.services.schedules import months_per_period, owed_rows, plan_for

Kind = ContractArrangement.Kind
OFFERED = (Contract.Status.PENDING_PAYMENT, Contract.Status.ACTIVE, Contract.Status.PAST_DUE)


def arrange_contract(*, contract_id: UUID, now: datetime) -> ContractArrangement | None:
    """Let Stripe collect what a contract's schedule says; None for a contract that is not offered or has ended.

    Raises:
        StripeRefused, StripeUnavailable: it could not be done; trying again goes on from there.
    """
    contract = Contract.objects.select_related("organization").get(pk=contract_id)
    if contract.status not in OFFERED:
        return None
    withdraw_superfluous(contract=contract, now=now)
    subscription = running_subscription(contract)
    if subscription is not None and _keep_collecting(contract, subscription, now):
        return ContractArrangement.objects.filter(contract=contract).first()
    plan = plan_for(contract, now)
    way = Way.INVOICES if _is_running(contract) else plan.way
    arrangement = _note(contract, Plan(way, plan.now, plan.later, plan.unit_micros), now)
    if way == Way.INVOICES:
        invoice_due(contract, now=now)
    elif way == Way.SUBSCRIPTION:
        ensure_price(contract, plan.unit_micros, now=now)
    return arrangement


def ask_for_arrangement(*, contract_id: UUID, now: datetime) -> None:
    """Ask a worker to arrange a contract, once a day."""
    enqueue(
        "payments.arrange_contract",
        now=now,
        key=f"arrange-contract:{contract_id}:{now:%Y-%m-%d}",
        arguments={"contract_id": str(contract_id)},
    )


def _is_running(contract: Contract) -> bool:
    """Nobody subscribes to a running contract, so what no subscription collects of it is invoiced."""
    return contract.status != Contract.Status.PENDING_PAYMENT


@transaction.atomic
def _note(contract: Contract, plan: Plan, now: datetime) -> ContractArrangement:
    months = months_per_period(contract) if plan.way == Way.SUBSCRIPTION else 0
    arrangement, _ = ContractArrangement.objects.update_or_create(
        contract=contract,
        defaults={
            "kind": Kind(plan.way.value),
            "unit_micros": plan.unit_micros,
            "interval_months": months,
            "ended_at": None,
            "updated_at": now,
        },
    )
    return arrangement


def ensure_price(contract: Contract, unit_micros: int, *, now: datetime) -> str:
    """Have the price that a subscription to a contract costs per period, and show it on the contract."""
    organization, months = contract.organization, months_per_period(contract)
    amount = to_minor_units(unit_micros, organization.currency)
    product = obtain(
        stripe_operations.CREATE_PRODUCT,
        reference=f"contract-product:{contract.pk}",
        organization=organization,
        params={"id": f"contract_{contract.pk.hex}", "name": f"Contract {contract.start_date:%Y-%m-%d}"},
        now=now,
    )
    name = f"contract:{contract.pk}:{amount}:{months}"
    price = obtain(
        stripe_operations.CREATE_PRICE,
        reference=f"price:{name}",
        organization=organization,
        params={
            "product": product.id,
            "currency": organization.currency.lower(),
            "unit_amount": amount,
            "recurring": {"interval": "month", "interval_count": months},
            "lookup_key": name,
            "metadata": {"reference": f"price:{name}", "organization": str(organization.pk)},
        },
        now=now,
    )
    ContractArrangement.objects.filter(contract=contract).update(price_id=price.id, updated_at=now)
    contracts.record_arrangement(contract_id=contract.pk, stripe_price_id=price.id, now=now)
    return price.id


def _keep_collecting(contract: Contract, subscription: StripeSubscription, now: datetime) -> bool:
    """Fit a running subscription to the schedule; end it where it cannot, and say so."""
    arrangement = ContractArrangement.objects.filter(contract=contract).first()
    today = now.astimezone(UTC).date()
    rows = [row for row in owed_rows(contract) if row.due_date > today]
    change = fit_subscription(rows, unit_micros=arrangement.unit_micros if arrangement else 0)
    if arrangement is None or arrangement.interval_months != months_per_period(contract) or not change.fits:
        end_subscription(subscription, now=now)
        return False
    if change.next_row is not None:
        _lower_next(arrangement, subscription, change.next_row.installment_id, change.next_lowered_micros, now)
    last = max((row.period_end for row in rows), default=None)
    if last is not None:
        wanted = None if contract.auto_renew else midnight(last)
        _set_end(subscription, wanted, now)
    return True


def _set_end(subscription: StripeSubscription, wanted: datetime | None, now: datetime) -> None:
    """Let a subscription end with the term; one that renews goes on until the contract ends."""
    if subscription.cancel_at == wanted:
        return
    stamp = str(int(wanted.timestamp())) if wanted else ""
    obtain(
        stripe_operations.UPDATE_SUBSCRIPTION,
        reference=f"subscription-end:{subscription.stripe_id}:{stamp or 'none'}:{int(now.timestamp())}",
        organization=subscription.organization,
        params={"cancel_at": int(stamp) if stamp else "", "proration_behavior": "none"},
        target=subscription.stripe_id,
        now=now,
    )
    StripeSubscription.objects.filter(pk=subscription.pk).update(cancel_at=wanted, updated_at=now)


def _lower_next(
    arrangement: ContractArrangement, subscription: StripeSubscription, installment_id: int, wanted: int, now: datetime
) -> None:
    """Take a discount off the subscription's next invoice, or put a withdrawn one back on it."""
    already = int(arrangement.lowered.get(str(installment_id), 0))
    if wanted == already:
        return
    reference = f"lowered:{installment_id}:{already}:{wanted}:{len(arrangement.lowered)}"
    currency = subscription.organization.currency
    obtain(
        stripe_operations.ADD_INVOICE_ITEM,
        reference=reference,
        organization=subscription.organization,
        params={
            "customer": _customer_of(subscription),
            "subscription": subscription.stripe_id,
            "amount": -to_minor_units(wanted - already, currency),
            "currency": currency.lower(),
            "description": "Discount",
            "metadata": {"reference": reference},
        },
        now=now,
    )
    arrangement.lowered[str(installment_id)] = wanted
    arrangement.save(update_fields=["lowered"])


def _customer_of(subscription: StripeSubscription) -> str:
    began = CheckoutSession.objects.filter(contract=subscription.contract_id, state=CheckoutSession.State.PAID)
    return began.order_by("-created_at").values_list("customer_id", flat=True)[0]


def invoice_due(contract: Contract, *, now: datetime) -> None:
    """Invoice a contract's open instalments that are due soon, the first one always, and show where to pay it."""
    until = (now.astimezone(UTC) + timedelta(days=settings.INVOICE_LEAD_DAYS)).date()
    rows = owed_rows(contract)
    wanted = [row.installment_id for row in rows if row.due_date <= until] or [row.installment_id for row in rows[:1]]
    for installment in Installment.objects.filter(pk__in=wanted).order_by("due_date", "-is_one_time", "pk"):
        installment.contract = contract
        invoice_instalment(installment=installment, now=now)
    first = open_invoice_of(Installment.objects.get(pk=rows[0].installment_id)) if rows else None
    contracts.record_arrangement(contract_id=contract.pk, payment_link_url=first.hosted_url if first else "", now=now)
