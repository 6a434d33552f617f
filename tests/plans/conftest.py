"""Plans and an organization with a wallet."""

from datetime import datetime
from typing import Any

import pytest

from apps.plans.models import Plan
from apps.plans.services import PlanTerms, define_plan
from apps.tenants.models import Organization
from tests.factories import create_organization

UNIT = 1_000_000


def create_plan(now: datetime, slug: str = "pro", *, quota: int = 100, **terms: Any) -> Plan:
    """Make a plan; `quota` in whole units."""
    return define_plan(slug=slug, name=slug.title(), terms=PlanTerms(list_quota_micros=quota * UNIT, **terms), now=now)


@pytest.fixture
def customer(db: None, now: datetime) -> Organization:
    return create_organization(now, "customer")


@pytest.fixture
def pro(db: None, now: datetime) -> Plan:
    """A plan with 100 USD of quota and a monthly allocation."""
    return create_plan(
        now,
        cadence="monthly",
        carries_unit_usage=True,
        explorer_units_micros=100 * UNIT,
        developer_units_micros=2_000_000 * UNIT,
    )
