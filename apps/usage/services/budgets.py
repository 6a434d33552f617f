"""Create budgets, which start with the cost of their current period, and verify counters against the rows of work."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from apps.common.transactions import serialized, set_based_plans
from apps.pricing.selectors import counted_model
from apps.tenants.models import Organization
from apps.usage.errors import ArchiveUnavailable
from apps.usage.selectors import bucket_named
from apps.usage.services.all_events import every_event
from apps.usage.services.consistency import UsageMismatch
from apps.usage.services.work_rows import spent_on
from apps.wallets import services as wallets
from apps.wallets.budgets.scopes import scope_of
from apps.wallets.budgets.state import ANY, BudgetState
from apps.wallets.decisions.budget_changes import AdditionResult, AddToBudget, Miscount, PutResult
from apps.wallets.models import BucketPeriod, Budget
from apps.wallets.services.locks import lock_wallet


def put_budget(
    *, organization: Organization, budget: BudgetState, version: int | None = None, now: datetime
) -> PutResult:
    """Create a budget, or change the one with its id; a new one starts with the cost of its current period so far.

    A model in its scope may be given by any of its names.

    Raises:
        BudgetSetByStaff, VersionConflict, BudgetScopeFixed, BudgetExists, TooManyBudgets: see `decide_put`.
        ArchiveUnavailable: the file of an archived month cannot be read.
    """

    def spent_since(made: BudgetState) -> dict[tuple[str, date], int]:
        with every_event(organization.pk) as events:
            found: dict[tuple[str, date], int] = {}
            for value, day, amount in spent_on(events, organization.pk, made.scope, Budget.Kind.OWN, made.counts_from):
                found[value, day] = found.get((value, day), 0) + amount
            return found

    scope = dict(budget.scope)
    if scope.get("model", ANY) != ANY:
        scope["model"] = counted_model(organization, scope.get("meter", ""), scope["model"], now)[1]
        budget = replace(budget, scope=scope_of(scope))
    return wallets.put_budget(
        organization=organization, budget=budget, version=version, spent_since=spent_since, now=now
    )


def add_to_budget(*, organization: Organization, call: AddToBudget, now: datetime) -> AdditionResult:
    """Raise the limit of a budget's bucket for the current period; a model's bucket may be given by any of its names.

    Raises:
        BudgetNotFound, BudgetSetByStaff, NoPeriodToday, Rejected: see `decide_add`.
    """
    known = wallets.find_budget_status(organization, call.slug, now).budget
    bucket = bucket_named(organization, known, call.bucket, now)
    return wallets.add_to_budget(organization=organization, call=replace(call, bucket=bucket), now=now)


def check_budgets() -> Iterator[UsageMismatch]:
    """Yield the counters of live budgets that differ from the sum of their rows or of their live holds."""
    try:
        with every_event() as events:
            live = Budget.objects.filter(ended_at=None).order_by("organization_id", "pk")
            found = [each for budget in live.iterator() for each in _wrong_periods(events, budget)]
    except ArchiveUnavailable as error:
        found = [UsageMismatch("archived months", error.detail)]
    yield from found
    for organization_id, bucket, kept, expected in _wrong_holds():
        detail = f"organization={organization_id}, bucket={bucket}, kept={kept}, holds={expected}"
        yield UsageMismatch("held of budgets against holds", detail)


@serialized
def rebuild_budget_counters(*, organization: Organization, now: datetime) -> int:
    """Correct the counters of an organization's live budgets to their rows and holds; return how many were wrong.

    Raises:
        ArchiveUnavailable: the file of an archived month cannot be read.
        WalletNotFound: the organization has no wallet.
    """
    lock_wallet(organization, now=now)
    with every_event(organization.pk) as events:
        spent = [
            Miscount(budget.pk, value, day, missing)
            for budget in Budget.objects.filter(organization=organization, ended_at=None).order_by("pk")
            for value, day, missing in _miscounts(events, budget)
        ]
    held = [
        (bucket, expected - kept) for _, bucket, kept, expected in _wrong_holds(organization.pk) if kept is not None
    ]
    if spent or held:
        wallets.correct_counters(organization=organization, spent=spent, held=held, now=now)
    return len(spent) + len(held)


def _wrong_periods(events: str, budget: Budget) -> Iterator[UsageMismatch]:
    for value, starts_on, missing in _miscounts(events, budget):
        detail = f"organization={budget.organization_id}, budget={budget.slug or budget.kind}, bucket={value}"
        yield UsageMismatch("spent of budgets against rows", f"{detail}, start={starts_on}, difference={-missing}")


def _miscounts(events: str, budget: Budget) -> Iterator[tuple[str, date, int]]:
    """Yield each wrong counter of a budget: the bucket, the first day of the period, and the missing micros."""
    rows = BucketPeriod.objects.filter(organization=budget.organization_id, bucket__budget=budget)
    kept = {(row.bucket.value, row.starts_on): row for row in rows.select_related("bucket")}
    missing = {key: -row.spent_micros for key, row in kept.items() if not _was_dropped(budget, *key)}
    scope = tuple((name, value) for name, value in budget.scope)
    for value, day, amount in spent_on(events, budget.organization_id, scope, budget.kind, budget.counts_from):
        starts_on = next((start for (v, start), row in kept.items() if v == value and _covers(row, day)), day)
        if not _was_dropped(budget, value, starts_on):
            missing[value, starts_on] = missing.get((value, starts_on), 0) + amount
    yield from ((value, starts_on, micros) for (value, starts_on), micros in missing.items() if micros)


def _was_dropped(budget: Budget, value: str, starts_on: date) -> bool:
    """Whether counters of single values that began on a day may have been deleted."""
    return bool(value) and budget.kept_from is not None and starts_on < budget.kept_from


def _covers(row: BucketPeriod, day: date) -> bool:
    return row.starts_on <= day and (row.ends_on is None or day < row.ends_on)


def _wrong_holds(organization_id: UUID | None = None) -> list[tuple[UUID, UUID, int | None, int]]:
    """Return organization, bucket, the held micros in its row, if there is one, and the sum of its live holds."""
    sql = """
        SELECT COALESCE(c.organization_id, h.book_id), COALESCE(c.id, h.bucket), c.held_micros, COALESCE(h.held, 0)
        FROM (SELECT * FROM wallets_bucket WHERE organization_id = %(only)s OR %(only)s::uuid IS NULL) c
        FULL JOIN (
            SELECT h.book_id, u.bucket, sum(h.amount_micros)::bigint AS held FROM ledger_hold h
            CROSS JOIN LATERAL unnest(h.bucket_ids) AS u(bucket)
            WHERE h.status = 'pending' AND (h.book_id = %(only)s OR %(only)s::uuid IS NULL) GROUP BY 1, 2
        ) h ON h.bucket = c.id
        WHERE COALESCE(c.held_micros, 0) <> COALESCE(h.held, 0)
    """
    with set_based_plans(), connection.cursor() as cursor:
        cursor.execute(sql, {"only": organization_id})
        return list(cursor.fetchall())
