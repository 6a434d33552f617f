"""Alerts about low credit: permissions, replacement, and validation errors that name the field."""

import json
from decimal import Decimal

import pytest
from django.test import Client

from apps.outbox.models import OutboxMessage
from apps.wallets.models import Wallet
from tests.api.callers import as_bearer, key_of, session_of
from tests.api.documents import assert_described
from tests.factories import create_grant

URL = "/v1/billing/alerts/balance"


def put(client, **body):
    return client.put(URL, json.dumps(body), content_type="application/json")


def test_are_replaced_and_told_at_once(person, acme, now, exact):
    assert person.get(URL).json() == {"thresholds": [], "units": {}, "mail": True}
    create_grant(acme, "10", now)
    answer = put(person, thresholds=["25.5", 5, 0, 25.5], units={"credits": [2, "0.5"]}, mail=False)
    assert answer.status_code == 200
    assert_described("putBalanceAlerts", answer.json(), "200")
    units = {"credits": [Decimal("0.5"), 2]}
    assert exact(answer) == {"thresholds": [5, Decimal("25.5")], "units": units, "mail": False}
    read = person.get(URL)
    assert_described("getBalanceAlerts", read.json(), "200")
    assert read.json() == answer.json()
    assert [each.arguments["notice"] for each in OutboxMessage.objects.filter(task="notices.publish")] == [
        "balance.low"
    ]


@pytest.mark.parametrize(
    ("changed", "location"),
    [
        ({"thresholds": [-1]}, "body.thresholds[0]"),
        ({"thresholds": ["1.0000001"]}, "body.thresholds[0]"),
        ({"thresholds": list(range(1, 10))}, "body.thresholds"),
        ({"thresholds": 5}, "body.thresholds"),
        ({"mail": "yes"}, "body.mail"),
        ({"units": {"tokens": [1]}}, "body.units.tokens"),
        ({"units": {"credits": [-1]}}, "body.units.credits[0]"),
        ({"sms": True}, "body.sms"),
    ],
)
def test_bad_ones_are_refused_by_name_and_change_nothing(person, changed, location):
    answer = put(person, **{"thresholds": [5], "mail": False, **changed})
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, location)
    assert Wallet.objects.get().alert_thresholds_micros == [0]


def test_eight_are_allowed(person):
    assert put(person, thresholds=list(range(1, 9)), mail=True).json()["thresholds"] == list(range(1, 9))


def test_are_changed_by_those_who_may(acme):
    reader, writer = (Client(headers=as_bearer(key_of(acme, scope))) for scope in ("billing:read", "budgets:write"))
    member = Client(headers=as_bearer(session_of(acme, role="org:member")))
    assert (reader.get(URL).status_code, writer.get(URL).status_code) == (200, 403)
    assert [put(each, thresholds=[], mail=True).status_code for each in (reader, member, writer)] == [403, 403, 200]
