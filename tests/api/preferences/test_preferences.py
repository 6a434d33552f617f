"""The customer's switches take effect: quota only, a monthly limit in dollars, its pause, and email."""

import json
from decimal import Decimal

import pytest
from django.test import Client

from apps.outbox.models import OutboxMessage
from apps.tenants.models import Organization
from tests.api.callers import as_bearer, key_of, session_of
from tests.api.documents import assert_described
from tests.factories import create_grant
from tests.pricing.factories import make_meter, price
from tests.usage.budgets import assert_proven
from tests.usage.factories import event, send

URL = "/v1/billing/preferences"


def patch(client, **body):
    return client.patch(URL, json.dumps(body), content_type="application/json")


def reserve(client, amount, key="one", **dimensions):
    body = json.dumps({"amount": amount, "dimensions": {"meter": "machines", **dimensions}})
    headers = {"Idempotency-Key": key}
    return client.post("/v1/billing/reservations", body, content_type="application/json", headers=headers)


@pytest.fixture
def admin(acme):
    return Client(headers=as_bearer(session_of(acme)))


@pytest.fixture
def gateway(acme, now):
    """A client that reserves for machines, of an organization billed in euros at 1.08 dollars."""
    Organization.objects.filter(pk=acme.pk).update(usd_rate_micros=1_080_000)
    acme.refresh_from_db()
    create_grant(acme, "1000", now)
    price(make_meter("machines", "service", is_persistent_resource=True), micros_per_million=10**12)
    price(make_meter("calls", "service"), micros_per_million=10**12)
    return Client(headers=as_bearer(key_of(acme, "billing:read", "reservations:write")))


def use(acme, now, id, quantity, type="machines"):
    send(acme, now, event(id, type, quantity=quantity))


def notices():
    return [
        (each.arguments["notice"], each.arguments["mail"])
        for each in OutboxMessage.objects.filter(task="notices.publish").order_by("pk")
    ]


class TestPreferences:
    def test_are_read_and_changed_one_by_one(self, admin, exact):
        first = exact(admin.get(URL))
        assert first == {
            "userId": "user_1",
            "billing": {"usageBillingEnabled": True},
            "usage": {"pauseOnLimit": False, "resourceEmailAlerts": True},
        }
        changed = patch(admin, usage={"monthlyResourceSpendLimit": "12.5", "pauseOnLimit": True})
        assert_described("changePreferences", changed.json())
        assert exact(changed)["usage"]["monthlyResourceSpendLimit"] == Decimal("12.5")
        assert (
            "monthlyResourceSpendLimit" not in patch(admin, usage={"monthlyResourceSpendLimit": None}).json()["usage"]
        )
        assert_described("getPreferences", admin.get(URL).json())

    def test_are_changed_by_admins_alone(self, acme):
        for client in (session_of(acme, role="org:member"), key_of(acme, "billing:read", "budgets:write")):
            assert patch(Client(headers=as_bearer(client)), usage={"pauseOnLimit": True}).status_code == 403

    @pytest.mark.parametrize(
        ("body", "location"),
        [
            ({"usage": {"monthlyResourceSpendLimit": -1}}, "body.usage.monthlyResourceSpendLimit"),
            ({"usage": {"pauseOnLimit": "yes"}}, "body.usage.pauseOnLimit"),
            ({"billing": {"usageBillingEnabled": None}}, "body.billing.usageBillingEnabled"),
            ({"inference": {}}, "body.inference"),
        ],
    )
    def test_name_the_value_that_is_wrong(self, admin, body, location):
        answer = patch(admin, **body)
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, location)

    def test_without_usage_billing_new_work_uses_the_quota_alone(self, admin, gateway, acme, now):
        create_grant(acme, "4", now, key="quota", source="included_quota")
        patch(admin, billing={"usageBillingEnabled": False})
        assert reserve(gateway, "5").json()["limit"]["kind"] == "included_quota"
        assert reserve(gateway, "4").status_code == 201


class TestMonthlyLimit:
    def test_is_floored_dollars_that_refuse_and_then_pause(self, admin, gateway, acme, now, exact):
        patch(admin, usage={"monthlyResourceSpendLimit": 100, "pauseOnLimit": True})
        use(acme, now, "a", "92.5")
        body = exact(reserve(gateway, 1))
        assert (body["code"], body["limit"]["kind"]) == ("budget_exceeded", "monthly_resource_spend")
        assert (body["limit"]["limit"], body["limit"]["missing"]) == (Decimal("92.592592"), Decimal("0.907408"))
        assert reserve(gateway, 1, "calls", meter="calls").status_code == 201
        use(acme, now, "b", "0.092592")
        answer = reserve(gateway, "0.000001")
        assert (answer.status_code, answer.json()["code"]) == (403, "resources_paused")
        patch(admin, usage={"monthlyResourceSpendLimit": 200})
        assert reserve(gateway, 1).status_code == 201
        assert notices() == [
            ("budget.threshold_reached", True),
            ("budget.exceeded", False),
            ("resources.paused", True),
            ("budget.recovered", False),
            ("resources.resumed", True),
        ]
        assert_proven()

    def test_only_tells_without_the_pause(self, admin, gateway, acme, now):
        patch(admin, usage={"monthlyResourceSpendLimit": 1})
        use(acme, now, "a", "5")
        assert reserve(gateway, 1).status_code == 201
        assert notices() == [("budget.exceeded", True)]

    def test_counts_what_was_spent_before_it_was_set(self, admin, gateway, acme, now):
        use(acme, now, "a", "5")
        patch(admin, usage={"monthlyResourceSpendLimit": 1, "pauseOnLimit": True, "resourceEmailAlerts": False})
        assert reserve(gateway, 1).json()["code"] == "resources_paused"
        assert notices() == [("budget.exceeded", False), ("resources.paused", False)]
        patch(admin, usage={"pauseOnLimit": False})
        assert notices()[2:] == [("resources.resumed", False)]
        patch(admin, usage={"pauseOnLimit": True})
        assert notices()[3:] == [("resources.paused", False)]
        patch(admin, usage={"monthlyResourceSpendLimit": None})
        assert notices()[4:] == [("budget.recovered", False), ("resources.resumed", False)]
