"""Usage and prices on screen."""

from apps.usage.admin.bills import VendorBillAdmin
from apps.usage.admin.events import QuarantinedEventAdmin, UsageEventAdmin
from apps.usage.admin.margins import CostRunAdmin, MarginAlarmAdmin
from apps.usage.admin.model_names import ModelAliasAdmin, ReportFindingAdmin, UnknownModelAdmin
from apps.usage.admin.months import (
    CharacterMonthAdmin,
    CounterAdmin,
    MonthCloseAdmin,
    UsageDayAdmin,
)
from apps.usage.admin.postings import UsagePostingAdmin
from apps.usage.admin.price_lists import PriceListAdmin
from apps.usage.admin.prices import PriceVersionAdmin

__all__ = [
    "CharacterMonthAdmin",
    "CostRunAdmin",
    "CounterAdmin",
    "MarginAlarmAdmin",
    "ModelAliasAdmin",
    "MonthCloseAdmin",
    "PriceListAdmin",
    "PriceVersionAdmin",
    "QuarantinedEventAdmin",
    "ReportFindingAdmin",
    "UnknownModelAdmin",
    "UsageDayAdmin",
    "UsageEventAdmin",
    "UsagePostingAdmin",
    "VendorBillAdmin",
]
