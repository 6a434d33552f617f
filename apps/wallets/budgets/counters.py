"""The pending changes that one decision makes to a customer's budgets and their counters."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from uuid import UUID

from apps.common.values import value_class
from apps.wallets.budgets.limits import BUDGET, RESOURCE_SPEND, Limit, in_alarm, room_micros
from apps.wallets.budgets.notices import crossing_notices, pause_notice, recovery_notices, refusal_notice
from apps.wallets.budgets.periods import has_period, span_of
from apps.wallets.budgets.scopes import Dimensions, counting, is_replaced, rank_of, rules_on
from apps.wallets.budgets.state import (
    FULL,
    HARD,
    RESOURCES,
    BucketState,
    BudgetChanges,
    BudgetsState,
    BudgetState,
    LimitAddition,
    Notice,
    PeriodKey,
    PeriodState,
    bucket_id,
)

CORRECTION, LIMIT_RAISED, ADDED, NEW_PERIOD = "correction", "limit_raised", "added", "new_period"


@value_class(frozen=True, slots=True)
class Spending:
    """An amount charged for work, in micros, or credited back if negative, and the UTC day on which it counts."""

    day: date
    work: Dimensions
    amount_micros: int


class Counters:
    """The budgets and counters of one book with the pending changes applied."""

    def __init__(self, state: BudgetsState, now: datetime) -> None:
        self._state, self.now, self.today = state, now, now.astimezone(UTC).date()
        self.budgets = dict(state.budgets)
        self.buckets = dict(state.buckets)
        self.periods = dict(state.periods)
        self._by_bucket: dict[UUID, dict[date, PeriodState]] = {}
        for (bucket, starts_on), period in state.periods.items():
            self._by_bucket.setdefault(bucket, {})[starts_on] = period
        self._current: list[BudgetState] | None = None
        self._counting_on: dict[Dimensions, list[tuple[BudgetState, str]]] = {}
        self._hard_on: dict[Dimensions, list[tuple[BudgetState, str]]] = {}
        self._changed_budgets: set[UUID] = set()
        self._changed_buckets: set[UUID] = set()
        self._changed_periods: set[PeriodKey] = set()
        self.notices: list[Notice] = []
        self._additions: list[LimitAddition] = []
        self.reason = CORRECTION

    def live(self) -> list[BudgetState]:
        """Return the budgets that have not ended."""
        return [budget for budget in self.budgets.values() if budget.ended_at is None]

    def current(self) -> list[BudgetState]:
        """Return the live budgets that have a period today."""
        if self._current is None:
            self._current = [budget for budget in self.live() if has_period(budget, self.today)]
        return self._current

    def limits_on(self, work: Dimensions, amount_micros: int) -> list[Limit]:
        """Return the hard limits that apply to work done now, in the order in which errors name them."""
        limits = [self._limit(budget, value, amount_micros) for budget, value in self._ruling_on(work)]
        return [limit for limit in limits if limit is not None]

    def _counting(self, work: Dimensions) -> list[tuple[BudgetState, str]]:
        """Return the live budgets that count some work, each with its bucket; cached per set of dimensions."""
        found = self._counting_on.get(work)
        if found is None:
            found = self._counting_on[work] = list(counting(self.live(), work))
        return found

    def _ruling_on(self, work: Dimensions) -> list[tuple[BudgetState, str]]:
        """Return the hard budgets that apply to work done now, each with its bucket; cached per set of dimensions."""
        ruling = self._hard_on.get(work)
        if ruling is None:
            current = self.current()
            found = [each for each in self._counting(work) if each[0].mode == HARD and has_period(each[0], self.today)]
            ranked = sorted(found, key=lambda each: (each[0].kind != RESOURCES, rank_of(each[0])))
            ruling = self._hard_on[work] = [each for each in ranked if rules_on(*each, current)]
        return ruling

    def _limit(self, budget: BudgetState, value: str, amount_micros: int) -> Limit | None:
        bucket = self.bucket(budget, value)
        period = self._period_of(bucket, budget, self.today)
        if period is None or budget.limit_micros is None:
            return None
        held = bucket.held_micros
        return Limit(
            kind=RESOURCE_SPEND if budget.kind == RESOURCES else BUDGET,
            room_micros=room_micros(budget.limit_micros, period, held),
            requested_micros=amount_micros,
            budget=budget,
            bucket=value,
            period=period,
            limit_micros=budget.limit_micros,
            held_micros=held,
            since=period.reached_at,
        )

    def hold(self, work: Dimensions, amount_micros: int) -> tuple[UUID, ...]:
        """Count a new hold in all buckets of its work, and return their ids; a hold of zero counts in none."""
        if not amount_micros:
            return ()
        buckets = [self.bucket(budget, value) for budget, value in self._counting(work)]
        for bucket in buckets:
            self._close_ended(bucket.id)
            self._set_bucket(_holding(bucket, amount_micros))
        return tuple(bucket.id for bucket in buckets)

    def free(self, bucket_ids: Iterable[UUID], amount_micros: int) -> None:
        """Subtract an ended hold from the buckets that counted it."""
        for each in bucket_ids:
            self._set_bucket(_holding(self.buckets[each], -amount_micros))

    def spend(self, spendings: Iterable[Spending]) -> None:
        """Add amounts charged for work to all buckets of the work, each to the period that contains its day."""
        for each in spendings:
            if each.amount_micros:
                for budget, value in self._counting(each.work):
                    self.count(budget, value, each.day, each.amount_micros)

    def count(self, budget: BudgetState, value: str, day: date, amount_micros: int) -> None:
        """Add an amount to one bucket of a budget, in the period that contains the day."""
        period = self.period(budget, value, day) if day >= budget.counts_from else None
        if period is not None:
            self._close_ended(period.bucket_id)
            period = self.periods.get(period.key, period)
            self._touch(budget, value, replace(period, spent_micros=period.spent_micros + amount_micros))

    def add(
        self, budget: BudgetState, value: str, amount_micros: int, reason: str, created_by: str
    ) -> PeriodState | None:
        """Raise the limit of a bucket for the current period; None if the budget has no period today."""
        period = self.period(budget, value, self.today)
        if period is None:
            return None
        self.reason = ADDED
        addition = LimitAddition(period.bucket_id, period.starts_on, amount_micros, reason, created_by, self.now)
        self._additions.append(addition)
        self._touch(budget, value, replace(period, added_micros=period.added_micros + amount_micros))
        return self.periods[period.key]

    def put(self, budget: BudgetState, spent: Iterable[tuple[tuple[str, date], int]] = ()) -> None:
        """Create or change a budget; `spent` has the initial amounts of a new one by bucket and day.

        A day may be tomorrow: events a few minutes ahead of the clock are accepted.
        """
        self._set_budget(budget)
        self.reason = LIMIT_RAISED
        for (value, day), amount_micros in spent:
            period = self.period(budget, value, day)
            if period is not None:
                self._touch(budget, value, replace(period, spent_micros=period.spent_micros + amount_micros))
        for key in [key for key, row in self.periods.items() if row.has(self.today)]:
            if self.buckets[key[0]].budget_id == budget.id:
                self._changed_periods.add(key)

    def end(self, budget: BudgetState) -> None:
        """End a budget: it counts no more work, but keeps its counters and the amounts of its live holds.

        The `"*"` budget that it replaced for its value applies to that value again, so its alarms are compared again.
        """
        self._set_budget(replace(budget, ended_at=self.now, updated_at=self.now))
        for each, (_, value) in product(self.live(), budget.scope):
            if is_replaced(each, value, [budget]):
                period = self.period(each, value, self.today)
                if period is not None and period.key in self.periods:
                    self._changed_periods.add(period.key)

    def recount_resources(self, budget: BudgetState, *, paused_before: bool) -> None:
        """Compare this month's cost of persistent resources with their limit again after the limit's terms changed."""
        period = self.period(budget, "", self.today)
        if period is None or period.key not in self.periods:
            return
        self.reason = LIMIT_RAISED
        alarms = in_alarm(budget.alarms_at, budget.limit_micros, period)
        if FULL in alarms and FULL in period.alarms and paused_before != (budget.mode == HARD):
            self._set_period(replace(period, version=period.version + 1))
            self.notices.append(pause_notice(budget, self.periods[period.key], self.now))
        elif alarms != period.alarms:
            self._set_period(period)

    def close_ended(self) -> None:
        """Close the ended periods that were read, and add a notice for each budget that recovered."""
        for each in list(self.buckets):
            self._close_ended(each)

    def note_refusals(self, limits: Sequence[Limit]) -> None:
        """Record that work was refused because pending holds take the room; the notice is sent once a period."""
        for limit in limits:
            budget, period = limit.budget, limit.period
            if budget is None or period is None or period.refused_at is not None:
                continue
            if limit.requested_micros <= limit.room_micros + limit.held_micros:
                noted = replace(period, refused_at=self.now, version=period.version + 1)
                self._touch(budget, limit.bucket, noted)
                self.notices.append(refusal_notice(limit, noted, self.now))

    def period(self, budget: BudgetState, value: str, day: date) -> PeriodState | None:
        """Return a bucket's counter of the period that contains a day, zero if it has none yet.

        None if no period contains it.
        """
        return self._period_of(self.bucket(budget, value), budget, day)

    def _period_of(self, bucket: BucketState, budget: BudgetState, day: date) -> PeriodState | None:
        if day not in self._state.days and budget.id in self._state.budgets:
            raise LookupError(f"the counters of {day} were not read")
        rows = self._rows(bucket.id)
        for row in rows:
            if row.has(day):
                return row
        span = span_of(budget, day, self._state.anchor_day)
        if span is None:
            return None
        start, end = span
        # A changed anchor day moves future periods; the first of them begins when the last old one ends.
        before = [row.ends_on for row in rows if row.starts_on <= day and row.ends_on is not None]
        return PeriodState(bucket.id, max([start, *before]), end)

    def bucket(self, budget: BudgetState, value: str) -> BucketState:
        """Return a bucket of a budget, empty if there is none yet."""
        pk = bucket_id(budget.id, value)
        found = self.buckets.get(pk)
        if found is not None:
            return found
        is_read = value in self._state.labels or budget.id in self._state.whole
        if not is_read and budget.id in self._state.budgets:
            raise LookupError(f"the bucket {value!r} was not read")
        return BucketState(pk, budget.id, value, 0)

    def _rows(self, bucket: UUID) -> list[PeriodState]:
        """Return the periods of a bucket, oldest first."""
        rows = list(self._by_bucket.get(bucket, {}).values())
        return sorted(rows, key=lambda row: row.starts_on) if len(rows) > 1 else rows

    def _set_budget(self, budget: BudgetState) -> None:
        self.budgets[budget.id] = budget
        self._changed_budgets.add(budget.id)
        self._current = None
        self._counting_on.clear()
        self._hard_on.clear()

    def _touch(self, budget: BudgetState, value: str, period: PeriodState) -> None:
        if period.bucket_id not in self.buckets:
            self._set_bucket(self.bucket(budget, value))
        self._set_period(period)

    def _set_bucket(self, bucket: BucketState) -> None:
        self.buckets[bucket.id] = bucket
        self._changed_buckets.add(bucket.id)

    def _set_period(self, period: PeriodState) -> None:
        key = period.key
        self.periods[key] = self._by_bucket.setdefault(period.bucket_id, {})[period.starts_on] = period
        self._changed_periods.add(key)

    def _close_ended(self, bucket: UUID) -> None:
        for row in self._rows(bucket):
            if row.alarms and not row.is_closed and self._is_over(row):
                closed = replace(row, is_closed=True, version=row.version + 1)
                self._set_period(closed)
                owner = self.buckets[bucket]
                budget = self.budgets.get(owner.budget_id)
                if budget is not None and FULL in row.alarms:
                    self.notices += recovery_notices(budget, owner, closed, row.alarms, NEW_PERIOD, self.now)

    def _is_over(self, row: PeriodState) -> bool:
        return row.ends_on is not None and row.ends_on <= self.today

    def settle(self) -> None:
        """Recompute the alarms of changed counters, and add one notice for each crossing."""
        for key in sorted(self._changed_periods, key=str):
            row = self.periods[key]
            bucket = self.buckets[key[0]]
            budget = self.budgets.get(bucket.budget_id)
            if budget is not None and budget.ended_at is None and rules_on(budget, bucket.value, self.current()):
                self._settle(budget, bucket, row)

    def _settle(self, budget: BudgetState, bucket: BucketState, row: PeriodState) -> None:
        alarms, is_late = in_alarm(budget.alarms_at, budget.limit_micros, row), self._is_over(row)
        if alarms == row.alarms:
            return
        reached_at = (row.reached_at or self.now) if FULL in alarms else None
        settled = replace(
            row,
            alarms=alarms,
            reached_at=reached_at,
            is_closed=row.is_closed or is_late,
            version=row.version + 1,
        )
        self._set_period(settled)
        self.notices += crossing_notices(budget, bucket, row.alarms, settled, self.reason, self.now)

    def after(self) -> BudgetsState:
        """Return the budgets and counters with the pending changes applied."""
        if not (self._changed_budgets or self._changed_buckets or self._changed_periods):
            return self._state
        return replace(self._state, budgets=self.budgets, buckets=self.buckets, periods=self.periods)

    def changes(self) -> BudgetChanges:
        """Return the changes to write."""
        return BudgetChanges(
            frozenset(self._changed_budgets),
            frozenset(self._changed_buckets),
            frozenset(self._changed_periods),
            tuple(self._additions),
        )


def _holding(bucket: BucketState, more_micros: int) -> BucketState:
    """Return a copy of a bucket that holds more (or less); `dataclasses.replace` takes six times as long."""
    return BucketState(bucket.id, bucket.budget_id, bucket.value, bucket.held_micros + more_micros)
