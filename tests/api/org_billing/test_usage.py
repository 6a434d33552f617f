"""GET /api/v1/org/usage-summary, /events, /service-usage, /characters"""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from apps.common.money import convert
from apps.pricing.services import list_price_book
from apps.usage.models import CharacterMonth
from tests.api.callers import as_bearer, key_of, session_of
from tests.api.documents import assert_described, assert_documented, operations
from tests.factories import create_grant, create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send, several

CENT_A_UNIT = 10_000 * 1_000_000
OPERATIONS = {
    "getUsageSummary": "/api/v1/org/usage-summary",
    "getContextEngineEventUsage": "/api/v1/org/events",
    "getServiceUsage": "/api/v1/org/service-usage",
    "listActiveCharacters": "/api/v1/org/characters",
}


@pytest.fixture
def used(acme, now):
    """Usage of every kind, today and long ago."""
    price(make_meter(is_message=True), input_micros_per_million=500_000, output_micros_per_million=1_500_000)
    price(make_meter("memory", "event"), micros_per_million=CENT_A_UNIT)
    price(make_meter("search", "service"), micros_per_million=2 * CENT_A_UNIT)
    price(make_meter("character", "character"), micros_per_million=100 * CENT_A_UNIT)
    send(
        acme,
        now,
        event(input_tokens=2_000, output_tokens=1_000, session="s", project="p", character="ann"),
        *several(2, "memory", prefix="m", event_type="write"),
        event("s1", "search", operation="web"),
        event("old", "search", time="2026-10-19T23:59:59Z"),
    )


class TestAll:
    @pytest.mark.parametrize("path", OPERATIONS.values())
    def test_ask_who_is_calling(self, client, path):
        assert client.get(path).status_code == 401

    @pytest.mark.parametrize("path", OPERATIONS.values())
    def test_take_sessions_only(self, acme, path):
        assert Client(headers=as_bearer(key_of(acme))).get(path).status_code == 401

    @pytest.mark.parametrize("days", ["0", "366", "x", "1.5", ""])
    @pytest.mark.parametrize("path", OPERATIONS.values())
    def test_refuse_a_window_out_of_bounds(self, person, path, days):
        answer = person.get(path, {"days": days})
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "query.days")

    @pytest.mark.parametrize(("operation", "path"), OPERATIONS.items())
    def test_answer_as_documented(self, person, used, operation, path):
        answer = person.get(path).json()
        assert_documented(operation, answer, omitted={"billedAt"})
        assert_described(operation, answer)

    @pytest.mark.parametrize(("operation", "path"), OPERATIONS.items())
    def test_answer_without_usage_too(self, person, operation, path):
        assert_described(operation, person.get(path).json())

    @pytest.mark.parametrize("path", OPERATIONS.values())
    def test_show_nothing_of_others(self, used, globex, path):
        answer = Client(headers=as_bearer(session_of(globex))).get(path).json()
        assert not any(answer.get(name) for name in ("totalTokens", "totalEvents", "highWaterMark", "estimatedCostUsd"))


class TestWindow:
    """Distinct ids are kept for windows that end now, so no caller may be able to ask for another."""

    @pytest.mark.parametrize("path", OPERATIONS.values())
    def test_ends_now_whatever_is_asked(self, person, used, path):
        others = {
            "month": "2026-10",
            "to": "2026-10-31",
            "end": "2026-10-31",
            "until": "2026-10-31",
            "now": "2026-10-31",
        }
        assert person.get(path, {"days": "7"} | others).json() == person.get(path, {"days": "7"}).json()

    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_is_said_in_days_alone(self, operation):
        _, _, described = operations()[operation]
        assert described["parameters"] == [{"$ref": "#/components/parameters/Days"}]


