"""What usage comes to, answered from rollups: a million events cost what ten thousand do. Events are only listed."""

from apps.usage.selectors.events import (
    Events,
    archived_event,
    archived_events,
    events_of_day,
    events_of_posting,
    newest_archived_month,
)
from apps.usage.selectors.periods import (
    ActiveCharacters,
    ConsumedUnits,
    ResourceSpend,
    UsageLine,
    active_characters,
    consumed_units,
    resource_spend,
    usage_lines,
    usage_lines_by_organization,
)
from apps.usage.selectors.windows import (
    UsageGroup,
    UsageTotals,
    recent_usage_events,
    unlisted_models,
    usage_by_day,
    usage_by_event_type,
    usage_by_operation,
    usage_totals,
)

__all__ = [
    "ActiveCharacters",
    "ConsumedUnits",
    "Events",
    "ResourceSpend",
    "UsageGroup",
    "UsageLine",
    "UsageTotals",
    "active_characters",
    "archived_event",
    "archived_events",
    "consumed_units",
    "events_of_day",
    "events_of_posting",
    "newest_archived_month",
    "recent_usage_events",
    "resource_spend",
    "unlisted_models",
    "usage_by_day",
    "usage_by_event_type",
    "usage_by_operation",
    "usage_lines",
    "usage_lines_by_organization",
    "usage_totals",
]
