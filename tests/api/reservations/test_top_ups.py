"""A refused reservation names the customer's automatic top-up, so that a gateway knows whether to wait."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from apps.top_ups.models import TopUp, TopUpAttempt
from tests.api.callers import as_bearer, key_of
from tests.api.documents import assert_described
from tests.factories import create_grant
from tests.top_ups.factories import create_top_up


@pytest.fixture
def top_up(acme, now):
    create_grant(acme, "30", now)
    return create_top_up(acme, now)


def reserve(acme, amount):
    client = Client(headers=as_bearer(key_of(acme, "reservations:write")))
    body = json.dumps({"amount": amount})
    headers = {"Idempotency-Key": "one"}
    return client.post("/v1/billing/reservations", body, content_type="application/json", headers=headers)


@pytest.mark.django_db(transaction=True)
def test_while_credit_is_bought_the_caller_is_told_when_to_ask_again(top_up, acme):
    answer = reserve(acme, "75")
    assert (answer.status_code, answer.headers["Retry-After"]) == (402, "5")
    assert_described("createReservation", answer.json(), "402")
    attempt = TopUpAttempt.objects.get()
    assert answer.json()["topUp"] == {"state": "in_flight", "amount": 50, "attemptId": str(attempt.pk)}


def test_while_the_card_waits_there_is_nothing_to_wait_for(top_up, acme, now):
    TopUp.objects.update(retry_at=now + timedelta(hours=1))
    answer = reserve(acme, "75")
    assert answer.json()["topUp"] == {"state": "backing_off"}
    assert "Retry-After" not in answer.headers


def test_without_it_nothing_is_said(acme):
    answer = reserve(acme, "75")
    assert answer.status_code == 402
    assert "topUp" not in answer.json()
    assert "Retry-After" not in answer.headers
