"""Collect one organization's figures: a balance when it has changed, costs once per run."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from apps.common.periods import Period
from apps.snapshots.models import BalanceSnapshot, CostSnapshot
from apps.snapshots.providers import Provider
from apps.snapshots.readings import BalanceReading, CostReading
from apps.snapshots.services.sources import lock_source
from apps.tenants.models import Organization


def collect_balance(*, organization: Organization, provider: Provider, now: datetime) -> BalanceSnapshot | None:
    """Read the balance and append it if it differs from the latest one; otherwise return None.

    The provider is read before the transaction starts, so that a slow one holds no lock.

    Raises:
        CollectionProblem: the balance could not be read; nothing was written.
    """
    reading = provider.balance(organization, now)
    return _append_balance(organization, provider.name, reading)


@transaction.atomic
def _append_balance(organization: Organization, provider: str, reading: BalanceReading) -> BalanceSnapshot | None:
    lock_source(organization, reading.observed_at)
    latest = BalanceSnapshot.objects.filter(organization=organization).order_by("-collected_at").first()
    if latest is not None:
        same = (latest.amount_micros, latest.currency) == (reading.amount_micros, reading.currency)
        if same or reading.observed_at <= latest.collected_at:
            return None
    return BalanceSnapshot.objects.create(
        organization=organization,
        amount_micros=reading.amount_micros,
        currency=reading.currency,
        provider=provider,
        collected_at=reading.observed_at,
    )


def collect_costs(
    *, organization: Organization, provider: Provider, month: Period, run: str, now: datetime
) -> CostSnapshot | None:
    """Read a month's costs and append them, once per run; return None if the month has none.

    After a month's end, one complete row is written, then only rows that differ from the latest.

    Raises:
        CollectionProblem: the costs could not be read; nothing was written.
    """
    reading = provider.costs(organization, month, now)
    if reading is None or not reading.has_costs:
        return None
    return _append_costs(_row(organization, provider.name, month, run, reading), month)


@transaction.atomic
def _append_costs(row: CostSnapshot, month: Period) -> CostSnapshot | None:
    lock_source(row.organization, row.collected_at)
    rows = CostSnapshot.objects.filter(organization=row.organization, year=row.year, month=row.month)
    if (written := rows.filter(run=row.run).first()) is not None:
        return written
    latest = rows.order_by("-collected_at", "-pk").first()
    if latest is not None and latest.collected_at >= month.end and _figures(latest) == _figures(row):
        return None
    row.save(force_insert=True)
    return row


def _row(organization: Organization, provider: str, month: Period, run: str, reading: CostReading) -> CostSnapshot:
    return CostSnapshot(
        organization=organization,
        year=month.start.year,
        month=month.start.month,
        run=run,
        currency=reading.currency,
        monthly_fees_micros=reading.monthly_fees_micros,
        one_time_fees_micros=reading.one_time_fees_micros,
        usage_fees_micros=reading.usage_fees_micros,
        total_micros=reading.total_micros,
        usage_lines=[asdict(line) for line in reading.usage_lines],
        provider=provider,
        collected_at=reading.observed_at,
    )


def _figures(row: CostSnapshot) -> tuple[object, ...]:
    fees = (row.monthly_fees_micros, row.one_time_fees_micros, row.usage_fees_micros)
    return (row.currency, *fees, row.usage_lines)
