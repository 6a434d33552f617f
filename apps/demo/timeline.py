"""The demo's history as steps in time, so that every scenario's postings come in the order they happened in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.tenants.models import Organization

CREATED_BY = "system:demo"


@dataclass(frozen=True, slots=True)
class Demo:
    """The customers by slug, and the moment that the history leads up to."""

    now: datetime
    organizations: Mapping[str, Organization]

    def ago(self, *, days: int = 0, hours: int = 0) -> datetime:
        """Return a moment that long before now."""
        return self.now - timedelta(days=days, hours=hours)


@dataclass(frozen=True, slots=True)
class Step:
    """One service call: `act(at)` is called with its moment as the clock."""

    at: datetime
    act: Callable[[datetime], object]
