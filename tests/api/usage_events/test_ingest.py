"""POST /v1/usage/events"""

import json

import pytest
from django.test import Client

from apps.usage.models import UsageEvent
from tests.api.callers import as_bearer, as_header, key_of, session_of
from tests.api.documents import assert_described
from tests.pricing.making import make_meter, price
from tests.usage.making import event, several

URL = "/v1/usage/events"
BATCH = "application/cloudevents-batch+json"


@pytest.fixture
def chat(db):
    price(make_meter(), micros_per_million=1_000_000)


@pytest.fixture
def sender(acme):
    return Client(headers=as_header(key_of(acme, "usage:write")))


def post(client, body, content_type="application/json", query=""):
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post(URL + query, text, content_type=content_type)


class TestWhoMaySend:
    def test_asks_who_is_calling(self, client):
        assert post(client, event()).status_code == 401

    def test_needs_the_scope(self, acme):
        assert post(Client(headers=as_header(key_of(acme, "billing:read"))), event()).status_code == 403

    def test_takes_no_session(self, acme):
        assert post(Client(headers=as_bearer(session_of(acme))), event()).status_code == 401

    def test_takes_a_key_as_bearer(self, acme, chat):
        assert post(Client(headers=as_bearer(key_of(acme, "usage:write"))), event(quantity=1)).json()["accepted"] == 1

    def test_lets_the_platform_send_for_many(self, acme, globex, chat):
        platform = Client(headers=as_header(key_of(None)))
        answer = post(platform, [event(subject=str(each.pk), quantity=1) for each in (acme, globex)])
        assert answer.json()["accepted"] == 2

    def test_reads_no_subject_from_an_organizations_key(self, sender, acme, globex, chat):
        post(sender, event(subject=str(globex.pk), quantity=1))
        assert UsageEvent.objects.get().organization_id == acme.pk


class TestBodies:
    @pytest.mark.parametrize("content_type", ["application/json", "application/cloudevents+json; charset=utf-8"])
    def test_takes_one_event(self, sender, chat, content_type):
        assert post(sender, event(quantity=1), content_type).json()["accepted"] == 1

    @pytest.mark.parametrize("content_type", ["application/json", BATCH])
    def test_takes_a_batch(self, sender, chat, content_type):
        assert post(sender, several(3, quantity=1), content_type).json()["accepted"] == 3

    def test_takes_an_empty_batch(self, sender):
        assert post(sender, [], BATCH).json() == {
            "accepted": 0,
            "duplicate": 0,
            "quarantined": 0,
            "rejected": 0,
            "rejections": [],
        }

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ("{", 400),
            ('{"id": 1, "id": 2}', 400),
            ("[" * 100 + "]" * 100, 400),
            ("[NaN]", 400),
            ('"text"', 422),
            ("5", 422),
            ("null", 422),
            (json.dumps([{}] * 1_001), 422),
            (b" " * 2_000_001, 413),
        ],
    )
    def test_refuses_what_is_no_batch(self, sender, body, status):
        answer = post(sender, body)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")

    def test_refuses_another_type_of_body(self, sender):
        assert post(sender, event(), "text/plain").status_code == 415

    def test_refuses_a_flag_it_does_not_know(self, sender):
        assert post(sender, event(), query="?atomic=yes").json()["errors"][0]["location"] == "query.atomic"


class TestAnswer:
    def test_is_as_described(self, sender, chat):
        answer = post(
            sender, [event(quantity=1), event("e2", "nope"), event("e3", quantity=-1), event(quantity=1)]
        ).json()
        assert_described("sendUsageEvents", answer)
        assert answer == {
            "accepted": 1,
            "duplicate": 1,
            "quarantined": 1,
            "rejected": 1,
            "rejections": [
                {
                    "index": 2,
                    "id": "e3",
                    "code": "invalid_quantity",
                    "reason": "data.quantity must be from 0 to 1000000000",
                }
            ],
        }

    @pytest.mark.parametrize(
        "bad",
        [
            '{"quantity": 123456789012345678901234567890}',
            '{"quantity": 1e400}',
            '{"quantity": 0.12345678901234567890123456789012345678901234567890}',
            '{"session": "a\\u0000b"}',
            '{"session": "\\ud800"}',
        ],
    )
    def test_takes_the_good_beside_numbers_and_texts_that_nothing_can_hold(self, sender, chat, bad):
        good, strange = json.dumps(event(quantity=1)), json.dumps(event("e2")).replace("{}", bad)
        answer = post(sender, f"[{good},{strange}]").json()
        assert (answer["accepted"], answer["rejected"], answer["rejections"][0]["id"]) == (1, 1, "e2")

    def test_reads_fractions_exactly(self, sender, acme, db):
        price(make_meter("hours", "other"), micros_per_million=1_000_000_000_000)
        post(sender, json.dumps(event(type="hours")).replace("{}", '{"quantity": 0.100001}'))
        assert UsageEvent.objects.get().charge_micros == 100_001

    def test_says_what_is_wrong_with_a_batch_of_all_or_none(self, sender, chat):
        answer = post(sender, [event(quantity=1), event("e2", quantity=-1)], query="?atomic=true")
        problem = answer.json()
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
        assert (problem["code"], problem["errors"][0]["location"]) == ("events_refused", "body[1]")
        assert (problem["accepted"], problem["rejections"][0]["code"]) == (0, "invalid_quantity")
        assert not UsageEvent.objects.exists()

    def test_repeats_itself_under_an_idempotency_key(self, sender, chat):
        sends = [
            sender.post(URL, json.dumps(event(quantity=1)), content_type=BATCH, headers={"Idempotency-Key": "k1"})
            for _ in range(2)
        ]
        assert [answer.json()["accepted"] for answer in sends] == [1, 1]
        assert sends[1]["Idempotent-Replayed"] == "true"


class TestAfterwards:
    def test_shows_in_the_billing_summary(self, sender, acme, db, exact):
        price(make_meter("disk", "other", is_persistent_resource=True), micros_per_million=2_500_000_000_000)
        post(sender, event(type="disk", quantity=2, operation="store"))
        reader = Client(headers=as_bearer(key_of(acme)))
        summary = exact(reader.get("/v1/billing/organization/summary"))
        budget, shown = summary["budget"], summary["ledger"]["activity"]["usageEvents"]
        assert (budget["monthlyResourceSpend"], budget["monthlyMeteredResourceUsageUsd"]) == (5, 5)
        assert [(row["id"], row["type"], row["quantity"], row["charge"]) for row in shown] == [("e1", "disk", 2, 5)]
