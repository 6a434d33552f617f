"""How a price would change a customer's charges, estimated by the app above, which stores the usage."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from apps.common.admin import money_text
from apps.pricing.models import PriceVersion


@dataclass(frozen=True, slots=True)
class PriceEffect:
    """A customer's charges of the last 30 days before and after a price, in micros; None if it cannot be computed.

    Without usage to compare, `has_usage` is False. If it `leaves_calls`, some would wait for another price.
    """

    before_micros: int = 0
    after_micros: int | None = 0
    has_usage: bool = False
    leaves_calls: bool = False

    @property
    def has_known_size(self) -> bool:
        """Whether there is usage to compare, and the new charge can be computed."""
        return self.has_usage and self.after_micros is not None

    @property
    def change_micros(self) -> int:
        """The size of the change; if the new charge cannot be computed, the whole charge."""
        return abs(self.before_micros if self.after_micros is None else self.after_micros - self.before_micros)


def after_text(after_micros: int | None, currency: str, *, leaves_calls: bool) -> str:
    """Write the charge after a price, and whether calls would wait for another one."""
    if after_micros is None:
        return "would wait in quarantine"
    return money_text(after_micros, currency) + (", and calls would wait in quarantine" if leaves_calls else "")


Estimate = Callable[[PriceVersion, datetime], PriceEffect]
_ESTIMATES: list[Estimate] = []


def register_estimate(estimate: Estimate) -> None:
    """Register the function that prices usage again by a draft of a customer's own price."""
    _ESTIMATES[:] = [estimate]


def effect_of(draft: PriceVersion, now: datetime) -> PriceEffect:
    """Return how a draft of a customer's own price, which need not be stored, would change its charges."""
    return next((estimate(draft, now) for estimate in _ESTIMATES), PriceEffect())
