"""Create, change and end budgets, and raise the limit of one bucket for its current period."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from datetime import date, datetime
from uuid import UUID

from apps.common.errors import Rejected
from apps.common.money import MICROS_PER_UNIT, Micros
from apps.common.values import value_class
from apps.wallets.budgets.notices import RESOURCES_ID
from apps.wallets.budgets.periods import span_of
from apps.wallets.budgets.state import ANY, ONCE, RESOURCES, BudgetState, PeriodState
from apps.wallets.decisions.shortfalls import begin
from apps.wallets.errors import (
    BudgetExists,
    BudgetNotFound,
    BudgetScopeFixed,
    BudgetSetByStaff,
    NoPeriodToday,
    TooManyBudgets,
    VersionConflict,
)
from apps.wallets.state import BookDecision, BookState
from apps.wallets.wallet_posting import WalletPosting, unchanged

MOST_BUDGETS = 100
MOST_WITH_ANY = 10
# Added to one period in all, so that no sum needs more than 64 bits.
MOST_ADDED_MICROS = 10**9 * MICROS_PER_UNIT
CUSTOMER, STAFF = "customer", "staff"


@value_class(frozen=True, slots=True, kw_only=True)
class PutBudget:
    """The wanted state of a budget; `budget.id` is used if it is new. `version` is the one that the caller has read.

    `spent` is the cost of a new budget's work since its first counted day, in micros by bucket and day.
    """

    budget: BudgetState
    version: int | None = None
    spent: Mapping[tuple[str, date], int] = field(default_factory=dict)


@value_class(frozen=True, slots=True)
class PutResult:
    """A budget after a call, and whether it is new."""

    budget: BudgetState
    is_new: bool


def find_budget(state: BookState, slug: str) -> BudgetState | None:
    """Return a customer's live budget by its id, or None."""
    live = (each for each in state.budgets.budgets.values() if each.kind != RESOURCES and each.ended_at is None)
    return next((each for each in live if each.slug == slug), None)


def decide_put(state: BookState, call: PutBudget, now: datetime) -> BookDecision[PutResult]:
    """Create a budget, or change its name, limit, mode, thresholds and rule for work without its dimension.

    Raises:
        BudgetSetByStaff: a customer would change what staff set. VersionConflict: it was changed meanwhile.
        BudgetScopeFixed: its scope, period or dates would change.
        Rejected: its id is reserved.
        BudgetExists: another one has the scope and period. TooManyBudgets: there are as many as are allowed.
    """
    known = find_budget(state, call.budget.slug)
    if known is None:
        return _made(state, call, now)
    wanted = call.budget
    if known.set_by == STAFF and wanted.set_by != STAFF:
        raise BudgetSetByStaff
    if call.version is not None and call.version != known.version:
        raise VersionConflict(f"It is at version {known.version}", field="body.version")
    if _place(known) != _place(wanted):
        raise BudgetScopeFixed(field="body.scope")
    changed = replace(
        known,
        name=wanted.name,
        limit_micros=wanted.limit_micros,
        mode=wanted.mode,
        thresholds=wanted.thresholds,
        when_missing=wanted.when_missing,
        set_by=wanted.set_by,
    )
    if changed == known:
        return unchanged(state, PutResult(known, is_new=False))
    changed = replace(changed, version=known.version + 1, updated_at=now)
    posting = WalletPosting(state, now)
    posting.budgets.put(changed)
    return posting.decided(PutResult(changed, is_new=False))


def _made(state: BookState, call: PutBudget, now: datetime) -> BookDecision[PutResult]:
    posting, wanted = WalletPosting(state, now), call.budget
    if wanted.slug == RESOURCES_ID:
        raise Rejected(f"{RESOURCES_ID} is reserved for the limit for persistent resources", field="path.budget_id")
    if call.version is not None:
        raise VersionConflict("There is no such budget", field="body.version")
    live = [each for each in posting.budgets.live() if each.kind != RESOURCES]
    if any((each.scope, each.period) == (wanted.scope, wanted.period) for each in live):
        raise BudgetExists(field="body.scope")
    with_any = sum(bool(each.any_dimension) for each in live)
    if len(live) >= MOST_BUDGETS or (wanted.any_dimension and with_any >= MOST_WITH_ANY):
        raise TooManyBudgets
    made = replace(wanted, created_at=now, updated_at=now)
    posting.budgets.put(made, call.spent.items())
    return posting.decided(PutResult(made, is_new=True))


def _place(budget: BudgetState) -> tuple[object, ...]:
    starts_on = budget.starts_on or budget.counts_from
    return budget.scope, budget.period, budget.period == ONCE and (starts_on, budget.ends_on)


