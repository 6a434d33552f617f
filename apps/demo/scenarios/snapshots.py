"""What the collectors saw: at the end and in the middle of every month, and every three hours of the last two days."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from apps.common.periods import add_months, midnight, month_of
from apps.demo.timeline import Demo, Step
from apps.snapshots.providers import OwnLedger
from apps.snapshots.services import collect_balance, collect_costs
from apps.tenants.models import Organization


def steps(demo: Demo) -> Iterator[Step]:
    first = demo.ago(days=364).date().replace(day=1)
    days = [add_months(first, months).replace(day=day) for months in range(13) for day in (1, 16)]
    times = [midnight(day) for day in days] + [demo.ago(hours=hours) for hours in range(48, 0, -3)]
    for at in sorted({_run_at(at) for at in times}):
        if demo.ago(days=364) < at < demo.now:
            yield Step(at, partial(_collect, list(demo.organizations.values())))


def _run_at(at: datetime) -> datetime:
    """The last time the collectors' clock struck."""
    return at.replace(hour=at.hour // 3 * 3, minute=2, second=0, microsecond=0)


def _collect(organizations: list[Organization], at: datetime) -> None:
    """Both figures, and on the first day of a month what the one before came to."""
    provider, current, run = OwnLedger(), month_of(at), at.isoformat(timespec="minutes")
    months = [month_of(current.start - timedelta(days=1)), current] if at.day == 1 else [current]
    for organization in organizations:
        collect_balance(organization=organization, provider=provider, now=at)
        for month in months:
            collect_costs(organization=organization, provider=provider, month=month, run=run, now=at)
