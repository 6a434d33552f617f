"""POST /v1/usage/events/{id}/void and /replace."""

import json

import pytest
from django.test import Client

from apps.ledger.models import Entry
from apps.usage.models import UsageEvent
from apps.usage.services import check_usage
from tests.api.callers import as_bearer, as_header, key_of
from tests.api.documents import assert_described
from tests.backoffice.people import client_of, create_staff
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send


@pytest.fixture
def sent(acme, now):
    price(make_meter(), micros_per_million=1_000_000)
    send(acme, now, event("req/1", quantity=5), event("e2", quantity=7))


@pytest.fixture
def sender(acme):
    return Client(headers=as_header(key_of(acme, "usage:correct")))


def post(client, path, body, **headers):
    url = f"/v1/usage/events/{path}"
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers)


def test_an_event_is_taken_back_and_explained(sent, acme, sender):
    answer = post(sender, "req%2F1/void?source=app", {"reason": "sent twice"})
    assert (answer.status_code, answer.json()["state"], answer.json()["charge"]) == (200, "voided", -5e-6)
    assert_described("voidUsageEvent", answer.json())
    assert list(check_usage()) == []
    entry = Entry.objects.filter(book=acme.pk, account__code__endswith=":wallet").order_by("pk").last()
    reader = Client(headers=as_bearer(key_of(acme, "billing:read")))
    (row,) = reader.get(f"/v1/billing/explain/{entry.pk}").json()["events"]["data"]
    assert (row["id"], row["charge"], row["corrects"]) == ("req/1", -5e-6, "sent twice")
    staff = client_of(create_staff("ada", "Administrator"))
    first, void = UsageEvent.objects.filter(event_id="req/1").order_by("pk").values_list("pk", flat=True)
    assert "Voided" in staff.get(f"/admin/why/event/{first}/").text
    assert "Voids" in staff.get(f"/admin/why/event/{void}/").text


def test_an_event_is_replaced_once_under_one_key(sent, sender):
    body = {"reason": "wrong count", "event": event("e2", quantity=3)}
    answers = [post(sender, "e2/replace?source=app", body, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [(each.status_code, each.json()["charge"]) for each in answers] == [(200, -4e-6)] * 2
    assert_described("replaceUsageEvent", answers[0].json())
    assert post(sender, "e2/replace?source=app", body).json()["state"] == "unchanged"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("e3/void", {"reason": "sent twice"}, 404, "unknown_event"),
        ("e2/void?source=web", {"reason": "sent twice"}, 404, "unknown_event"),
        ("e2/void?source=app", {"reason": "no"}, 422, "invalid_input"),
        ("e2/void?source=app", {}, 422, "invalid_input"),
        ("e2/void?source=app", {"reason": "sent twice", "event": {}}, 422, "invalid_input"),
        ("e2/replace?source=app", {"reason": "sent twice"}, 422, "invalid_input"),
        ("e2/replace?source=app", {"reason": "sent twice", "event": event("x", quantity=1)}, 422, "event_refused"),
    ],
)
def test_what_is_refused(sent, sender, path, body, status, code):
    answer = post(sender, path, body)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, code)


def test_it_needs_a_scope_of_its_own(sent, acme, globex):
    assert post(Client(headers=as_header(key_of(acme, "usage:write"))), "e2/void", {"reason": "abc"}).status_code == 403
    other = Client(headers=as_header(key_of(globex, "usage:correct")))
    assert post(other, "e2/void?source=app", {"reason": "abc"}).status_code == 404


def test_without_a_source_the_only_event_of_the_id_is_meant(sent, acme, sender, now):
    answer = post(sender, "e2/void", {"reason": "sent twice"})
    assert (answer.status_code, answer.json()["source"], answer.json()["state"]) == (200, "app", "voided")
    send(acme, now, event("req/1", quantity=6, source="web"))
    answer = post(sender, "req%2F1/void", {"reason": "sent twice"})
    assert (answer.status_code, answer.json()["code"]) == (409, "ambiguous_event")
    assert answer.json()["detail"] == "Name the source. Events of these sources have the id: app, web"
    assert post(sender, "req%2F1/void?source=web", {"reason": "sent twice"}).json()["charge"] == -6e-6


def test_a_further_id_of_a_call_means_its_event(sent, acme, sender, now):
    send(acme, now, event("e9", quantity=3, ids=[{"source": "ai", "id": "e9"}, {"source": "ai", "id": "r1"}]))
    assert post(sender, "e9/void", {"reason": "sent twice"}).json()["source"] == "app"
    assert post(sender, "r1/void", {"reason": "sent twice"}).json()["code"] == "already_voided"
