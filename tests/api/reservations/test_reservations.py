"""Reservations: reserve, capture, extend, release, estimate."""

import json
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.ledger.models import Hold
from apps.pricing.cell_text import read_lines
from apps.pricing.cells import table_rows
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures
from apps.wallets.services import set_work_pause
from tests.api.callers import as_bearer, key_of, session_of
from tests.api.documents import assert_described
from tests.factories import charge, create_grant
from tests.pricing.factories import make_meter, price
from tests.usage.budgets import put_budget
from tests.usage.factories import event, send

URL = "/v1/billing/reservations"
SCOPES = ("billing:read", "reservations:write", "usage:write")


@pytest.fixture
def gateway(acme, now):
    """A client with a key that may reserve, for an organization that has 10."""
    create_grant(acme, "10", now)
    return Client(headers=as_bearer(key_of(acme, *SCOPES)))


def post(client, path="", body=None, key=None):
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(URL + path, json.dumps(body or {}), content_type="application/json", headers=headers)


def reserve(client, amount="4", key="call-1", **members):
    return post(client, body={"amount": amount, **members}, key=key)


def read(answer):
    return answer.json(parse_float=Decimal)


class TestReserve:
    def test_answers_the_reservation_with_what_backs_it(self, gateway, acme, exact):
        answer = reserve(
            gateway, "4.25", description="Summary", dimensions={"project": "web"}, metadata={"trace": "t1"}
        )
        assert answer.status_code == 201
        body = exact(answer)
        hold = Hold.objects.get()
        (grant,) = body.pop("grants")
        assert (grant["source"], grant["amount"]) == ("bonus", Decimal("4.25"))
        assert body == {
            "id": str(hold.pk),
            "status": "pending",
            "amount": Decimal("4.25"),
            "currency": "USD",
            "captured": 0,
            "dimensions": {"project": "web"},
            "postpaidAmount": 0,
            "description": "Summary",
            "metadata": {"trace": "t1"},
            "createdBy": hold.created_by,
            "createdAt": "2026-11-18T12:00:00Z",
            "expiresAt": "2026-11-18T12:10:00Z",
            "budgets": [],
            "availableBudget": Decimal("5.75"),
        }

    def test_takes_two_statements(self, gateway):
        reserve(gateway, "1", "warm")
        with CaptureQueriesContext(connection) as queries:
            assert reserve(gateway, "1").status_code == 201
        assert len([each for each in queries if "SAVEPOINT" not in each["sql"]]) <= 3

    def test_again_answers_the_reservation_as_it_stands(self, gateway, now):
        first = reserve(gateway).json()
        post(gateway, f"/{first['id']}/capture", {"amount": "1"})
        again = reserve(gateway)
        assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
        assert (again.json()["id"], again.json()["status"], again.json()["captured"]) == (first["id"], "captured", 1)
        assert Hold.objects.count() == 1

    @pytest.mark.parametrize("change", [{"amount": "5"}, {"dimensions": {"user": "u1"}}])
    def test_with_other_inputs_under_the_same_key_is_a_conflict(self, gateway, change):
        reserve(gateway)
        answer = post(gateway, body={"amount": "4", **change}, key="call-1")
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_mismatch")
        assert answer.json()["detail"].startswith("This Idempotency-Key was used before")

    def test_names_the_limit_that_refuses(self, gateway, acme):
        reserve(gateway, "7.5")
        answer = reserve(gateway, "4", key="call-2")
        body = read(answer)
        limit = {"kind": "wallet", "room": Decimal("2.5"), "requested": 4, "missing": Decimal("1.5")}
        assert (answer.status_code, answer.headers["Content-Type"]) == (402, "application/problem+json")
        assert (body["code"], body["limit"], body["refusedBy"]) == ("insufficient_funds", limit, [limit])
        assert body["currentBudget"] == Decimal("2.5")

    def test_says_since_when_nothing_is_left(self, gateway, acme, now):
        charge(acme, "10", now, key="all")
        with time_machine.travel(now + timedelta(hours=1), tick=False):
            assert reserve(gateway).json()["limit"]["since"] == "2026-11-18T12:00:00Z"

    def test_is_decided_anew_after_a_refusal(self, gateway, acme, now):
        assert reserve(gateway, "12").status_code == 402
        create_grant(acme, "5", now, key="more")
        assert reserve(gateway, "12").status_code == 201

    def test_names_the_postpaid_limit_and_what_is_held_of_it(self, gateway, acme, now):
        Organization.objects.filter(pk=acme.pk).update(billing_mode="postpaid", postpaid_limit_micros=5_000_000)
        body = read(reserve(gateway, "12"))
        assert (body["grants"][0]["amount"], body["postpaidAmount"], body["availableBudget"]) == (10, 2, 3)
        assert reserve(gateway, "4", key="call-2").json()["limit"]["kind"] == "postpaid_limit"

    @pytest.mark.parametrize("amount", ["1", "0"])
    def test_is_refused_while_staff_pause_new_work_and_work_in_hand_is_finished(self, gateway, acme, now, amount):
        used = reserve(gateway, "1", key="used").json()["id"]
        set_work_pause(organization=acme, reason="Fraud review", now=now)
        free = {"meter": make_meter("llm.tokens").slug, "inputTokens": 1, "maxOutputTokens": 1, "billingMode": "byok"}
        work = {"amount": amount} if amount != "0" else {"estimate": free}
        answer = post(gateway, body=work, key="call-2")
        assert (answer.status_code, answer.json()["code"]) == (403, "work_paused")
        assert (answer.json()["reason"], answer.json()["since"]) == ("Fraud review", "2026-11-18T12:00:00Z")
        assert_described("createReservation", answer.json(), "403")
        assert reserve(gateway, "1", key="used").status_code == 201
        assert post(gateway, f"/{used}/capture", {"amount": "1"}).status_code == 200
        set_work_pause(organization=acme, reason="", now=now)
        assert post(gateway, body=work, key="call-2").status_code == 201

    def test_are_so_many_at_once_that_all_can_be_closed(self, gateway, monkeypatch, now):
        monkeypatch.setattr("apps.wallets.decisions.refusals.MOST_PENDING", 2)
        first = reserve(gateway, "1", key="one").json()["id"]
        reserve(gateway, "1", key="two", ttlSeconds=60)
        answer = reserve(gateway, "1", key="three")
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_reservations")
        assert answer.headers["Retry-After"] == "5"
        assert reserve(gateway, "1", key="one").json()["id"] == first
        with time_machine.travel(now + timedelta(minutes=2), tick=False):
            assert reserve(gateway, "1", key="three").status_code == 201
            assert reserve(gateway, "1", key="four").status_code == 429
            post(gateway, f"/{first}/release")
            assert reserve(gateway, "1", key="four").status_code == 201

    def test_names_each_limit_of_the_wallet_that_refuses(self, gateway, acme, now):
        create_grant(acme, "3", now, key="quota", source="included_quota")
        Organization.objects.filter(pk=acme.pk).update(usage_billing_enabled=False)
        body = read(reserve(gateway, "4"))
        assert [(each["kind"], each["room"]) for each in body["refusedBy"]] == [("included_quota", 3)]
        body = read(reserve(gateway, "14"))
        rooms = [(each["kind"], each["room"]) for each in body["refusedBy"]]
        assert (rooms, body["currentBudget"]) == ([("wallet", 13), ("included_quota", 3)], 3)
        Organization.objects.filter(pk=acme.pk).update(billing_mode="postpaid", postpaid_limit_micros=5_000_000)
        rooms = [(each["kind"], each["room"]) for each in read(reserve(gateway, "19"))["refusedBy"]]
        assert rooms == [("included_quota", 3), ("postpaid_limit", 18)]

    @pytest.mark.parametrize(
        ("status", "code"), [("suspended", "organization_suspended"), ("archived", "organization_inactive")]
    )
    def test_is_refused_while_the_organization_is_not_active_and_work_in_hand_is_finished(
        self, gateway, acme, status, code
    ):
        used, unused = (reserve(gateway, "1", key=key).json()["id"] for key in ("used", "unused"))
        Organization.objects.filter(pk=acme.pk).update(status=status)
        answer = reserve(gateway, key="call-2")
        assert (answer.status_code, answer.json()["code"]) == (403, code)
        assert post(gateway, f"/{used}/extend", {"ttlSeconds": 900}).status_code == 200
        assert post(gateway, f"/{used}/capture", {"amount": "1"}).status_code == 200
        assert post(gateway, f"/{unused}/release").status_code == 200

    @pytest.mark.parametrize(
        ("body", "location"),
        [
            ({}, "body"),
            ({"amount": "1", "estimate": {"quantity": 1}}, "body"),
            ({"amount": 0}, "body.amount"),
            ({"amount": -1}, "body.amount"),
            ({"amount": "1e3"}, "body.amount"),
            ({"amount": "0.0000001"}, "body.amount"),
            ({"amount": 1_000_000_001}, "body.amount"),
            ({"amount": True}, "body.amount"),
            ({"amount": None}, "body.amount"),
            ({"amount": 1, "ttlSeconds": 0}, "body.ttlSeconds"),
            ({"amount": 1, "ttlSeconds": 86_401}, "body.ttlSeconds"),
            ({"amount": 1, "currency": "EUR"}, "body.currency"),
            ({"amount": 1, "description": "d" * 201}, "body.description"),
            ({"amount": 1, "dimensions": {"team": "x"}}, "body.dimensions.team"),
            ({"amount": 1, "dimensions": {"user": "u" * 129}}, "body.dimensions.user"),
            ({"amount": 1, "dimensions": {"tag": "a\tb"}}, "body.dimensions.tag"),
            ({"amount": 1, "metadata": {"a": 1}}, "body.metadata"),
            ({"amount": 1, "metadata": {f"m{number}": "x" for number in range(21)}}, "body.metadata"),
            ({"amount": 1, "metadata": {"m" * 41: "x"}}, "body.metadata"),
            ({"amount": 1, "metadata": {"m": "x" * 501}}, "body.metadata"),
            ({"amount": 1, "surprise": 1}, "body.surprise"),
        ],
    )
    def test_refuses_what_breaks_a_rule_by_name(self, gateway, body, location):
        answer = post(gateway, body=body, key="call-1")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
        assert location in [error["location"] for error in answer.json()["errors"]]
        assert not Hold.objects.exists()

    @pytest.mark.parametrize("key", [None, "two words", "k" * 256])
    def test_asks_for_a_key(self, gateway, key):
        answer = reserve(gateway, key=key)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["location"] == "header.Idempotency-Key"

    def test_needs_the_scope(self, acme):
        assert reserve(Client(headers=as_bearer(key_of(acme)))).status_code == 403
        assert reserve(Client(headers=as_bearer(session_of(acme)))).status_code == 403


