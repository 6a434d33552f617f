"""Notices about budgets: reached percentages, exceeded and recovered limits, and refusals caused by pending holds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from apps.common.money import convert, from_micros
from apps.common.periods import midnight
from apps.wallets.budgets.limits import Limit, percent_of
from apps.wallets.budgets.state import FULL, HARD, RESOURCES, BucketState, BudgetState, Notice, PeriodState

RESOURCES_ID = "monthly-resource-spend"


def crossing_notices(
    budget: BudgetState, bucket: BucketState, before: Iterable[int], row: PeriodState, reason: str, now: datetime
) -> Iterator[Notice]:
    """Yield one notice for the percentages that a counter has newly reached, or for a limit that is no longer exceeded.

    The highest percentage decides its type. Falling below a percentage under 100 sends nothing. A period that has ended
    never recovers, and its crossings are sent by webhook only.
    """
    is_late = row.ends_on is not None and row.ends_on <= now.astimezone(UTC).date()
    crossed = sorted(set(row.alarms) - set(before))
    cleared = sorted(set(before) - set(row.alarms))
    if crossed:
        kind = "budget.exceeded" if FULL in crossed else "budget.threshold_reached"
        more: dict[str, object] = {"crossed": crossed, "late": is_late}
        notice = _budget_notice(kind, budget, bucket, row, more, now)
        yield replace(notice, mail=notice.mail and not is_late and not _is_pause(budget, crossed))
        if FULL in crossed and not is_late:
            yield from _paused("resources.paused", budget, row, now)
    elif FULL in cleared and not is_late:
        yield from recovery_notices(budget, bucket, row, cleared, reason, now)


def recovery_notices(
    budget: BudgetState, bucket: BucketState, row: PeriodState, cleared: Iterable[int], reason: str, now: datetime
) -> Iterator[Notice]:
    """Yield the notice that an exceeded budget has room again."""
    percents = sorted(cleared)
    more: dict[str, object] = {"cleared": percents, "reason": reason, "late": False}
    notice = _budget_notice("budget.recovered", budget, bucket, row, more, now)
    yield replace(notice, mail=notice.mail and not _is_pause(budget, percents))
    yield from _paused("resources.resumed", budget, row, now)


def refusal_notice(limit: Limit, row: PeriodState, now: datetime) -> Notice:
    """Return the notice that work was refused because pending holds take the room of a budget."""
    budget = limit.budget
    assert budget is not None
    amounts = {
        "limit": limit.limit_micros,
        "added": row.added_micros,
        "spent": row.spent_micros,
        "held": limit.held_micros,
        "room": limit.room_micros,
        "requested": limit.requested_micros,
        "missing": limit.missing_micros,
    }
    told: dict[str, object] = {
        "kind": limit.kind,
        "id": budget.slug or RESOURCES_ID,
        "scope": dict(budget.scope),
        "bucket": limit.bucket,
        "period": budget.period,
        **{name: from_micros(micros) for name, micros in amounts.items()},
    }
    if row.ends_on is not None:
        told["resetsAt"] = midnight(row.ends_on)
    data = {**_about(row), "limit": told, "requested": from_micros(limit.requested_micros)}
    return _notice("budget.refused", row, data, now, mail=False)


def pause_notice(budget: BudgetState, row: PeriodState, now: datetime) -> Notice:
    """Return the notice that the pause switch for persistent resources was changed while their limit is reached."""
    return _resources_notice("resources.paused" if budget.mode == HARD else "resources.resumed", budget, row, now)


def _paused(kind: str, budget: BudgetState, row: PeriodState, now: datetime) -> Iterator[Notice]:
    if _is_pause(budget, [FULL]):
        yield _resources_notice(kind, budget, row, now)


def _is_pause(budget: BudgetState, changed: Iterable[int]) -> bool:
    """Return whether these changed percentages pause or resume persistent resources, which has an email of its own."""
    return budget.kind == RESOURCES and budget.mode == HARD and FULL in changed


def _resources_notice(kind: str, budget: BudgetState, row: PeriodState, now: datetime) -> Notice:
    data = {
        **_about(row),
        "month": f"{row.starts_on:%Y-%m}",
        "limitUsd": from_micros(budget.limit_usd_micros or 0),
        "spendUsd": from_micros(convert(row.spent_micros, budget.usd_rate_micros)),
    }
    return _notice(kind, row, data, now, mail=budget.mails)


def _budget_notice(
    kind: str, budget: BudgetState, bucket: BucketState, row: PeriodState, more: Mapping[str, object], now: datetime
) -> Notice:
    limit = budget.limit_micros or 0
    data: dict[str, object] = {
        **_about(row),
        "budgetId": budget.slug or RESOURCES_ID,
        "name": budget.name,
        "mode": budget.mode,
        "scope": dict(budget.scope),
        "bucket": bucket.value,
        "period": budget.period,
        "periodStart": row.starts_on,
        "limit": from_micros(limit),
        "added": from_micros(row.added_micros),
        "spent": from_micros(row.spent_micros),
        "percent": percent_of(limit, row),
        **more,
    }
    if row.ends_on is not None:
        data["periodEnd"] = row.ends_on
    is_mailed = budget.mails and not budget.any_dimension  # no email for single values
    return _notice(kind, row, data, now, mail=is_mailed)


def _about(row: PeriodState) -> dict[str, object]:
    return {"id": f"{row.bucket_id}/{row.starts_on}", "version": row.version}


def _notice(kind: str, row: PeriodState, data: Mapping[str, object], now: datetime, *, mail: bool) -> Notice:
    return Notice(kind, f"{row.bucket_id}/{row.starts_on}/{row.version}", data, now, mail)
