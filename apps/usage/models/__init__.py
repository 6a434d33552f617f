"""What was consumed: the events, what is kept of them per day and month, and what was posted for them."""

from apps.usage.models.archive import ArchivedMonth, RecentArchivedEvent
from apps.usage.models.events import (
    BYOK,
    EventId,
    MeteredOrganization,
    QuarantinedEvent,
    UsageEvent,
    UsagePosting,
)
from apps.usage.models.months import ActiveCharacter, CharacterMonth, MinimumCharge, MonthClose
from apps.usage.models.rollups import Counter, DistinctId, DistinctIdDay, FutureUsage, UnlistedModel, UsageDay

__all__ = [
    "BYOK",
    "ActiveCharacter",
    "ArchivedMonth",
    "CharacterMonth",
    "Counter",
    "DistinctId",
    "DistinctIdDay",
    "EventId",
    "FutureUsage",
    "MeteredOrganization",
    "MinimumCharge",
    "MonthClose",
    "QuarantinedEvent",
    "RecentArchivedEvent",
    "UnlistedModel",
    "UsageDay",
    "UsageEvent",
    "UsagePosting",
]
