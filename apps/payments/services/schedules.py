"""A contract's open instalments, as the plan for collecting them sees them."""

from datetime import UTC, datetime

from apps.contracts import selectors as contract_selectors
from apps.contracts.models import Contract, Installment
from apps.payments.arrangement import Owed, Plan, plan_collection


def owed_rows(contract: Contract) -> list[Owed]:
    """Return what is to be paid, by due date, one-time amounts first; what is under way is not asked for again."""
    rows = contract_selectors.current_schedule(contract)
    to_pay = [row for row in rows if row.is_open and row.state != Installment.State.PROCESSING]
    return [_owed(row) for row in to_pay if row.remaining_micros]


def _owed(row: Installment) -> Owed:
    return Owed(row.pk, row.due_date, row.period_end, row.remaining_micros, row.is_one_time)


def months_per_period(contract: Contract) -> int:
    """Return how far apart the recurring instalments are."""
    version = contract_selectors.newest_version(contract)
    return version.terms(contract.organization.currency).months_per_period


def plan_for(contract: Contract, now: datetime) -> Plan:
    """Say how a contract is collected from now on."""
    today = now.astimezone(UTC).date()
    return plan_collection(owed_rows(contract), months_per_period=months_per_period(contract), today=today)
