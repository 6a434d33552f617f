"""End invoices at Stripe: void or close those settled elsewhere, replaced or canceled, and give up uncollectible ones.

Stripe voids no invoice that has a payment, so what is left of one that is paid in part is recorded there as paid out of
band (docs.stripe.com/invoicing/partial-payments).
"""

from dataclasses import dataclass, field
from datetime import datetime

from apps.common.strict_json import Json
from apps.contracts.models import Contract
from apps.payments import issues, stripe_operations
from apps.payments.errors import StripeRefused
from apps.payments.models import UNPAID_STATES, StripeInvoice, StripeRequest
from apps.payments.services.stripe_requests import obtain
from apps.payments.stripe_gateway import Operation
from apps.payments.stripe_objects import InvoiceFacts

State = StripeInvoice.State
ENDABLE = (*UNPAID_STATES, State.UNCOLLECTIBLE)


def void_invoice(row: StripeInvoice, *, now: datetime) -> bool:
    """Void an invoice that no longer matches what is due here, or close it if a part of it is paid.

    Its installments do not change. Return False, and open an issue, if Stripe refuses because it is paid or being paid;
    its events will report the money.
    """
    stripe_id = row.stripe_id or _begun_invoice_id(row, now)
    if not row.paid_micros:
        return _end(row, VOID, stripe_id, now)
    rest = max(0, row.amount_micros - row.paid_micros)
    StripeInvoice.objects.filter(pk=row.pk).update(settled_here_micros=rest)
    if _end(row, CLOSE, stripe_id, now):
        return True
    StripeInvoice.objects.filter(pk=row.pk).update(settled_here_micros=0)
    return False


def give_up_invoice(row: StripeInvoice, *, now: datetime) -> bool:
    """Mark a finalized invoice at Stripe as uncollectible: Stripe stops collecting it, but it can still be paid there.

    Return False, and open an issue, if Stripe refuses because it is paid.
    """
    return _end(row, GIVE_UP, row.stripe_id, now)


@dataclass(frozen=True, slots=True)
class _Ending:
    """A way to end an invoice at Stripe: its state here afterward, and the states there in which it counts as ended."""

    operation: Operation[InvoiceFacts]
    name: str
    to: StripeInvoice.State
    done: tuple[str, ...]
    params: Json = field(default_factory=dict)


VOID = _Ending(stripe_operations.VOID_INVOICE, "void", State.VOID, ("void", "draft"))
CLOSE = _Ending(
    stripe_operations.CLOSE_INVOICE, "elsewhere", State.PAID, ("void", "paid"), params={"paid_out_of_band": True}
)
GIVE_UP = _Ending(
    stripe_operations.GIVE_UP_INVOICE, "uncollectible", State.UNCOLLECTIBLE, ("void", "draft", "uncollectible")
)


def _end(row: StripeInvoice, ending: _Ending, stripe_id: str | None, now: datetime) -> bool:
    was_ended = row.ended_by_us
    StripeInvoice.objects.filter(pk=row.pk).update(ended_by_us=True)
    if stripe_id is not None and (refusal := _end_at_stripe(row, ending, stripe_id, now)):
        StripeInvoice.objects.filter(pk=row.pk).update(ended_by_us=was_ended)
        _open_refusal_issue(row, stripe_id, refusal, now)
        return False
    StripeInvoice.objects.filter(pk=row.pk, state__in=ENDABLE).update(state=ending.to, updated_at=now)
    if stripe_id is not None:
        for kind in (issues.Kind.PAYMENT_FAILED, issues.Kind.SCHEDULE):
            issues.close_issue(kind, subject=stripe_id, resolution="It is withdrawn", now=now)
    return True


def _begun_invoice_id(row: StripeInvoice, now: datetime) -> str | None:
    """Return the id of an invoice whose creation has no known response; at worst this creates a draft."""
    if not StripeRequest.objects.filter(reference=row.reference).exists():
        return None
    made = obtain(stripe_operations.CREATE_INVOICE, reference=row.reference, organization=row.organization, now=now)
    return made.id


def _end_at_stripe(row: StripeInvoice, ending: _Ending, stripe_id: str, now: datetime) -> str:
    """End an invoice at Stripe; return why it is still payable there, or an empty string."""
    if ending is CLOSE and stripe_operations.is_under_way(stripe_id):
        return "a payment is under way"
    try:
        obtain(
            ending.operation,
            reference=f"{row.reference}:{ending.name}",
            organization=row.organization,
            params=ending.params,
            target=stripe_id,
            now=now,
        )
    except StripeRefused as error:
        there = stripe_operations.fetch_invoice(stripe_id).status
        return "" if there in ending.done else f"it is {there}. {error.detail}"
    return ""


def _open_refusal_issue(row: StripeInvoice, stripe_id: str, reason: str, now: datetime) -> None:
    issues.open_issue(
        issues.Kind.SCHEDULE,
        organization=row.organization,
        subject=stripe_id,
        detail=f"Invoice {row} is no longer due here, but could not be ended at Stripe: {reason}",
        now=now,
    )


def withdraw_again(*, invoice_id: int, now: datetime) -> None:
    """Void an invoice at Stripe that was finalized there after we had withdrawn it."""
    row = StripeInvoice.objects.select_related("organization").get(pk=invoice_id)
    if row.ended_by_us and row.stripe_id and stripe_operations.fetch_invoice(row.stripe_id).status == "open":
        void_invoice(row, now=now)


def invoices_to_withdraw(contract: Contract) -> list[StripeInvoice]:
    """Return a contract's unpaid invoices that no longer have an open installment."""
    rows = StripeInvoice.objects.filter(contract=contract, state__in=UNPAID_STATES, amount_micros__gt=0)
    rows = rows.select_related("organization").prefetch_related("parts__installment")
    return [row for row in rows if not any(part.installment.is_open for part in row.parts.all())]