class TestCapture:
    def capture(self, client, amount, **members):
        hold = reserve(client).json()["id"]
        return hold, post(client, f"/{hold}/capture", {"amount": amount, **members})

    def test_charges_the_amount_and_returns_the_rest(self, gateway, acme, now):
        hold, answer = self.capture(gateway, "1.5", description="Summary of a page")
        body = read(answer)
        assert (body["charged"], body["released"], body["notCharged"]) == (Decimal("1.5"), Decimal("2.5"), 0)
        assert (body["reservation"]["status"], body["availableBudget"]) == ("captured", Decimal("8.5"))
        shown = read(gateway.get(f"{URL}/{hold}"))
        assert body["entryId"] == body["reservation"]["entryId"] == shown["entryId"]
        assert wallet_figures(acme, now).balance_micros == 8_500_000

    def test_again_answers_the_first_result_and_another_amount_is_a_conflict(self, gateway):
        hold, first = self.capture(gateway, "1.5")
        again = post(gateway, f"/{hold}/capture", {"amount": "1.50"})
        assert again.json() == first.json()
        other = post(gateway, f"/{hold}/capture", {"amount": "2"})
        assert (other.status_code, other.json()["code"], other.json()["charged"]) == (409, "hold_closed", 1.5)
        assert_described("captureReservation", other.json(), status="409")

    def test_of_nothing_releases(self, gateway):
        hold, answer = self.capture(gateway, 0)
        assert (answer.json()["reservation"]["status"], answer.json()["released"]) == ("released", 4)
        assert post(gateway, f"/{hold}/capture", {"amount": 0}).status_code == 200

    @pytest.mark.parametrize(
        ("overage", "status", "charged", "not_charged"),
        [("refuse", 422, None, None), ("allow", 402, None, None), ("available", 200, 10, 1), ("owe", 200, 11, 0)],
    )
    def test_above_the_reservation_follows_the_rule_that_is_named(self, gateway, overage, status, charged, not_charged):
        _, answer = self.capture(gateway, "11", overage=overage)
        assert answer.status_code == status
        assert (answer.json().get("charged"), answer.json().get("notCharged")) == (charged, not_charged)

    def test_of_what_is_available_beyond_nothing_charges_nothing(self, gateway, acme, now):
        price(make_meter("llm.tokens"), scheme="per_token", micros_per_million=1_000_000)
        work = {"meter": "llm.tokens", "inputTokens": 1, "maxOutputTokens": 1, "billingMode": "byok"}
        hold = post(gateway, body={"estimate": work}, key="free").json()["id"]
        charge(acme, "10", now)
        for _ in range(2):
            body = post(gateway, f"/{hold}/capture", {"amount": "1", "overage": "available"}).json()
            assert (body["charged"], body["notCharged"], body["reservation"]["status"]) == (0, 1, "released")

    @pytest.mark.parametrize(
        ("field", "members"),
        [
            ("amount", {"amount": "11"}),
            ("metadata", {"amount": "1", "metadata": {f"m{n}": "é" * 500 for n in range(20)}}),
        ],
    )
    def test_names_the_field_where_the_caller_wrote_it(self, gateway, field, members):
        hold = reserve(gateway).json()["id"]
        answer = post(gateway, f"/{hold}/capture", members)
        assert answer.json()["errors"][0]["location"] == f"body.{field}"
        batch = {"captures": [{"reservationId": str(uuid4()), "amount": 1}, {"reservationId": hold, **members}]}
        problem = post(gateway, "/captures", batch).json()["results"][1]["problem"]
        assert problem["errors"][0]["location"] == f"body.captures[1].{field}"

    def test_that_owes_also_needs_to_send_usage(self, gateway, acme):
        hold = reserve(gateway).json()["id"]
        weaker = Client(headers=as_bearer(key_of(acme, "reservations:write")))
        assert post(weaker, f"/{hold}/capture", {"amount": "11", "overage": "owe"}).status_code == 403
        assert post(weaker, f"/{hold}/capture", {"amount": "4"}).status_code == 200

    def test_after_its_end_is_gone(self, gateway, now):
        hold = reserve(gateway, ttlSeconds=60).json()["id"]
        with time_machine.travel(now + timedelta(seconds=60), tick=False):
            answer = post(gateway, f"/{hold}/capture", {"amount": "1"})
            assert (answer.status_code, answer.json()["code"]) == (410, "hold_expired")
            assert gateway.get(f"{URL}/{hold}").json()["status"] == "expired"

    def test_of_anothers_reservation_is_not_found(self, gateway, globex):
        hold = reserve(gateway).json()["id"]
        stranger = Client(headers=as_bearer(key_of(globex, *SCOPES)))
        for path in ("/capture", "/release", "/extend"):
            answer = post(stranger, f"/{hold}{path}", {"amount": 1} if path == "/capture" else None)
            assert answer.status_code in (404, 422)
        assert stranger.get(f"{URL}/{hold}").status_code == 404
        assert post(stranger, f"/{hold}/capture", {"amount": 1}).json()["code"] == "hold_not_found"


