"""Endpoints, events and deliveries over the API."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from standardwebhooks import Webhook

from apps.tenants.models import ApiKey
from apps.webhooks.event_types import EVENT_TYPES
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from apps.webhooks.secrets import unsealed
from tests.api.callers import as_bearer, key_of, session_of
from tests.webhooks.factories import make_endpoint, record, states
from tests.webhooks.receivers import answers_status, receiver

BASE = "/v1/webhooks"
URL = "https://hooks.example.com/in"
NEW = {"url": URL, "types": ["*"], "description": "Ours"}


@pytest.fixture
def manager(acme):
    return Client(headers=as_bearer(key_of(acme, "webhooks:write")))


def post(client, path, body=None, **headers):
    return client.post(f"{BASE}{path}", body or {}, content_type="application/json", headers=headers)


class TestEndpoints:
    def test_the_secret_is_shown_once(self, manager, now):
        made = post(manager, "/endpoints", NEW)
        body = made.json()
        secret = body.pop("secret")

        assert made.status_code == 201
        assert body == {
            "id": body["id"],
            **NEW,
            "state": "enabled",
            "secretHint": secret[-4:],
            "createdAt": "2026-11-18T12:00:00Z",
        }
        assert unsealed(WebhookEndpoint.objects.get().secret) == secret
        Webhook(secret)
        assert manager.get(f"{BASE}/endpoints/{body['id']}").json() == body
        assert manager.get(f"{BASE}/endpoints").json() == {"data": [body]}

    @pytest.mark.parametrize(
        ("changes", "location"),
        [
            ({"url": "http://hooks.example.com/"}, "body.url"),
            ({"url": "https://10.0.0.1/"}, "body.url"),
            ({"url": 5}, "body.url"),
            ({"url": None}, "body.url"),
            ({"types": []}, "body.types"),
            ({"types": ["month.closed", "month.closed"]}, "body.types"),
            ({"types": "month.closed"}, "body.types"),
            ({"types": ["nothing.happened"]}, "body.types[0]"),
            ({"types": [["*"]]}, "body.types[0]"),
            ({"description": "x" * 201}, "body.description"),
            ({"state": "enabled"}, "body.state"),
        ],
    )
    def test_bad_values_are_named_and_change_nothing(self, manager, settings, changes, location):
        settings.WEBHOOK_LOOPBACK = False
        answer = post(manager, "/endpoints", NEW | changes)

        assert answer.status_code == 422
        assert [each["location"] for each in answer.json()["errors"]] == [location]
        assert not WebhookEndpoint.objects.exists()

    def test_twenty_are_allowed(self, manager):
        for _ in range(20):
            assert post(manager, "/endpoints", NEW).status_code == 201
        answer = post(manager, "/endpoints", NEW)

        assert (answer.status_code, answer.json()["code"]) == (409, "too_many_endpoints")

    def test_changes(self, manager, acme, now):
        endpoint = make_endpoint(acme, now)
        path = f"{BASE}/endpoints/{endpoint.pk}"
        changed = {"url": URL + "/new", "types": ["balance.low", "month.closed"], "description": ""}

        assert manager.patch(path, changed, content_type="application/json").json().items() >= changed.items()
        disabled = manager.patch(path, {"state": "disabled"}, content_type="application/json").json()
        assert disabled.items() >= (changed | {"state": "disabled"}).items()
        bad = manager.patch(path, {"url": "ftp://x.example/"}, content_type="application/json")
        assert bad.status_code == 422
        enabled = manager.patch(path, {"state": "enabled"}, content_type="application/json").json()
        assert enabled.items() >= (changed | {"state": "enabled"}).items()
        assert manager.delete(path).status_code == 204
        assert manager.get(path).status_code == 404

    def test_pages(self, manager, acme, now):
        made = [str(make_endpoint(acme, now + timedelta(seconds=number // 2)).pk) for number in range(5)]
        seen, query = [], "?limit=2"
        while query:
            page = manager.get(f"{BASE}/endpoints{query}").json()
            seen += [each["id"] for each in page["data"]]
            query = f"?limit=2&cursor={page['nextCursor']}" if "nextCursor" in page else ""

        assert sorted(seen) == sorted(made)
        assert seen[0] == made[4]


class TestRotation:
    def test_the_next_one_waits_for_the_overlap(self, manager, acme, now):
        endpoint = make_endpoint(acme, now)
        first, path = unsealed(endpoint.secret), f"/endpoints/{endpoint.pk}/rotate-secret"
        answer = post(manager, path, {"overlapHours": 1})

        assert answer.json()["previousSecretUntil"] == "2026-11-18T13:00:00Z"
        endpoint.refresh_from_db()
        assert (unsealed(endpoint.previous_secret), unsealed(endpoint.secret)) == (first, answer.json()["secret"])
        second = post(manager, path)
        assert (second.status_code, second.json()["code"]) == (409, "rotation_under_way")
        forced = post(manager, path, {"expirePrevious": True})
        assert forced.json()["previousSecretUntil"] == "2026-11-19T12:00:00Z"
        endpoint.refresh_from_db()
        assert unsealed(endpoint.previous_secret) == answer.json()["secret"]
        with time_machine.travel(now + timedelta(hours=24), tick=False):
            assert post(manager, path).status_code == 200

    def test_without_overlap_the_previous_secret_ends_now(self, manager, acme, now):
        endpoint = make_endpoint(acme, now)
        answer = post(manager, f"/endpoints/{endpoint.pk}/rotate-secret", {"overlapHours": 0})

        assert "previousSecretUntil" not in answer.json()
        endpoint.refresh_from_db()
        assert endpoint.previous_secret is None

    @pytest.mark.parametrize("hours", [-1, 73, "1", True, None])
    def test_hours_out_of_bounds(self, manager, acme, now, hours):
        answer = post(manager, f"/endpoints/{make_endpoint(acme, now).pk}/rotate-secret", {"overlapHours": hours})

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["location"] == "body.overlapHours"


class TestSending:
    @pytest.fixture(autouse=True)
    def _receivers_are_here(self, settings):
        settings.WEBHOOK_LOOPBACK = True

    def test_a_test_reaches_only_its_endpoint(self, manager, acme, now, deliver_outbox):
        with receiver() as good:
            endpoint = make_endpoint(acme, now, good.url, types=("month.closed",))
            make_endpoint(acme, now)
            answer = post(manager, f"/endpoints/{endpoint.pk}/test")
            deliver_outbox(now)

        assert answer.status_code == 202
        (listed,) = manager.get(f"{BASE}/deliveries").json()["data"]
        assert listed.items() >= {"id": answer.json()["id"], "state": "delivered"}.items()
        event = manager.get(f"{BASE}/events/{listed['eventId']}").json()
        assert (event["type"], event["data"]["endpointId"]) == ("webhook.test", str(endpoint.pk))

    def test_a_retry_sends_the_same_event_again(self, manager, acme, now, deliver_outbox):
        with receiver(answers_status(500)) as changing:
            endpoint = make_endpoint(acme, now, changing.url)
            event = record(acme, now)
            deliver_outbox(now)
            (listed,) = manager.get(f"{BASE}/deliveries?status=pending").json()["data"]
            assert "nextTryAt" in listed
            changing.behavior = answers_status(200)
            answer = post(manager, f"/deliveries/{listed['id']}/retry")
            deliver_outbox(now)

        assert answer.status_code == 202
        assert [each.headers["webhook-id"] for each in changing.requests] == [event.public_id] * 2
        assert states(endpoint) == ["delivered"]

    def test_what_is_due_is_not_asked_for_twice(self, manager, acme, now):
        make_endpoint(acme, now)
        record(acme, now)
        answer = post(manager, f"/deliveries/{WebhookDelivery.objects.get().pk}/retry")

        assert (answer.status_code, answer.json()["code"]) == (409, "delivery_pending")

    def test_a_replay_sends_what_was_skipped_or_never_sent(self, manager, acme, now, deliver_outbox):
        early = record(acme, now - timedelta(days=2))
        with receiver() as good:
            endpoint = make_endpoint(acme, now, good.url)
            path = f"/endpoints/{endpoint.pk}/replay"
            manager.patch(f"{BASE}/endpoints/{endpoint.pk}", {"state": "disabled"}, content_type="application/json")
            record(acme, now, "2")
            refused = post(manager, path, {"since": "2026-11-01T00:00:00Z"})
            manager.patch(f"{BASE}/endpoints/{endpoint.pk}", {"state": "enabled"}, content_type="application/json")
            since = {"since": "2026-11-01T00:00:00Z", "until": "2026-11-19T00:00:00Z"}
            skipped = post(manager, path, since | {"status": ["skipped"]})
            deliver_outbox(now)
            both = post(manager, path, since)
            deliver_outbox(now)
            other_type = post(manager, path, since | {"types": ["balance.low"]})

        assert (refused.status_code, refused.json()["code"]) == (409, "endpoint_disabled")
        assert [each.json()["count"] for each in (skipped, both, other_type)] == [1, 2, 0]
        sent = [each.headers["webhook-id"] for each in good.requests]
        assert len(sent) == 3
        assert sent.count(early.public_id) == 1
        assert states(endpoint) == ["delivered", "delivered"]

    @pytest.mark.parametrize(
        ("body", "location"),
        [
            ({}, "body.since"),
            ({"since": "yesterday"}, "body.since"),
            ({"since": "2026-11-01T00:00:00Z", "status": ["pending"]}, "body.status[0]"),
            ({"since": "2026-11-01T00:00:00Z", "types": ["*"]}, "body.types[0]"),
            ({"since": "2026-11-02T00:00:00Z", "until": "2026-11-01T00:00:00Z"}, "body.until"),
        ],
    )
    def test_bad_replays_are_named(self, manager, acme, now, body, location):
        answer = post(manager, f"/endpoints/{make_endpoint(acme, now).pk}/replay", body)

        assert answer.status_code == 422
        assert [each["location"] for each in answer.json()["errors"]] == [location]


class TestEvents:
    def test_a_receiver_catches_up_by_sequence(self, manager, acme, now):
        for number in range(5):
            record(acme, now, str(number), "balance.low" if number == 3 else "month.closed")
        seen, query = [], "?after=1&limit=2"
        while query:
            page = manager.get(f"{BASE}/events{query}").json()
            seen += [each["sequence"] for each in page["data"]]
            query = f"?limit=2&cursor={page['nextCursor']}" if "nextCursor" in page else ""

        assert seen == [2, 3, 4, 5]
        only = manager.get(f"{BASE}/events?type=balance.low").json()["data"]
        assert [each["sequence"] for each in only] == [4]

    def test_the_body_is_the_one_that_is_sent(self, manager, acme, now, exact):
        event = record(acme, now)

        assert manager.get(f"{BASE}/events/{event.public_id}").content.decode() == event.body

    @pytest.mark.parametrize("query", ["after=-1", "after=x", "type=nothing", "limit=201", "cursor=x"])
    def test_bad_parameters_are_named(self, manager, query):
        answer = manager.get(f"{BASE}/events?{query}")

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["location"] == f"query.{query.split('=')[0]}"

    @pytest.mark.parametrize("query", ["status=gone", "eventId=evt_1", "endpointId=1", "cursor=x"])
    def test_bad_parameters_of_deliveries_are_named(self, manager, query):
        answer = manager.get(f"{BASE}/deliveries?{query}")

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["location"] == f"query.{query.split('=')[0]}"


class TestAccess:
    def test_another_organization_sees_and_changes_nothing(self, acme, globex, now):
        endpoint, event = make_endpoint(acme, now), record(acme, now)
        delivery = WebhookDelivery.objects.get()
        stranger = Client(headers=as_bearer(key_of(globex, "webhooks:write")))
        path = f"/endpoints/{endpoint.pk}"

        for listing in ("endpoints", "events", "deliveries", f"deliveries?endpointId={endpoint.pk}"):
            assert stranger.get(f"{BASE}/{listing}").json() == {"data": []}
        answers = [
            stranger.get(BASE + path),
            stranger.patch(BASE + path, {"state": "disabled"}, content_type="application/json"),
            stranger.delete(BASE + path),
            post(stranger, f"{path}/rotate-secret"),
            post(stranger, f"{path}/test"),
            post(stranger, f"{path}/replay", {"since": "2026-11-01T00:00:00Z"}),
            stranger.get(f"{BASE}/events/{event.public_id}"),
            post(stranger, f"/deliveries/{delivery.pk}/retry"),
        ]
        assert [(each.status_code, each.json()["code"]) for each in answers] == [
            *[(404, "endpoint_not_found")] * 6,
            (404, "event_not_found"),
            (404, "delivery_not_found"),
        ]
        endpoint.refresh_from_db()
        assert (endpoint.state, endpoint.version) == ("enabled", 1)
        assert WebhookEvent.objects.count() == 1

    @pytest.mark.parametrize(
        "name", ["x", "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-00000000000g"]
    )
    def test_an_unknown_id_is_404(self, manager, name):
        assert manager.get(f"{BASE}/endpoints/{name}").status_code == 404
        assert manager.get(f"{BASE}/events/{name}").status_code == 404
        assert post(manager, f"/deliveries/{name}/retry").status_code == 404

    def test_who_may(self, acme):
        others = [scope for scope in ApiKey.Scope.values if scope.partition(":")[0] != "platform"]
        others.remove("webhooks:write")
        for client, status in (
            (Client(headers=as_bearer(key_of(acme, *others))), 403),
            (Client(headers=as_bearer(session_of(acme, "org:member"))), 403),
            (Client(headers=as_bearer(session_of(acme, "org:admin"))), 200),
            (Client(headers=as_bearer(session_of(acme, "org:billing_admin"))), 200),
        ):
            assert client.get(f"{BASE}/endpoints").status_code == status


def test_the_description_has_every_type(manager):
    described = manager.get("/api/schema").json()["webhooks"]

    assert set(described) == set(EVENT_TYPES)
    for name, each in EVENT_TYPES.items():
        body = described[name]["post"]["requestBody"]["content"]["application/json"]["schema"]["allOf"][1]
        assert body["properties"] == {"type": {"const": name}, "data": dict(each.data)}
