"""Letting Stripe collect nothing more for a contract: subscriptions, invoices, sessions and links are ended there."""

from datetime import datetime
from uuid import UUID

from apps.contracts import services as contracts
from apps.contracts.models import Contract
from apps.payments import issues, stripe_operations
from apps.payments.errors import StripeRefused
from apps.payments.models import ContractArrangement, StripeSubscription
from apps.payments.services.outgoing import obtain
from apps.payments.services.withdrawing import withdraw_superfluous


def live_subscriptions(contract: Contract) -> list[StripeSubscription]:
    """Return the subscriptions of a contract that have not ended at Stripe, newest first; we may be ending some."""
    rows = StripeSubscription.objects.filter(contract=contract).exclude(status__in=StripeSubscription.ENDED)
    return list(rows.select_related("organization").order_by("-pk"))


def running_subscription(contract: Contract) -> StripeSubscription | None:
    """Return the subscription that collects a contract, if one does."""
    return next((row for row in live_subscriptions(contract) if not row.ended_by_us), None)


def end_subscription(subscription: StripeSubscription, *, now: datetime) -> None:
    """Stop a subscription at once, without proration; its contract goes on by other means, or has ended.

    Raises:
        StripeUnavailable: try again; until it is done, it counts as live.
    """
    rows = StripeSubscription.objects.filter(pk=subscription.pk)
    rows.update(ended_by_us=True, updated_at=now)
    try:
        there = obtain(
            stripe_operations.CANCEL_SUBSCRIPTION,
            reference=f"subscription-cancel:{subscription.stripe_id}",
            organization=subscription.organization,
            params={"prorate": False, "invoice_now": False},
            target=subscription.stripe_id,
            now=now,
        )
    except StripeRefused as error:
        there = stripe_operations.fetch_subscription(subscription.stripe_id)
        if there.status not in StripeSubscription.ENDED:
            _show_refusal(subscription, error.detail, now)
            return
    rows.update(status=there.status, updated_at=now)
    if there.status in StripeSubscription.ENDED:
        contracts.forget_subscription(
            contract_id=subscription.contract_id, stripe_subscription_id=subscription.stripe_id, now=now
        )


def _show_refusal(subscription: StripeSubscription, reason: str, now: datetime) -> None:
    issues.open_issue(
        issues.Kind.SUBSCRIPTION,
        organization=subscription.organization,
        subject=subscription.stripe_id,
        detail=f"It collects nothing that is due here, and Stripe does not end it: {reason}",
        now=now,
    )


def end_superfluous_subscriptions(contract: Contract, *, now: datetime) -> None:
    """Keep the newest subscription alone: end those that an earlier try did not end, and any second one."""
    running = running_subscription(contract)
    for row in live_subscriptions(contract):
        if running is None or row.pk != running.pk:
            end_subscription(row, now=now)


def cancel_contract(*, contract_id: UUID, now: datetime) -> None:
    """Let Stripe collect nothing more for a contract: no subscription, no invoice, no session, no link."""
    stop_collecting(Contract.objects.select_related("organization").get(pk=contract_id), now=now)


def stop_collecting(contract: Contract, *, now: datetime) -> None:
    """Do so for a contract that has ended. What Stripe keeps open is shown to staff and stops nothing else."""
    for subscription in live_subscriptions(contract):
        end_subscription(subscription, now=now)
    withdraw_superfluous(contract=contract, now=now)
    ContractArrangement.objects.filter(contract=contract, ended_at=None).update(ended_at=now, updated_at=now)
    contracts.record_arrangement(contract_id=contract.pk, payment_link_url="", now=now)
