"""Budgets: limits on what work may cost, for a scope and a period. They are read and written with the wallet."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from apps.common.transactions import serialized
from apps.common.values import value_class
from apps.tenants import services as tenants
from apps.tenants.models import Organization
from apps.wallets.budgets.counters import Counters
from apps.wallets.budgets.scopes import rank_of
from apps.wallets.budgets.state import RESOURCES, BudgetState, PeriodState
from apps.wallets.decisions.budget_changes import (
    AdditionResult,
    AddToBudget,
    Miscount,
    PutBudget,
    PutResult,
    counts_from,
    decide_add,
    decide_close_periods,
    decide_correct,
    decide_end,
    decide_put,
    decide_recount_resources,
    find_budget,
)
from apps.wallets.decisions.shortfalls import begin
from apps.wallets.errors import BudgetNotFound
from apps.wallets.models import BucketPeriod
from apps.wallets.services.books import BookQuery
from apps.wallets.services.group_commit import decide
from apps.wallets.services.locks import lock_wallet
from apps.wallets.state import BookState
from apps.wallets.wallet_posting import WalletPosting, unchanged

logger = logging.getLogger(__name__)

BATCH = 1_000


@value_class(frozen=True, slots=True)
class BudgetStatus:
    """A bucket of a budget at a moment: its current period, if there is one, and the sum of live holds, in micros."""

    budget: BudgetState
    bucket: str
    period: PeriodState | None
    held_micros: int


def budget_statuses(organization: Organization, now: datetime) -> list[BudgetStatus]:
    """Return the live budgets of an organization with their current counters, in one statement.

    For a budget with a bucket for each value, that is the bucket of work without a value.
    """

    def read(state: BookState) -> list[BudgetStatus]:
        counters = _counters(state, now)
        own = sorted((each for each in counters.live() if each.kind != RESOURCES), key=rank_of)
        return [_status(counters, each, "") for each in own]

    return decide(organization.pk, BookQuery(days=_today(now)), lambda state: unchanged(state, read(state)), now).result


def resources_status(organization: Organization, now: datetime) -> BudgetStatus:
    """Return the current counter of the monthly limit for persistent resources."""

    def read(state: BookState) -> BudgetStatus:
        counters = _counters(state, now)
        return _status(counters, next(each for each in counters.live() if each.kind == RESOURCES), "")

    return decide(organization.pk, BookQuery(days=_today(now)), lambda state: unchanged(state, read(state)), now).result


def find_budget_status(organization: Organization, slug: str, now: datetime) -> BudgetStatus:
    """Return one live budget with its current counter.

    Raises:
        BudgetNotFound: the organization has no such budget.
    """
    for each in budget_statuses(organization, now):
        if each.budget.slug == slug:
            return each
    raise BudgetNotFound


def _counters(state: BookState, now: datetime) -> Counters:
    posting = WalletPosting(state, now)
    begin(posting)
    return posting.budgets


def _status(counters: Counters, budget: BudgetState, value: str) -> BudgetStatus:
    period = counters.period(budget, value, counters.today)
    return BudgetStatus(budget, value, period, counters.bucket(budget, value).held_micros)


@serialized
def put_budget(
    *,
    organization: Organization,
    budget: BudgetState,
    version: int | None,
    spent_since: Callable[[BudgetState], Mapping[tuple[str, date], int]],
    now: datetime,
) -> PutResult:
    """Create a budget or change the one with the same id, under the book's lock.

    A new one counts from the start of the current period: `spent_since` returns the cost of its work since the day
    `counts_from`, in micros by bucket and day.

    Raises:
        BudgetSetByStaff, VersionConflict, BudgetScopeFixed, BudgetExists, TooManyBudgets: see `decide_put`.
    """
    first = counts_from(budget, now.astimezone(UTC).date(), organization.anchor_day)
    wanted, spent = replace(budget, counts_from=first), {}
    known = _locked(organization, budget.slug, now)
    if known is None:
        spent = dict(spent_since(wanted))
    call = PutBudget(budget=wanted, version=version, spent=spent)
    query = BookQuery(
        days=_today(now), labels=tuple({value for value, _ in spent}), budgets=(known.id,) if known else ()
    )
    return decide(organization.pk, query, partial(decide_put, call=call, now=now), now).result


def _locked(organization: Organization, slug: str, now: datetime) -> BudgetState | None:
    """Lock an organization's book, and return its live budget with this id, if there is one."""
    lock_wallet(organization, now=now)
    query = BookQuery(days=_today(now))
    return decide(organization.pk, query, lambda state: unchanged(state, find_budget(state, slug)), now).result


