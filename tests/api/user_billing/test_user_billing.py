"""GET /v1/billing/budget, /v1/billing/records and /v1/costs/summary"""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.wallets.decisions.budget_changes import AddToBudget
from apps.wallets.services import add_to_budget
from tests.api.documents import assert_described
from tests.factories import charge, create_grant
from tests.pricing.factories import make_meter, price
from tests.usage.budgets import put_budget
from tests.usage.factories import event, send


@pytest.fixture
def spent(acme, now):
    """Grants of 20; 3 and 1.5 spent yesterday and today on calls, of 2,000 tokens in and 10 out, and 2 on service."""
    create_grant(acme, "20", now - timedelta(days=2), description="Welcome", created_by="user:user_7")
    price(make_meter("chat"), input_micros_per_million=10**9, output_micros_per_million=10**9)
    for ago, name, tokens in ((1, "e1", (2_000, 1_000)), (0, "e2", (1_000, 500))):
        at = now - timedelta(days=ago)
        send(acme, at, event(name, time=at.isoformat(), input_tokens=tokens[0], output_tokens=tokens[1]))
    charge(acme, "2", now, kind="service")


def read(client, operation, path, **query):
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content
    body = answer.json(parse_float=Decimal)
    assert_described(operation, body)
    return body


class TestBudget:
    URL = "/v1/billing/budget"

    def test_is_that_of_the_summary_with_what_was_spent(self, person, acme, now, spent):
        body = read(person, "getUserBudget", self.URL)
        summary = person.get("/v1/billing/organization/summary").json(parse_float=Decimal)
        assert {name: body[name] for name in summary["budget"]} == summary["budget"]
        assert (body["userId"], body["actorUserId"]) == ("user_1", "user_1")
        assert (body["totalSpent"], body["dailySpent"], body["monthlySpent"]) == (
            Decimal("6.5"),
            Decimal("3.5"),
            Decimal("6.5"),
        )
        assert (body["dailyLimit"], body["monthlyLimit"]) == (None, None)

    def test_has_the_hard_limits_of_the_whole_organization_and_what_they_counted(self, machine, acme, now, spent):
        put_budget(acme, "day", "50", now)
        put_budget(acme, "month", "400", now, period="month")
        put_budget(acme, "soft", "1", now, period="week", mode="soft")
        put_budget(acme, "user", "2", now, scope={"user": "u"})
        added = AddToBudget(slug="day", bucket="", amount=5_000_000, reason="", created_by="user:a", set_by="customer")
        add_to_budget(organization=acme, call=added, now=now)
        body = read(machine, "getUserBudget", self.URL)
        limits = {name: body[name] for name in ("dailyLimit", "dailySpent", "monthlyLimit", "monthlySpent")}
        assert limits == {
            "dailyLimit": 55,
            "dailySpent": Decimal("1.5"),
            "monthlyLimit": 400,
            "monthlySpent": Decimal("4.5"),
        }


class TestRecords:
    URL = "/v1/billing/records"

    def test_are_the_entries_as_charges_and_credits(self, machine, spent):
        body = read(machine, "listBillingRecords", self.URL, limit=3)
        shown = [(each["recordType"], each["amount"]) for each in body["data"]]
        assert (shown[-1], sorted(shown[:2])) == (("charge", 3), [("charge", Decimal("1.5")), ("charge", 2)])
        assert (body["object"], body["has_more"], body["total_count"]) == ("list", True, 4)
        rest = read(machine, "listBillingRecords", self.URL, limit=3, offset=3)
        (first,) = rest["data"]
        assert (first["recordType"], first["amount"], first["description"], first["userId"]) == (
            "credit",
            20,
            "Welcome",
            "user_7",
        )
        assert (rest["has_more"], rest["total_count"]) == (False, 4)
        assert machine.get(f"/v1/billing/explain/{first['id']}").status_code == 200

    def test_of_a_time_are_half_open(self, machine, now, spent):
        start, end = ((now - timedelta(days=days)).isoformat() for days in (1, 0))
        body = read(machine, "listBillingRecords", self.URL, **{"from": start, "to": end})
        assert ([each["amount"] for each in body["data"]], body["total_count"]) == ([3], 1)


class TestCosts:
    URL = "/v1/costs/summary"

    def test_add_up_the_days_of_the_month(self, machine, spent):
        body = read(machine, "getCostsSummary", self.URL)
        assert body == {
            "period": "month",
            "startDate": "2026-11-01",
            "endDate": "2026-12-01",
            "totals": {"cost": Decimal("4.5"), "inputTokens": 3_000, "outputTokens": 1_500, "events": 2},
            "byDay": [
                {"date": "2026-11-17", "cost": 3, "inputTokens": 2_000, "outputTokens": 1_000, "events": 1},
                {"date": "2026-11-18", "cost": Decimal("1.5"), "inputTokens": 1_000, "outputTokens": 500, "events": 1},
            ],
        }

    def test_of_today(self, machine, spent):
        body = read(machine, "getCostsSummary", self.URL, period="day")
        assert (body["startDate"], body["endDate"], body["totals"]["cost"]) == (
            "2026-11-18",
            "2026-11-19",
            Decimal("1.5"),
        )


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/v1/billing/records", "from", "yesterday"),
        ("/v1/billing/records", "limit", "201"),
        ("/v1/billing/records", "offset", "10001"),
        ("/v1/costs/summary", "period", "year"),
    ],
)
def test_a_bad_value_is_a_400_that_names_it(machine, path, name, value):
    answer = machine.get(path, {name: value})
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (400, f"query.{name}")
