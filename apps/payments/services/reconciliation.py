"""Daily reconciliation of Stripe, the schedules and the ledger; differences open issues."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, Sum

from apps.common.money import Micros, from_minor_units
from apps.contracts.models import Contract
from apps.invoices.models.documents import OUTSTANDING
from apps.outbox.services import enqueue
from apps.payments import issues, stripe_operations
from apps.payments.debts import update_debt_issue
from apps.payments.models import (
    BalanceTransaction,
    Dispute,
    PaymentIssue,
    PayoutPart,
    StripeCustomer,
    StripeInvoice,
    StripePayment,
)
from apps.payments.services.document_invoices import arrange_document, asks_for_another_amount
from apps.payments.services.invoice_voids import ENDABLE, invoices_to_withdraw
from apps.payments.services.withdrawals import withdraw_superfluous
from apps.payments.stripe_objects import IntentFacts, InvoiceFacts
from apps.tenants.models import Organization
from apps.wallets import selectors as wallet_selectors
from apps.wallets.accounts import Role

Kind = issues.Kind
ON_ITS_WAY = timedelta(hours=2)


def organizations_at_stripe() -> list[UUID]:
    """Return the ids of organizations with a customer or a payment at Stripe."""
    rows = Organization.objects.filter(
        Q(pk__in=StripeCustomer.objects.values("organization")) | Q(pk__in=StripePayment.objects.values("organization"))
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def enqueue_reconciliations(*, now: datetime) -> int:
    """Queue a reconciliation per organization, so that one failure does not stop the others; return how many."""
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
    """Compare an organization's payments, refunds and invoices with Stripe, and open or close issues.

    Raises:
        StripeUnavailable: Stripe does not respond.
    """
    update_debt_issue(organization, now=now)
    with issues.refused_key_issue("reconciliation", now=now):
        _compare(organization, now)


def _compare(organization: Organization, now: datetime) -> None:
    for contract in Contract.objects.filter(organization=organization).select_related("organization"):
        withdraw_superfluous(contract=contract, now=now)
    _end_refused(organization, now)
    compare_clearing(organization, now)
    customers = StripeCustomer.objects.filter(organization=organization).values_list("stripe_id", flat=True)
    for customer in customers:
        _compare_payments(organization, stripe_operations.payments_of(customer), now)
        _compare_invoices(organization, stripe_operations.invoices_of(customer), now)


def _end_refused(organization: Organization, now: datetime) -> None:
    """Try again to end invoices that Stripe did not end, for example because a payment was under way."""
    told = PaymentIssue.objects.filter(kind=Kind.SCHEDULE, organization=organization, resolved_at=None)
    rows = StripeInvoice.objects.filter(organization=organization, stripe_id__in=told.values("subject"))
    for document_id in rows.filter(document__isnull=False, state__in=ENDABLE).values_list("document", flat=True):
        arrange_document(document_id=document_id, now=now)


def clearing_expected(organization: Organization, currency: str = "") -> Micros:
    """Return what Stripe holds for an organization by our rows, in micros of a currency.

    That is what payments brought, less refunds, disputes, Stripe's fees, and what was paid out.
    """
    currency = currency or organization.currency
    came = StripePayment.objects.filter(
        organization=organization, currency=currency, received_in=Role.CASH, settled_at__isnull=False
    )
    sums = came.aggregate(came=Sum("amount_micros"), went=Sum("refunded_micros"))
    disputes = Dispute.objects.filter(payment__organization=organization, payment__currency=currency)
    moved = disputes.aggregate(withdrawn=Sum("withdrawn_micros"), reinstated=Sum("reinstated_micros"))
    gross = (sums["came"] or 0) - (sums["went"] or 0) - (moved["withdrawn"] or 0) + (moved["reinstated"] or 0)
    return Micros(gross - _left_stripe(organization, currency))


def _left_stripe(organization: Organization, currency: str) -> int:
    """Return what Stripe kept as fees and paid out of an organization's money, in micros of a currency."""
    fees = BalanceTransaction.objects.filter(
        organization=organization, currency=currency, is_exchanged=False, booked_at__isnull=False
    )
    parts = PayoutPart.objects.filter(
        organization=organization, payout__currency=currency, posted_at__isnull=False, undone_at=None
    )
    kept = fees.aggregate(total=Sum("fee_micros", default=0))["total"]
    paid_out = parts.aggregate(total=Sum("amount_micros", default=0))["total"]
    return int(kept + paid_out)


