"""GET /api/v1/account/organization/usage"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.plans.models import Plan
from apps.plans.services import SubscriptionTerms, cancel_subscription, start_subscription
from apps.tenants.models import Organization
from tests.api.callers import as_bearer, as_header, key_of, session_of
from tests.api.documents import assert_described, assert_documented
from tests.factories import create_organization
from tests.plans.conftest import UNIT, create_plan
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

URL = "/api/v1/account/organization/usage"
OPERATION = "getOrganizationUsage"


@pytest.fixture
def caller(acme: Organization) -> Client:
    return Client(headers=as_header(key_of(acme)))


def subscribe(organization: Organization, plan: Plan, now: datetime, **terms: SubscriptionTerms) -> None:
    start_subscription(organization=organization, plan=plan, created_by="staff:ann", now=now, **terms)


def units_plan(now: datetime, cadence: str = "monthly") -> Plan:
    return create_plan(
        now,
        cadence=cadence,
        carries_unit_usage=True,
        explorer_units_micros=100 * UNIT,
        developer_units_micros=2_000_000 * UNIT,
    )


def use(organization: Organization, now: datetime) -> None:
    """Two queries of 6.25 explorer units each this month, one more in June; 1.5 legacy credits a query."""
    meter = make_meter(
        "query",
        "service",
        explorer_units_micros=6_250_000,
        developer_units_micros=1_000,
        credits_micros=1_500_000,
    )
    price(meter, micros_per_million=10_000)
    june = datetime(2026, 6, 20, 12, tzinfo=UTC)
    send(organization, june, event("june", "query", time="2026-06-20T11:59:00Z", quantity="1"))
    send(organization, now, *[event(f"now{number}", "query", quantity="1") for number in range(2)])


class TestOrganizationUsage:
    def test_of_a_monthly_plan_is_answered_as_documented(
        self, acme: Organization, caller: Client, now: datetime, exact: Any
    ) -> None:
        subscribe(acme, units_plan(now), now)
        use(acme, now)
        answer = caller.get(URL)
        body = exact(answer)
        assert_documented(OPERATION, body)
        assert_described(OPERATION, json.loads(answer.content))
        assert body == {
            "billing_period_start": "2026-11-01T00:00:00Z",
            "billing_period_end": "2026-12-01T00:00:00Z",
            "allocation_period_start": "2026-11-01T00:00:00Z",
            "allocation_period_end": "2026-12-01T00:00:00Z",
            "allocation_cadence": "monthly",
            "allocation_amounts": {"explorer_units": 100, "developer_units": 2_000_000},
            "consumed_amounts": {"explorer_units": Decimal("12.5"), "developer_units": Decimal("0.002")},
        }
        assert b'"explorer_units":12.5,' in answer.content

    def test_of_an_annual_plan_is_cumulative_over_its_year(
        self, acme: Organization, caller: Client, now: datetime, exact: Any
    ) -> None:
        subscribe(
            acme, units_plan(now, "annual"), now, terms=SubscriptionTerms(started_at=datetime(2026, 6, 5, tzinfo=UTC))
        )
        use(acme, now)
        answer = exact(caller.get(URL))
        assert (answer["billing_period_start"], answer["billing_period_end"]) == (
            "2026-11-01T00:00:00Z",
            "2026-12-01T00:00:00Z",
        )
        assert (answer["allocation_period_start"], answer["allocation_period_end"]) == (
            "2026-06-01T00:00:00Z",
            "2027-06-01T00:00:00Z",
        )
        assert answer["allocation_cadence"] == "annual"
        assert answer["consumed_amounts"]["explorer_units"] == Decimal("18.75")

    def test_of_a_trial_has_no_allocation_and_the_billing_periods_consumption(
        self, acme: Organization, caller: Client, now: datetime, exact: Any
    ) -> None:
        subscribe(acme, create_plan(now, "trial", carries_unit_usage=True), now, terms=SubscriptionTerms(trial=True))
        use(acme, now)
        answer = caller.get(URL)
        assert_described(OPERATION, json.loads(answer.content))
        assert exact(answer) == {
            "billing_period_start": "2026-11-01T00:00:00Z",
            "billing_period_end": "2026-12-01T00:00:00Z",
            "allocation_period_start": None,
            "allocation_period_end": None,
            "allocation_cadence": None,
            "allocation_amounts": {"explorer_units": 0, "developer_units": 0},
            "consumed_amounts": {"explorer_units": Decimal("12.5"), "developer_units": Decimal("0.002")},
        }

    def test_of_a_legacy_plan_speaks_of_credits(
        self, acme: Organization, caller: Client, now: datetime, exact: Any
    ) -> None:
        plan = create_plan(
            now,
            carries_unit_usage=True,
            unit_system="credits",
            cadence="monthly",
            credits_micros=10_000 * UNIT,
        )
        subscribe(acme, plan, now)
        use(acme, now)
        answer = caller.get(URL)
        assert_described(OPERATION, json.loads(answer.content))
        assert exact(answer)["allocation_amounts"] == {"credits": 10_000}
        assert exact(answer)["consumed_amounts"] == {"credits": 3}

    @pytest.mark.usefixtures("frozen")
    def test_keeps_to_the_anchor_day(self, db: None, now: datetime) -> None:
        organization = create_organization(now, "anchored", anchor_day=31)
        subscribe(
            organization,
            units_plan(now, "annual"),
            now,
            terms=SubscriptionTerms(started_at=datetime(2026, 3, 1, tzinfo=UTC)),
        )
        answer = Client(headers=as_header(key_of(organization))).get(URL).json()
        assert answer["billing_period_start"] == "2026-10-31T00:00:00Z"
        assert answer["billing_period_end"] == "2026-11-30T00:00:00Z"
        assert answer["allocation_period_start"] == "2026-02-28T00:00:00Z"
        assert answer["allocation_period_end"] == "2027-02-28T00:00:00Z"

    def test_is_forbidden_without_a_plan(self, caller: Client) -> None:
        answer = caller.get(URL)
        assert (answer.status_code, answer.json()["code"]) == (403, "unit_usage_not_included")

    def test_is_forbidden_for_a_plan_without_it_and_after_the_plans_end(
        self, acme: Organization, caller: Client, now: datetime
    ) -> None:
        subscribe(acme, create_plan(now, "basic"), now)
        assert caller.get(URL).status_code == 403
        cancel_subscription(organization=acme, now=now)
        subscribe(acme, units_plan(now), now)
        assert caller.get(URL).status_code == 200
        cancel_subscription(organization=acme, now=now)
        assert caller.get(URL).status_code == 403

    def test_takes_an_api_key_in_its_header_and_nothing_else(
        self, acme: Organization, client: Client, now: datetime
    ) -> None:
        subscribe(acme, units_plan(now), now)
        headers: list[dict[str, str]] = [
            {},
            as_bearer(session_of(acme)),
            as_bearer(key_of(acme)),
            as_header("bk_test_nothing"),
            as_header(key_of(acme)) | as_bearer(key_of(acme)),
        ]
        assert [client.get(URL, headers=each).status_code for each in headers] == [401] * 5

    def test_needs_the_scope_to_read(self, acme: Organization, client: Client) -> None:
        assert client.get(URL, headers=as_header(key_of(acme, "usage:write"))).status_code == 403

    def test_reads_in_a_constant_number_of_statements(
        self, acme: Organization, caller: Client, now: datetime, django_assert_max_num_queries: Any
    ) -> None:
        subscribe(acme, units_plan(now, "annual"), now)
        use(acme, now)
        caller.get(URL)
        with django_assert_max_num_queries(5):
            caller.get(URL)
