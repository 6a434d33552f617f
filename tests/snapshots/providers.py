"""A provider whose figures a test sets."""

from datetime import datetime
from typing import Any

from apps.common.money import Micros
from apps.common.periods import Period
from apps.snapshots.readings import BalanceReading, CostReading, UsageLine
from apps.tenants.models import Organization

UNIT = 1_000_000


class Figures:
    """Reads the amounts it was given, in whole units of US dollars."""

    name = "figures"

    def __init__(self, *, amount: int = 0, monthly: int = 0, one_time: int = 0, usage: int = 0) -> None:
        self.amount, self.monthly, self.one_time, self.usage = amount, monthly, one_time, usage

    def balance(self, organization: Organization, now: datetime) -> BalanceReading:
        return BalanceReading(Micros(self.amount * UNIT), "USD", now)

    def costs(self, organization: Organization, month: Period, now: datetime) -> CostReading | None:
        lines = [UsageLine("sms", None, "message", UNIT, Micros(self.usage * UNIT))] if self.usage else []
        return CostReading("USD", now, Micros(self.monthly * UNIT), Micros(self.one_time * UNIT), lines)


def amounts(rows: Any) -> list[int]:
    """The snapshots' amounts in whole units, oldest first."""
    return [amount // UNIT for amount in rows.order_by("collected_at").values_list("amount_micros", flat=True)]
