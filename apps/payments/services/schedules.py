"""A contract's open installments, as the rules for collecting them see them."""

from datetime import UTC, datetime

from apps.contracts import selectors as contract_selectors
from apps.contracts.models import Contract, Installment
from apps.payments.collection import Collection, Owed, split_schedule
from apps.payments.selectors import counted_as_paid


def owed_rows(contract: Contract) -> list[Owed]:
    """Return what is to be paid, by due date, one-time amounts first.

    What is under way is not asked for again, nor what Stripe counts as paid though less came: staff decide on the rest.
    """
    rows = contract_selectors.current_schedule(contract)
    decided_by_staff = counted_as_paid(contract)
    to_pay = [
        row
        for row in rows
        if row.is_open and row.state != Installment.State.PROCESSING and row.pk not in decided_by_staff
    ]
    return [Owed(row.pk, row.due_date, row.remaining_micros) for row in to_pay if row.remaining_micros]


def collection_for(contract: Contract, now: datetime) -> Collection:
    """Say what of a contract is paid at checkout now and what is charged later."""
    return split_schedule(owed_rows(contract), today=now.astimezone(UTC).date(), renews=contract.auto_renew)
