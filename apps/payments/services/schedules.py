"""A contract's open installments, as the rules for collecting them see them."""

from datetime import UTC, datetime

from apps.contracts import selectors as contract_selectors
from apps.contracts.models import Contract, Installment
from apps.payments.collection import Collection, Owed, split_schedule


def owed_rows(contract: Contract) -> list[Owed]:
    """Return what is to be paid, by due date, one-time amounts first; what is under way is not asked for again."""
    rows = contract_selectors.current_schedule(contract)
    to_pay = [row for row in rows if row.is_open and row.state != Installment.State.PROCESSING]
    return [Owed(row.pk, row.due_date, row.remaining_micros) for row in to_pay if row.remaining_micros]


def collection_for(contract: Contract, now: datetime) -> Collection:
    """Say what of a contract is paid at checkout now and what is charged later."""
    return split_schedule(owed_rows(contract), today=now.astimezone(UTC).date(), renews=contract.auto_renew)
