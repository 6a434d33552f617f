"""What usage comes to, answered from rollups: no answer here reads events, so a million cost what ten thousand do."""

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
    "ResourceSpend",
    "UsageGroup",
    "UsageLine",
    "UsageTotals",
    "active_characters",
    "consumed_units",
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
