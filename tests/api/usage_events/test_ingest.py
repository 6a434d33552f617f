"""POST /v1/usage/events"""

import gzip
import json
import tracemalloc
import zlib

import pytest
from django.test import Client, RequestFactory

from apps.api.problems import BodyTooLarge, InvalidInput
from apps.api.request_bodies import inflated
from apps.api.usage_events.parsers import LinesParser
from apps.usage.models import UsageEvent
from tests.api.callers import as_bearer, as_header, key_of, session_of
from tests.api.documents import assert_described
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, several

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


LINES = "application/x-ndjson"


def lines(*events):
    return "\n".join(each if isinstance(each, str) else json.dumps(each) for each in events)


class TestLines:
    @pytest.mark.parametrize("content_type", [LINES, "application/ndjson; charset=utf-8"])
    def test_are_an_event_each(self, sender, chat, content_type):
        answer = post(sender, lines(*several(3, quantity=1), "", "\r") + "\n", content_type)
        assert_described("sendUsageEvents", answer.json())
        assert (answer.json()["accepted"], answer.json()["rejected"]) == (3, 0)

    def test_are_refused_alone_where_one_is_no_json(self, sender, chat):
        answer = post(sender, lines(event(quantity=1), '{"id": "e2", ', "[]", event("e4", quantity=1)), LINES).json()
        assert (answer["accepted"], answer["rejected"]) == (2, 2)
        assert [(each["index"], each["code"]) for each in answer["rejections"]] == [
            (1, "malformed_event"),
            (2, "not_an_event"),
        ]

    def test_are_at_most_a_batch(self, sender):
        answer = post(sender, "{}\n" * 1_001, LINES)
        assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "body")

    def test_beyond_a_batch_are_not_even_read(self):
        assert LinesParser().read(b"{}\n" * 1_000) == [{}] * 1_000
        with pytest.raises(InvalidInput):
            LinesParser().read(b"{}\n" * 1_001)


def packed(client, body, content_type="application/json", **headers):
    raw = body if isinstance(body, bytes) else gzip.compress(json.dumps(body).encode())
    return client.post(URL, raw, content_type=content_type, headers={"Content-Encoding": "gzip", **headers})


class TestGzip:
    def test_is_inflated(self, sender, chat):
        assert packed(sender, several(3, quantity=1)).json()["accepted"] == 3
        assert packed(sender, gzip.compress(lines(event("l1", quantity=1)).encode()), LINES).json()["accepted"] == 1

    def test_may_come_in_several_members(self, sender, chat):
        text = json.dumps(event(quantity=1)).encode()
        assert packed(sender, gzip.compress(text[:20]) + gzip.compress(text[20:])).json()["accepted"] == 1

    @pytest.mark.parametrize(("members", "status"), [(64, 200), (65, 400)])
    def test_has_at_most_64_members(self, sender, chat, members, status):
        text = json.dumps(event(quantity=1)).encode()
        assert packed(sender, gzip.compress(text) + gzip.compress(b" ") * (members - 1)).status_code == status

    def test_is_inflated_up_to_the_bodys_limit(self, sender, chat):
        room = 2_000_000 - len(json.dumps(event(quantity=1)))
        fits = json.dumps(event(quantity=1)).encode() + b" " * room
        assert packed(sender, gzip.compress(fits)).json()["accepted"] == 1
        assert packed(sender, gzip.compress(fits + b" ")).status_code == 413

    def test_of_a_bomb_is_never_inflated_further_than_the_limit(self):
        bomb = gzip.compress(bytes(50_000_000), compresslevel=9)
        request = RequestFactory().post(URL, headers={"Content-Encoding": "gzip"})
        tracemalloc.start()
        try:
            with pytest.raises(BodyTooLarge):
                inflated(request, bomb, 2_000_000)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert most < 10_000_000

    @pytest.mark.parametrize(
        ("raw", "status"),
        [
            (gzip.compress(bytes(20_000_000)), 413),
            (b"\x1f\x8b", 400),
            (b"{}", 400),
            (gzip.compress(b"{}")[:-4], 400),
            (gzip.compress(b"{}") + b"more", 400),
            (zlib.compress(b"{}"), 400),
        ],
        ids=["bomb", "head", "plain", "cut short", "trailing", "zlib"],
    )
    def test_is_refused_cleanly_where_it_is_none_or_too_much(self, sender, raw, status):
        answer = packed(sender, raw)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")

    def test_is_the_only_encoding(self, sender):
        answer = sender.post(URL, b"{}", content_type="application/json", headers={"Content-Encoding": "br"})
        assert (answer.status_code, "gzip" in answer.json()["detail"]) == (415, True)

    def test_is_the_same_call_however_it_was_compressed(self, sender, chat):
        text = json.dumps(event(quantity=1)).encode()
        sends = [
            packed(sender, gzip.compress(text, compresslevel=level, mtime=level), **{"Idempotency-Key": "k1"})
            for level in (1, 9)
        ]
        assert [each.json()["accepted"] for each in sends] == [1, 1]
        assert sends[1]["Idempotent-Replayed"] == "true"


