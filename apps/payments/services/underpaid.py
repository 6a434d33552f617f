"""Less came than was asked for, with nothing more to come by itself: a coupon, a credit note, a balance at Stripe.

What came is booked. What is left stays open where there is something to leave open, and staff are told how much it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from apps.common.money import decimal_text
from apps.contracts.models import OPEN_STATES, Contract
from apps.payments import issues
from apps.payments.models import CheckoutPart, InvoicePart, PaymentIssue
from apps.tenants.models import Organization


def subject_of_invoice(stripe_id: str | None) -> str:
    """Return what staff are told of an invoice under."""
    return f"invoice:{stripe_id}"


def subject_of_session(session_id: object) -> str:
    """Return what staff are told of a session under."""
    return f"session:{session_id}"


@dataclass(frozen=True, slots=True)
class AmountDue:
    """What was asked for: of whom, under which subject staff are told of it, what it is called, how much it was."""

    organization: Organization
    subject: str
    name: str
    amount_micros: int
    currency: str


def tell_underpaid(asked: AmountDue, paid_micros: int, why: Iterable[tuple[str, int]], *, now: datetime) -> None:
    """Tell staff how much was paid of what was asked for, and why, or that all of it was.

    `why` are the reasons that Stripe gives, each with its amount in micros; those of nothing are left out.
    """
    if paid_micros >= asked.amount_micros:
        issues.close_issue(issues.Kind.UNDERPAID, subject=asked.subject, resolution="All of it is paid", now=now)
        return
    left = asked.amount_micros - paid_micros
    reasons = [f"{text} {decimal_text(amount)} {asked.currency}." for text, amount in why if amount]
    issues.open_issue(
        issues.Kind.UNDERPAID,
        organization=asked.organization,
        subject=asked.subject,
        detail=" ".join(
            [
                f"{decimal_text(left)} {asked.currency} of {asked.name} were not paid, and Stripe asks for no more.",
                *reasons,
            ]
        ),
        expected_micros=asked.amount_micros,
        actual_micros=paid_micros,
        currency=asked.currency,
        now=now,
    )


def review_underpaid(contract: Contract, *, now: datetime) -> None:
    """Close what staff were told of a contract's installments that nothing is left open of by now."""
    told = PaymentIssue.objects.filter(
        kind=issues.Kind.UNDERPAID, organization=contract.organization_id, resolved_at=None
    )
    subjects = set(told.values_list("subject", flat=True))
    if not subjects:
        return
    invoiced = InvoicePart.objects.filter(invoice__contract=contract)
    visited = CheckoutPart.objects.filter(session__contract=contract)
    asked = [
        *(
            (subject_of_invoice(one), state)
            for one, state in invoiced.values_list("invoice__stripe_id", "installment__state")
        ),
        *((subject_of_session(one), state) for one, state in visited.values_list("session", "installment__state")),
    ]
    left_open = {subject for subject, state in asked if state in OPEN_STATES}
    for subject in sorted(subjects & {subject for subject, _ in asked} - left_open):
        resolution = "Nothing of it is left to pay"
        issues.close_issue(issues.Kind.UNDERPAID, subject=subject, resolution=resolution, now=now)
