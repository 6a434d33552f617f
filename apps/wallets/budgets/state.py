"""Budgets and their counters at one version of the book, and the changes to write: immutable plain values."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID, uuid5

from apps.common.values import value_class

ANY = "*"
HARD, SOFT = "hard", "soft"
MISSING_IGNORED, MISSING_REFUSED = "ignore", "refuse"
DAY, WEEK, MONTH, BILLING_PERIOD, ONCE = "day", "week", "month", "billing_period", "once"
# A customer's own budget, and the one of the monthly limit for persistent resources.
OWN, RESOURCES = "own", "resources"
FULL = 100

# (dimension, value or ANY), in the order of NAMES; the empty scope is the whole organization.
Scope = tuple[tuple[str, str], ...]
# A bucket and the first day of a period.
PeriodKey = tuple[UUID, date]


@value_class(frozen=True, slots=True, kw_only=True)
class BudgetState:
    """A budget; amounts in micros. It counts work from the day `counts_from` on. Without a limit it only counts.

    The budget for persistent resources also has its limit in US dollars, the conversion rate, and whether it emails.
    """

    id: UUID
    slug: str
    name: str
    kind: str = OWN
    scope: Scope
    period: str
    starts_on: date | None = None
    ends_on: date | None = None
    limit_micros: int | None
    mode: str
    thresholds: tuple[int, ...]
    when_missing: str = MISSING_IGNORED
    counts_from: date
    set_by: str = ""
    created_by: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1
    limit_usd_micros: int | None = None
    usd_rate_micros: int = 0
    mails: bool = True

    @property
    def any_dimension(self) -> str:
        """The dimension for which each value has its own bucket, or an empty string."""
        return next((name for name, wanted in self.scope if wanted == ANY), "")

    @property
    def alarms_at(self) -> tuple[int, ...]:
        """The percentages at which a notice is sent; 100 is always one of them."""
        return tuple(sorted({*self.thresholds, FULL}))


@lru_cache(maxsize=8_192)
def bucket_id(budget_id: UUID, value: str) -> UUID:
    """Return the id of a budget's bucket, computed from its value, so that no lookup is needed."""
    return uuid5(budget_id, value)


@value_class(frozen=True, slots=True)
class BucketState:
    """A bucket of a budget: its value of the `"*"` dimension, and the sum of its live holds, in micros."""

    id: UUID
    budget_id: UUID
    value: str
    held_micros: int


@value_class(frozen=True, slots=True)
class PeriodState:
    """A bucket's counter of one period of UTC days, from `starts_on` to before `ends_on` (None: open).

    `alarms` are the percentages in alarm. `reached_at` is when spent reached the limit, `refused_at` when work was
    first refused because of pending holds. A closed period has ended, and its notice was sent. `version` counts changes
    of the alarms.
    """

    bucket_id: UUID
    starts_on: date
    ends_on: date | None
    spent_micros: int = 0
    added_micros: int = 0
    alarms: tuple[int, ...] = ()
    reached_at: datetime | None = None
    refused_at: datetime | None = None
    is_closed: bool = False
    version: int = 0

    @property
    def key(self) -> PeriodKey:
        """The bucket and the first day."""
        return self.bucket_id, self.starts_on

    def has(self, day: date) -> bool:
        """Whether it contains a day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@value_class(frozen=True, slots=True)
class LimitAddition:
    """An amount, in micros, by which the limit of a bucket was raised for one period."""

    bucket_id: UUID
    starts_on: date
    amount_micros: int
    reason: str
    created_by: str
    created_at: datetime


@value_class(frozen=True, slots=True)
class Notice:
    """A notice for the customer, sent once per type and key; the catalog of notices defines `data`."""

    type: str
    key: str
    data: Mapping[str, object]
    at: datetime
    mail: bool = True


@value_class(frozen=True, slots=True)
class BudgetsState:
    """The budgets and counters that were read.

    Counters were read for the buckets in `labels` and for all buckets of the budgets in `whole`, each with the newest
    period that began by each of `days`. Counters that were not found are zero.
    """

    budgets: Mapping[UUID, BudgetState] = field(default_factory=dict)
    buckets: Mapping[UUID, BucketState] = field(default_factory=dict)
    periods: Mapping[PeriodKey, PeriodState] = field(default_factory=dict)
    labels: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()
    whole: frozenset[UUID] = frozenset()
    anchor_day: int = 1


@value_class(frozen=True, slots=True)
class BudgetChanges:
    """Names the changed budgets and counters; their new values are in the state after the decision."""

    budgets: frozenset[UUID] = frozenset()
    buckets: frozenset[UUID] = frozenset()
    periods: frozenset[PeriodKey] = frozenset()
    additions: tuple[LimitAddition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.budgets or self.buckets or self.periods)

    def then(self, later: "BudgetChanges") -> "BudgetChanges":
        """Merge later changes into these."""
        return BudgetChanges(
            self.budgets | later.budgets,
            self.buckets | later.buckets,
            self.periods | later.periods,
            self.additions + later.additions,
        )
