"""The values that providers return: a balance, or the costs of a month. The provider has validated them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.common.money import Micros


@dataclass(frozen=True, slots=True)
class BalanceReading:
    """A balance in micros of `currency` at `observed_at`."""

    amount_micros: Micros
    currency: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class UsageLine:
    """Usage of one service by one operator (None: not attributed), in micros of `unit` and micros of the currency."""

    service: str
    operator: str | None
    unit: str
    quantity_micros: int
    amount_micros: Micros


@dataclass(frozen=True, slots=True)
class CostReading:
    """An organization's costs of a month in micros of `currency`; the usage lines add up to the usage fees."""

    currency: str
    observed_at: datetime
    monthly_fees_micros: Micros
    one_time_fees_micros: Micros
    usage_lines: Sequence[UsageLine]

    @property
    def usage_fees_micros(self) -> Micros:
        """The sum of the usage lines."""
        return Micros(sum(line.amount_micros for line in self.usage_lines))

    @property
    def total_micros(self) -> Micros:
        """The sum of all fees of the month so far."""
        return Micros(self.monthly_fees_micros + self.one_time_fees_micros + self.usage_fees_micros)

    @property
    def has_costs(self) -> bool:
        """Whether anything has been charged or metered in the month."""
        return bool(self.usage_lines or self.monthly_fees_micros or self.one_time_fees_micros)
