"""Make budgets, which start with what their period has cost, and prove their counters against the rows of work."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import connection

from apps.common.transactions import set_based_plans
from apps.tenants.models import Organization
from apps.usage.errors import ArchiveUnavailable
from apps.usage.services.all_events import every_event
from apps.usage.services.audit import Break
from apps.usage.services.work_rows import spent_on
from apps.wallets import services as wallets
from apps.wallets.budgets.state import BudgetState
from apps.wallets.decisions.budgets import Put
from apps.wallets.models import BucketPeriod, Budget


def put_budget(*, organization: Organization, budget: BudgetState, version: int | None = None, now: datetime) -> Put:
    """Make a budget, or change the one with its id; a new one knows what its current period has cost already.

    Raises:
        BudgetSetByStaff, VersionConflict, BudgetScopeFixed, BudgetExists, TooManyBudgets: see `decide_put`.
        ArchiveUnavailable: the file of an archived month cannot be read.
    """

    def spent_since(made: BudgetState) -> dict[str, int]:
        with every_event(organization.pk) as events:
            found: dict[str, int] = {}
            for value, _, amount in spent_on(events, organization.pk, made.scope, Budget.Kind.OWN, made.counts_from):
                found[value] = found.get(value, 0) + amount
            return found

    return wallets.put_budget(
        organization=organization, budget=budget, version=version, spent_since=spent_since, now=now
    )


def check_budgets() -> Iterator[Break]:
    """Yield the counters of live budgets that differ from the sum of their rows or of their live holds."""
    try:
        with every_event() as events:
            found = [each for budget in _live() for each in _wrong_periods(events, budget)]
    except ArchiveUnavailable as error:
        found = [Break("archived months", error.detail)]
    yield from found
    yield from _wrong_holds()


def _live() -> Iterator[Budget]:
    return Budget.objects.filter(ended_at=None).order_by("organization_id", "pk").iterator()


def _wrong_periods(events: str, budget: Budget) -> Iterator[Break]:
    rows = BucketPeriod.objects.filter(organization=budget.organization_id, bucket__budget=budget)
    kept = {(row.bucket.value, row.starts_on): row for row in rows.select_related("bucket")}
    left = {key: row.spent_micros for key, row in kept.items()}
    scope = tuple((name, value) for name, value in budget.scope)
    for value, day, amount in spent_on(events, budget.organization_id, scope, budget.kind, budget.counts_from):
        starts_on = next((start for (v, start), row in kept.items() if v == value and _has(row, day)), day)
        left[value, starts_on] = left.get((value, starts_on), 0) - amount
    for (value, starts_on), difference in left.items():
        if difference:
            detail = f"organization={budget.organization_id}, budget={budget.slug or budget.kind}, bucket={value}"
            yield Break("spent of budgets against rows", f"{detail}, start={starts_on}, difference={difference}")


def _has(row: BucketPeriod, day: date) -> bool:
    return row.starts_on <= day and (row.ends_on is None or day < row.ends_on)


def _wrong_holds() -> Iterator[Break]:
    sql = """
        SELECT c.organization_id, c.id, c.held_micros, COALESCE(h.held, 0) FROM wallets_bucket c
        FULL JOIN (
            SELECT u.bucket, sum(h.amount_micros) AS held FROM ledger_hold h
            CROSS JOIN LATERAL unnest(h.bucket_ids) AS u(bucket) WHERE h.status = 'pending' GROUP BY u.bucket
        ) h ON h.bucket = c.id
        WHERE COALESCE(c.held_micros, 0) <> COALESCE(h.held, 0)
    """
    with set_based_plans(), connection.cursor() as cursor:
        cursor.execute(sql)
        for organization_id, bucket, kept, expected in cursor.fetchall():
            detail = f"organization={organization_id}, bucket={bucket}, kept={kept}, holds={expected}"
            yield Break("held of budgets against holds", detail)
