"""Issues for underpayments that Stripe counts as paid: by a coupon, a credit note or a balance at Stripe.

The money received is booked. The rest of an installment stays open, and an issue tells staff how much it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from apps.common.money import money_text
from apps.contracts.models import OPEN_STATES, Contract
from apps.payments import issues
from apps.payments.models import CheckoutPart, InvoicePart, PaymentIssue
from apps.tenants.models import Organization


def subject_of_invoice(stripe_id: str | None) -> str:
    """Return the issue subject of an invoice."""
    return f"invoice:{stripe_id}"


def subject_of_session(session_id: object) -> str:
    """Return the issue subject of a session."""
    return f"session:{session_id}"


@dataclass(frozen=True, slots=True)
class AmountDue:
    """An amount due: the debtor, the issue's subject, a name for staff, and the amount in micros."""

    organization: Organization
    subject: str
    name: str
    amount_micros: int
    currency: str


def update_underpaid_issue(due: AmountDue, paid_micros: int, why: Iterable[tuple[str, int]], *, now: datetime) -> None:
    """Open an issue if less was paid than was due, with the reasons, or close it if all was paid.

    `why` lists Stripe's reasons with their amounts in micros; zero amounts are left out.
    """
    if paid_micros >= due.amount_micros:
        issues.close_issue(issues.Kind.UNDERPAID, subject=due.subject, resolution="All of it is paid", now=now)
        return
    left = due.amount_micros - paid_micros
    reasons = [f"{text} {money_text(amount, due.currency)}." for text, amount in why if amount]
    issues.open_issue(
        issues.Kind.UNDERPAID,
        organization=due.organization,
        subject=due.subject,
        detail=" ".join(
            [
                f"{money_text(left, due.currency)} of {due.name} was not paid, and Stripe will not collect it.",
                *reasons,
            ]
        ),
        sums=issues.IssueSums(expected_micros=due.amount_micros, actual_micros=paid_micros, currency=due.currency),
        now=now,
    )


def close_underpaid_issues(contract: Contract, *, now: datetime) -> None:
    """Close the underpayment issues of a contract whose installments are no longer open."""
    told = PaymentIssue.objects.filter(
        kind=issues.Kind.UNDERPAID, organization=contract.organization_id, resolved_at=None
    )
    subjects = set(told.values_list("subject", flat=True))
    if not subjects:
        return
    invoiced = InvoicePart.objects.filter(invoice__contract=contract)
    visited = CheckoutPart.objects.filter(session__contract=contract)
    due = [
        *(
            (subject_of_invoice(one), state)
            for one, state in invoiced.values_list("invoice__stripe_id", "installment__state")
        ),
        *((subject_of_session(one), state) for one, state in visited.values_list("session", "installment__state")),
    ]
    left_open = {subject for subject, state in due if state in OPEN_STATES}
    for subject in sorted(subjects & {subject for subject, _ in due} - left_open):
        resolution = "Nothing is left to pay"
        issues.close_issue(issues.Kind.UNDERPAID, subject=subject, resolution=resolution, now=now)
