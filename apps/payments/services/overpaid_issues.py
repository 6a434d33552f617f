"""Overpaid installments: an issue is open until staff refund the excess, which granted no credit."""

from datetime import datetime

from apps.common.money import money_text
from apps.contracts.models import Installment
from apps.contracts.selectors import surplus_left
from apps.contracts.services import UNASKED
from apps.payments import issues
from apps.payments.models import PaymentPart, StripePayment

Kind = issues.Kind


def open_overpaid_issues(payment: StripePayment, *, now: datetime) -> None:
    """Open an issue per installment of a payment that holds more money than its amount."""
    for row in _installments(payment):
        if overpaid := _overpaid(row):
            issues.open_issue(
                Kind.UNASKED,
                organization=payment.organization,
                subject=_subject(row),
                detail=(
                    f"{money_text(overpaid, payment.currency)} is overpaid on the {str(row).lower()}, which is "
                    f"{row.get_state_display().lower()} without it. Refund that much of payment {payment}."
                ),
                sums=issues.IssueSums(actual_micros=overpaid),
                now=now,
            )


def close_overpaid_issues(payment: StripePayment, *, now: datetime) -> None:
    """Close the issues of installments that are no longer overpaid."""
    settled = [_subject(row) for row in _installments(payment) if not _overpaid(row)]
    if not payment.returnable_micros:
        settled.append(payment.key)  # the subject in earlier releases
    for subject in settled:
        issues.close_issue(Kind.UNASKED, subject=subject, resolution="It was refunded", now=now)


def _installments(payment: StripePayment) -> list[Installment]:
    parts = PaymentPart.objects.filter(payment=payment)
    return list(Installment.objects.filter(pk__in=parts.values("installment")).order_by("pk"))


def _overpaid(row: Installment) -> int:
    return surplus_left(row.pk) + (row.paid_micros if row.state in UNASKED else 0)


def _subject(row: Installment) -> str:
    return f"installment:{row.pk}"
