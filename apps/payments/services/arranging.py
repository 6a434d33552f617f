"""Bringing what Stripe collects in line with a contract's schedule as it now is. Running it again changes nothing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.common.money import to_minor_units
from apps.contracts import services as contracts
from apps.contracts.models import Contract, Installment
from apps.outbox.services import enqueue
from apps.payments import stripe_operations
from apps.payments.arrangement import Plan, Way
from apps.payments.models import ContractArrangement
from apps.payments.services.ending import end_superfluous_subscriptions, running_subscription, stop_collecting
from apps.payments.services.fitting import keep_collecting
from apps.payments.services.invoicing import invoice_instalment, open_invoice_of
from apps.payments.services.outgoing import obtain
from apps.payments.services.schedules import months_per_period, owed_rows, plan_for
from apps.payments.services.withdrawing import withdraw_superfluous

Kind = ContractArrangement.Kind
OFFERED = (Contract.Status.PENDING_PAYMENT, Contract.Status.ACTIVE, Contract.Status.PAST_DUE)


def arrange_contract(*, contract_id: UUID, now: datetime) -> ContractArrangement | None:
    """Let Stripe collect what a contract's schedule says; None for a contract that is not offered.

    Of one that has ended nothing is collected any more, whatever began at Stripe meanwhile. Whether it has is looked at
    again when all is arranged: whoever ended it in between could not see what was being made.

    Raises:
        StripeRefused, StripeUnavailable: it could not be done; trying again goes on from there.
    """
    contract = Contract.objects.select_related("organization").get(pk=contract_id)
    arrangement = _arrange(contract, now) if contract.status in OFFERED else None
    contract.refresh_from_db(fields=["status"])
    if contract.is_ended:
        stop_collecting(contract, now=now)
        return None
    return arrangement


def _arrange(contract: Contract, now: datetime) -> ContractArrangement | None:
    end_superfluous_subscriptions(contract, now=now)
    withdraw_superfluous(contract=contract, now=now)
    known = ContractArrangement.objects.filter(contract=contract).first()
    subscription = running_subscription(contract)
    if subscription is not None and keep_collecting(contract, subscription, now=now):
        return known
    plan = plan_for(contract, now)
    if known is not None and not plan.now and not plan.later:
        invoice_due(contract, now=now)
        return known
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


def invoice_due(contract: Contract, *, now: datetime) -> None:
    """Invoice a contract's open instalments that are due soon, and show where to pay the first of them.

    That is at once for the first one of all, however far ahead: the contract waits for it.
    """
    until = (now.astimezone(UTC) + timedelta(days=settings.INVOICE_LEAD_DAYS)).date()
    rows = owed_rows(contract)
    wanted = [row.installment_id for row in rows if row.due_date <= until]
    if not wanted and not _has_begun(contract):
        wanted = [row.installment_id for row in rows[:1]]
    for installment in Installment.objects.filter(pk__in=wanted).order_by("due_date", "-is_one_time", "pk"):
        installment.contract = contract
        invoice_instalment(installment=installment, now=now)
    first = open_invoice_of(Installment.objects.get(pk=rows[0].installment_id)) if rows else None
    contracts.record_arrangement(contract_id=contract.pk, payment_link_url=first.hosted_url if first else "", now=now)


def _has_begun(contract: Contract) -> bool:
    """Say whether a first instalment is paid, or its payment is under way."""
    begun = [Installment.State.PAID, Installment.State.REVERSED, Installment.State.PROCESSING]
    return _is_running(contract) or contract.installments.filter(state__in=begun).exists()
