# ruff: noqa: S608 (statements made of this file's own names)
"""What work has cost, row by row, as budgets count it: what a new budget starts with, and the proof of all counters."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from apps.common.transactions import set_based_plans
from apps.tenants.models import Organization
from apps.usage.errors import ArchiveUnavailable
from apps.usage.services.all_events import every_event
from apps.usage.services.audit import Break
from apps.wallets import services as wallets
from apps.wallets.budgets.state import ANY, BudgetState, Scope
from apps.wallets.decisions.budgets import Put
from apps.wallets.models import BucketPeriod, Budget

_CREDENTIAL = "CASE WHEN {0}.created_by LIKE 'key:%%' THEN substr({0}.created_by, 5) ELSE '' END"
_LABELS = ("project", "key", "user", "agent", "tag", "meter", "model")


def put_budget(*, organization: Organization, budget: BudgetState, version: int | None = None, now: datetime) -> Put:
    """Make a budget, or change the one with its id; a new one knows what its current period has cost already.

    Raises:
        BudgetSetByStaff, VersionConflict, BudgetScopeFixed, BudgetExists, TooManyBudgets: see `decide_put`.
        ArchiveUnavailable: the file of an archived month cannot be read.
    """

    def spent_since(made: BudgetState) -> dict[str, int]:
        with every_event(organization.pk) as events:
            found: dict[str, int] = {}
            for value, _, amount in _spent(events, organization.pk, made.scope, Budget.Kind.OWN, made.counts_from):
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
    for value, day, amount in _spent(events, budget.organization_id, scope, budget.kind, budget.counts_from):
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


def _spent(
    events: str, organization_id: UUID, scope: Scope, kind: str, counts_from: date
) -> Iterator[tuple[str, date, int]]:
    """Yield what work of a scope has cost since a day: the bucket's value, the day, and the micros."""
    value, conditions = "''", ["day >= %(since)s"]
    parameters: dict[str, UUID | date | str] = {"organization": organization_id, "since": counts_from}
    if kind == Budget.Kind.RESOURCES:
        conditions.append("is_resource")
    for name, wanted in scope:
        if wanted == ANY:
            value = "COALESCE(NULLIF(key, ''), credential)" if name == "key" else f'"{name}"'
            continue
        conditions.append(f"%({name})s IN (key, credential)" if name == "key" else f'"{name}" = %({name})s')
        parameters[name] = wanted
    sql = (
        f"SELECT {value}, day, sum(amount)::bigint FROM ({work_rows(events)}) AS work"
        f" WHERE {' AND '.join(conditions)} GROUP BY 1, 2 HAVING sum(amount) <> 0"
    )
    with set_based_plans(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        yield from cursor.fetchall()


def work_rows(events: str) -> str:
    """Return the SQL of one organization's charges for work, each with its day, amount and dimensions.

    They are rated events, characters, minimums and captured amounts, and the rows of each reversed posting or capture,
    taken back on the day of the reversal. Characters and minimums have no dimensions but their meter and model.
    """
    none = ", ".join(f"''::text AS \"{name}\"" for name in ("project", "key", "user", "agent", "tag"))
    source = events.replace("AS every_event", "AS e") if " AS " in events else f"{events} AS e"
    rows = {
        "event": f'SELECT {{day}} AS day, {{sign}}e.charge_micros AS amount, e.project, e.key, e."user", e.agent,'
        f" e.tag, e.meter_slug AS meter, e.model, {_CREDENTIAL.format('e')} AS credential,"
        f" m.is_persistent_resource AS is_resource FROM {source}"
        " JOIN pricing_meter m ON m.id = e.meter_id {join}"
        " WHERE e.organization_id = %(organization)s AND e.state = 'rated'",
        "character": f"SELECT {{day}} AS day, {{sign}}e.charge_micros AS amount, {none}, m.slug AS meter, '' AS model,"
        " '' AS credential, m.is_persistent_resource AS is_resource FROM usage_activecharacter e"
        " JOIN pricing_meter m ON m.id = e.meter_id {join}"
        " WHERE e.organization_id = %(organization)s AND e.posting_id IS NOT NULL",
        "minimum": f"SELECT {{day}} AS day, {{sign}}e.amount_micros AS amount, {none}, m.slug AS meter, e.model,"
        " '' AS credential, m.is_persistent_resource AS is_resource FROM usage_minimumcharge e"
        " JOIN pricing_meter m ON m.id = e.meter_id {join} WHERE e.organization_id = %(organization)s",
    }
    reversed_ = (
        "JOIN usage_usageposting p ON p.id = e.posting_id"
        " JOIN ledger_transfer r ON r.book_id = p.organization_id AND r.reverses_id = p.transfer_id"
    )
    as_counted = [row.format(day="e.counted_on", sign="", join="") for row in rows.values()]
    taken_back = [row.format(day=_day_of("r"), sign="-", join=reversed_) for row in rows.values()]
    captured = _captured_rows()
    return " UNION ALL ".join(
        [
            *as_counted,
            *taken_back,
            captured.format(day=_day_of("t"), sign="", join=""),
            captured.format(day=_day_of("r"), sign="-", join="JOIN ledger_transfer r ON r.reverses_id = t.id"),
        ]
    )


def _captured_rows() -> str:
    labels = ", ".join(f"COALESCE(h.dimensions ->> '{name}', '') AS \"{name}\"" for name in _LABELS)
    return (
        f"SELECT {{day}} AS day, {{sign}}t.amount_micros AS amount, {labels},"
        " COALESCE(h.dimensions ->> 'credential', '') AS credential,"
        " jsonb_exists(h.dimensions, 'resource') AS is_resource"
        " FROM ledger_transfer t JOIN ledger_hold h ON h.book_id = t.book_id AND h.id::text = t.cause_id {join}"
        " WHERE t.book_id = %(organization)s AND t.cause_type = 'ledger.hold' AND t.reverses_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM usage_usageposting p"
        " WHERE p.organization_id = t.book_id AND p.transfer_id = t.id)"
    )


def _day_of(transfer: str) -> str:
    return f"({transfer}.effective_at AT TIME ZONE 'UTC')::date"
