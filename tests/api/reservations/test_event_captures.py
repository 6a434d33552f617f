"""Reservations captured by usage events: rated as at ingestion, paid from held credit first."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.common.periods import parse_month
from apps.ledger.models import Entry, Hold, Transfer
from apps.pricing.cell_text import read_lines
from apps.pricing.cells import table_rows
from apps.usage.models import Counter, DistinctId, EventId, UsageEvent, UsagePosting
from apps.usage.services import EventCapture, capture_usage, check_budgets, check_usage, close_month
from apps.wallets import services
from apps.wallets.consistency import book_mismatches
from apps.wallets.models import Consumption, Grant
from apps.wallets.selectors import wallet_figures
from tests.api.callers import as_bearer, key_of
from tests.api.documents import assert_described
from tests.factories import charge, create_grant, create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

URL = "/v1/billing/reservations"
SCOPES = ("billing:read", "reservations:write", "budgets:write", "usage:write")


@pytest.fixture
def acme(db, frozen, now):
    """An organization with 10, which pays 1 for each quantity of chat."""
    organization = create_organization(now)
    create_grant(organization, "10", now)
    price(make_meter("chat", "service"), micros_per_million=10**12)
    return organization


@pytest.fixture
def gateway(acme):
    return Client(headers=as_bearer(key_of(acme, *SCOPES)))


@pytest.fixture(autouse=True)
def _proves(acme):
    yield
    assert [each for each in book_mismatches()] == []
    assert list(check_usage()) == []
    assert list(check_budgets()) == []


def post(client, path="", body=None, key=None):
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(URL + path, json.dumps(body or {}), content_type="application/json", headers=headers)


def reserve(client, amount="4", key="call-1", **members):
    answer = post(client, body={"amount": amount, **members}, key=key)
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


def capture(client, hold, sent, **members):
    return post(client, f"/{hold}/capture", {"event": sent, **members})


def budgeted(client, amount):
    """Give the organization a hard budget for a day."""
    body = {"name": "All", "scope": {}, "period": "day", "limit": amount, "mode": "hard"}
    answer = client.put("/v1/billing/budgets/all", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201, answer.content


class TestCapture:
    def test_charges_the_event_from_what_is_held_and_returns_the_rest(self, gateway, acme, now):
        hold = reserve(gateway, "4")
        answer = capture(gateway, hold, event("e1", quantity="2.5"), description="A page", metadata={"trace": "t1"})
        body = answer.json()
        assert answer.status_code == 200, body
        assert_described("captureReservation", body)
        assert (body["charged"], body["released"], body["notCharged"]) == (2.5, 1.5, 0)
        assert (body["reservation"]["status"], body["availableBudget"]) == ("captured", 7.5)
        usage = body["usage"]
        assert (usage["source"], usage["id"], usage["state"], usage["charge"]) == ("app", "e1", "rated", 2.5)
        row = UsageEvent.objects.get()
        assert usage["priceVersionIds"] == [str(row.price_version_id)]
        posting = UsagePosting.objects.get(pk=row.posting_id)
        assert (posting.hold_id, posting.transfer.key) == (Hold.objects.get().pk, f"capture:{hold}")
        assert posting.transfer.description == "A page"
        assert gateway.get(f"{URL}/{hold}").json()["entryId"] == str(
            Entry.objects.get(transfer=posting.transfer, amount_micros__lt=0).pk
        )

    def test_takes_the_held_grant_although_another_would_burn_first(self, gateway, acme, now):
        hold = reserve(gateway, "4")
        create_grant(acme, "5", now, key="sooner", expires_at=now + timedelta(days=1))
        capture(gateway, hold, event("e1", quantity=5), overage="allow")
        assert [(each.grant.key, each.amount_micros) for each in Consumption.objects.order_by("pk")] == [
            (Grant.objects.exclude(key="sooner").get().key, 4_000_000),
            ("sooner", 1_000_000),
        ]

    def test_again_answers_the_first_result_and_another_event_or_amount_is_a_conflict(self, gateway):
        hold = reserve(gateway)
        first = capture(gateway, hold, event("e1", quantity=2)).json()
        again = capture(gateway, hold, event("e1", quantity=2)).json()
        assert again == first
        assert first["reservation"]["entryId"]
        for body in ({"event": event("e2", quantity=2)}, {"amount": 2}):
            answer = post(gateway, f"/{hold}/capture", body)
            assert (answer.status_code, answer.json()["code"], answer.json()["charged"]) == (409, "hold_closed", 2)
        assert UsageEvent.objects.count() == Transfer.objects.filter(kind="usage").count() == 1

    def test_that_was_captured_by_the_same_amount_keeps_no_event(self, gateway):
        hold = reserve(gateway)
        post(gateway, f"/{hold}/capture", {"amount": 2})
        answer = capture(gateway, hold, event("e1", quantity=2))
        assert (answer.status_code, answer.json()["code"]) == (409, "hold_closed")
        assert not UsageEvent.objects.exists()

    def test_of_a_known_event_releases_and_charges_nothing(self, gateway, acme, now):
        send(acme, now, event("e1", quantity=2))
        hold = reserve(gateway)
        for _ in range(2):
            body = capture(gateway, hold, event("e1", quantity=2)).json()
            assert (body["usage"]["state"], body["charged"], body["released"]) == ("duplicate", 0, 4)
            assert body["reservation"]["status"] == "released"
        assert wallet_figures(acme, now).balance_micros == 8_000_000

    def test_is_known_to_ingestion_afterward(self, gateway, acme, now):
        capture(gateway, reserve(gateway, dimensions={"user": "u1"}), event("e1", quantity=2))
        assert send(acme, now, event("e1", quantity=2)).duplicate == 1

    def test_of_an_id_with_other_content_is_a_conflict_and_the_reservation_stays(self, gateway, acme, now):
        send(acme, now, event("e1", quantity=1))
        hold = reserve(gateway)
        answer = capture(gateway, hold, event("e1", quantity=2))
        assert (answer.status_code, answer.json()["code"]) == (409, "id_reused")
        assert gateway.get(f"{URL}/{hold}").json()["status"] == "pending"

    @pytest.mark.parametrize("kind", ["unpriced", "unknown"])
    def test_without_a_price_keeps_nothing_and_the_reservation_stays(self, gateway, kind):
        make_meter("unpriced", "service")
        hold = reserve(gateway)
        answer = capture(gateway, hold, event("e1", kind, quantity=2))
        assert (answer.status_code, answer.json()["code"]) == (422, "usage_not_priced")
        assert [model.objects.count() for model in (UsageEvent, EventId, UsagePosting)] == [0, 0, 0]
        assert gateway.get(f"{URL}/{hold}").json()["status"] == "pending"
        assert capture(gateway, hold, event("e1", quantity=2)).json()["charged"] == 2

    @pytest.mark.parametrize(
        ("overage", "status", "code", "balance"),
        [("refuse", 422, "capture_above_hold", 10), ("allow", 402, "insufficient_funds", 10), ("owe", 200, None, -1)],
    )
    def test_above_the_reservation_follows_the_rule_that_is_named(
        self, gateway, acme, now, overage, status, code, balance
    ):
        hold = reserve(gateway)
        answer = capture(gateway, hold, event("e1", quantity=11), overage=overage)
        assert (answer.status_code, answer.json().get("code")) == (status, code)
        assert [each["location"] for each in answer.json().get("errors", [])] == (["body.event"] if code else [])
        assert wallet_figures(acme, now).balance_micros == balance * 1_000_000
        assert UsageEvent.objects.count() == Counter.objects.count() == (status == 200)

    def test_above_a_budget_is_refused_for_the_part_above_the_hold(self, gateway):
        budgeted(gateway, 5)
        hold = reserve(gateway)
        answer = capture(gateway, hold, event("e1", quantity=6), overage="allow")
        assert (answer.status_code, answer.json()["code"]) == (402, "budget_exceeded")
        assert capture(gateway, hold, event("e2", quantity=5), overage="allow").status_code == 200
        current = gateway.get("/v1/billing/budgets/all").json()["current"]
        assert (current["spent"], current["held"], current["room"]) == (5, 0, 0)

    def test_cannot_charge_what_is_available(self, gateway):
        answer = capture(gateway, reserve(gateway), event("e1", quantity=1), overage="available")
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "body.overage")

    @pytest.mark.parametrize(
        ("body", "location"),
        [
            ({}, "body"),
            ({"amount": 1, "event": event("e1", quantity=1)}, "body"),
            ({"event": [event("e1", quantity=1)]}, "body.event"),
            ({"event": {"id": "e1"}}, "body.event"),
            ({"event": event("e1", quantity=-1)}, "body.event"),
        ],
    )
    def test_refuses_what_breaks_a_rule_by_name(self, gateway, body, location):
        answer = post(gateway, f"/{reserve(gateway)}/capture", body)
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, location)
        assert not UsageEvent.objects.exists()

    def test_needs_to_send_usage(self, gateway, acme):
        hold = reserve(gateway)
        weaker = Client(headers=as_bearer(key_of(acme, "reservations:write")))
        assert capture(weaker, hold, event("e1", quantity=1)).status_code == 403

    def test_of_an_unknown_reservation_keeps_no_event(self, gateway):
        answer = capture(gateway, uuid4(), event("e1", quantity=1))
        assert (answer.status_code, answer.json()["code"]) == (404, "hold_not_found")
        assert not UsageEvent.objects.exists()

    def test_after_its_end_is_gone_and_keeps_no_event(self, gateway, now):
        hold = reserve(gateway, ttlSeconds=60)
        with time_machine.travel(now + timedelta(seconds=60), tick=False):
            answer = capture(gateway, hold, event("e1", quantity=1))
        assert (answer.status_code, answer.json()["code"]) == (410, "hold_expired")
        assert not UsageEvent.objects.exists()

    def test_of_a_free_call_by_a_customer_below_zero_keeps_the_event(self, gateway, acme, now):
        charge(acme, "11", now)
        work = {"meter": "chat", "quantity": 5, "billingMode": "byok"}
        estimate = gateway.post("/v1/billing/estimate", json.dumps({"estimate": work}), content_type="application/json")
        assert (estimate.json()["amount"], estimate.json()["fits"]) == (0, True)
        answer = post(gateway, body={"estimate": work}, key="free")
        assert (answer.status_code, answer.json()["amount"]) == (201, 0)
        hold = answer.json()["id"]
        for _ in range(2):
            body = capture(gateway, hold, event("e1", quantity=5, billing_mode="byok")).json()
            assert (body["charged"], body["usage"]["state"], body["reservation"]["status"]) == (0, "rated", "released")
        assert UsageEvent.objects.get().state == "rated"

    def test_that_makes_earlier_usage_cheaper_gives_back(self, gateway, acme, now):
        tiers = [
            {"up_to_micros": 100_000_000, "micros_per_million": 10**11},
            {"up_to_micros": None, "micros_per_million": 8 * 10**10},
        ]
        price(make_meter("images", "service"), scheme="volume", tiers=tiers)
        send(acme, now, event("e0", "images", quantity=100, time="2026-11-18T11:00:00Z"))
        create_grant(acme, "4", now, key="more")
        hold = reserve(gateway, "1")
        body = capture(gateway, hold, event("e1", "images", quantity=1)).json()
        assert (body["charged"], body["usage"]["charge"], body["released"]) == (-1.92, -1.92, 1)
        assert wallet_figures(acme, now).balance_micros == 14_000_000 - 8_080_000

    def test_that_lowers_the_months_price_of_a_table_gives_back(self, gateway, acme, now):
        """The input of a month costs 1 per million up to a million tokens, and then all of it costs 0.5."""
        table = table_rows(read_lines("output 1\nmonth input volume 1000000=1 0.5"))
        price(make_meter("text", "token"), model="m", scheme="cells", cells=table)
        send(acme, now, event("e0", "text", model="m", input_tokens=1_000_000, time="2026-11-18T11:00:00Z"))
        hold = reserve(gateway, "1")
        body = capture(gateway, hold, event("e1", "text", model="m", input_tokens=200_000)).json()
        assert (body["charged"], body["usage"]["charge"], body["released"]) == (-0.4, -0.4, 1)
        assert wallet_figures(acme, now).balance_micros == 10_000_000 - 600_000

    def test_whose_character_makes_earlier_ones_cheaper_gives_back(self, gateway, acme, now):
        tiers = [
            {"up_to_micros": 1_000_000, "micros_per_million": 10**12},
            {"up_to_micros": None, "micros_per_million": 4 * 10**11},
        ]
        price(make_meter("cast", "character"), scheme="volume", tiers=tiers)
        send(acme, now, event("e0", quantity=1, character="ann", time="2026-11-18T11:00:00Z"))
        hold = reserve(gateway, "1")
        body = capture(gateway, hold, event("e1", quantity=1, character="bob", billing_mode="byok")).json()
        assert (body["charged"], body["usage"]["charge"]) == (0, 0)
        assert wallet_figures(acme, now).balance_micros == 10_000_000 - 1_000_000 - 800_000

    def test_in_a_closed_month_adjusts_its_minimum(self, gateway, acme, now):
        """The last month closed at its minimum of 5; the late event replaces part of it."""
        price(make_meter("batch", "service"), micros_per_million=10**12, minimum_micros=5_000_000)
        month = now.replace(day=1) - timedelta(days=1)
        send(acme, month, event("e0", "batch", quantity=1, time=f"{month:%Y-%m-%dT%H:%M:%SZ}"))
        close_month(month=parse_month(f"{month:%Y-%m}"), closed_by="staff:ann", now=now)
        assert wallet_figures(acme, now).balance_micros == 5_000_000
        hold = reserve(gateway, "2")
        body = capture(gateway, hold, event("e1", "batch", quantity=2, time=f"{month:%Y-%m-%dT%H:%M:%SZ}")).json()
        assert (body["charged"], body["usage"]["state"]) == (2, "rated")
        assert wallet_figures(acme, now).balance_micros == 5_000_000


class TestDimensions:
    def test_that_the_event_leaves_out_are_the_reservations(self, gateway):
        dimensions = {"project": "web", "user": "u1", "agent": "a1", "tag": "t1", "key": "k1"}
        hold = reserve(gateway, dimensions=dimensions)
        assert capture(gateway, hold, event("e1", quantity=1, project="web")).status_code == 200
        row = UsageEvent.objects.get()
        assert {name: getattr(row, name) for name in dimensions} == dimensions
        assert DistinctId.objects.get(kind="project").value == "web"

    def test_fill_a_project_that_was_seen_before(self, gateway, acme, now):
        send(acme, now, event("e0", quantity=1, project="web"))
        assert capture(gateway, reserve(gateway, dimensions={"project": "web"}), event("e1", quantity=1)).json()[
            "usage"
        ]
        assert DistinctId.objects.get(kind="project").value == "web"

    @pytest.mark.parametrize("name", ["project", "user", "agent", "tag"])
    def test_that_differ_are_refused(self, gateway, name):
        hold = reserve(gateway, dimensions={name: "one"})
        answer = capture(gateway, hold, event("e1", quantity=1, **{name: "other"}))
        assert (answer.status_code, answer.json()["code"]) == (422, "dimension_mismatch")
        assert answer.json()["errors"][0]["location"] == f"body.event.data.{name}"
        assert not UsageEvent.objects.exists()

    def test_may_differ_in_key_and_model(self, gateway):
        hold = reserve(gateway, dimensions={"key": "one", "model": "small"})
        assert capture(gateway, hold, event("e1", quantity=1, key="other", model="large")).status_code == 200


class TestCaptures:
    def test_are_decided_in_order_each_on_what_the_one_before_left(self, gateway, acme, now):
        holds = [reserve(gateway, "2", key=f"c{number}") for number in range(4)]
        captures = [
            {"reservationId": holds[0], "event": event("e1", quantity=4), "overage": "allow"},
            {"reservationId": holds[1], "event": event("e2", quantity=3), "overage": "allow"},
            {"reservationId": holds[2], "amount": "1"},
            {"reservationId": holds[3], "event": event("e1", quantity=4)},
            {"reservationId": holds[1], "event": event("e3", quantity=2)},
            {"reservationId": holds[1], "event": event("e3", quantity=2)},
        ]
        body = post(gateway, "/captures", {"captures": captures}).json()
        assert_described("captureReservations", body)
        codes = [each.get("problem", {}).get("code") for each in body["results"]]
        assert codes == [None, "insufficient_funds", None, None, None, None]
        states = [each.get("capture", {}).get("usage", {}).get("state") for each in body["results"]]
        assert states == ["rated", None, None, "duplicate", "rated", "rated"]
        assert (body["captured"], body["refused"], body["charged"]) == (5, 1, 7)
        assert wallet_figures(acme, now).balance_micros == 3_000_000
        assert set(UsageEvent.objects.values_list("event_id", flat=True)) == {"e1", "e3"}

    def test_price_each_on_the_counter_that_those_before_it_left(self, gateway, acme, now):
        tiers = [
            {"up_to_micros": 2_000_000, "micros_per_million": 10**12},
            {"up_to_micros": None, "micros_per_million": 5 * 10**11},
        ]
        price(make_meter("pages", "service"), scheme="graduated", tiers=tiers)
        holds = [reserve(gateway, "2", key=f"c{number}") for number in range(3)]
        captures = [
            {"reservationId": holds[0], "event": event("e1", "pages", quantity=2)},
            {"reservationId": str(uuid4()), "event": event("e2", "pages", quantity=100)},
            {"reservationId": holds[1], "event": event("e3", "pages", quantity=2)},
        ]
        body = post(gateway, "/captures", {"captures": captures}).json()
        assert [each.get("capture", {}).get("charged") for each in body["results"]] == [2, None, 1]
        assert Counter.objects.get().quantity_micros == 4_000_000

    def test_that_are_atomic_capture_all_or_none(self, gateway, acme, now):
        hold = reserve(gateway)
        captures = [
            {"reservationId": hold, "event": event("e1", quantity=1)},
            {"reservationId": hold, "event": event("e2", quantity=1)},
        ]
        answer = post(gateway, "/captures", {"captures": captures, "atomic": True})
        assert (answer.status_code, answer.json()["code"]) == (422, "captures_refused")
        assert not UsageEvent.objects.exists()
        assert wallet_figures(acme, now).balance_micros == 10_000_000

    @pytest.mark.parametrize("count", [1, 20])
    def test_take_as_many_statements_as_ingestion(self, acme, now, count):
        """Two, and one that locks the organization's usage; in a test's transaction no BEGIN or COMMIT is sent."""

        def captured(prefix):
            holds = [
                services.reserve(
                    organization=acme,
                    reservation=services.NewReservation(
                        amount=100_000,
                        key=f"{prefix}{number}",
                        expires_at=now + timedelta(minutes=10),
                        created_by="key:test",
                    ),
                    now=now,
                ).hold.pk
                for number in range(count)
            ]
            captures = [
                EventCapture(hold_id=hold, event=event(f"{prefix}{number}", quantity="0.1"))
                for number, hold in enumerate(holds)
            ]
            with CaptureQueriesContext(connection) as queries:
                outcomes = capture_usage(
                    organization=acme, captures=captures, created_by="key:test", atomic=False, now=now
                )
            assert not [each for each in outcomes if isinstance(each, Exception)], outcomes
            return [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]

        captured("warm")
        assert len(captured("e")) == 3
