"""The life cycle of a subscription, and current_subscription."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from pytest_django import DjangoAssertNumQueries

from apps.common.errors import Rejected
from apps.plans.errors import (
    AlreadySubscribed,
    NotSubscribed,
    PlanCurrencyMismatch,
    PlanNotOffered,
    TransitionNotAllowed,
)
from apps.plans.models import LEGAL_TRANSITIONS, Plan, Subscription
from apps.plans.selectors import current_subscription
from apps.plans.services import (
    SubscriptionTerms,
    activate_subscription,
    cancel_subscription,
    change_plan,
    mark_past_due,
    retire_plan,
    start_subscription,
)
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures
from tests.factories import charge
from tests.plans.conftest import UNIT, create_plan

DAY = timedelta(days=1)


def subscribe(organization: Organization, plan: Plan, now: datetime, **terms: SubscriptionTerms) -> Subscription:
    return start_subscription(organization=organization, plan=plan, created_by="staff:ann", now=now, **terms)


@pytest.mark.django_db
class TestStartSubscription:
    def test_grants_the_running_period_whole(self, customer: Organization, pro: Plan, now: datetime) -> None:
        subscription = subscribe(customer, pro, now)
        assert wallet_figures(customer, now).quota_micros == 100 * UNIT
        assert subscription.quota_granted_until == datetime(2026, 12, 1, tzinfo=UTC)

    def test_refuses_a_second_one(self, customer: Organization, pro: Plan, now: datetime) -> None:
        subscribe(customer, pro, now)
        with pytest.raises(AlreadySubscribed):
            subscribe(customer, pro, now)
        assert wallet_figures(customer, now).quota_micros == 100 * UNIT

    def test_refuses_a_retired_plan(self, customer: Organization, pro: Plan, now: datetime) -> None:
        retire_plan(plan=pro, now=now)
        with pytest.raises(PlanNotOffered):
            subscribe(customer, pro, now)

    def test_refuses_another_currency(self, customer: Organization, now: datetime) -> None:
        with pytest.raises(PlanCurrencyMismatch):
            subscribe(customer, create_plan(now, "euro", currency="EUR"), now)

    def test_refuses_to_start_in_the_future(self, customer: Organization, pro: Plan, now: datetime) -> None:
        with pytest.raises(Rejected, match="future"):
            subscribe(customer, pro, now, terms=SubscriptionTerms(started_at=now + DAY))

    def test_in_the_past_sets_the_allocation_year_and_grants_no_past_quota(
        self, customer: Organization, now: datetime
    ) -> None:
        plan = create_plan(now, cadence="annual", explorer_units_micros=UNIT)
        subscribe(customer, plan, now, terms=SubscriptionTerms(started_at=datetime(2025, 4, 18, tzinfo=UTC)))
        figures = current_subscription(customer, now)
        assert figures.allocation is not None
        assert figures.allocation.key == "2026-04-01/2027-04-01"
        assert figures.granted_quota_micros == 100 * UNIT

    def test_without_quota_grants_nothing_and_notes_it(self, customer: Organization, now: datetime) -> None:
        subscription = subscribe(customer, create_plan(now, quota=0), now)
        assert subscription.quotas.get().grant is None
        assert wallet_figures(customer, now).quota_micros == 0


@pytest.mark.django_db
class TestTransitions:
    def test_are_legal_as_written_down(self) -> None:
        assert {state: set(to) for state, to in LEGAL_TRANSITIONS.items()} == {
            "trialing": {"active", "past_due", "cancelled"},
            "active": {"past_due", "cancelled"},
            "past_due": {"active", "cancelled"},
            "cancelled": set(),
        }

    def test_a_trial_becomes_active_without_a_second_quota(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        subscribe(customer, pro, now, terms=SubscriptionTerms(trial=True))
        assert current_subscription(customer, now).status == "trialing"
        activate_subscription(organization=customer, now=now + DAY)
        assert current_subscription(customer, now + DAY).status == "active"
        assert wallet_figures(customer, now + DAY).quota_micros == 100 * UNIT

    def test_past_due_gets_its_running_quota_when_it_is_active_again_and_no_missed_one(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        subscription = subscribe(customer, pro, now)
        mark_past_due(organization=customer, now=now)
        back = datetime(2027, 2, 10, tzinfo=UTC)
        activate_subscription(organization=customer, now=back)
        starts = subscription.quotas.order_by("period_start").values_list("period_start", flat=True)
        assert [f"{start:%Y-%m}" for start in starts] == ["2026-11", "2027-02"]

    def test_saying_the_same_twice_changes_nothing(self, customer: Organization, pro: Plan, now: datetime) -> None:
        subscribe(customer, pro, now)
        mark_past_due(organization=customer, now=now)
        assert mark_past_due(organization=customer, now=now + DAY).updated_at == now

    def test_a_canceled_plan_is_gone_and_its_quota_stays_to_the_end_of_the_period(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        subscribe(customer, pro, now)
        cancel_subscription(organization=customer, now=now + DAY)
        figures = current_subscription(customer, now + DAY)
        assert (figures.tier, figures.status, figures.source) == ("none", "none", None)
        assert figures.granted_quota_micros == 100 * UNIT
        assert wallet_figures(customer, now + DAY).quota_micros == 100 * UNIT
        with pytest.raises(NotSubscribed):
            cancel_subscription(organization=customer, now=now + DAY)

    def test_canceling_and_coming_back_gives_no_second_quota(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        subscribe(customer, pro, now)
        cancel_subscription(organization=customer, now=now + DAY)
        subscribe(customer, pro, now + 2 * DAY)
        assert wallet_figures(customer, now + 2 * DAY).quota_micros == 100 * UNIT

    def test_an_illegal_one_is_refused_by_name(
        self, customer: Organization, pro: Plan, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        subscribe(customer, pro, now)
        monkeypatch.setitem(LEGAL_TRANSITIONS, "active", frozenset())
        with pytest.raises(TransitionNotAllowed):
            mark_past_due(organization=customer, now=now)


@pytest.mark.django_db
class TestChangePlan:
    def test_upwards_adds_what_the_new_quota_is_more(self, customer: Organization, pro: Plan, now: datetime) -> None:
        subscribe(customer, pro, now)
        charge(customer, "60", now)
        change_plan(organization=customer, plan=create_plan(now, "max", quota=250), created_by="staff:ann", now=now)
        figures = current_subscription(customer, now)
        assert (figures.tier, figures.granted_quota_micros) == ("Max", 250 * UNIT)
        assert wallet_figures(customer, now).quota_micros == 190 * UNIT

    def test_downwards_leaves_the_running_period_and_tells_from_the_next(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        subscribe(customer, pro, now)
        small = create_plan(now, "small", quota=10)
        new = change_plan(organization=customer, plan=small, created_by="staff:ann", now=now)
        figures = current_subscription(customer, now)
        assert (figures.list_quota_micros, figures.granted_quota_micros) == (10 * UNIT, 100 * UNIT)
        assert new.quotas.get().amount_micros == 0

    def test_keeps_status_source_and_allocation_year(self, customer: Organization, now: datetime) -> None:
        old = create_plan(now, "old", cadence="annual", explorer_units_micros=UNIT)
        new = create_plan(now, "new", cadence="annual", explorer_units_micros=2 * UNIT)
        began = datetime(2026, 5, 2, tzinfo=UTC)
        subscribe(
            customer,
            old,
            now,
            terms=SubscriptionTerms(started_at=began, source=Subscription.Source.CONTRACT, trial=True),
        )
        change_plan(organization=customer, plan=new, created_by="staff:ann", now=now)
        figures = current_subscription(customer, now)
        assert (figures.status, figures.source) == ("trialing", "contract")
        assert figures.allocation is not None
        assert figures.allocation.key == "2026-05-01/2027-05-01"

    def test_to_the_same_plan_is_no_change(self, customer: Organization, pro: Plan, now: datetime) -> None:
        first = subscribe(customer, pro, now)
        assert change_plan(organization=customer, plan=pro, created_by="staff:ann", now=now).pk == first.pk


@pytest.mark.django_db
class TestCurrentSubscription:
    def test_without_a_plan_says_so_with_zeros(self, customer: Organization, now: datetime) -> None:
        figures = current_subscription(customer, now)
        assert (figures.tier, figures.status, figures.source) == ("none", "none", None)
        assert (figures.list_quota_micros, figures.granted_quota_micros, figures.carries_unit_usage) == (0, 0, False)
        assert figures.billing.key == "2026-11-01/2026-12-01"
        assert (figures.allocation, figures.cadence, dict(figures.allocation_amounts)) == (None, None, {})

    def test_takes_one_statement(
        self,
        customer: Organization,
        pro: Plan,
        now: datetime,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        subscribe(customer, pro, now)
        with django_assert_num_queries(1):
            figures = current_subscription(customer, now)
        assert dict(figures.allocation_amounts) == {
            "explorer_units": 100 * UNIT,
            "developer_units": 2_000_000 * UNIT,
        }

    def test_of_a_trial_has_the_plans_units_in_zeros_and_no_allocation(
        self, customer: Organization, now: datetime
    ) -> None:
        subscribe(customer, create_plan(now, "trial", unit_system="credits"), now, terms=SubscriptionTerms(trial=True))
        figures = current_subscription(customer, now)
        assert (figures.cadence, figures.allocation, dict(figures.allocation_amounts)) == (None, None, {"credits": 0})

    def test_remembers_the_plan_of_an_earlier_moment(self, customer: Organization, pro: Plan, now: datetime) -> None:
        subscribe(customer, pro, now)
        cancel_subscription(organization=customer, now=now + DAY)
        assert current_subscription(customer, now).tier == "Pro"


@pytest.mark.django_db
class TestTheAnchor:
    def test_may_change_before_the_first_plan(self, customer: Organization) -> None:
        assert Organization.objects.filter(pk=customer.pk).update(anchor_day=15) == 1

    def test_is_fixed_by_the_first_plan_even_when_that_has_ended(
        self, customer: Organization, pro: Plan, now: datetime
    ) -> None:
        start_subscription(organization=customer, plan=pro, created_by="staff:ann", now=now)
        cancel_subscription(organization=customer, now=now)
        with pytest.raises(DatabaseError), transaction.atomic():
            Organization.objects.filter(pk=customer.pk).update(anchor_day=15)
        assert Organization.objects.filter(pk=customer.pk).update(name="Else", anchor_day=1) == 1
