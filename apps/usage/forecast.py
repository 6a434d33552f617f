"""Forecast usage by the run rate, and the time at which credit runs out: pure functions on plain values.

Amounts are micros. The rate is the mean charge of the last full UTC days since the first usage, at most `MOST_DAYS` of
them; the low and high forecasts use the smallest and the largest of these days. Every result is rounded once, half to
even.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from apps.common.money import divide_half_even
from apps.wallets.burn_order import SpendableGrant, burn_order

MOST_DAYS = 7
FURTHEST = timedelta(days=400)
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ExpectedCharge:
    """The expected charge of a span, in micros: by the mean, the smallest and the largest of the days."""

    likely_micros: int
    low_micros: int
    high_micros: int

    def plus(self, amount_micros: int) -> "ExpectedCharge":
        """Return a copy with a fixed amount added."""
        return ExpectedCharge(
            *(each + amount_micros for each in (self.likely_micros, self.low_micros, self.high_micros))
        )


def daily_rate(days: Sequence[int]) -> int | None:
    """Return the mean of the days' charges, rounded half to even; None without a day."""
    return divide_half_even(sum(days), len(days)) if days else None


def expected(so_far_micros: int, days: Sequence[int], rest: timedelta) -> ExpectedCharge | None:
    """Return the forecast of a span that has charged `so_far_micros` and lasts for another `rest`.

    None without a full day.
    """
    if not days:
        return None
    left, day = rest // _MICROSECOND, _DAY // _MICROSECOND
    return ExpectedCharge(
        so_far_micros + divide_half_even(sum(days) * left, len(days) * day),
        so_far_micros + divide_half_even(min(days) * left, day),
        so_far_micros + divide_half_even(max(days) * left, day),
    )


def below_minimum(minimum_micros: int, likely_micros: int) -> int:
    """Return the expected minimum charge: the price's minimum less its expected usage, in micros; 0 if that is more."""
    return max(0, minimum_micros - likely_micros)


def runs_out_at(credit: Iterable[SpendableGrant], days: Sequence[int], now: datetime) -> datetime | None:
    """Return when credit runs out if usage continues at the mean rate; None after 400 days, or without a rate.

    Credit is burned in burn order, and the rest of a grant is lost when it expires.
    """
    if not days or sum(days) <= 0:
        return None
    rate = Fraction(sum(days), len(days) * (_DAY // _MICROSECOND))  # micros per microsecond
    left = [(each, Fraction(each.free_micros)) for each in burn_order(credit) if each.free_micros > 0]
    gone, most = Fraction(0), FURTHEST // _MICROSECOND
    while gone < most:
        moment = now + timedelta(microseconds=int(gone))
        left = [(each, free) for each, free in left if each.expires_at is None or each.expires_at > moment]
        if not left:
            return moment
        (first, free), *others = left
        lasts = free / rate
        if first.expires_at is not None and gone + lasts > (first.expires_at - now) // _MICROSECOND:
            gone = Fraction((first.expires_at - now) // _MICROSECOND)
            left = others
        else:
            gone, left = gone + lasts, others
    return None
