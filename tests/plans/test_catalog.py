"""The plans on offer."""

from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from apps.plans.errors import PlanExists, PlanInvalid
from apps.plans.models import Plan
from apps.plans.services import retire_plan, start_subscription
from apps.tenants.models import Organization
from tests.plans.conftest import UNIT, create_plan

CONTRADICTIONS: list[dict[str, Any]] = [
    {"credits_micros": UNIT, "unit_system": "credits"},
    {"explorer_units_micros": UNIT},
    {"explorer_units_micros": UNIT, "unit_system": "credits", "cadence": "monthly"},
    {"credits_micros": UNIT, "cadence": "annual"},
    {"developer_units_micros": -1, "cadence": "annual"},
]


@pytest.mark.django_db
class TestDefinePlan:
    def test_takes_a_slug_once(self, now: datetime) -> None:
        create_plan(now)
        with pytest.raises(PlanExists):
            create_plan(now)

    @pytest.mark.parametrize("terms", CONTRADICTIONS)
    def test_refuses_terms_that_contradict_each_other(self, now: datetime, terms: dict[str, Any]) -> None:
        with pytest.raises(PlanInvalid):
            create_plan(now, **terms)

    @pytest.mark.parametrize("terms", CONTRADICTIONS)
    def test_leaves_the_same_rules_to_the_database(self, now: datetime, terms: dict[str, Any]) -> None:
        plan = Plan(slug="raw", name="Raw", created_at=now, updated_at=now, **terms)
        with pytest.raises(IntegrityError), transaction.atomic():
            plan.save()


@pytest.mark.django_db
def test_a_retired_plan_stays_with_a_mark(now: datetime) -> None:
    plan = create_plan(now)
    retire_plan(plan=plan, now=now)
    assert Plan.objects.get(slug="pro").is_legacy


@pytest.mark.django_db
def test_what_a_plan_gives_is_fixed_once_somebody_was_on_it(customer: Organization, pro: Plan, now: datetime) -> None:
    assert Plan.objects.filter(pk=pro.pk).update(explorer_units_micros=7) == 1
    start_subscription(organization=customer, plan=pro, created_by="staff:ann", now=now)
    for name in ("list_quota_micros", "explorer_units_micros"):
        with pytest.raises(DatabaseError), transaction.atomic():
            Plan.objects.filter(pk=pro.pk).update(**{name: 1})
    assert Plan.objects.filter(pk=pro.pk).update(name="Pro 2026", is_legacy=True) == 1
