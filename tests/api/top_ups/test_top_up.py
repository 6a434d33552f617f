"""Automatic top-up by API: only an admin switches it on, with consent; errors name the broken rule."""

import json
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client

from apps.api.authentication import Credential
from apps.api.top_ups.views import ReadOrAdminInPerson
from apps.common.money import to_micros
from apps.top_ups.models import TopUp, TopUpAttempt
from tests.api.callers import as_bearer, key_of, session_of
from tests.api.documents import assert_described
from tests.factories import create_grant
from tests.top_ups.factories import create_top_up

URL = "/v1/billing/top-up"
TERMS = {"threshold": 20, "amount": "50", "mostPerCharge": 60, "mostPerDay": 150, "mostPerMonth": 1000}
ON = {"enabled": True, **TERMS, "consent": True}


def put(client, **body):
    return client.put(URL, json.dumps(body), content_type="application/json")


def post(client, path):
    return client.post(f"{URL}/{path}", "{}", content_type="application/json")


@pytest.fixture
def card(acme, now):
    """A saved card of a customer who has not switched top-up on."""
    return create_top_up(acme, now, is_enabled=False, consented_by="", consented_at=None, consent_text="")


def attempt(acme, now, **columns):
    columns = {"state": "declined", "settled_at": now, "card_fingerprint": "fp_1", "created_at": now} | columns
    return TopUpAttempt.objects.create(
        organization=acme, amount_micros=to_micros("50"), currency="USD", payment_method_id="pm_1", **columns
    )


def test_is_off_until_an_admin_consents_and_buys_what_is_due_at_once(person, acme, card, now, exact):
    create_grant(acme, "10", now)
    assert person.get(URL).json()["state"] == "off"
    answer = put(person, **ON)
    assert_described("putTopUp", answer.json(), "200")
    shown = exact(answer)
    assert (shown["state"], shown["usedToday"], shown["amount"]) == ("in_flight", 50, Decimal(50))
    assert shown["paymentMethod"] == {"brand": "visa", "last4": "4242", "expMonth": 12, "expYear": 2030}
    saved = TopUp.objects.get()
    assert (saved.consented_by, saved.consented_at) == ("user:user_1", now)
    assert "50.00 USD of credit whenever the available amount is no more than 20.00 USD" in saved.consent_text
    listed = person.get(f"{URL}/attempts")
    assert_described("listTopUpAttempts", listed.json(), "200")
    assert [(each["state"], each["amount"]) for each in listed.json()["data"]] == [("requested", 50)]
    off = put(person, enabled=False)
    assert_described("getTopUp", off.json(), "200")
    assert (off.json()["state"], off.json()["threshold"]) == ("off", 20)


@pytest.mark.parametrize(
    ("changed", "location"),
    [
        ({"consent": False}, "body.consent"),
        ({"threshold": -1}, "body.threshold"),
        ({"upTo": 100}, "body.amount"),
        ({"amount": 61}, "body.amount"),
        ({"amount": "0.99"}, "body.amount"),
        ({"mostPerCharge": 100_001}, "body.mostPerCharge"),
        ({"mostPerDay": 59}, "body.mostPerDay"),
        ({"mostPerMonth": 149}, "body.mostPerMonth"),
        ({"limit": 5}, "body.limit"),
    ],
)
def test_terms_that_break_a_rule_are_named_and_change_nothing(person, card, changed, location):
    answer = put(person, **ON | changed)
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, location)
    assert not TopUp.objects.get().is_enabled


@pytest.mark.parametrize(("missing", "location"), [("mostPerDay", "body.mostPerDay"), ("amount", "body.amount")])
def test_terms_that_are_incomplete_are_named(person, card, missing, location):
    answer = put(person, **{name: value for name, value in ON.items() if name != missing})
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, location)


def test_up_to_needs_room_above_the_threshold(person, card):
    terms = {name: value for name, value in ON.items() if name != "amount"}
    assert put(person, **terms, upTo=20).json()["errors"][0]["location"] == "body.upTo"
    assert put(person, **terms, upTo=21).json()["upTo"] == 21


