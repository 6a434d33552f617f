"""Usage: events, their totals by day and month, and their postings."""

from apps.usage.models.archive import ArchivedMonth, RecentArchivedEvent
from apps.usage.models.call_days import CallDay
from apps.usage.models.events import (
    BYOK,
    EventCorrection,
    EventId,
    MeteredOrganization,
    OtherEventId,
    QuarantinedEvent,
    UsageEvent,
    UsagePosting,
)
from apps.usage.models.margins import CostCorrection, CostRun, MarginAlarm, VendorBill
from apps.usage.models.months import ActiveCharacter, CharacterMonth, MinimumCharge, MonthClose, MonthFigure, MonthValue
from apps.usage.models.reports import ReportEndpoint
from apps.usage.models.rollups import (
    BreakdownTotal,
    Counter,
    DistinctId,
    DistinctIdDay,
    FutureUsage,
    LateUsageDay,
    ReportFinding,
    UnknownModel,
    UsageDay,
)
from apps.usage.models.unit_alerts import UnitAlert

__all__ = [
    "BYOK",
    "ActiveCharacter",
    "ArchivedMonth",
    "BreakdownTotal",
    "CallDay",
    "CharacterMonth",
    "CostCorrection",
    "CostRun",
    "Counter",
    "DistinctId",
    "DistinctIdDay",
    "EventCorrection",
    "EventId",
    "FutureUsage",
    "LateUsageDay",
    "MarginAlarm",
    "MeteredOrganization",
    "MinimumCharge",
    "MonthClose",
    "MonthFigure",
    "MonthValue",
    "OtherEventId",
    "QuarantinedEvent",
    "RecentArchivedEvent",
    "ReportEndpoint",
    "ReportFinding",
    "UnitAlert",
    "UnknownModel",
    "UsageDay",
    "UsageEvent",
    "UsagePosting",
    "VendorBill",
]
