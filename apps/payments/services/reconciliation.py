"""Once a day: what Stripe shows, what the schedule shows and what the books show are the same, or somebody is told."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, Sum

from apps.common.money import Micros, from_minor_units
from apps.contracts.models import Contract
from apps.outbox.services import enqueue
from apps.payments import issues, stripe_operations
from apps.payments.debts import tell_debt
from apps.payments.models import Dispute, StripeCustomer, StripeInvoice, StripePayment
from apps.payments.services.invoice_voids import invoices_to_withdraw
from apps.payments.services.withdrawals import withdraw_superfluous
from apps.payments.stripe_objects import IntentFacts, InvoiceFacts
from apps.tenants.models import Organization
from apps.wallets import selectors as wallet_selectors
from apps.wallets.accounts import Role

Kind = issues.Kind
ON_ITS_WAY = timedelta(hours=2)


def organizations_at_stripe() -> list[UUID]:
    """Return the organizations that Stripe knows."""
    rows = Organization.objects.filter(
        Q(pk__in=StripeCustomer.objects.values("organization")) | Q(pk__in=StripePayment.objects.values("organization"))
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def ask_for_reconciliation(*, now: datetime) -> int:
    """Ask that each organization be compared, each by itself: one that fails does not stop the others."""
    ids = organizations_at_stripe()
    for organization_id in ids:
        enqueue(
            "payments.reconcile_organization",
            now=now,
            key=f"reconcile:{organization_id}:{now:%Y-%m-%d}",
            arguments={"organization_id": str(organization_id)},
        )
    return len(ids)


def reconcile_organization(*, organization: Organization, now: datetime) -> None:
    """Compare an organization's payments, refunds and invoices, and open or close what differs.

    Raises:
        StripeUnavailable: Stripe does not answer.
    """
    tell_debt(organization, now=now)
    with issues.refused_key_shown("reconciliation", now=now):
        _compare(organization, now)


def _compare(organization: Organization, now: datetime) -> None:
    _bring_in_line(organization, now)
    compare_clearing(organization, now)
    customers = StripeCustomer.objects.filter(organization=organization).values_list("stripe_id", flat=True)
    for customer in customers:
        _compare_payments(organization, stripe_operations.payments_of(customer), now)
        _compare_invoices(organization, stripe_operations.invoices_of(customer), now)


def _bring_in_line(organization: Organization, now: datetime) -> None:
    """Withdraw what is not asked for any more."""
    for contract in Contract.objects.filter(organization=organization).select_related("organization"):
        withdraw_superfluous(contract=contract, now=now)


def clearing_expected(organization: Organization, currency: str = "") -> Micros:
    """Return what our payments, refunds and disputes say Stripe holds for an organization, in micros of a currency."""
    currency = currency or organization.currency
    came = StripePayment.objects.filter(
        organization=organization, currency=currency, received_in=Role.CASH, settled_at__isnull=False
    )
    sums = came.aggregate(came=Sum("amount_micros"), went=Sum("refunded_micros"))
    disputes = Dispute.objects.filter(payment__organization=organization, payment__currency=currency)
    moved = disputes.aggregate(withdrawn=Sum("withdrawn_micros"), reinstated=Sum("reinstated_micros"))
    return Micros((sums["came"] or 0) - (sums["went"] or 0) - (moved["withdrawn"] or 0) + (moved["reinstated"] or 0))


def compare_clearing(organization: Organization, now: datetime) -> bool:
    """Compare what came through Stripe with its clearing accounts, which fall as money comes in."""
    booked = {organization.currency: wallet_selectors.account_balances(organization)[Role.CASH]}
    for (role, currency), balance in wallet_selectors.foreign_balances(organization).items():
        if role == Role.CASH:
            booked[currency] = balance
    return all(
        [
            _tell(
                Kind.CLEARING,
                str(organization.pk) if currency == organization.currency else f"{organization.pk}:{currency}",
                organization,
                now,
                expected=clearing_expected(organization, currency),
                actual=-balance,
                detail=f"The clearing account in {currency} and the payments through Stripe differ.",
            )
            for currency, balance in booked.items()
        ]
    )


def _compare_payments(organization: Organization, intents: Iterable[IntentFacts], now: datetime) -> None:
    for intent in intents:
        if intent.status != "succeeded" or not intent.amount_received:
            continue
        payments = list(StripePayment.objects.filter(payment_intent_id=intent.id, settled_at__isnull=False))
        came = sum(payment.amount_micros for payment in payments)
        fresh = not payments and now.timestamp() - intent.created < ON_ITS_WAY.total_seconds()
        if fresh:
            continue
        _tell(
            Kind.MISSING_PAYMENT,
            intent.id,
            organization,
            now,
            expected=_to_be_booked(intent, payments),
            actual=came,
            detail="A payment that Stripe has is not in the books as it is there.",
        )
        if payments:
            _compare_refunds(organization, intent, payments, now)


def _to_be_booked(intent: IntentFacts, payments: list[StripePayment]) -> Micros:
    """Return what the books have to show of a payment; of one they never had, what has not gone back since."""
    gone = 0 if payments else intent.amount_refunded
    return from_minor_units(max(0, intent.amount_received - gone), intent.currency)


def _compare_refunds(
    organization: Organization, intent: IntentFacts, payments: list[StripePayment], now: datetime
) -> None:
    _tell(
        Kind.REFUNDS_DIFFER,
        intent.id,
        organization,
        now,
        expected=from_minor_units(intent.amount_refunded, intent.currency),
        actual=sum(payment.refunded_micros for payment in payments),
        detail="What Stripe paid back of a payment and what the books took back differ.",
    )


_SAME = {
    "open": (StripeInvoice.State.OPEN,),
    "paid": (StripeInvoice.State.PAID,),
    "void": (StripeInvoice.State.VOID,),
    "uncollectible": (StripeInvoice.State.UNCOLLECTIBLE,),
}


def _compare_invoices(organization: Organization, invoices: Iterable[InvoiceFacts], now: datetime) -> None:
    known = {row.stripe_id: row for row in StripeInvoice.objects.filter(organization=organization)}
    contracts = Contract.objects.filter(organization=organization)
    kept = {row.stripe_id for contract in contracts for row in invoices_to_withdraw(contract)}
    for invoice in invoices:
        row = known.get(invoice.id)
        if invoice.status not in _SAME or (row is None and not invoice.total) or invoice.id in kept:
            continue
        here = row.get_state_display() if row else "not known"
        _tell_schedule(
            organization,
            invoice.id,
            _agree(row, invoice),
            f"Invoice {invoice.number or invoice.id} is {invoice.status} at Stripe and {here.lower()} here.",
            now,
        )


def _agree(row: StripeInvoice | None, invoice: InvoiceFacts) -> bool:
    """Say whether our row of an invoice is as Stripe has it.

    A paid one of somebody else's asks for nothing any more: what was paid on it is compared as a payment.
    """
    return invoice.status == "paid" if row is None else row.state in _SAME[invoice.status]


def _tell_schedule(organization: Organization, subject: str, same: bool, detail: str, now: datetime) -> None:
    if same:
        issues.close_issue(Kind.SCHEDULE, subject=subject, resolution="Both agree", now=now)
    else:
        issues.open_issue(Kind.SCHEDULE, subject=subject, organization=organization, detail=detail, now=now)


def _tell(
    kind: issues.Kind,
    subject: str,
    organization: Organization,
    now: datetime,
    *,
    expected: int,
    actual: int,
    detail: str,
) -> bool:
    """Open an issue where two amounts differ, close it where they agree; say whether they do."""
    if expected == actual:
        issues.close_issue(kind, subject=subject, resolution="Both agree", now=now)
        return True
    issues.open_issue(
        kind,
        subject=subject,
        organization=organization,
        detail=detail,
        expected_micros=expected,
        actual_micros=actual,
        now=now,
    )
    return False
