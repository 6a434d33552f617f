"""Budgets for tests, and their counters."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from apps.common.money import to_micros
from apps.tenants.models import Organization
from apps.usage.services import check_budgets
from apps.usage.services import put_budget as put
from apps.wallets.budgets.scopes import scope_of
from apps.wallets.budgets.state import BudgetState
from apps.wallets.decisions.budget_changes import PutResult
from apps.wallets.models import Bucket, BucketPeriod


def put_budget(
    organization: Organization, slug: str, limit: str, now: datetime, version: int | None = None, **fields: Any
) -> PutResult:
    """Make or change a budget; its limit is in whole units, its scope by dimension."""
    fields = {"name": "", "period": "day", "mode": "hard", "thresholds": (50, 80, 100), "set_by": "customer"} | fields
    scope = scope_of(fields.pop("scope", {}))
    budget = BudgetState(
        id=uuid4(),
        slug=slug,
        scope=scope,
        limit_micros=to_micros(limit),
        counts_from=date.min,
        created_by="user:ann",
        **fields,
    )
    return put(organization=organization, budget=budget, version=version, now=now)


def spent(slug: str, bucket: str = "", day: date | None = None) -> Decimal:
    """Return what a bucket spent in its newest period, or in that of a day, in whole units."""
    rows = BucketPeriod.objects.filter(bucket__budget__slug=slug, bucket__value=bucket).order_by("starts_on")
    rows = rows.filter(starts_on__lte=day) if day else rows
    row = rows.last()
    return Decimal(row.spent_micros if row else 0).scaleb(-6)


def held(slug: str, bucket: str = "") -> Decimal:
    """Return what live holds hold of a bucket, in whole units."""
    row = Bucket.objects.filter(budget__slug=slug, value=bucket).first()
    return Decimal(row.held_micros if row else 0).scaleb(-6)


def assert_proven() -> None:
    """Prove every counter against its rows and holds."""
    assert [f"{each.proof}: {each.detail}" for each in check_budgets()] == []
