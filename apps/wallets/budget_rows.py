"""Parse the budgets that `wallet_open` returns, and serialize those that `wallet_write` takes. No database access."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from apps.ledger.book_rows import known_uuid, moment
from apps.wallets.budgets.resources import resources_budget
from apps.wallets.budgets.scopes import scope_of
from apps.wallets.budgets.state import BucketState, BudgetChanges, BudgetsState, BudgetState, PeriodState, Scope


def budgets_state(book_id: UUID, read: Mapping[str, Any], terms: Sequence[Any]) -> BudgetsState:
    """Parse the budgets that were read, and the terms that set the monthly limit for persistent resources."""
    anchor_day, limit_usd, usd_rate, pauses, mails = terms
    resources = resources_budget(
        book_id, limit_usd_micros=limit_usd, usd_rate_micros=usd_rate, pauses=pauses, mails=mails
    )
    buckets: dict[UUID, BucketState] = {}
    periods: dict[tuple[UUID, date], PeriodState] = {}
    for pk, budget_id, value, held, rows in read["buckets"] or ():
        bucket = BucketState(known_uuid(pk), known_uuid(budget_id), value, held)
        buckets[bucket.id] = bucket
        for row in rows or ():
            period = _period(bucket.id, row)
            periods[period.key] = period
    budgets = {resources.id: resources} | {each.id: each for each in map(_budget, read["definitions"] or ())}
    return BudgetsState(
        budgets=budgets,
        buckets=buckets,
        periods=periods,
        labels=frozenset(read["labels"]),
        days=frozenset(map(date.fromisoformat, read["days"])),
        whole=frozenset(map(UUID, read["whole"])),
        anchor_day=anchor_day,
    )


@lru_cache(maxsize=2_048)
def _budget(text: str) -> BudgetState:
    """Parse a budget's row; the same text is parsed once, because budgets seldom change between movements."""
    row: Mapping[str, Any] = orjson.loads(text)
    return BudgetState(
        id=UUID(row["id"]),
        slug=row["slug"],
        name=row["name"],
        kind=row["kind"],
        scope=scope_of(dict(row["scope"])),
        period=row["period"],
        starts_on=_day(row["starts_on"]),
        ends_on=_day(row["ends_on"]),
        limit_micros=row["limit_micros"],
        mode=row["mode"],
        thresholds=tuple(row["thresholds"]),
        when_missing=row["when_missing"],
        counts_from=date.fromisoformat(row["counts_from"]),
        set_by=row["set_by"],
        created_by=row["created_by"],
        created_at=datetime.fromisoformat(row["created_at"]),
        updated_at=datetime.fromisoformat(row["updated_at"]),
        ended_at=moment(row["ended_at"]),
        version=row["version"],
    )


def _period(bucket: UUID, row: Sequence[Any]) -> PeriodState:
    starts, ends, spent, added, alarms, reached, refused, is_closed, version = row
    return PeriodState(
        bucket,
        date.fromisoformat(starts),
        _day(ends),
        spent,
        added,
        tuple(alarms),
        moment(reached),
        moment(refused),
        is_closed,
        version,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def budgets_written(after: BudgetsState, changes: BudgetChanges) -> dict[str, Any]:
    """Serialize changed budgets and counters to parts of the JSON that `wallet_write` takes."""
    buckets = sorted((after.buckets[pk] for pk in changes.buckets), key=lambda each: each.id)
    periods = sorted((after.periods[key] for key in changes.periods), key=lambda each: each.key)
    return {
        "budgets": [_budget_row(after.budgets[pk]) for pk in sorted(changes.budgets)],
        "buckets": [
            {
                "id": str(each.id),
                "budget_id": str(each.budget_id),
                "value": each.value,
                "held_micros": each.held_micros,
            }
            for each in buckets
        ],
        "periods": [
            {
                "bucket_id": str(each.bucket_id),
                "starts_on": each.starts_on.isoformat(),
                "ends_on": each.ends_on and each.ends_on.isoformat(),
                "spent_micros": each.spent_micros,
                "added_micros": each.added_micros,
                "alarms": list(each.alarms),
                "reached_at": each.reached_at and each.reached_at.isoformat(),
                "refused_at": each.refused_at and each.refused_at.isoformat(),
                "is_closed": each.is_closed,
                "version": each.version,
            }
            for each in periods
        ],
        "additions": [
            {
                "bucket_id": str(each.bucket_id),
                "starts_on": each.starts_on.isoformat(),
                "amount_micros": each.amount_micros,
                "reason": each.reason,
                "created_by": each.created_by,
                "created_at": each.created_at.isoformat(),
            }
            for each in changes.additions
        ],
    }


def _budget_row(budget: BudgetState) -> dict[str, Any]:
    return {
        "id": str(budget.id),
        "slug": budget.slug,
        "name": budget.name,
        "kind": budget.kind,
        "scope": [list(each) for each in budget.scope],
        "scope_digest": scope_digest(budget.scope),
        "period": budget.period,
        "starts_on": budget.starts_on and budget.starts_on.isoformat(),
        "ends_on": budget.ends_on and budget.ends_on.isoformat(),
        "limit_micros": budget.limit_micros,
        "mode": budget.mode,
        "thresholds": list(budget.thresholds),
        "when_missing": budget.when_missing,
        "counts_from": budget.counts_from.isoformat(),
        "set_by": budget.set_by,
        "version": budget.version,
        "created_by": budget.created_by,
        "created_at": budget.created_at and budget.created_at.isoformat(),
        "updated_at": budget.updated_at and budget.updated_at.isoformat(),
        "ended_at": budget.ended_at and budget.ended_at.isoformat(),
    }


def scope_digest(scope: Scope) -> str:
    """Return the SHA-256 of a scope, in hexadecimal digits."""
    return sha256(orjson.dumps([list(each) for each in scope])).hexdigest()