class TestUsageSummary:
    def test_adds_up_the_window(self, person, acme, used, now, exact):
        create_grant(acme, "25", now)
        answer = exact(person.get("/api/v1/org/usage-summary"))
        counts = {name: value for name, value in answer.items() if name.startswith("total")}
        assert counts == {
            "totalCharacters": 1,
            "totalInputTokens": 2_000,
            "totalMessages": 1,
            "totalOutputTokens": 1_000,
            "totalProjects": 1,
            "totalSessions": 1,
            "totalTokens": 3_000,
        }
        assert answer["estimatedCostUsd"] == Decimal("0.0025") + 2 * Decimal("0.01") + Decimal("0.02") + 1
        assert (answer["inputTokenPricePer1KUsd"], answer["outputTokenPricePer1KUsd"]) == (
            Decimal("0.0005"),
            Decimal("0.0015"),
        )
        assert answer["creditBalanceUsd"] == 25 - Decimal("1.0625")

    def test_converts_what_is_named_usd(self, acme, now, exact):
        euros = create_organization(now, "euros", currency="EUR", usd_rate_micros=1_100_000)
        create_grant(euros, "10", now, key="g-euros")
        answer = exact(Client(headers=as_bearer(session_of(euros))).get("/api/v1/org/usage-summary"))
        assert answer["creditBalanceUsd"] == 11


class TestGroups:
    def test_events_by_type(self, person, used, exact):
        answer = exact(person.get("/api/v1/org/events", {"days": 1}))
        row = {"chargeUsd": Decimal("0.02"), "count": 2, "eventType": "write", "unitPriceUsd": Decimal("0.01")}
        assert (answer["byType"], answer["month"], answer["totalEvents"]) == ([row], "2026-11", 2)

    def test_services_by_operation(self, person, used, exact):
        answer = exact(person.get("/api/v1/org/service-usage", {"days": 365}))
        assert [(row["operation"], row["count"]) for row in answer["byOperation"]] == [("search", 1), ("web", 1)]
        assert answer["totalChargeUsd"] == Decimal("0.04")


class TestRowsBesideATotal:
    """In any currency the rows add up to the total, and the total is the converted sum of what was charged."""

    @pytest.mark.parametrize("rate", [1_083_333, 777_777, 6_789])
    @pytest.mark.parametrize(
        ("kind", "path", "listing", "by"),
        [
            ("event", "/api/v1/org/events", "byType", "event_type"),
            ("service", "/api/v1/org/service-usage", "byOperation", "operation"),
        ],
    )
    def test_add_up(self, acme, now, exact, kind, path, listing, by, rate):
        euros = create_organization(now, "euros", currency="EUR", usd_rate_micros=rate)
        book = list_price_book(currency="EUR", now=now)
        price(make_meter("work", kind), book=book, micros_per_million=333_335 * 1_000_000)
        send(euros, now, *[event(f"e{row}", "work", **{by: f"kind-{row}"}) for row in range(7)])
        answer = exact(Client(headers=as_bearer(session_of(euros))).get(path))
        assert len(answer[listing]) == 7
        assert sum(row["chargeUsd"] for row in answer[listing]) == answer["totalChargeUsd"]
        assert answer["totalChargeUsd"] == Decimal(convert(7 * 333_335, rate)).scaleb(-6)
        assert sum(row["count"] for row in answer[listing]) == answer["totalEvents"] == 7


class TestCharacters:
    def test_shows_the_open_month_unbilled(self, person, used, exact):
        answer = exact(person.get("/api/v1/org/characters"))
        assert list(answer) == ["$schema", "charChargeUsd", "highWaterMark", "month", "pricePerCharUsd"]
        assert (answer["charChargeUsd"], answer["highWaterMark"], answer["month"]) == (1, 1, "2026-11")

    def test_shows_when_a_month_was_billed(self, person, acme, now):
        CharacterMonth.objects.create(
            organization=acme, month=date(2026, 10, 1), high_water_mark=3, charged_micros=5, billed_at=now
        )
        answer = person.get("/api/v1/org/characters").json()
        assert (answer["month"], answer["billedAt"]) == ("2026-10", "2026-11-18T12:00:00Z")