@serialized
def end_budget(*, organization: Organization, slug: str, set_by: str, now: datetime) -> None:
    """End a budget; it counts no more work.

    Raises:
        BudgetNotFound: there is no such budget. BudgetSetByStaff: staff set it, and a customer would end it.
    """
    known = _locked(organization, slug, now)
    values = tuple(value for _, value in known.scope) if known else ()
    decision = partial(decide_end, slug=slug, set_by=set_by, now=now)
    decide(organization.pk, BookQuery(days=_today(now), labels=values), decision, now)


def add_to_budget(*, organization: Organization, call: AddToBudget, now: datetime) -> AdditionResult:
    """Raise the limit of a budget's bucket for the current period.

    Raises:
        BudgetNotFound, BudgetSetByStaff, NoPeriodToday, Rejected: see `decide_add`.
    """
    query = BookQuery(days=_today(now), labels=(call.bucket,))
    decision = partial(decide_add, call=call, now=now)
    return decide(organization.pk, query, decision, now).result


def recount_resources(*, organization: Organization, paused_before: bool, now: datetime) -> None:
    """Compare this month's cost of persistent resources with their limit again after the limit's terms changed."""
    decision = partial(decide_recount_resources, paused_before=paused_before, now=now)
    decide(organization.pk, BookQuery(days=_today(now)), decision, now)


@serialized
def change_spending_switches(*, organization: Organization, changed: Mapping[str, Any], now: datetime) -> Organization:
    """Change an organization's switches that limit spending (`tenants.services.SPENDING_SWITCHES`), and apply them.

    Raises:
        OrganizationNotFound, WalletNotFound: there is none.
    """
    paused_before = organization.pause_on_limit
    after = tenants.change_spending_switches(organization_id=organization.pk, changed=changed, now=now)
    recount_resources(organization=after, paused_before=paused_before, now=now)
    return after


def close_budget_periods(*, now: datetime, limit: int = BATCH) -> int:
    """Close budget periods that ended in alarm, with a notice for each exceeded one that recovers; return how many."""
    today = now.astimezone(UTC).date()
    ended = BucketPeriod.objects.filter(ends_on__lte=today, is_closed=False).exclude(alarms=[])
    by_book: dict[UUID, list[tuple[UUID, date]]] = {}
    rows = ended.order_by("ends_on").values_list("organization_id", "bucket_id", "starts_on")
    for organization_id, bucket_id, starts_on in rows[:limit]:
        by_book.setdefault(organization_id, []).append((bucket_id, starts_on))
    closed = 0
    for organization_id, keys in by_book.items():
        days = tuple(sorted({today, *(start for _, start in keys)}))
        query = BookQuery(days=days, buckets=tuple(bucket for bucket, _ in keys))
        try:
            closed += decide(organization_id, query, partial(decide_close_periods, now=now), now).result
        except Exception:  # one failure must not stop the others
            logger.exception("the ended budget periods of %s could not be closed", organization_id)
    return closed


def correct_counters(
    *, organization: Organization, spent: Sequence[Miscount], held: Sequence[tuple[UUID, int]], now: datetime
) -> None:
    """Correct counters of live budgets to the sums of their rows, which the caller has added up under the lock."""
    query = BookQuery(
        days=tuple({*_today(now), *(each.day for each in spent)}),
        labels=tuple({each.bucket for each in spent}),
        budgets=tuple({each.budget_id for each in spent}),
        buckets=tuple(bucket for bucket, _ in held),
    )
    decide(organization.pk, query, partial(decide_correct, spent=spent, held=held, now=now), now)


def _today(now: datetime) -> tuple[date]:
    return (now.astimezone(UTC).date(),)
