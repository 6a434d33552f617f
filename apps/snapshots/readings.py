"""What a provider reads: a balance, or the costs of a month. Plain values, checked where they are made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.common.money import Micros


@dataclass(frozen=True, slots=True)
class BalanceReading:
    """A balance in micros of `currency`, as it was at `observed_at`."""

    amount_micros: Micros
    currency: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class UsageLine:
    """What one service used, by operator (None: no operator attributed): micros of `unit` and micros of currency."""

    service: str
    operator: str | None
    unit: str
    quantity_micros: int
    amount_micros: Micros


@dataclass(frozen=True, slots=True)
class CostReading:
    """A month's costs in micros of `currency`, organization-wide; the usage lines add up to the usage fees."""

    currency: str
    observed_at: datetime
    monthly_fees_micros: Micros
    one_time_fees_micros: Micros
    usage_lines: Sequence[UsageLine]

    @property
    def usage_fees_micros(self) -> Micros:
        """The sum of the lines."""
        return Micros(sum(line.amount_micros for line in self.usage_lines))

    @property
    def total_micros(self) -> Micros:
        """Everything the month has cost so far."""
        return Micros(self.monthly_fees_micros + self.one_time_fees_micros + self.usage_fees_micros)

    @property
    def has_costs(self) -> bool:
        """Whether anything has been charged or metered in the month."""
        return bool(self.usage_lines or self.monthly_fees_micros or self.one_time_fees_micros)
