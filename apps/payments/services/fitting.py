"""Fitting a running subscription to a schedule that changed: its end, its next invoice, and what it never bills."""

from datetime import UTC, date, datetime

from apps.common.money import from_minor_units
from apps.common.periods import midnight
from apps.contracts.models import Contract, Installment
from apps.payments import stripe_operations
from apps.payments.arrangement import Owed, fit_subscription
from apps.payments.models import CheckoutPart, CheckoutSession, StripeSubscription
from apps.payments.services.ending import end_subscription
from apps.payments.services.invoicing import asks_for, invoice_instalment, open_invoice_of
from apps.payments.services.lowering import lower_next
from apps.payments.services.outgoing import obtain
from apps.payments.services.schedules import months_per_period, owed_rows

BEGUN = (CheckoutSession.State.OPEN, CheckoutSession.State.PROCESSING, CheckoutSession.State.PAID)


def keep_collecting(contract: Contract, subscription: StripeSubscription, *, now: datetime) -> bool:
    """Let a subscription collect the schedule as it now is; where it cannot, end it and say so.

    What it costs is asked of Stripe: it may have begun with a price that was right when its session was made. One that
    ended there is left to its event.
    """
    there = stripe_operations.fetch_subscription(subscription.stripe_id)
    if there.status in StripeSubscription.ENDED:
        return True
    today = now.astimezone(UTC).date()
    begun = _billed_at_once(contract)
    rows = [row for row in owed_rows(contract) if row.installment_id not in begun]
    later = [row for row in rows if row.due_date > today]
    unit = from_minor_units(there.unit_amount, contract.organization.currency)
    change = fit_subscription(later, unit_micros=unit)
    if there.interval_months != months_per_period(contract) or not change.fits:
        end_subscription(subscription, now=now)
        return False
    if change.next_row is not None:
        lower_next(contract, subscription, change.next_row.installment_id, wanted=change.next_lowered_micros, now=now)
    _invoice_the_rest([row for row in rows if row.due_date <= today], now)
    last = max((row.period_end for row in later), default=None)
    if last is not None:
        _set_end(subscription, None if contract.auto_renew else midnight(last), now)
    return True


def _billed_at_once(contract: Contract) -> set[int]:
    """Return the instalments that the subscription's own session bills, paid by now or not."""
    begun = CheckoutPart.objects.filter(
        session__contract=contract, session__purpose=CheckoutSession.Purpose.SUBSCRIPTION, session__state__in=BEGUN
    )
    return set(begun.values_list("installment", flat=True))


def _invoice_the_rest(due: list[Owed], now: datetime) -> None:
    """Invoice what is due and that the subscription's invoices do not ask for, or not at what it costs now."""
    found = Installment.objects.filter(pk__in=[row.installment_id for row in due])
    for installment in found.select_related("contract__organization", "version").order_by("due_date", "pk"):
        invoice = open_invoice_of(installment)
        if not asks_for(invoice, installment) if invoice else _is_never_billed(installment):
            invoice_instalment(installment=installment, now=now)


def _is_never_billed(installment: Installment) -> bool:
    """One-time amounts, and periods written down when they had begun: no cycle of the subscription is theirs."""
    written: date = installment.version.created_at.astimezone(UTC).date()
    return installment.is_one_time or written >= installment.due_date


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
