"""Snapshots: at the end and in the middle of every month, and every three hours of the last two days.

A month is also read some days after its end, as the scheduled job does, since closing it adds minimum charges.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from apps.common.periods import add_months, midnight, month_of
from apps.demo.timeline import Demo, Step
from apps.snapshots.providers import OwnLedger
from apps.snapshots.services import collect_balance, collect_costs
from apps.snapshots.services.batches import SETTLING
from apps.tenants.models import Organization


def steps(demo: Demo) -> Iterator[Step]:
    first = demo.ago(days=364).date().replace(day=1)
    days = [add_months(first, months).replace(day=day) for months in range(13) for day in (1, 3, 16)]
    times = [midnight(day) for day in days] + [demo.ago(hours=hours) for hours in range(48, 0, -3)]
    for at in sorted({_run_at(at) for at in times}):
        if demo.ago(days=364) < at < demo.now:
            yield Step(at, partial(_collect, list(demo.organizations.values())))


def _run_at(at: datetime) -> datetime:
    """Return the last time at which the collectors were due."""
    return at.replace(hour=at.hour // 3 * 3, minute=2, second=0, microsecond=0)


def _collect(organizations: list[Organization], at: datetime) -> None:
    """Collect balances and costs, and soon after the end of a month also that month's costs."""
    provider, run = OwnLedger(), at.isoformat(timespec="minutes")
    months = {month.key: month for month in (month_of(at - SETTLING), month_of(at))}
    for organization in organizations:
        collect_balance(organization=organization, provider=provider, now=at)
        for month in months.values():
            collect_costs(organization=organization, provider=provider, month=month, run=run, now=at)