def test_needs_a_card_and_a_prepaid_customer(person, acme):
    assert put(person, **ON).json()["code"] == "no_payment_method"
    acme.billing_mode = "postpaid"
    acme.save(update_fields=["billing_mode"])
    assert put(person, **ON).json()["code"] == "not_prepaid"
    assert not TopUp.objects.filter(is_enabled=True).exists()


def test_is_changed_by_an_admin_alone(acme, card):
    reader, writer = (Client(headers=as_bearer(key_of(acme, scope))) for scope in ("billing:read", "budgets:write"))
    member = Client(headers=as_bearer(session_of(acme, role="org:member")))
    assert (reader.get(URL).status_code, reader.get(f"{URL}/attempts").status_code) == (200, 200)
    for caller in (reader, writer, member):
        answers = [put(caller, **ON), post(caller, "resume"), post(caller, "payment-method")]
        assert [each.status_code for each in answers] == [403, 403, 403]


def test_nobody_consents_for_an_admin():
    def may(method, actor):
        who = Credential(None, "session", user_id="u1", actor_user_id=actor, role="org:admin", scopes={"billing:read"})
        return ReadOrAdminInPerson().has_permission(SimpleNamespace(method=method, auth=who), None)

    assert (may("PUT", "u1"), may("PUT", "support"), may("GET", "support")) == (True, False, True)


def test_a_card_is_saved_at_stripe(person, acme):
    answer = post(person, "payment-method")
    assert_described("saveTopUpCard", answer.json(), "200")
    assert "/c/pay/" in answer.json()["url"]


class TestResume:
    def test_ends_a_stop(self, person, acme, now):
        create_top_up(acme, now, stopped_at=now, stopped_reason="lost_card")
        create_grant(acme, "30", now)
        assert (person.get(URL).json()["state"], person.get(URL).json()["reason"]) == ("stopped", "declined_by_bank")
        answer = post(person, "resume")
        assert_described("resumeTopUp", answer.json(), "200")
        assert answer.json()["state"] == "ready"

    def test_is_refused_for_a_card_that_was_declined_four_times(self, person, acme, now):
        create_top_up(acme, now, stopped_at=now, stopped_reason="card_declined_too_often")
        for hours in range(4):
            attempt(acme, now, settled_at=now - timedelta(hours=hours))
        answer = post(person, "resume")
        assert (answer.status_code, answer.json()["code"]) == (409, "card_tried_too_often")
        assert TopUp.objects.get().stopped_reason == "card_declined_too_often"

    def test_is_refused_where_it_is_off(self, person, acme):
        assert post(person, "resume").json()["code"] == "top_up_off"


def test_switching_it_off_and_on_does_not_shorten_the_wait_after_a_decline(person, acme, now):
    until = now + timedelta(hours=1)
    create_top_up(acme, now, retry_at=until)
    attempt(acme, now, reason="insufficient_funds")
    put(person, enabled=False)
    answer = put(person, **ON).json()
    assert (answer["state"], answer["reason"]) == ("backing_off", "insufficient_funds")
    assert not TopUpAttempt.objects.filter(state="requested").exists()


def test_a_charge_that_is_not_sent_yet_follows_the_new_terms(person, acme, card, now):
    create_grant(acme, "10", now)
    put(person, **ON)
    put(person, **ON)
    put(person, **ON | {"amount": 30, "mostPerCharge": 30})
    put(person, enabled=False)
    rows = TopUpAttempt.objects.order_by("amount_micros").values_list("amount_micros", "state", "reason")
    canceled = ("canceled", "canceled")
    assert list(rows) == [(to_micros("30"), *canceled), (to_micros("50"), *canceled)]


def test_attempts_come_in_pages_of_one_customer(person, acme, globex, now):
    attempt(globex, now)
    rows = [attempt(acme, now - timedelta(minutes=minute)) for minute in range(3)]
    first = person.get(f"{URL}/attempts?limit=2").json()
    second = person.get(f"{URL}/attempts?limit=2&cursor={first['nextCursor']}").json()
    assert [each["id"] for each in first["data"] + second["data"]] == [str(each.pk) for each in rows]
    assert "nextCursor" not in second
