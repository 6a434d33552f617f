"""What is told about budgets: reached percentages, exceeded and recovered limits, and refusals for what is held."""

from collections.abc import Iterable, Iterator

from apps.wallets.budgets.limits import Limit, percent_of
from apps.wallets.budgets.state import (
    FULL,
    HARD,
    RESOURCES,
    BucketState,
    BudgetState,
    Notice,
    PeriodState,
)


def crossing_notices(
    budget: BudgetState,
    bucket: BucketState,
    before: Iterable[int],
    row: PeriodState,
    reason: str,
    *,
    is_late: bool,
) -> Iterator[Notice]:
    """Yield one message for the percentages that a counter has newly reached, or for a limit that no longer is.

    Its type follows from the highest one. Percentages below 100 are left silently, and an ended period never recovers.
    """
    crossed = sorted(set(row.alarms) - set(before))
    cleared = sorted(set(before) - set(row.alarms))
    if crossed:
        kind = "budget.exceeded" if FULL in crossed else "budget.threshold_reached"
        yield _notice(kind, budget, bucket, row, {"crossed": crossed, "late": is_late})
        if FULL in crossed and not is_late:
            yield from _paused("resources.paused", budget, bucket, row)
    elif FULL in cleared and not is_late:
        yield from _recovered(budget, bucket, row, cleared, reason)


def closed_notices(budget: BudgetState, bucket: BucketState, row: PeriodState, reason: str) -> Iterator[Notice]:
    """Yield the recovery of a budget whose exceeded period has ended."""
    if FULL in row.alarms:
        yield from _recovered(budget, bucket, row, list(row.alarms), reason)


def refusal_notice(limit: Limit, row: PeriodState) -> Notice:
    """Return the message that work was refused because the room of a budget is held."""
    assert limit.budget is not None
    bucket = BucketState(row.bucket_id, limit.budget.id, limit.bucket, limit.held_micros)
    amounts = {"requestedMicros": limit.requested_micros, "roomMicros": limit.room_micros, "kind": limit.kind}
    return _notice("budget.refused", limit.budget, bucket, row, {**amounts, "heldMicros": limit.held_micros})


def _recovered(
    budget: BudgetState, bucket: BucketState, row: PeriodState, cleared: list[int], reason: str
) -> Iterator[Notice]:
    yield _notice("budget.recovered", budget, bucket, row, {"cleared": cleared, "reason": reason, "late": False})
    yield from _paused("resources.resumed", budget, bucket, row)


def _paused(kind: str, budget: BudgetState, bucket: BucketState, row: PeriodState) -> Iterator[Notice]:
    if budget.kind == RESOURCES and budget.mode == HARD:
        yield _notice(kind, budget, bucket, row, {"month": f"{row.starts_on:%Y-%m}"})


def _notice(kind: str, budget: BudgetState, bucket: BucketState, row: PeriodState, more: dict[str, object]) -> Notice:
    limit = budget.limit_micros or 0
    data: dict[str, object] = {
        "budgetId": budget.slug,
        "scope": dict(budget.scope),
        "bucket": bucket.value,
        "period": {"start": row.starts_on.isoformat(), "end": row.ends_on and row.ends_on.isoformat()},
        "limitMicros": limit,
        "addedMicros": row.added_micros,
        "spentMicros": row.spent_micros,
        "percent": str(percent_of(limit, row)),
        "version": row.version,
    }
    return Notice(kind, f"{kind}:{bucket.id}:{row.starts_on}:{row.version}", {**data, **more})
