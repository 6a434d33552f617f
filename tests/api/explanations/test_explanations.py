"""Explanations: every amount in the wallet is broken down to events and grants."""

import json
from decimal import Decimal

import pytest
from django.test import Client

from apps.ledger.models import Entry, Transfer
from apps.usage.causes import POSTING
from apps.usage.models import UsagePosting
from apps.wallets import services
from tests.api.callers import as_bearer, key_of, session_of
from tests.api.documents import assert_described
from tests.factories import charge, create_grant
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

URL = "/v1/billing/explain"


@pytest.fixture
def client(acme, now):
    price(make_meter("chat", "service"), micros_per_million=10**12)
    return Client(headers=as_bearer(key_of(acme, "billing:read", "reservations:write", "usage:write")))


def entry_of(organization, **transfer):
    return Entry.objects.get(book=organization.pk, account__code__endswith=":wallet", **transfer)


def explain(client, entry, **query):
    answer = client.get(f"{URL}/{entry.pk}", query)
    assert answer.status_code == 200, answer.content
    body = answer.json(parse_float=Decimal)
    assert_described("explainEntry", body)
    return body


class TestExplain:
    def test_pages_the_events_of_a_charge_that_several_grants_paid(self, client, acme, now):
        """Quota 4, bonus 3 and paid 20 pay 9.5: 4, 3 and 2.5; the pages of its events add up to it."""
        for source, amount in (("included_quota", "4"), ("bonus", "3"), ("top_up", "20")):
            create_grant(acme, amount, now, key=source, source=source)
        send(acme, now, event("e1", quantity=4), event("e2", quantity=4), event("e3", quantity="1.5"))
        entry = entry_of(acme, transfer__kind="usage")
        body = explain(client, entry, limit=1)
        assert [(each["source"], each["amount"]) for each in body["grants"]] == [
            ("included_quota", 4),
            ("bonus", 3),
            ("top_up", Decimal("2.5")),
        ]
        assert (body["entry"]["amount"], body["shortfall"], body["cause"]["type"]) == (
            Decimal("-9.5"),
            0,
            "usage.posting",
        )
        (line,) = body["lines"]
        assert (line["meter"], line["quantity"], line["eventCount"], line["charge"]) == (
            "chat",
            Decimal("9.5"),
            3,
            Decimal("9.5"),
        )
        seen = []
        while True:
            assert body["events"]["total"] == {"count": 3, "charge": Decimal("9.5")}
            seen.append((body["events"]["data"][0]["id"], body["events"]["page"]["charge"]))
            if "nextCursor" not in body["events"]:
                break
            body = explain(client, entry, limit=1, cursor=body["events"]["nextCursor"])
        assert seen == [("e1", 4), ("e2", 4), ("e3", Decimal("1.5"))]

    def test_keeps_what_fell_short_apart_from_what_paid_it_later(self, client, acme, now):
        create_grant(acme, "2", now)
        charge(acme, "5", now, key="work")
        create_grant(acme, "10", now, key="more")
        body = explain(client, entry_of(acme, transfer__key="work"))
        assert ([each["amount"] for each in body["grants"]], body["shortfall"]) == ([2], 3)

    def test_of_a_postpaid_charge_names_what_became_owed(self, client, acme, now):
        type(acme).objects.filter(pk=acme.pk).update(billing_mode="postpaid", postpaid_limit_micros=50_000_000)
        acme.refresh_from_db()
        create_grant(acme, "2", now)
        charge(acme, "5", now, key="work")
        assert explain(client, entry_of(acme, transfer__key="work"))["shortfall"] == 3

    def test_of_a_reversal_turns_the_leaves_around(self, client, acme, now):
        create_grant(acme, "10", now)
        send(acme, now, event("e1", quantity=3))
        charged = Transfer.objects.get(kind="usage")
        services.reverse_transfer(
            organization=acme,
            transfer_id=charged.pk,
            cause=POSTING.of(UsagePosting.objects.get().pk),
            reason="Wrong",
            created_by="staff:ann",
            now=now,
        )
        first, back = entry_of(acme, transfer=charged), entry_of(acme, transfer__reverses=charged)
        body = explain(client, back)
        assert (body["entry"]["amount"], body["events"]["total"]["charge"], body["lines"][0]["charge"]) == (3, -3, -3)
        assert body["reverses"] == str(first.pk)
        assert explain(client, first)["reversedBy"] == str(back.pk)

    def test_of_a_captured_event_leads_to_its_reservation(self, client, acme, now):
        create_grant(acme, "10", now)
        answer = client.post(
            "/v1/billing/reservations",
            json.dumps({"amount": 4}),
            content_type="application/json",
            headers={"Idempotency-Key": "one"},
        )
        hold = answer.json()["id"]
        client.post(
            f"/v1/billing/reservations/{hold}/capture",
            json.dumps({"event": event("e1", quantity=3)}),
            content_type="application/json",
        )
        body = explain(client, entry_of(acme, transfer__kind="usage"))
        assert (body["reservationId"], body["events"]["data"][0]["id"], body["grants"][0]["amount"]) == (hold, "e1", 3)
        assert UsagePosting.objects.get().hold_id is not None

    def test_of_every_entry_id_that_answers_carry_has_the_amount_shown_there(self, client, acme, now):
        create_grant(acme, "10", now)
        send(acme, now, event("e1", quantity=3))

        def read(path):
            return client.get(path).json(parse_float=Decimal)

        reserved = client.post(
            "/v1/billing/reservations", json.dumps({"amount": 4}), content_type="application/json",
            headers={"Idempotency-Key": "one"},
        )  # fmt: skip
        hold = f"/v1/billing/reservations/{reserved.json()['id']}"
        client.post(f"{hold}/capture", json.dumps({"amount": 2}), content_type="application/json")
        summary = read("/v1/billing/organization/summary")["ledger"]["activity"]["ledgerEntries"]
        session = Client(headers=as_bearer(session_of(acme)))
        shown = [(each["id"], each["amount"]) for each in summary]
        listed = session.get("/api/v1/org/ledger").json(parse_float=Decimal)
        shown += [(each["entryId"], each["amountCredits"]) for each in listed]
        signs = {"charge": -1, "credit": 1}
        records = read("/v1/billing/records")["data"]
        shown += [(each["id"], signs[each["recordType"]] * each["amount"]) for each in records]
        shown.append((read(hold)["entryId"], -2))
        assert len(shown) == 10
        for entry_id, amount in shown:
            assert read(f"{URL}/{entry_id}")["entry"]["amount"] == amount

    def test_of_anothers_entry_is_not_found(self, client, acme, globex, now):
        create_grant(globex, "5", now, key="theirs")
        for identity in (entry_of(globex).pk, 10**17, "x", "1" * 19, "-1"):
            answer = client.get(f"{URL}/{identity}")
            assert (answer.status_code, answer.json()["code"]) == (404, "entry_not_found")
