"""The demo's history as steps in time, so that all scenarios' postings are made in chronological order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.tenants.models import Organization

CREATED_BY = "system:demo"


@dataclass(frozen=True, slots=True)
class Demo:
    """The customers by slug, and the time at which the history ends."""

    now: datetime
    organizations: Mapping[str, Organization]

    def ago(self, *, days: int = 0, hours: int = 0) -> datetime:
        """Return the time this long before the end of the history."""
        return self.now - timedelta(days=days, hours=hours)


@dataclass(frozen=True, slots=True)
class Step:
    """One service call: `act(at)` is called with its time as the clock."""

    at: datetime
    act: Callable[[datetime], object]
