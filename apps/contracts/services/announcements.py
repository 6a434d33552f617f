"""Notify customers of installments before they are due."""

from datetime import UTC, datetime, timedelta

from apps.common.money import from_micros
from apps.contracts import selectors
from apps.notices.services import notify

DAYS_BEFORE = 7


def announce_installments(*, now: datetime) -> None:
    """Send a notice of each unpaid installment due within `DAYS_BEFORE` days, once per installment and due date."""
    today = now.astimezone(UTC).date()
    for installment in selectors.installments_due_between(today, today + timedelta(days=DAYS_BEFORE)):
        notify(
            organization_id=installment.organization_id,
            notice="installment.due",
            key=f"{installment.pk}:{installment.due_date}",
            data={
                "id": str(installment.pk),
                "version": installment.version_id,
                "contractId": str(installment.contract_id),
                "amount": from_micros(installment.remaining_micros),
                "currency": installment.organization.currency,
                "dueOn": installment.due_date,
            },
            now=now,
        )