def binary(client, body=b"", content_type="application/json", **changes):
    attributes = {name: value for name, value in event().items() if name != "data"} | changes
    headers = {f"ce-{name}": value for name, value in attributes.items() if value is not None}
    return client.post(URL, body, content_type=content_type, headers=headers)


class TestBinaryMode:
    def test_takes_attributes_from_headers_and_data_from_the_body(self, sender, chat):
        assert binary(sender, json.dumps({"quantity": 7, "model": "m1"}), subject="x").json()["accepted"] == 1
        row = UsageEvent.objects.get()
        assert (row.event_id, row.source, row.charge_micros, row.model) == ("e1", "app", 7, "m1")

    def test_is_the_same_event_in_either_mode(self, sender, chat):
        binary(sender, json.dumps({"quantity": 7}))
        assert post(sender, event(quantity=7)).json()["duplicate"] == 1

    def test_needs_no_body_where_the_meter_needs_no_data(self, sender, db):
        price(make_meter("ping", "event"), micros_per_million=1_000_000)
        assert binary(sender, type="ping").json()["accepted"] == 1

    def test_decodes_what_headers_cannot_hold(self, sender, chat):
        binary(sender, '{"quantity": 1}', id="caf%C3%A9%2025%25", source='"a \\"b\\""')
        row = UsageEvent.objects.get()
        assert (row.event_id, row.source) == ("café 25%", 'a "b"')

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"id": "%ff"}, "malformed_event"),
            ({"specversion": None}, "unknown_specversion"),
            ({"time": None}, "invalid_time"),
            ({"id": None}, "invalid_id"),
        ],
    )
    def test_refuses_the_event_by_its_rule(self, sender, chat, changes, code):
        assert binary(sender, '{"quantity": 1}', **changes).json()["rejections"][0]["code"] == code

    def test_is_not_meant_by_a_body_that_says_that_it_is_an_event(self, sender, chat):
        body = json.dumps(event("whole", quantity=1))
        assert binary(sender, body, "application/cloudevents+json", id="header").json()["accepted"] == 1
        assert UsageEvent.objects.get().event_id == "whole"

    def test_takes_no_data_of_another_type(self, sender):
        assert binary(sender, "<a/>", "text/xml").status_code == 415

    def test_reads_no_data_and_no_type_of_data_from_headers(self, sender, chat):
        strange = {"data": "x", "data_base64": "AA==", "datacontenttype": "text/xml"}
        assert binary(sender, '{"quantity": 7}', **strange).json()["accepted"] == 1
        assert UsageEvent.objects.get().charge_micros == 7

    def test_is_another_call_where_a_header_differs(self, sender, chat):
        def send(id):
            headers = {f"ce-{name}": value for name, value in event(id).items() if name != "data"}
            headers["Idempotency-Key"] = "k1"
            return sender.post(URL, '{"quantity": 1}', content_type="application/json", headers=headers)

        assert (send("e1").status_code, send("e2").status_code) == (200, 409)


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

    @pytest.mark.parametrize("number", ["1500.0", "1e3", "1.5E+3", "0"])
    def test_takes_whole_numbers_however_they_are_written(self, sender, chat, number):
        answer = post(sender, json.dumps(event()).replace("{}", f'{{"input_tokens": {number}, "output_tokens": 1}}'))
        assert answer.json()["accepted"] == 1

    def test_takes_no_data_where_the_meter_needs_none(self, sender, db):
        price(make_meter("ping", "event"), micros_per_million=1_000_000)
        assert post(sender, {**event(type="ping"), "data": None}).json()["accepted"] == 1

    def test_says_that_the_meter_needs_data(self, sender, chat):
        assert post(sender, {**event(), "data": None}).json()["rejections"][0]["code"] == "missing_quantity"

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