def counts_from(budget: BudgetState, today: date, anchor_day: int) -> date:
    """Return the first day that a budget created today counts: the first day of its current or only period."""
    span = span_of(replace(budget, counts_from=today), today, anchor_day)
    return span[0] if span else budget.starts_on or today


def decide_end(state: BookState, slug: str, set_by: str, now: datetime) -> BookDecision[None]:
    """End a budget.

    Raises:
        BudgetNotFound: there is no such budget. BudgetSetByStaff: staff set it, and a customer would end it.
    """
    known = find_budget(state, slug)
    if known is None:
        raise BudgetNotFound
    if known.set_by == STAFF and set_by != STAFF:
        raise BudgetSetByStaff
    posting = WalletPosting(state, now)
    posting.budgets.end(known)
    return posting.decided(None)


@value_class(frozen=True, slots=True)
class AdditionResult:
    """A bucket's current period after its limit was raised, and the budget."""

    budget: BudgetState
    bucket: str
    period: PeriodState
    held_micros: int


@value_class(frozen=True, slots=True, kw_only=True)
class AddToBudget:
    """An amount, in micros, by which to raise a budget's bucket for the current period, and why."""

    slug: str
    bucket: str
    amount: Micros
    reason: str
    created_by: str
    set_by: str


def decide_add(state: BookState, call: AddToBudget, now: datetime) -> BookDecision[AdditionResult]:
    """Raise the limit of a bucket for its current period.

    Raises:
        BudgetNotFound: there is no such budget. NoPeriodToday: its only period has not begun or has ended.
        BudgetSetByStaff: staff set it, and a customer would raise it.
        Rejected: a bucket is named and the budget has one only, or none is named and it has many; or more than
            `MOST_ADDED_MICROS` would be added to the period.
    """
    known, bucket = find_budget(state, call.slug), call.bucket
    if known is None:
        raise BudgetNotFound
    if known.set_by == STAFF and call.set_by != STAFF:
        raise BudgetSetByStaff
    if bool(bucket) != any(wanted == ANY for _, wanted in known.scope):
        rule = "is required: the budget has a bucket for each value" if not bucket else "must be left out here"
        raise Rejected(rule, field="body.bucket")
    posting = WalletPosting(state, now)
    begin(posting)
    period = posting.budgets.add(known, bucket, call.amount, call.reason, call.created_by)
    if period is None:
        raise NoPeriodToday
    if period.added_micros > MOST_ADDED_MICROS:
        rule = f"must add at most {MOST_ADDED_MICROS // MICROS_PER_UNIT} to a period in all"
        raise Rejected(rule, field="body.amount")
    decided = posting.decided(None)
    counters = posting.budgets
    added = AdditionResult(known, bucket, counters.periods[period.key], counters.bucket(known, bucket).held_micros)
    return BookDecision(decided.after, decided.changes, added)


def decide_close_periods(state: BookState, now: datetime) -> BookDecision[int]:
    """Close the ended periods that were read, with a notice for each exceeded one that recovers.

    Return how many were closed.
    """
    posting = WalletPosting(state, now)
    posting.budgets.close_ended()
    closed = len(posting.budgets.changes().periods)
    return posting.decided(closed) if closed else unchanged(state, 0)


def decide_recount_resources(state: BookState, paused_before: bool, now: datetime) -> BookDecision[None]:
    """Compare this month's cost of persistent resources with a changed limit, rate or pause switch."""
    posting = WalletPosting(state, now)
    budget = next(each for each in posting.budgets.live() if each.kind == RESOURCES)
    posting.budgets.recount_resources(budget, paused_before=paused_before)
    return posting.decided(None) if posting.budgets.changes() else unchanged(state, None)


@value_class(frozen=True, slots=True)
class Miscount:
    """By how many micros a bucket of a live budget counted too little in the period that contains a day."""

    budget_id: UUID
    bucket: str
    day: date
    missing_micros: int


def decide_correct(
    state: BookState, spent: Iterable[Miscount], held: Iterable[tuple[UUID, int]], now: datetime
) -> BookDecision[None]:
    """Correct counters to the sums of their rows.

    `held` has, by bucket, the micros by which the held amount is too low.
    """
    posting = WalletPosting(state, now)
    for each in spent:
        posting.budgets.count(posting.budgets.budgets[each.budget_id], each.bucket, each.day, each.missing_micros)
    for bucket, missing_micros in held:
        posting.budgets.free((bucket,), -missing_micros)
    return posting.decided(None)