class TestCaptures:
    def test_decide_each_on_what_the_one_before_left(self, gateway):
        holds = [reserve(gateway, "3", key=f"c{number}").json()["id"] for number in range(3)]
        captures = [
            {"reservationId": holds[0], "amount": "4", "overage": "available"},
            {"reservationId": str(uuid4()), "amount": "1"},
            {"reservationId": holds[1], "amount": "3.5", "overage": "allow"},
            {"reservationId": holds[2], "amount": "1"},
        ]
        body = post(gateway, "/captures", {"captures": captures}).json()
        assert (body["captured"], body["refused"], body["charged"]) == (2, 2, 5)
        assert [each.get("problem", {}).get("code") for each in body["results"]] == [
            None,
            "hold_not_found",
            "insufficient_funds",
            None,
        ]

    def test_sum_what_is_charged_once_where_a_reservation_is_named_twice(self, gateway, acme, now):
        capture = {"reservationId": reserve(gateway).json()["id"], "amount": "1"}
        for _ in range(2):
            body = post(gateway, "/captures", {"captures": [capture, capture]}).json()
            assert (body["captured"], body["charged"]) == (2, 1)
        assert wallet_figures(acme, now).balance_micros == 9_000_000

    def test_name_the_limits_that_refuse_one_of_them(self, gateway, exact):
        captures = [{"reservationId": reserve(gateway, "4").json()["id"], "amount": "14.5", "overage": "allow"}]
        refused = exact(post(gateway, "/captures", {"captures": captures}))
        problem = refused["results"][0]["problem"]
        limit = {"kind": "wallet", "room": 6, "requested": Decimal("10.5"), "missing": Decimal("4.5")}
        assert (problem["limit"], problem["refusedBy"], problem["currentBudget"]) == (limit, [limit], 6)
        assert_described("captureReservations", refused)
        whole = exact(post(gateway, "/captures", {"captures": captures, "atomic": True}))
        assert (whole["code"], whole["index"], whole["refusal"]["limit"]) == ("captures_refused", 0, limit)

    def test_that_are_atomic_capture_all_or_none(self, gateway, acme, now):
        hold = reserve(gateway).json()["id"]
        captures = [{"reservationId": hold, "amount": "1"}, {"reservationId": str(uuid4()), "amount": "1"}]
        answer = post(gateway, "/captures", {"captures": captures, "atomic": True})
        assert (answer.status_code, answer.json()["code"]) == (422, "captures_refused")
        assert wallet_figures(acme, now).balance_micros == 10_000_000

    @pytest.mark.parametrize("count", [0, 101])
    def test_are_bounded(self, gateway, count):
        captures = [{"reservationId": str(uuid4()), "amount": "1"}] * count
        assert post(gateway, "/captures", {"captures": captures}).status_code == 422


