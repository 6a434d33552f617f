# ruff: noqa: S608 (statements made of this file's own names)
"""The charges of work as budgets count them, row by row: SQL over events, characters, minimums and captured amounts."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db import connection

from apps.common.transactions import set_based_plans
from apps.usage.models import UsagePosting
from apps.usage.services.all_events import every_event
from apps.wallets.budgets.scopes import NAMES, Dimensions
from apps.wallets.budgets.state import ANY, Scope
from apps.wallets.models import Budget

_LABELS = NAMES
_REVERSED = "JOIN ledger_transfer r ON r.book_id = p.organization_id AND r.reverses_id = p.transfer_id"


def spent_on(
    events: str, organization_id: UUID, scope: Scope, kind: str, counts_from: date
) -> Iterator[tuple[str, date, int]]:
    """Yield the charges of a scope's work since a day: the bucket's value, the day, and the micros."""
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
    negated on the day of the reversal. Characters and minimums have no dimensions except their meter and model. A row
    belongs to a persistent resource if its meter was one when it was charged.
    """
    captured = _captured_rows()
    rows = [
        *_posted_rows(events, day="e.counted_on"),
        *_posted_rows(events, day=_day_of("r"), sign="-", join=_REVERSED),
        captured.format(day=_day_of("t"), sign="", join=""),
        captured.format(day=_day_of("r"), sign="-", join="JOIN ledger_transfer r ON r.reverses_id = t.id"),
    ]
    return " UNION ALL ".join(rows)


def work_of_posting(organization_id: UUID, posting_id: str) -> list[tuple[Dimensions, int]]:
    """Return the charge of each kind of work in one posting, in micros."""
    names = ", ".join(f'"{name}"' for name in (*_LABELS, "credential"))
    with every_event(organization_id) as events, connection.cursor() as cursor:
        rows = " UNION ALL ".join(_posted_rows(events, day="e.counted_on", only="AND e.posting_id = %(posting)s"))
        cursor.execute(
            f"SELECT {names}, CASE WHEN is_resource THEN meter ELSE '' END, sum(amount)::bigint FROM ({rows}) AS work"
            f" GROUP BY {names}, 9 HAVING sum(amount) <> 0",
            {"organization": organization_id, "posting": posting_id},
        )
        return [(Dimensions(*labels), amount) for *labels, amount in cursor.fetchall()]


def work_of_capture(organization_id: UUID, hold_id: str) -> list[tuple[Dimensions, int]] | None:
    """Return the work of the event that captured a reservation, or None if an amount was captured."""
    posting = UsagePosting.objects.filter(organization=organization_id, hold=UUID(hold_id)).values_list("pk", flat=True)
    return next((work_of_posting(organization_id, str(pk)) for pk in posting), None)


def _posted_rows(events: str, *, day: str, sign: str = "", join: str = "", only: str = "") -> list[str]:
    none = ", ".join(f"''::text AS \"{name}\"" for name in _LABELS[:5])
    source = events.replace("AS every_event", "AS e") if " AS " in events else f"{events} AS e"
    labels = ", ".join(f'e."{name}"' for name in _LABELS[:5])
    of_meter = "m.slug = ANY(p.resources) AS is_resource"
    posting = "JOIN usage_usageposting p ON p.id = e.posting_id JOIN pricing_meter m ON m.id = e.meter_id"
    ending = f"{posting} {join} WHERE e.organization_id = %(organization)s {only}"
    return [
        f"SELECT {day} AS day, {sign}e.charge_micros AS amount, {labels}, e.meter_slug AS meter, e.model,"
        f" e.credential, {of_meter} FROM {source} {ending} AND e.state = 'rated'",
        f"SELECT {day} AS day, {sign}e.charge_micros AS amount, {none}, m.slug AS meter, '' AS model,"
        f" '' AS credential, {of_meter} FROM usage_activecharacter e {ending} AND e.posting_id IS NOT NULL",
        f"SELECT {day} AS day, {sign}e.amount_micros AS amount, {none}, m.slug AS meter, e.model,"
        f" '' AS credential, {of_meter} FROM usage_minimumcharge e {ending}",
    ]


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
