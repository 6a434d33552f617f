"""Property test: any history of budgets, holds, captures, usage, reversals and days agrees with a plain model."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.common.errors import BillingError
from apps.ledger.models import Transfer
from apps.usage.models import UsagePosting
from apps.usage.services import check_budgets
from apps.wallets.budgets.scopes import Dimensions
from apps.wallets.errors import BudgetLimitReached
from apps.wallets.models import Bucket, BucketPeriod
from apps.wallets.services import end_budget, undo_transfer
from tests.factories import capture, cause_of, create_grant, create_organization, reserve
from tests.pricing.factories import make_meter, price
from tests.usage.budgets import put_budget
from tests.usage.factories import event, send

T0 = datetime(2026, 11, 27, 22, tzinfo=UTC)  # a Friday, so that days, weeks and months end soon
SCOPES: list[dict[str, str]] = [{}, {"user": "ann"}, {"user": "*"}, {"project": "web"}, {"project": "web", "user": "*"}]
WORKS = [{}, {"user": "ann"}, {"user": "bob"}, {"project": "web"}, {"project": "web", "user": "ann"}]
PERIODS = ["day", "week", "month"]
UNIT = 10**6

PUT = st.tuples(st.just("put"), st.integers(0, 4), st.integers(0, 2), st.integers(0, 20))
puts = st.lists(PUT, min_size=3, max_size=6)
steps = st.lists(
    st.one_of(
        PUT,
        st.tuples(st.just("end"), st.integers(0, 4), st.integers(0, 2)),
        st.tuples(st.just("use"), st.integers(0, 4), st.integers(0, 2), st.integers(1, 9)),
        st.tuples(st.just("again")),
        st.tuples(st.just("reserve"), st.integers(0, 4), st.integers(1, 9)),
        st.tuples(st.just("capture"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("undo"), st.integers(0, 9)),
        st.tuples(st.just("wait"), st.integers(1, 30)),
    ),
    min_size=6,
    max_size=18,
)


@dataclass
class Row:
    """A charge, or a negative one for a reversal: its day, its work and its amount in whole units."""

    day: date
    work: dict[str, str]
    amount: int


@dataclass
class Held:
    """A live hold: its id, its work, its amount, its end, and the budgets that existed when it was placed."""

    pk: object
    work: dict[str, str]
    amount: int
    end: datetime
    slugs: set[str]


@dataclass
class Budget:
    """A live budget of the model."""

    scope: dict[str, str]
    period: str
    limit: int
    since: date
    made: int
    rows: list[Row] = field(default_factory=list)

    def value(self, work: dict[str, str]) -> str | None:
        if any(wanted not in ("*", work.get(name)) for name, wanted in self.scope.items()):
            return None
        return next((work.get(name, "") for name, wanted in self.scope.items() if wanted == "*"), "")


def start_of(period: str, day: date) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day if period == "day" else day.replace(day=1)


class History:
    """Plays steps against the services and against the model."""

    def __init__(self) -> None:
        self.now, self.number = T0, 0
        self.organization = create_organization(T0)
        create_grant(self.organization, "100000", T0)
        price(make_meter("units", "service"), micros_per_million=10**12)
        self.budgets: dict[str, Budget] = {}
        self.rows: list[Row] = []
        self.holds: list[Held] = []
        self.sent: dict | None = None
        self.charges: list[tuple[int, list[Row]]] = []

    def play(self, name: str, *arguments: int) -> None:
        self.number += 1
        self.holds = [each for each in self.holds if each.end > self.now]
        getattr(self, name)(*arguments)

    def put(self, scope: int, period: int, limit: int) -> None:
        slug = f"b{scope}{period}"
        put_budget(self.organization, slug, str(limit), self.now, scope=dict(SCOPES[scope]), period=PERIODS[period])
        known = self.budgets.get(slug)
        since = known.since if known else start_of(PERIODS[period], self.now.date())
        made = known.made if known else self.number
        self.budgets[slug] = Budget(SCOPES[scope], PERIODS[period], limit, since, made)

    def end(self, scope: int, period: int) -> None:
        slug = f"b{scope}{period}"
        with suppress(BillingError):
            end_budget(organization=self.organization, slug=slug, set_by="customer", now=self.now)
        self.budgets.pop(slug, None)
        for each in self.holds:
            each.slugs.discard(slug)

    def use(self, work: int, ago: int, amount: int) -> None:
        at = self.now - timedelta(days=ago, minutes=1)
        self.sent = event(f"e{self.number}", "units", quantity=amount, time=at.isoformat(), **WORKS[work])
        send(self.organization, self.now, self.sent)
        row = Row(at.date(), WORKS[work], amount)
        self.rows.append(row)
        self.charges.append((UsagePosting.objects.latest("created_at", "transfer_id").transfer_id, [row]))

    def again(self) -> None:
        if self.sent is not None:
            assert send(self.organization, self.now, self.sent).duplicate == 1

    def reserve(self, work: int, amount: int) -> None:
        end = self.now + timedelta(hours=5)
        expected = sorted(self.refusing(WORKS[work], amount))
        options = {"key": f"r{self.number}", "expires_at": end, "work": Dimensions(**WORKS[work])}
        if expected:
            with pytest.raises(BudgetLimitReached) as refused:
                reserve(self.organization, str(amount), self.now, **options)
            assert sorted(limit.budget.slug for limit in refused.value.context["limits"]) == expected
            return
        hold = reserve(self.organization, str(amount), self.now, **options)
        counted = {slug for slug, each in self.budgets.items() if each.value(WORKS[work]) is not None}
        self.holds.append(Held(hold.pk, WORKS[work], amount, end, counted))

    def refusing(self, work: dict[str, str], amount: int) -> Iterator[str]:
        for slug, each in self.budgets.items():
            value = each.value(work)
            if value is None or (value == "" and "*" in each.scope.values()):
                continue
            exact = {name: value if wanted == "*" else wanted for name, wanted in each.scope.items()}
            named = [other for other in self.budgets.values() if (other.scope, other.period) == (exact, each.period)]
            if "*" in each.scope.values() and named:
                continue
            start = start_of(each.period, self.now.date())
            if amount > each.limit - self.spent(each, value, start) - self.held(slug, each, value):
                yield slug

    def spent(self, budget: Budget, value: str, start: date) -> int:
        return sum(
            row.amount
            for row in self.rows
            if row.day >= budget.since and start_of(budget.period, row.day) == start and budget.value(row.work) == value
        )

    def held(self, slug: str, budget: Budget, value: str) -> int:
        return sum(each.amount for each in self.holds if slug in each.slugs and budget.value(each.work) == value)

    def capture(self, number: int, amount: int) -> None:
        if not self.holds:
            return
        hold = self.holds.pop(number % len(self.holds))
        charged = capture(self.organization, hold.pk, str(amount), self.now, overage="owe")
        if charged is not None:
            row = Row(self.now.date(), hold.work, amount)
            self.rows.append(row)
            self.charges.append((charged.pk, [row]))

    def undo(self, number: int) -> None:
        if not self.charges:
            return
        transfer_id, rows = self.charges.pop(number % len(self.charges))
        undo_transfer(
            organization=self.organization,
            transfer_id=Transfer.objects.get(pk=transfer_id).pk,
            cause=cause_of(self.organization),
            reason="Wrong",
            created_by="staff:ann",
            now=self.now,
        )
        self.rows += [Row(self.now.date(), row.work, -row.amount) for row in rows]

    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def compare(self) -> None:
        """Compare every counter of a live budget with the model, and prove it against the rows."""
        assert [f"{each.proof}: {each.detail}" for each in check_budgets()] == []
        for row in BucketPeriod.objects.filter(bucket__budget__ended_at=None, bucket__budget__kind="own"):
            budget = self.budgets[row.bucket.budget.slug]
            assert row.spent_micros == self.spent(budget, row.bucket.value, row.starts_on) * UNIT
            reached = {each for each in (50, 80, 100) if row.spent_micros * 100 >= each * budget.limit * UNIT}
            is_replaced = budget.scope != self.named(budget, row.bucket.value)
            if row.ends_on <= self.now.date():
                continue  # an ended period keeps the alarms of its former limit until it is closed
            if not is_replaced and not ("*" in budget.scope.values() and not row.bucket.value):
                assert set(row.alarms) == (reached if row.spent_micros > 0 else set()) or row.is_closed
        for bucket in Bucket.objects.filter(budget__ended_at=None, budget__kind="own"):
            slug = bucket.budget.slug
            live = self.held(slug, self.budgets[slug], bucket.value)
            assert bucket.held_micros >= live * UNIT  # ended holds are included until they are closed

    def named(self, budget: Budget, value: str) -> dict[str, str]:
        exact = {name: value if wanted == "*" else wanted for name, wanted in budget.scope.items()}
        others = [each.scope for each in self.budgets.values() if each.period == budget.period]
        return exact if value and exact in others else budget.scope


def check_histories(examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(puts, steps)
    @example([("put", 0, 0, 0)] * 3, [("use", 0, 0, 8), ("wait", 28), ("put", 0, 0, 20)])
    @example([("put", 2, 1, 0), ("put", 1, 1, 13)], [("use", 1, 0, 4), ("end", 1, 1)])
    def check(first, history):
        with transaction.atomic():
            played = History()
            for step in [*first, *history]:
                played.play(*step)
                played.compare()
            transaction.set_rollback(True)

    check()


@pytest.mark.django_db
def test_any_history_of_budgets_agrees_with_the_model():
    check_histories(8)


@pytest.mark.long
@pytest.mark.django_db
def test_a_thousand_histories_of_budgets_agree_with_the_model():
    check_histories(1_000)