class TestEnds:
    def test_release_returns_all_and_again_changes_nothing(self, gateway):
        hold = reserve(gateway).json()["id"]
        assert [post(gateway, f"/{hold}/release").json()["status"] for _ in range(2)] == ["released", "released"]
        assert post(gateway, f"/{hold}/capture", {"amount": 1}).status_code == 409

    def test_extend_moves_the_end_out_and_never_back(self, gateway):
        hold = reserve(gateway, ttlSeconds=600).json()["id"]
        assert post(gateway, f"/{hold}/extend", {"ttlSeconds": 60}).json()["expiresAt"] == "2026-11-18T12:10:00Z"
        assert post(gateway, f"/{hold}/extend", {"ttlSeconds": 1200}).json()["expiresAt"] == "2026-11-18T12:20:00Z"

    def test_extend_ends_at_most_seven_days_after_the_start(self, gateway, now):
        hold = reserve(gateway, ttlSeconds=86_400).json()["id"]
        for day in range(1, 7):
            with time_machine.travel(now + timedelta(days=day, seconds=-day), tick=False):
                assert post(gateway, f"/{hold}/extend", {"ttlSeconds": 86_400}).status_code == 200
        with time_machine.travel(now + timedelta(days=6, hours=12), tick=False):
            assert post(gateway, f"/{hold}/extend", {"ttlSeconds": 86_400}).status_code == 422


