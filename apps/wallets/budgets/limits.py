"""The room of a limit, and when a counter is in alarm."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from apps.common.values import value_class
from apps.wallets.budgets.state import FULL, BudgetState, PeriodState, Scope

WALLET, INCLUDED_QUOTA, POSTPAID_LIMIT = "wallet", "included_quota", "postpaid_limit"
RESOURCE_SPEND, BUDGET = "monthly_resource_spend", "budget"
OK, WARNED, EXCEEDED = "ok", "warned", "exceeded"


@value_class(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit on an amount, its room and the amount requested, in micros; for a budget, also its counter."""

    kind: str
    room_micros: int
    requested_micros: int
    budget: BudgetState | None = None
    bucket: str = ""
    period: PeriodState | None = None
    limit_micros: int = 0
    held_micros: int = 0
    since: datetime | None = None

    @property
    def refuses(self) -> bool:
        """Whether it refuses the requested amount; zero is never refused."""
        return bool(self.requested_micros) and self.requested_micros > self.room_micros

    @property
    def missing_micros(self) -> int:
        """The amount by which the room falls short."""
        return self.requested_micros - self.room_micros

    def after_hold(self) -> "Limit":
        """Return a budget's limit after the requested amount was set aside, with nothing more requested."""
        return Limit(
            kind=self.kind,
            room_micros=self.room_micros - self.requested_micros,
            requested_micros=0,
            budget=self.budget,
            bucket=self.bucket,
            period=self.period,
            limit_micros=self.limit_micros,
            held_micros=self.held_micros + self.requested_micros,
            since=self.since,
        )

    @property
    def scope(self) -> Scope:
        """The budget's selectors."""
        return self.budget.scope if self.budget else ()

    @property
    def resets_on(self) -> date | None:
        """The first day of the next period, if there is one."""
        return self.period.ends_on if self.period else None


def room_micros(limit_micros: int, period: PeriodState, held_micros: int) -> int:
    """Return limit + added - spent - held."""
    return limit_micros + period.added_micros - period.spent_micros - held_micros


def in_alarm(thresholds: Iterable[int], limit_micros: int | None, period: PeriodState) -> tuple[int, ...]:
    """Return the thresholds, in percent, that the spent amount has reached.

    None if nothing is spent or there is no limit.
    """
    if limit_micros is None or period.spent_micros <= 0:
        return ()
    whole, spent = limit_micros + period.added_micros, period.spent_micros * FULL
    return tuple(each for each in thresholds if spent >= each * whole)


def status_of(alarms: Iterable[int]) -> str:
    """Return the status of a counter that follows from its alarms."""
    found = set(alarms)
    if FULL in found:
        return EXCEEDED
    return WARNED if found else OK


def percent_of(limit_micros: int, period: PeriodState) -> Decimal:
    """Return spent as a percentage of limit + added, to two decimals, half to even; if that sum is zero, 0 or 100."""
    whole = limit_micros + period.added_micros
    if not whole:
        return Decimal(100 if period.spent_micros > 0 else 0)
    return (Decimal(period.spent_micros * FULL) / whole).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
