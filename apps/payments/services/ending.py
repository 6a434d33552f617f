"""Letting Stripe collect nothing more: subscriptions, invoices, sessions and links are ended there."""

from datetime import datetime
from uuid import UUID

from apps.contracts.models import Contract
from apps.payments import stripe_operations
from apps.payments.errors import StripeRefused
from apps.payments.models import CheckoutSession, ContractArrangement, PaymentLink, StripeSubscription
from apps.payments.services.invoicing import invoices_to_withdraw, void_invoice
from apps.payments.services.outgoing import obtain


def running_subscription(contract: Contract) -> StripeSubscription | None:
    """Return the subscription that collects a contract, if one does."""
    rows = StripeSubscription.objects.filter(contract=contract, ended_by_us=False)
    return rows.exclude(status__in=StripeSubscription.ENDED).order_by("-pk").first()


def end_subscription(subscription: StripeSubscription, *, now: datetime) -> None:
    """Stop a subscription at once, without proration; its contract goes on by other means, or has ended."""
    StripeSubscription.objects.filter(pk=subscription.pk).update(ended_by_us=True, updated_at=now)
    try:
        obtain(
            stripe_operations.CANCEL_SUBSCRIPTION,
            reference=f"subscription-cancel:{subscription.stripe_id}",
            organization=subscription.organization,
            params={"prorate": False, "invoice_now": False},
            target=subscription.stripe_id,
            now=now,
        )
    except StripeRefused:
        return  # it has ended there already


def cancel_contract(*, contract_id: UUID, now: datetime) -> None:
    """Let Stripe collect nothing more for a contract: no subscription, no invoice, no session, no link."""
    contract = Contract.objects.select_related("organization").get(pk=contract_id)
    subscription = running_subscription(contract)
    if subscription is not None:
        end_subscription(subscription, now=now)
    for row in invoices_to_withdraw(contract):
        void_invoice(row, now=now)
    for session in CheckoutSession.objects.filter(contract=contract, state=CheckoutSession.State.OPEN):
        expire_session(session, now=now)
    for link in PaymentLink.objects.filter(installment__contract=contract, is_active=True):
        close_link(link, now=now)
    ContractArrangement.objects.filter(contract=contract, ended_at=None).update(ended_at=now, updated_at=now)


def expire_session(session: CheckoutSession, *, now: datetime) -> bool:
    """Close an open session at Stripe; False where it was paid there meanwhile."""
    try:
        obtain(
            stripe_operations.EXPIRE_SESSION,
            reference=f"{session.reference}:expire",
            organization=session.organization,
            params={},
            target=session.stripe_id or "",
            now=now,
        )
    except StripeRefused:
        return False
    CheckoutSession.objects.filter(pk=session.pk, state=CheckoutSession.State.OPEN).update(
        state=CheckoutSession.State.EXPIRED, updated_at=now
    )
    return True


def close_link(link: PaymentLink, *, now: datetime) -> None:
    """Stop a payment link."""
    obtain(
        stripe_operations.UPDATE_LINK,
        reference=f"link-close:{link.stripe_id}",
        organization=link.organization,
        params={"active": False},
        target=link.stripe_id,
        now=now,
    )
    PaymentLink.objects.filter(pk=link.pk).update(is_active=False)
