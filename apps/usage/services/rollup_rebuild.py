# ruff: noqa: S608 (statements made of this file's own names)
"""Rebuild totals from the events, one organization at a time under its lock."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from apps.common.rows import RowWriter
from apps.common.transactions import serialized
from apps.tenants.models import Organization
from apps.usage.figures import KEYS as FIGURE_KEYS
from apps.usage.figures import TOLD
from apps.usage.models import (
    CallDay,
    Counter,
    DistinctId,
    DistinctIdDay,
    LateUsageDay,
    MeteredOrganization,
    MonthFigure,
    MonthValue,
    UsageDay,
)
from apps.usage.services.all_events import every_event
from apps.usage.services.breakdown_refill import refill_all as refill_breakdowns
from apps.usage.services.call_days import KEYS as CALL_KEYS
from apps.usage.services.call_days import SUMS as CALL_SUMS
from apps.usage.services.call_days import event_calls
from apps.usage.services.consistency import event_counters, event_days, event_month, late_days
from apps.usage.services.distinct_ids import KINDS, DaysSeen, save_sightings
from apps.usage.services.figures import event_figures, event_values
from apps.usage.services.locks import lock_organizations
from apps.usage.services.month_totals import refill_month_totals
from apps.usage.services.rollups import KEYS, LATE_KEYS, LATE_SUMS, SUMS


def rebuild_usage(*, now: datetime, organization_ids: Sequence[UUID] | None = None) -> int:
    """Rebuild day totals, counters and distinct ids of all organizations or some; return how many."""
    ids = organization_ids
    if ids is None:
        ids = list(Organization.objects.order_by("pk").values_list("pk", flat=True))
    for organization_id in ids:
        _rebuild(organization_id=organization_id, now=now)
    return len(ids)


@serialized
def _rebuild(*, organization_id: UUID, now: datetime) -> None:
    lock_organizations([organization_id], now=now)
    keys = ("organization_id", "month", "price_version_id", "meter_id", "months")
    counted = (*SUMS[:-1], "exact_price")
    with every_event(organization_id) as events:
        _refill(UsageDay, organization_id, KEYS, SUMS, event_days(events))
        _refill(LateUsageDay, organization_id, LATE_KEYS, LATE_SUMS, late_days(events))
        _refill(Counter, organization_id, keys, counted, event_counters(event_month(), events))
        refill_month_totals(organization_id, events)
        _refill(CallDay, organization_id, CALL_KEYS, CALL_SUMS, event_calls(events))
        refill_breakdowns(organization_id, events)
        MeteredOrganization.objects.filter(pk=organization_id).update(filling={})
        _refill_figures(organization_id, events)
        _refill_distinct_ids(organization_id, events, now)


def _refill(
    model: type[Model], organization_id: UUID, keys: Sequence[str], sums: Sequence[str], parts: Sequence[str]
) -> None:
    model._default_manager.filter(organization=organization_id).delete()
    names, totals = ", ".join(keys), ", ".join(f"SUM({name})" for name in sums)
    columns = ", ".join((*keys, *sums))
    rows = " UNION ALL ".join(f"SELECT {columns} FROM ({part}) AS p WHERE organization_id = %s" for part in parts)
    _run(
        f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {names}, {totals} FROM ({rows}) AS r GROUP BY {names}",
        [organization_id] * len(parts),
    )


def _refill_figures(organization_id: UUID, events: str) -> None:
    _refill(MonthValue, organization_id, (*FIGURE_KEYS, "value"), ("event_count",), [event_values(events)])
    MonthFigure.objects.filter(organization=organization_id).delete()
    columns = ", ".join((*FIGURE_KEYS, *TOLD))
    for part in event_figures(events):
        _run(
            f"INSERT INTO usage_monthfigure ({columns}) SELECT {columns} FROM ({part}) AS p WHERE organization_id = %s",
            [organization_id],
        )


def _refill_distinct_ids(organization_id: UUID, events: str, now: datetime) -> None:
    DistinctIdDay.objects.filter(organization=organization_id).delete()
    DistinctId.objects.filter(organization=organization_id).delete()
    rated = f"FROM {events} WHERE organization_id = %s AND state = 'rated' AND voids IS NULL"
    for kind in KINDS:
        _run(
            "INSERT INTO usage_distinctid (organization_id, kind, value, last_day)"
            f" SELECT organization_id, '{kind}', {kind}, MAX(counted_on) {rated}"
            f" AND occurred_at <= %s AND {kind} <> '' GROUP BY organization_id, {kind}",
            [organization_id],
            now,
        )
    _run(
        "INSERT INTO usage_distinctidday (organization_id, kind, day, id_count)"
        " SELECT organization_id, kind, last_day, COUNT(*) FROM usage_distinctid WHERE organization_id = %s"
        " GROUP BY organization_id, kind, last_day",
        [organization_id],
    )
    ahead: dict[tuple[UUID, str, str], list[tuple[datetime, date]]] = {}
    for moment, day, *values in _run(
        f"SELECT occurred_at, counted_on, {', '.join(KINDS)} {rated} AND occurred_at > %s", [organization_id], now
    ):
        for kind, value in zip(KINDS, values, strict=True):
            if value:
                ahead.setdefault((organization_id, kind, value), []).append((moment, day))
    if ahead:
        rows = DistinctId.objects.filter(organization=organization_id, value__in={key[2] for key in ahead})
        known = {(row.organization_id, row.kind, row.value): DaysSeen(row.last_day) for row in rows}
        writer = RowWriter()
        save_sightings(ahead, known, writer, now=now)
        writer.run()


def _run(statement: str, organization_ids: Sequence[UUID], *last: datetime) -> list[tuple[Any, ...]]:
    field = Organization._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(statement, [*(field.get_db_prep_value(each, connection) for each in organization_ids), *last])
        return cursor.fetchall() if cursor.description else []
