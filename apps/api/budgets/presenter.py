"""Present budgets, their periods, and limits that refuse."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.api.fields import number
from apps.common.periods import midnight
from apps.wallets.budgets.limits import (
    INCLUDED_QUOTA,
    POSTPAID_LIMIT,
    WALLET,
    Limit,
    percent_of,
    room_micros,
    status_of,
)
from apps.wallets.budgets.state import ONCE, BudgetState, PeriodState
from apps.wallets.services import BudgetStatus


def budget(status: BudgetStatus, now: datetime) -> dict[str, Any]:
    """Present a budget; a budget with a bucket for each value has no counter of its own."""
    shown, today = status.budget, now.date()
    ended = shown.period == ONCE and shown.ends_on is not None and shown.ends_on < today
    body: dict[str, Any] = {
        "id": shown.slug,
        "name": shown.name,
        "scope": dict(shown.scope),
        "period": shown.period,
        "limit": number(shown.limit_micros or 0),
        "mode": shown.mode,
        "thresholds": list(shown.thresholds),
        "whenMissing": shown.when_missing,
        "version": shown.version,
        "state": "ended" if ended else "active",
        "setBy": shown.set_by,
    }
    for name, day in (("startsOn", shown.starts_on), ("endsOn", shown.ends_on)):
        if day is not None:
            body[name] = day.isoformat()
    if status.period is not None and not shown.any_dimension:
        body["current"] = period(shown, status.bucket, status.period, status.held_micros)
    return body


def period(shown: BudgetState, bucket: str, counted: PeriodState, held_micros: int) -> dict[str, Any]:
    """Present a bucket's counter of one period; `end` is the first day after it."""
    limit = shown.limit_micros or 0
    body: dict[str, Any] = {
        "bucket": bucket,
        "start": counted.starts_on.isoformat(),
        "limit": number(limit),
        "added": number(counted.added_micros),
        "spent": number(counted.spent_micros),
        "held": number(held_micros),
        "room": number(room_micros(limit, counted, held_micros)),
        "percent": percent_of(limit, counted),
        "status": status_of(counted.alarms),
    }
    if counted.ends_on is not None:
        body["end"] = counted.ends_on.isoformat()
    if counted.reached_at is not None:
        body["since"] = counted.reached_at
    return body


def limit(found: Limit, wallet_since: datetime | None) -> dict[str, Any]:
    """Present a limit, its room, and the amount missing from it; `wallet_since` is when the balance became zero."""
    body: dict[str, Any] = {"kind": found.kind}
    if found.budget is not None and found.period is not None:
        body |= _counted(found.budget, found.bucket, found.period, found.limit_micros, found.held_micros)
    since = wallet_since if found.kind in (WALLET, INCLUDED_QUOTA, POSTPAID_LIMIT) else found.since
    if since is not None and (found.room_micros <= 0 or found.budget is not None):
        body["since"] = since
    if found.resets_on is not None:
        body["resetsAt"] = midnight(found.resets_on)
    amounts = {"room": found.room_micros, "requested": found.requested_micros, "missing": max(0, found.missing_micros)}
    return body | {name: number(micros) for name, micros in amounts.items()}


def _counted(shown: BudgetState, bucket: str, counted: PeriodState, limit_micros: int, held: int) -> Mapping[str, Any]:
    named = {"id": shown.slug, "scope": dict(shown.scope), "bucket": bucket} if shown.slug else {}
    amounts = {"limit": limit_micros, "added": counted.added_micros, "spent": counted.spent_micros, "held": held}
    return {
        **named,
        **({"name": shown.name} if shown.name else {}),
        "period": shown.period,
        **{name: number(micros) for name, micros in amounts.items()},
    }


def applied_budget(found: Limit) -> dict[str, Any]:
    """Present a hard budget that counts a reservation, with the room that it leaves."""
    assert found.budget is not None
    body: dict[str, Any] = {"id": found.budget.slug, "bucket": found.bucket, "room": number(found.room_micros)}
    if found.resets_on is not None:
        body["resetsAt"] = midnight(found.resets_on)
    return body
