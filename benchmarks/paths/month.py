"""Closing a month of many organizations by the job, against one statement per organization.

The job runs in this process. Each round closes other months with the same usage.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, transaction
from django.utils import timezone

from apps.common.periods import add_months, midnight, month_of
from apps.plans.models import Plan
from apps.pricing.models import PriceVersion
from apps.tenants.models import Organization
from apps.tenants.services import provision_organization
from apps.usage.services import close_month
from apps.usage.services.locks import lock_organizations
from benchmarks.growth import make_catalog
from benchmarks.kit.bench import Bench
from benchmarks.kit.rounds import MeasuredCall, take_turns
from benchmarks.kit.table import Measurement
from benchmarks.paths.movements import SQL

# The rows of usage on three days with two models, at a price without a minimum.
USAGE = """
INSERT INTO usage_usageday (
    organization_id, day, meter_id, model, provider, operation, event_type, operator, billing_mode, cost_currency,
    event_count, quantity_micros, input_tokens, output_tokens, charge_micros, cost_picos
)
SELECT organization.id, month + day, %(meter)s, model, '', '', '', '', '', '', 10, 0, 1000, 200, 2400, 0
FROM unnest(%(organizations)s::uuid[]) AS organization (id), unnest(%(months)s::date[]) AS month,
    unnest(ARRAY[2, 16, 23]) AS day, unnest(ARRAY['large', 'small']) AS model;
INSERT INTO usage_counter (
    organization_id, month, price_version_id, meter_id, event_count, quantity_micros, input_tokens, output_tokens,
    exact_price, charge_micros, months
)
SELECT organization.id, month, %(version)s, %(meter)s, 60, 0, 6000, 1200, 0, 14400, '{}'
FROM unnest(%(organizations)s::uuid[]) AS organization (id), unnest(%(months)s::date[]) AS month
"""


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure closing a month for every organization of this run."""
    now = timezone.now()
    newest = add_months(month_of(now).start.date(), -13)  # no other path has usage in these months
    months = [add_months(newest, -number) for number in range(2 * (bench.scale.rounds + 1))]
    organizations = make_organizations(bench.scale.organizations, months)
    close_one = raw_call(bench.raw)
    ours, raw = iter(months[::2]), iter(months[1::2])

    def close_raw() -> None:
        month = next(raw)
        for organization_id in organizations:
            close_one(organization_id, month, now)

    def close() -> None:
        closing = close_month(month=month_of(midnight(next(ours))), closed_by="benchmark", now=now)
        assert (closing.closed, closing.failed) == (len(organizations), []), closing

    work = bench.place.own_work()
    ways = {"raw": MeasuredCall(close_raw, work), "month close": MeasuredCall(close, work)}
    rounds = take_turns(ways, rounds=bench.scale.rounds, calls=1)
    figure = rounds.median(lambda costs: costs["month close"].processor_ms / costs["raw"].processor_ms)
    return {"month close": Measurement(figure, details={**rounds.details(), "organizations": len(organizations)})}


def raw_call(connection: psycopg.Connection) -> Callable[[UUID, date, datetime], object]:
    """Return a call that closes one organization's month by the raw function."""
    connection.execute((SQL / "month.sql").read_text(), prepare=False)
    return lambda *given: connection.execute("SELECT benchmark_close(%s, %s, %s)", given)


def make_organizations(count: int, months: list[date]) -> list[UUID]:
    """Create organizations with usage in these months; return all organizations, since all their months are closed."""
    now = timezone.now()
    if not Plan.objects.filter(slug="benchmark").exists():
        make_catalog(now)
    version = PriceVersion.objects.filter(meter__slug="chat").earliest("pk")
    made = [
        provision_organization(name=f"Closing {number}", slug=f"closing-{number}", now=now).pk
        for number in range(count)
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        lock_organizations(made, now=now)
        given: dict[str, Any] = {
            "organizations": made,
            "months": months,
            "meter": version.meter_id,
            "version": version.pk,
        }
        cursor.execute(USAGE, given)
    return list(Organization.objects.values_list("pk", flat=True))
