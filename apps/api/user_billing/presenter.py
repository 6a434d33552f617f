"""Present the budget with its spending, the records of a wallet, and costs by day."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from apps.api.authentication import Credential
from apps.api.billing_summary.facts import BudgetFacts
from apps.api.billing_summary.presenter import budget, callers
from apps.api.fields import number
from apps.tenants.session_claims import user_of
from apps.usage.selectors import DayCost
from apps.wallets.budgets.periods import Span
from apps.wallets.selectors import WalletEntry
from apps.wallets.services import BudgetStatus


def user_budget(
    facts: BudgetFacts, credential: Credential, statuses: Sequence[BudgetStatus], total: int, today: int, month: int
) -> dict[str, Any]:
    """Present the summary's budget with the spending in total, today and this month, in micros, and the limits.

    If a hard budget of the whole organization limits the day or month, its counter is shown as spent.
    """
    shown = {**callers(credential), **budget(facts), "totalSpent": number(total)}
    for name, period, charged in (("daily", "day", today), ("monthly", "month", month)):
        ruling = next((each for each in statuses if _limits_all(each, period)), None)
        limit, spent = (None, charged) if ruling is None else _counted(ruling)
        shown |= {f"{name}Limit": None if limit is None else number(limit), f"{name}Spent": number(spent)}
    return shown


def _limits_all(status: BudgetStatus, period: str) -> bool:
    ruling = status.budget
    return not ruling.scope and (ruling.mode, ruling.period) == ("hard", period)


def _counted(status: BudgetStatus) -> tuple[int | None, int]:
    """Return the limit of the current period including additions, and the amount spent, in micros."""
    added, spent = (status.period.added_micros, status.period.spent_micros) if status.period else (0, 0)
    return (status.budget.limit_micros or 0) + added, spent


def record(entry: WalletEntry) -> dict[str, Any]:
    """Present an entry of the wallet as a charge or a credit; `userId` only if a person's session made it."""
    user_id = user_of(entry.created_by)
    return {
        "id": str(entry.pk),
        **({"userId": user_id} if user_id else {}),
        "amount": number(abs(entry.amount_micros)),
        "recordType": "credit" if entry.amount_micros > 0 else "charge",
        "description": entry.description,
        "metadata": entry.metadata,
        "createdAt": entry.recorded_at,
    }


def costs(period: str, span: Span, days: Sequence[DayCost]) -> dict[str, Any]:
    """Present the cost of usage in a period, in total and for each day with usage."""
    start, end = span
    return {
        "period": period,
        "startDate": start,
        "endDate": end,
        "totals": _cost(days),
        "byDay": [{"date": each.day, **_cost([each])} for each in days],
    }


def _cost(days: Sequence[DayCost]) -> dict[str, Decimal | int]:
    return {
        "cost": number(sum(each.charge_micros for each in days)),
        "inputTokens": sum(each.input_tokens for each in days),
        "outputTokens": sum(each.output_tokens for each in days),
        "events": sum(each.event_count for each in days),
    }
