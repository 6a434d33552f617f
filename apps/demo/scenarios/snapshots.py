"""What the collectors saw: every fortnight for a year, every three hours of the last two days."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from apps.common.periods import month_of
from apps.demo.timeline import Demo, Step
from apps.snapshots.providers import OwnLedger
from apps.snapshots.services import collect_balance, collect_costs
from apps.tenants.models import Organization

EVERY = timedelta(hours=3)


def steps(demo: Demo) -> Iterator[Step]:
    ends = [demo.ago(days=days) for days in range(364, 2, -14)]
    recent = [demo.ago(hours=hours) for hours in range(48, 0, -3)]
    for at in (*ends, *recent):
        yield Step(_run_at(at), partial(_collect, list(demo.organizations.values())))


def _run_at(at: datetime) -> datetime:
    """The last time the collectors' clock struck."""
    return at.replace(hour=at.hour // 3 * 3, minute=2, second=0, microsecond=0)


def _collect(organizations: list[Organization], at: datetime) -> None:
    provider, month = OwnLedger(), month_of(at)
    for organization in organizations:
        collect_balance(organization=organization, provider=provider, now=at)
        collect_costs(
            organization=organization, provider=provider, month=month, run=at.isoformat(timespec="minutes"), now=at
        )
