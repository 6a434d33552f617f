"""GET /v1/organization/balance and GET /v1/organization/costs"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.snapshots.models import CostSnapshot
from apps.snapshots.services import collect_balance, collect_costs
from apps.snapshots.tasks import collect_balances
from apps.snapshots.tasks import collect_costs as collect_all_costs
from apps.tenants.models import Organization
from tests.api.callers import as_bearer, as_header, key_of
from tests.api.documents import assert_described, assert_documented
from tests.factories import charge, create_grant, create_organization
from tests.pricing.factories import make_meter, price
from tests.snapshots.providers import Figures
from tests.snapshots.test_collection import NOVEMBER
from tests.usage.factories import event, send

BALANCE, COSTS = "/v1/organization/balance", "/v1/organization/costs"
Deliver = Callable[[datetime], list[str]]


class TestBalance:
    def test_is_not_there_until_it_was_collected(self, person: Client) -> None:
        answer = person.get(BALANCE)
        assert (answer.status_code, answer.json()["code"]) == (404, "balance_not_collected")

    @pytest.mark.parametrize("caller", ["person", "machine"])
    def test_is_answered_as_documented(
        self,
        request: pytest.FixtureRequest,
        acme: Organization,
        now: datetime,
        deliver_outbox: Deliver,
        caller: str,
    ) -> None:
        create_grant(acme, "100", now)
        charge(acme, "0.000001", now)
        collect_balances(now=now)
        deliver_outbox(now)
        answer = request.getfixturevalue(caller).get(BALANCE).json()
        assert_documented("getLatestBalanceSnapshot", answer)
        assert_described("getLatestBalanceSnapshot", answer)
        assert answer == {
            "organization_id": str(acme.pk),
            "amount": "99.999999",
            "currency": "USD",
            "collected_at": "2026-11-18T12:00:00Z",
        }

    def test_below_zero_keeps_its_sign(
        self, acme: Organization, person: Client, now: datetime, deliver_outbox: Deliver
    ) -> None:
        charge(acme, "1.5", now)
        collect_balances(now=now)
        deliver_outbox(now)
        assert person.get(BALANCE).json()["amount"] == "-1.5"

    def test_does_not_move_before_the_next_collection(self, acme: Organization, person: Client, now: datetime) -> None:
        collect_balance(organization=acme, provider=Figures(amount=5), now=now - timedelta(hours=2))
        create_grant(acme, "100", now)
        assert person.get(BALANCE).json()["amount"] == "5"

    def test_is_each_organizations_own(self, acme: Organization, globex: Organization, now: datetime) -> None:
        collect_balance(organization=globex, provider=Figures(amount=5), now=now)
        assert Client(headers=as_bearer(key_of(acme))).get(BALANCE).status_code == 404
        assert Client(headers=as_bearer(key_of(globex))).get(BALANCE).json()["organization_id"] == str(globex.pk)


class TestCosts:
    def test_are_not_there_until_they_were_collected(self, person: Client) -> None:
        answer = person.get(COSTS, {"year": "2026", "month": "11"})
        assert (answer.status_code, answer.json()["code"]) == (404, "costs_not_collected")

    def test_are_answered_as_documented_and_add_up(
        self, acme: Organization, person: Client, now: datetime, deliver_outbox: Deliver
    ) -> None:
        price(make_meter("sms", "service", unit="message"), micros_per_million=30_001_000_000)
        price(make_meter("chat"), input_micros_per_million=3_000_000, output_micros_per_million=15_000_000)
        send(
            acme,
            now,
            event("1", "sms", quantity="1200", operator="Orange"),
            event("2", "sms", quantity="3", operator="Vodafone"),
            event("3", "sms", quantity="1"),
            event("4", "chat", input_tokens=1_000, output_tokens=100),
        )
        charge(acme, "2.5", now, kind="service")
        charge(acme, "0.75", now, key="capture")
        collect_all_costs(now=now)
        deliver_outbox(now)
        answer = person.get(COSTS, {"year": "2026", "month": "11"}).json()
        with_operator = [line for line in answer["usage_lines"] if line["operator"]]
        assert_documented("getLatestCostSnapshot", {**answer, "usage_lines": with_operator})
        assert_described("getLatestCostSnapshot", answer)
        assert answer["fees"] == {
            "monthly_fees": "2.5",
            "one_time_fees": "0",
            "usage_fees": "36.875704",
            "total": "39.375704",
        }
        assert [list(line.values()) for line in answer["usage_lines"]] == [
            ["chat", None, "token", "1100", "0.0045"],
            ["sms", None, "message", "1", "0.030001"],
            ["sms", "Orange", "message", "1200", "36.0012"],
            ["sms", "Vodafone", "message", "3", "0.090003"],
            ["unmetered", None, "charge", "1", "0.75"],
        ]
        assert sum(Decimal(line["amount"]) for line in answer["usage_lines"]) == Decimal("36.875704")

    def test_are_the_newest_of_the_month_asked_for(self, acme: Organization, person: Client, now: datetime) -> None:
        for hour, usage in enumerate([5, 7]):
            moment = now + timedelta(hours=hour)
            collect_costs(organization=acme, provider=Figures(usage=usage), month=NOVEMBER, run=f"{hour}", now=moment)
        answer = person.get(COSTS, {"year": "2026", "month": "11"}).json()
        assert (answer["collected_at"], answer["fees"]["total"]) == ("2026-11-18T13:00:00Z", "7")
        assert person.get(COSTS, {"year": "2026", "month": "10"}).status_code == 404

    @pytest.mark.parametrize(
        ("query", "locations"),
        [
            ({}, ["query.year", "query.month"]),
            ({"year": "2026"}, ["query.month"]),
            ({"month": "11"}, ["query.year"]),
            ({"year": "1999", "month": "11"}, ["query.year"]),
            ({"year": "10000", "month": "13"}, ["query.year", "query.month"]),
            ({"year": "2026", "month": "0"}, ["query.month"]),
            ({"year": "2026.0", "month": "1e1"}, ["query.year", "query.month"]),
            ({"year": "٢٠٢٦", "month": "11"}, ["query.year"]),
            ({"year": ["2026", "2026"], "month": "11"}, ["query.year"]),
            ({"year": "9" * 30, "month": "\x00"}, ["query.year", "query.month"]),
        ],
    )
    def test_name_what_is_wrong_with_the_month(
        self, person: Client, query: dict[str, Any], locations: list[str]
    ) -> None:
        answer = person.get(COSTS, query)
        assert answer.status_code == 422
        assert [error["location"] for error in answer.json()["errors"]] == locations


@pytest.mark.parametrize("url", [BALANCE, f"{COSTS}?year=2026&month=11"])
class TestCallers:
    def test_must_say_who_they_are(self, acme: Organization, client: Client, url: str) -> None:
        assert client.get(url).status_code == 401
        assert client.get(url, headers=as_header(key_of(acme))).status_code == 401

    def test_need_the_scope_to_read(self, acme: Organization, client: Client, url: str) -> None:
        assert client.get(url, headers=as_bearer(key_of(acme, "usage:write"))).status_code == 403

    def test_read_in_a_constant_number_of_statements(
        self, acme: Organization, machine: Client, now: datetime, url: str, django_assert_max_num_queries: Any
    ) -> None:
        collect_balance(organization=acme, provider=Figures(amount=5), now=now)
        collect_costs(organization=acme, provider=Figures(usage=5), month=NOVEMBER, run="1", now=now)
        machine.get(url)
        with django_assert_max_num_queries(4):
            machine.get(url)


def test_costs_of_many_organizations_take_no_more_statements_each_than_writing_them(
    db: None, now: datetime, deliver_outbox: Deliver, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        organization = create_organization(now, f"org-{number}")
        create_grant(organization, "100", now)  # a wallet at zero would enqueue notices, too
        charge(organization, str(number + 1), now, key=f"c{number}")
    collect_all_costs(now=now)
    with django_assert_max_num_queries(20 * 6 + 2 * 7 + 20):
        deliver_outbox(now)
    found = CostSnapshot.objects.order_by("organization__slug").values_list("organization__slug", "total_micros")
    assert dict(found) == {f"org-{number}": (number + 1) * 1_000_000 for number in range(20)}