class TestList:
    def test_pages_newest_first(self, gateway, now):
        for number in range(5):
            with time_machine.travel(now + timedelta(minutes=number), tick=False):
                reserve(gateway, "1", key=f"c{number}", ttlSeconds=3600)
        seen, cursor = [], None
        with time_machine.travel(now + timedelta(minutes=9), tick=False):
            while cursor != "":
                page = gateway.get(URL, {"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
                seen += [each["createdAt"] for each in page["data"]]
                cursor = page.get("nextCursor", "")
        assert seen == [f"2026-11-18T12:0{minute}:00Z" for minute in (4, 3, 2, 1, 0)]

    def test_narrows_by_status_moment_and_dimension(self, gateway, now):
        mine = reserve(gateway, "1", key="a", dimensions={"user": "u1"}, ttlSeconds=60).json()["id"]
        theirs = reserve(gateway, "1", key="b", dimensions={"user": "u2"}, ttlSeconds=600).json()["id"]

        def found(**query):
            return [each["id"] for each in gateway.get(URL, query).json()["data"]]

        assert found(user="u1") == [mine]
        with time_machine.travel(now + timedelta(seconds=61), tick=False):
            assert (found(status="pending"), found(status="expired")) == ([theirs], [mine])
        assert found(to="2026-11-18T12:00:00Z") == []
        assert len(found(**{"from": "2026-11-18T12:00:00Z"})) == 2

    @pytest.mark.parametrize(
        "query",
        [
            {"status": "open"},
            {"from": "yesterday"},
            {"to": "2026-11-18"},
            {"from": "2026-W47-3T12:00:00Z"},
            {"from": "0001-01-01T00:00:00+23:59"},
            {"to": "9999-12-31T23:59:59.999999-23:59"},
            {"cursor": "x"},
        ],
    )
    def test_refuses_odd_queries_by_name(self, gateway, query):
        answer = gateway.get(URL, query)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["location"] == f"query.{next(iter(query))}"

    def test_is_read_in_one_statement_beside_the_credential(self, gateway):
        reserve(gateway)
        gateway.get(URL)
        with CaptureQueriesContext(connection) as queries:
            gateway.get(URL)
        assert len(queries) <= 2

    def test_has_one_with_what_its_work_may_spend_now(self, gateway, acme, now, exact):
        made = exact(reserve(gateway, "4", dimensions={"user": "bob"}))
        put_budget(acme, "bob", "3", now, scope={"user": "bob"})
        gateway.get(f"{URL}/{made['id']}")
        with CaptureQueriesContext(connection) as queries:
            body = exact(gateway.get(f"{URL}/{made['id']}"))
        assert len(queries) <= 2
        budget = {"id": "bob", "bucket": "", "room": 3, "resetsAt": "2026-11-19T00:00:00Z"}
        assert body == made | {"budgets": [budget], "availableBudget": 6}


class TestEstimate:
    @pytest.fixture(autouse=True)
    def _priced(self, acme, now):
        tokens = make_meter("llm.tokens")
        price(tokens, scheme="per_token", input_micros_per_million=1_250_000, output_micros_per_million=10_000_000)

    WORK = {"meter": "llm.tokens", "inputTokens": 12_000, "maxOutputTokens": 4_000}

    def test_holds_what_the_work_would_cost(self, gateway):
        body = read(post(gateway, body={"estimate": self.WORK}, key="call-1"))
        assert (body["amount"], body["estimate"]) == (Decimal("0.055"), self.WORK)
        captured = read(post(gateway, f"/{body['id']}/capture", {"amount": "0.054"}))
        assert (captured["charged"], captured["released"]) == (Decimal("0.054"), Decimal("0.001"))

    def test_says_what_it_would_meet_and_reserves_nothing(self, gateway, acme, now, exact):
        put_budget(acme, "each", "0.05", now, scope={"user": "*"}, when_missing="refuse")
        put_budget(acme, "day", "1", now)

        def ask(**dimensions):
            body = {"estimate": self.WORK, "dimensions": dimensions}
            return exact(gateway.post("/v1/billing/estimate", body, content_type="application/json"))

        body = ask(user="bob")
        assert_described("estimateCost", body)
        (line,) = body["lines"]
        assert (line["meter"], line["inputTokens"], line["charge"]) == ("llm.tokens", 12_000, Decimal("0.055"))
        rooms = [(each["kind"], each.get("id"), each["room"], each["missing"]) for each in body["limits"]]
        assert rooms == [
            ("wallet", None, 10, 0),
            ("budget", "day", 1, 0),
            ("budget", "each", Decimal("0.05"), Decimal("0.005")),
        ]
        assert (body["fits"], body["refusal"]["code"]) == (False, "budget_exceeded")
        assert ask()["refusal"]["code"] == "dimension_required"
        set_work_pause(organization=acme, reason="Fraud review", now=now)
        assert ask(user="bob")["refusal"] == {"code": "work_paused", "detail": "Fraud review"}
        assert not Hold.objects.exists()

    def test_is_what_its_event_is_charged(self, gateway, acme, now, exact):
        answer = gateway.post("/v1/billing/estimate", {"estimate": self.WORK}, content_type="application/json")
        assert exact(answer)["amount"] == Decimal("0.055")
        assert answer.json()["fits"] is True
        send(acme, now, event(type="llm.tokens", input_tokens=12_000, output_tokens=4_000))
        assert wallet_figures(acme, now).balance_micros == 10_000_000 - 55_000

    @pytest.mark.parametrize(
        ("work", "code"),
        [
            ({"meter": "unknown", "quantity": 1}, "meter_not_named"),
            ({"meter": "llm.tokens", "quantity": "0.5"}, "usage_not_priced"),
        ],
    )
    def test_refuses_what_ingest_could_not_rate(self, gateway, work, code):
        answer = post(gateway, body={"estimate": work}, key="call-1")
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert "_" not in answer.json()["detail"]
        assert not Hold.objects.exists()

    @pytest.mark.parametrize(
        ("work", "amount"),
        [
            ({"inputTokens": 1_000, "maxOutputTokens": 1_000}, "0.005"),
            ({"inputTokens": 1_000, "maxOutputTokens": 1_000, "serviceTier": "priority"}, "0.02"),
            ({"quantities": {"images": 2, "searches": 0}}, "0.08"),
            ({"inputTokens": 1_000, "maxOutputTokens": 0, "quantities": {"images": "1"}}, "0.041"),
        ],
    )
    def test_of_a_models_call_has_the_dearer_output_its_tier_and_other_units(self, acme, gateway, work, amount):
        lines = "input 1\noutput 2\nreasoning 4\ninput tier=priority 10\noutput tier=priority 10\nimages 0.04"
        price(make_meter("calls"), model="m", scheme="cells", cells=table_rows(read_lines(lines)))
        estimate = {"meter": "calls", "model": "m", **work}
        body = read(post(gateway, body={"estimate": estimate}, key="call-1"))
        assert body["amount"] == Decimal(amount)
        again = post(gateway, body={"estimate": estimate}, key="call-1")
        assert again.headers["Idempotent-Replayed"] == "true"
        assert_described("createReservation", body, "201")
        answer = gateway.post("/v1/billing/estimate", {"estimate": estimate}, content_type="application/json")
        assert_described("estimateCost", answer.json())

    @pytest.mark.parametrize("quantities", [{"parsecs": 1}, {"images": -1}, {"images": True}, [], {"images": {}}])
    def test_names_a_bad_quantity(self, gateway, quantities):
        answer = post(gateway, body={"estimate": {"meter": "llm.tokens", "quantities": quantities}}, key="call-1")
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "body.estimate.quantities")

    def test_of_work_that_is_free_is_a_reservation_of_nothing(self, gateway):
        body = post(gateway, body={"estimate": {**self.WORK, "billingMode": "byok"}}, key="call-1").json()
        assert (body["amount"], body["status"], body["grants"]) == (0, "pending", [])
        assert post(gateway, f"/{body['id']}/capture", {"amount": 0}).status_code == 200


def test_answers_are_as_described(gateway, exact):
    hold = exact(reserve(gateway, dimensions={"user": "u1"}))
    assert_described("createReservation", hold, "201")
    assert_described("extendReservation", exact(post(gateway, f"/{hold['id']}/extend", {"ttlSeconds": 900})))
    assert_described("listReservations", exact(gateway.get(URL)))
    batch = {"captures": [{"reservationId": hold["id"], "amount": 1}, {"reservationId": str(uuid4()), "amount": 1}]}
    assert_described("captureReservations", exact(post(gateway, "/captures", batch)))
    assert_described("captureReservation", exact(post(gateway, f"/{hold['id']}/capture", {"amount": 1})))
    assert_described("getReservation", exact(gateway.get(f"{URL}/{hold['id']}")))
    assert_described("createReservation", exact(reserve(gateway, "50", key="too-much")), "402")
    other = reserve(gateway, "1", key="call-3").json()["id"]
    assert_described("releaseReservation", exact(post(gateway, f"/{other}/release")))