def compare_clearing(organization: Organization, now: datetime) -> bool:
    """Compare payment rows with the clearing accounts, which fall as money arrives; return whether all agree."""
    booked = {organization.currency: wallet_selectors.account_balances(organization)[Role.CASH]}
    for (role, currency), balance in wallet_selectors.foreign_balances(organization).items():
        if role == Role.CASH:
            booked[currency] = balance
    return all(
        [
            _update_issue(
                _Comparison(
                    kind=Kind.CLEARING,
                    subject=str(organization.pk)
                    if currency == organization.currency
                    else f"{organization.pk}:{currency}",
                    organization=organization,
                    expected_micros=clearing_expected(organization, currency),
                    actual_micros=-balance,
                    detail=f"The clearing account in {currency} differs from the payments through Stripe.",
                ),
                now=now,
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
        _update_issue(
            _Comparison(
                kind=Kind.MISSING_PAYMENT,
                subject=intent.id,
                organization=organization,
                expected_micros=_to_be_booked(intent, payments),
                actual_micros=came,
                detail="The ledger differs from Stripe about the amount of a payment.",
            ),
            now=now,
        )
        if payments:
            _update_issue(
                _Comparison(
                    kind=Kind.REFUNDS_DIFFER,
                    subject=intent.id,
                    organization=organization,
                    expected_micros=from_minor_units(intent.amount_refunded, intent.currency),
                    actual_micros=sum(payment.refunded_micros for payment in payments),
                    detail="The refunds of a payment at Stripe differ from those in the ledger.",
                ),
                now=now,
            )


def _to_be_booked(intent: IntentFacts, payments: list[StripePayment]) -> Micros:
    """Return the amount of a payment that the ledger should have, in micros.

    For an unknown payment, less its refunds.
    """
    gone = 0 if payments else intent.amount_refunded
    return from_minor_units(max(0, intent.amount_received - gone), intent.currency)


_SAME = {
    "open": (StripeInvoice.State.OPEN,),
    "paid": (StripeInvoice.State.PAID,),
    "void": (StripeInvoice.State.VOID,),
    "uncollectible": (StripeInvoice.State.UNCOLLECTIBLE,),
}


def _compare_invoices(organization: Organization, invoices: Iterable[InvoiceFacts], now: datetime) -> None:
    rows = StripeInvoice.objects.filter(organization=organization).select_related("document")
    known = {row.stripe_id: row for row in rows}
    contracts = Contract.objects.filter(organization=organization)
    kept = {row.stripe_id for contract in contracts for row in invoices_to_withdraw(contract)}
    for invoice in invoices:
        row = known.get(invoice.id)
        if invoice.status not in _SAME or (row is None and not invoice.total) or invoice.id in kept:
            continue
        if row is not None and (_is_still_due(row) or _is_refused(row)):
            continue
        here = row.get_state_display() if row else "not known"
        _update_schedule_issue(
            organization,
            invoice.id,
            _agree(row, invoice),
            f"Invoice {invoice.number or invoice.id} is {invoice.status} at Stripe and {here.lower()} here.",
            now,
        )


def _is_still_due(row: StripeInvoice) -> bool:
    """Return whether an invoice was ended at Stripe while ours is due, which is an issue until staff settle ours."""
    is_ended = row.state in (StripeInvoice.State.VOID, StripeInvoice.State.UNCOLLECTIBLE) and not row.ended_by_us
    return is_ended and row.document is not None and row.document.state in OUTSTANDING


def _is_refused(row: StripeInvoice) -> bool:
    """Return whether Stripe still collects another amount than is due on ours; an issue is open until it is ended."""
    if row.document is None or row.state != StripeInvoice.State.OPEN:
        return False
    return asks_for_another_amount(row, row.document)


def _agree(row: StripeInvoice | None, invoice: InvoiceFacts) -> bool:
    """Return whether our invoice row has the same state as Stripe's invoice.

    A paid invoice without a row is fine: its money is compared as a payment.
    """
    return invoice.status == "paid" if row is None else row.state in _SAME[invoice.status]


def _update_schedule_issue(organization: Organization, subject: str, same: bool, detail: str, now: datetime) -> None:
    if same:
        issues.close_issue(Kind.SCHEDULE, subject=subject, resolution="Both agree", now=now)
    else:
        issues.open_issue(Kind.SCHEDULE, subject=subject, organization=organization, detail=detail, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    """Two amounts in micros that must be equal, and the issue to open if they are not."""

    kind: issues.Kind
    subject: str
    organization: Organization
    expected_micros: int
    actual_micros: int
    detail: str


def _update_issue(found: _Comparison, *, now: datetime) -> bool:
    """Open an issue if two amounts differ, close it if they are equal; return whether they are."""
    if found.expected_micros == found.actual_micros:
        issues.close_issue(found.kind, subject=found.subject, resolution="Both agree", now=now)
        return True
    issues.open_issue(
        found.kind,
        subject=found.subject,
        organization=found.organization,
        detail=found.detail,
        sums=issues.IssueSums(expected_micros=found.expected_micros, actual_micros=found.actual_micros),
        now=now,
    )
    return False
