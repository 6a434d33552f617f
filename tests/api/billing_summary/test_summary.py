"""GET /v1/billing/organization/summary"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.api.billing_summary.presenter import usage_percentage
from apps.ledger.models import Account
from apps.plans.services import start_subscription
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role, code_of
from tests.api.callers import as_bearer, session_of
from tests.api.documents import assert_described, assert_documented
from tests.contracts.factories import offer
from tests.factories import cause_of, charge, create_grant, create_organization, reserve
from tests.plans.conftest import create_plan
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

URL = "/v1/billing/organization/summary"
UNSET = {"subscriptionSource", "monthlyResourceSpendLimit", "monthlyResourceSpendLimitUsd"}
NO_PERSON = {"userId", "actorUserId"}


class TestBillingSummary:
    def test_asks_who_is_calling(self, client):
        assert client.get(URL).status_code == 401

    @pytest.mark.parametrize("limit", ["0", "101", "x", "", "1&activityLimit=2"])
    def test_refuses_a_bad_limit_with_400(self, machine, limit):
        answer = machine.get(f"{URL}?activityLimit={limit}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["location"] == "query.activityLimit"

    def test_answers_as_documented(self, machine, acme, now):
        create_grant(acme, "5", now, expires_at=now + timedelta(days=3))
        charge(acme, "1", now)
        reserve(acme, "2", now, expires_at=now + timedelta(hours=1))
        answer = machine.get(URL).json()
        assert_documented("getOrganizationBillingSummary", answer, omitted=UNSET | NO_PERSON)
        assert_described("getOrganizationBillingSummary", answer)

    def test_names_the_person_and_who_acts_for_them(self, person):
        answer = person.get(URL).json()
        assert_documented("getOrganizationBillingSummary", answer, omitted=UNSET)
        assert (answer["userId"], answer["actorUserId"]) == ("user_1", "user_1")

    def test_shows_the_spend_limit_where_there_is_one(self, machine, acme):
        Organization.objects.update(monthly_resource_spend_limit_usd_micros=12_500_000)
        budget = machine.get(URL).json()["budget"]
        assert (budget["monthlyResourceSpendLimit"], budget["monthlyResourceSpendLimitUsd"]) == (12.5, 12.5)

    def test_adds_up(self, machine, acme, now, exact):
        create_grant(acme, "100", now, key="t", source="top_up", paid_micros=100_000_000)
        create_grant(acme, "10", now, key="b")
        charge(acme, "15.5", now)
        reserve(acme, "20", now, expires_at=now + timedelta(hours=1))
        answer = exact(machine.get(URL))
        budget, ledger = answer["budget"], answer["ledger"]
        assert (budget["balance"], budget["topUpBalance"], budget["legacyBalance"]) == (
            Decimal("94.5"),
            Decimal("94.5"),
            0,
        )
        assert (budget["topUpTotalPurchased"], budget["currentPeriodUsage"]) == (100, Decimal("15.5"))
        assert (budget["availableBudget"], ledger["pendingReservationHoldUsd"]) == (Decimal("74.5"), 20)
        assert ledger["wallet"]["available"] == Decimal("74.5")

    def test_counts_expired_credit_no_more_whether_swept_or_not(self, machine, acme, now, exact):
        create_grant(acme, "10", now - timedelta(days=2), expires_at=now)
        reserve_less = exact(machine.get(URL))
        assert (reserve_less["budget"]["balance"], reserve_less["ledger"]["wallet"]["posted"]) == (0, 10)
        assert reserve_less["ledger"]["reconciliation"]["mismatch"] is False

    def test_carries_the_same_value_twice_in_us_dollars_and_converts_the_rest(self, now, acme, exact):
        euro = create_organization(now, "euro", currency="EUR", usd_rate_micros=1_100_000)
        create_grant(euro, "10", now)
        budget = exact(Client(headers=as_bearer(session_of(euro))).get(URL))["budget"]
        assert (budget["balance"], budget["balanceUsd"]) == (10, 11)

    def test_shows_reservations_by_status(self, machine, acme, now):
        create_grant(acme, "10", now)
        reserve(acme, "1", now, key="live", expires_at=now + timedelta(hours=1))
        reserve(acme, "2", now - timedelta(hours=2), key="past", expires_at=now - timedelta(hours=1))
        stats = machine.get(URL).json()["ledger"]["reservationStats"]
        assert (stats["byStatus"]["pending"], stats["byStatus"]["expired"]["count"]) == ({"count": 1, "amount": 1}, 1)
        assert (stats["pastExpiryCount"], stats["oldestPendingAt"]) == (1, "2026-11-18T12:00:00Z")

    @pytest.mark.tampers
    def test_shows_a_drift_that_is_too_small_for_dollars(self, acme, now):
        yen = create_organization(now, "yen", currency="JPY", usd_rate_micros=6_500)
        create_grant(yen, "10", now)
        Account.objects.filter(code=code_of(yen.pk, Role.WALLET)).update(balance_micros=10_000_010)
        shown = Client(headers=as_bearer(session_of(yen))).get(URL).json()["ledger"]["reconciliation"]
        assert (shown["differenceUsd"], shown["mismatch"]) == (0, True)

    @pytest.mark.tampers
    def test_shows_drift_instead_of_hiding_it(self, machine, acme, now):
        create_grant(acme, "10", now)
        assert machine.get(URL).json()["ledger"]["reconciliation"]["mismatch"] is False
        Account.objects.filter(code=code_of(acme.pk, Role.WALLET)).update(balance_micros=12_000_000)
        assert machine.get(URL).json()["ledger"]["reconciliation"] == {
            "legacyAvailableUsd": 12,
            "ledgerBalanceUsd": 10,
            "differenceUsd": 2,
            "mismatch": True,
        }

    def test_lists_the_newest_activity_up_to_the_limit(self, machine, acme, now):
        for number in range(5):
            create_grant(acme, f"{number + 1}", now + timedelta(seconds=number), key=f"g{number}")
        activity = machine.get(f"{URL}?activityLimit=2").json()["ledger"]["activity"]
        assert [grant["amount"] for grant in activity["creditGrants"]] == [5, 4]
        assert [entry["amount"] for entry in activity["ledgerEntries"]] == [5, 4]
        assert (activity["limit"], activity["organizationId"]) == (2, str(acme.pk))

    def test_shows_the_plan_and_what_is_left_of_its_quota(self, machine, acme, now, exact):
        plan = create_plan(now, quota=100)
        start_subscription(organization=acme, plan=plan, created_by="staff:ann", now=now)
        charge(acme, "12.34", now)
        budget = exact(machine.get(URL))["budget"]
        standing = [budget[name] for name in ("tier", "subscriptionStatus", "subscriptionSource")]
        quotas = [budget[name] for name in ("tierQuota", "includedTierQuota", "remainingIncludedQuota")]
        assert standing == ["Pro", "active", "manual"]
        assert quotas == [100, 100, Decimal("87.66")]
        assert budget["usagePercentage"] == Decimal("12.34")

    def test_takes_its_standing_from_the_contract_where_there_is_no_plan(self, machine, acme, now):
        offer(acme, now)
        budget = machine.get(URL).json()["budget"]
        assert (budget["subscriptionStatus"], budget["subscriptionSource"]) == ("pending_payment", "contract")

    def test_shows_usage_and_what_persistent_resources_cost_this_month(self, machine, acme, now, exact):
        price(make_meter("disk", "other", is_persistent_resource=True), micros_per_million=500_000_000_000)
        send(acme, now, event("e1", "disk", quantity=3), event("e2", "disk", quantity=1))
        answer = exact(machine.get(URL))
        newest = answer["ledger"]["activity"]["usageEvents"][0]
        assert (newest["id"], newest["type"], newest["quantity"], newest["charge"]) == ("e2", "disk", 1, Decimal("0.5"))
        assert (answer["budget"]["monthlyResourceSpend"], answer["budget"]["monthlyMeteredResourceUsage"]) == (2, 2)
        assert_described("getOrganizationBillingSummary", answer)

    def test_shows_of_each_event_all_that_it_counted(self, machine, acme, now):
        price(make_meter("chat"), micros_per_million=1_000_000)
        send(acme, now, event("e1", "chat", input_tokens=7))
        newest = machine.get(URL).json()["ledger"]["activity"]["usageEvents"][0]
        assert {name: newest[name] for name in ("quantity", "inputTokens", "outputTokens")} == {
            "quantity": 0,
            "inputTokens": 7,
            "outputTokens": 0,
        }

    def test_shows_less_usage_once_a_charge_was_reversed(self, machine, acme, now):
        plan = create_plan(now, quota=100)
        start_subscription(organization=acme, plan=plan, created_by="staff:ann", now=now)
        before = machine.get(URL).json()["budget"]
        paid = charge(acme, "12.34", now)
        wallets.reverse_transfer(
            organization=acme,
            cause=cause_of(acme),
            transfer_id=paid.pk,
            reason="Mistake",
            created_by="staff:ann",
            now=now,
        )
        budget = machine.get(URL).json()["budget"]
        assert (budget["currentPeriodUsage"], budget["usagePercentage"]) == (0, 0)
        assert {**budget, "updatedAt": ""} == {**before, "updatedAt": ""}

    def test_shows_nothing_of_another_organization(self, machine, globex, now):
        create_grant(globex, "5", now)
        assert str(globex.pk) not in machine.get(URL).content.decode()

    def test_takes_one_statement_that_checks_the_credential_however_much_there_is(self, machine, person, acme, now):
        def statements(client):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"{URL}?activityLimit=100").status_code == 200
            return [query["sql"].split(" ", 2)[1].partition("(")[0] for query in captured]

        [client.get(URL) for client in (machine, person)]
        charges = [
            wallets.Charge(
                organization=acme, cause=cause_of(acme), amount=1, kind="usage", key=f"c{n}", created_by="system:test"
            )
            for n in range(1_000)
        ]
        wallets.charge_many(charges=charges, now=now)
        offer(acme, now)
        [client.get(URL) for client in (machine, person)]
        assert statements(machine) == statements(person) == ["json_build_array"]


class TestUsagePercentage:
    @pytest.mark.parametrize(
        ("charged", "quota", "share"),
        [(0, 10, "0"), (5, 0, "0"), (-3, 10, "0"), (1, 3, "33.33"), (2, 3, "66.67"), (10, 4, "250"), (1, 20_000, "0")],
    )
    def test_is_the_share_of_the_quota(self, charged, quota, share):
        assert usage_percentage(charged, quota) == Decimal(share)
