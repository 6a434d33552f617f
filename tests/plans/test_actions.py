"""Putting a customer on a plan is an action whose size is the quota of one period."""

import pytest
from django.contrib.auth.models import User

from apps.approvals.services import approve
from apps.approvals.submission import execute, submit
from apps.plans.actions import ChangePlan, PlanChanged, StartSubscription
from apps.plans.models import Plan, Subscription
from apps.plans.services import PlanTerms, SubscriptionTerms, define_plan, start_subscription
from apps.wallets.models import Grant
from tests.factories import create_organization

pytestmark = pytest.mark.django_db
MILLION = 1_000_000


def plan(slug, quota, now) -> Plan:
    return define_plan(slug=slug, name=slug, terms=PlanTerms(list_quota_micros=quota * MILLION), now=now)


@pytest.fixture
def people(settings):
    settings.APPROVAL_LIMIT_MICROS = 1_000 * MILLION
    return [User.objects.create_superuser(name) for name in ("ann", "bob")]


def test_a_change_to_a_large_quota_gives_no_credit_before_a_second_person_agrees(people, now):
    ann, bob = people
    acme = create_organization(now)
    row = start_subscription(organization=acme, plan=plan("small", 0, now), created_by="staff:t", now=now)
    large = plan("large", 1_000_000, now)
    waiting = submit(ChangePlan.of(row, large, reason="x", key="staff:1"), by=ann, now=now)
    assert (waiting.amount_micros, Grant.objects.count()) == (1_000_000 * MILLION, 0)
    approve(approval_id=waiting.pk, by=bob, now=now)
    execute(waiting.pk, now=now)
    assert Grant.objects.get().amount_micros == 1_000_000 * MILLION


def test_a_plan_whose_quota_was_edited_meanwhile_is_refused(people, now):
    ann, bob = people
    acme, large = create_organization(now), plan("large", 2_000, now)
    action = StartSubscription.of(
        acme,
        large,
        terms=SubscriptionTerms(source=Subscription.Source.MANUAL, trial=False, started_at=None),
        reason="x",
        key="staff:1",
    )
    waiting = submit(action, by=ann, now=now)
    Plan.objects.update(list_quota_micros=9_000 * MILLION)
    approve(approval_id=waiting.pk, by=bob, now=now)
    with pytest.raises(PlanChanged):
        execute(waiting.pk, now=now)
    assert not Subscription.objects.exists()
