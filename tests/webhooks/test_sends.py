"""Sending through the outbox to real receivers: the schedule, two at a time, and the endpoint's state."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from standardwebhooks import Webhook

from apps.outbox.models import OutboxMessage
from apps.webhooks import http_client
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint
from apps.webhooks.retry_schedule import WAITS
from apps.webhooks.secrets import unsealed
from apps.webhooks.services import change_endpoint, create_endpoint, delete_endpoint, rotate_secret, send_due
from tests.factories import create_organization
from tests.webhooks.factories import make_endpoint, record, states
from tests.webhooks.receivers import answers_status, receiver

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _receivers_are_here(settings):
    settings.WEBHOOK_LOOPBACK = True


def delivery_of(endpoint):
    return WebhookDelivery.objects.get(endpoint=endpoint)


class TestDelivery:
    def test_an_event_arrives_signed(self, organization, now, deliver_outbox):
        with receiver() as good:
            made = create_endpoint(
                organization=organization, url=good.url, types=["*"], description="", created_by="me", now=now
            )
            event = record(organization, now)
            assert deliver_outbox(now) == ["webhooks.send"]

        (request,) = good.requests
        assert request.body == event.body
        assert request.headers["webhook-id"] == event.public_id
        assert request.headers["webhook-timestamp"] == str(int(now.timestamp()))
        expected = Webhook(made.secret).sign(event.public_id, now, event.body)
        assert request.headers["webhook-signature"] == expected
        delivery = delivery_of(made.endpoint)
        assert delivery.state == "delivered"
        assert [(each["at"], each["status"]) for each in delivery.tries] == [(now.isoformat(), 200)]

    def test_an_endpoint_gets_the_types_that_it_names(self, organization, now):
        one = make_endpoint(organization, now, types=("balance.low",))
        two = make_endpoint(organization, now, types=("*",))
        named = make_endpoint(organization, now, types=("*", "reservation.expired"))
        make_endpoint(create_organization(now, "other"), now)
        for number, each in enumerate(("balance.low", "month.closed", "reservation.expired")):
            record(organization, now, str(number), each)

        got = {each.pk: list(each.deliveries.values_list("event__type", flat=True)) for each in (one, two, named)}
        assert sorted(got[one.pk]) == ["balance.low"]
        assert sorted(got[two.pk]) == ["balance.low", "month.closed"]
        assert sorted(got[named.pk]) == ["balance.low", "month.closed", "reservation.expired"]
        assert WebhookDelivery.objects.count() == 6

    def test_during_an_overlap_both_secrets_sign(self, organization, now, deliver_outbox):
        with receiver() as good:
            endpoint = make_endpoint(organization, now, good.url)
            first = unsealed(endpoint.secret)
            options = {"organization": organization, "endpoint_id": endpoint.pk, "overlap": 24 * HOUR}
            second = rotate_secret(**options, expire_previous=False, now=now).secret
            for number, moment in enumerate((now, now + 24 * HOUR - timedelta(seconds=1), now + 24 * HOUR)):
                record(organization, moment, str(number))
                deliver_outbox(moment)

        def signed_by(request):
            moment = int(request.headers["webhook-timestamp"])
            made = request.headers["webhook-signature"].split(" ")
            at = now + timedelta(seconds=moment - int(now.timestamp()))
            secrets = {"first": first, "second": second}
            return [
                name
                for each in made
                for name, secret in secrets.items()
                if Webhook(secret).sign(request.headers["webhook-id"], at, request.body) == each
            ]

        assert [signed_by(each) for each in good.requests] == [["second", "first"]] * 2 + [["second"]]

    def test_a_secret_that_cannot_be_decrypted_is_shown_as_a_failure(self, organization, now, settings, deliver_outbox):
        with receiver() as good:
            endpoint = make_endpoint(organization, now, good.url)
            settings.SECRET_KEY = "another"
            record(organization, now)
            deliver_outbox(now)

        assert good.connections == 0
        assert "rotate it" in delivery_of(endpoint).tries[0]["error"]

    def test_an_endpoint_deleted_meanwhile_gets_nothing(self, organization, now, deliver_outbox):
        with receiver() as good:
            endpoint = make_endpoint(organization, now, good.url)
            record(organization, now)
            delete_endpoint(organization=organization, endpoint_id=endpoint.pk)
            deliver_outbox(now)

        assert good.connections == 0


class TestFailures:
    def test_ten_tries_by_the_schedule_then_failed(self, organization, now, deliver_outbox):
        with receiver(answers_status(500, "no")) as bad:
            endpoint = make_endpoint(organization, now, bad.url)
            record(organization, now)
            moment = now
            for wait in (timedelta(), *WAITS):
                moment += wait + timedelta(seconds=2)
                deliver_outbox(moment)

        delivery = delivery_of(endpoint)
        assert delivery.state == "failed"
        assert len(delivery.tries) == len(bad.requests) == 10
        assert {(each["status"], each["error"]) for each in delivery.tries} == {(500, "no")}
        assert len({each.headers["webhook-id"] for each in bad.requests}) == 1
        assert len({each.headers["webhook-timestamp"] for each in bad.requests}) == 10
        assert not OutboxMessage.objects.exclude(state="done").exists()

    @pytest.mark.parametrize("count", range(1, 10))
    def test_jitter_makes_a_try_at_most_a_tenth_earlier(self, organization, now, deliver_outbox, count):
        with receiver(answers_status(500)) as bad:
            endpoint = make_endpoint(organization, now, bad.url)
            record(organization, now)
            WebhookDelivery.objects.update(failures=count - 1)
            deliver_outbox(now)

        wait, longest = delivery_of(endpoint).next_try_at - now, WAITS[count - 1]
        assert longest * 9 / 10 <= wait <= longest + timedelta(seconds=1)  # the try itself takes a moment

    def test_a_redirect_fails(self, organization, now, deliver_outbox):
        with receiver() as other, receiver(answers_status(302, Location=other.url)) as moved:
            endpoint = make_endpoint(organization, now, moved.url)
            record(organization, now)
            deliver_outbox(now)

        assert delivery_of(endpoint).state == "pending"
        assert (delivery_of(endpoint).tries[0]["status"], other.connections) == (302, 0)

    def test_a_longer_retry_after_is_kept(self, organization, now, deliver_outbox):
        with receiver(answers_status(429, Retry_After="7200")) as busy:
            endpoint = make_endpoint(organization, now, busy.url)
            record(organization, now)
            deliver_outbox(now)
            assert deliver_outbox(now + 2 * HOUR - timedelta(minutes=1)) == []

        assert delivery_of(endpoint).next_try_at - now >= 2 * HOUR

    def test_a_failure_without_an_answer_has_its_reason(self, organization, now, deliver_outbox):
        with receiver() as gone:
            pass
        endpoint = make_endpoint(organization, now, gone.url)
        record(organization, now)
        deliver_outbox(now)

        (one,) = delivery_of(endpoint).tries
        assert one["error"] == "The connection failed."
        assert "status" not in one

    def test_410_disables_at_once(self, organization, now, deliver_outbox):
        with receiver(answers_status(410)) as gone:
            endpoint = make_endpoint(organization, now, gone.url)
            record(organization, now)
            record(organization, now, "2")
            deliver_outbox(now)
            record(organization, now, "3")
            deliver_outbox(now)

        endpoint.refresh_from_db()
        assert (endpoint.state, endpoint.disabled_because) == ("disabled", "gone")
        assert len(gone.requests) == 1
        assert states(endpoint) == ["skipped"] * 3

    def test_a_success_ends_failing(self, organization, now, deliver_outbox):
        with receiver(answers_status(500)) as changing:
            endpoint = make_endpoint(organization, now, changing.url)
            record(organization, now)
            deliver_outbox(now)
            endpoint.refresh_from_db()
            assert (endpoint.state, endpoint.failures) == ("failing", 1)
            changing.behavior = answers_status(204)
            deliver_outbox(now + timedelta(seconds=7))

        endpoint.refresh_from_db()
        assert (endpoint.state, endpoint.failures) == ("enabled", 0)
        assert endpoint.last_success_at is not None
        assert [each["status"] for each in delivery_of(endpoint).tries] == [500, 204]


class TestDisabled:
    def test_events_are_skipped(self, organization, now, deliver_outbox):
        endpoint = make_endpoint(organization, now)
        record(organization, now)
        change_endpoint(organization=organization, endpoint_id=endpoint.pk, is_enabled=False, now=now)
        record(organization, now, "2")
        deliver_outbox(now)

        assert states(endpoint) == ["skipped", "skipped"]

    def test_enabled_again_it_gets_what_comes(self, organization, now, deliver_outbox):
        with receiver() as good:
            endpoint = make_endpoint(organization, now, good.url)
            for enabled, key in ((False, "1"), (True, "2")):
                change_endpoint(organization=organization, endpoint_id=endpoint.pk, is_enabled=enabled, now=now)
                record(organization, now, key)
            deliver_outbox(now)

        assert states(endpoint) == ["skipped", "delivered"]


@pytest.mark.django_db(transaction=True)
class TestInFlight:
    def test_at_most_two_requests_at_a_time_and_all_arrive(self, now):
        organization = create_organization(now)
        lock, running, most = threading.Lock(), [0], [0]
        release = threading.Event()

        def count(connected):
            with lock:
                running[0] += 1
                most[0] = max(most[0], running[0])
            release.wait(10)
            with lock:
                running[0] -= 1
            answers_status(200)(connected)

        with receiver(count) as slow:
            endpoint = make_endpoint(organization, now, slow.url)
            for number in range(12):
                record(organization, now, str(number))

            def work(_: int) -> None:
                try:
                    send_due(endpoint_id=endpoint.pk, now=now)
                finally:
                    connection.close()

            with ThreadPoolExecutor(6) as pool:
                work_done = [pool.submit(work, number) for number in range(6)]
                while sum(each.done() for each in work_done) < 4:
                    threading.Event().wait(0.01)
                assert most[0] == 2
                release.set()

        assert most[0] == 2
        assert states(endpoint) == ["delivered"] * 12
        bodies = [json.loads(each.body)["sequence"] for each in slow.requests]
        assert sorted(bodies) == list(range(1, 13))

    def test_the_lease_of_a_lost_worker_ends_after_a_minute(self, now):
        organization = create_organization(now)
        with receiver() as good:
            endpoint = make_endpoint(organization, now, good.url)
            record(organization, now)
            WebhookDelivery.objects.update(leased_until=now + timedelta(seconds=60))
            send_due(endpoint_id=endpoint.pk, now=now + timedelta(seconds=59))
            assert states(endpoint) == ["pending"]
            send_due(endpoint_id=endpoint.pk, now=now + timedelta(seconds=60))

        assert states(endpoint) == ["delivered"]

    def test_the_time_of_a_run_is_bounded(self, now, monkeypatch):
        """A worker that has sent to one endpoint for too long leaves the rest to another message."""
        organization = create_organization(now)
        monkeypatch.setattr("apps.webhooks.services.sends.RUN", timedelta(0))
        with receiver() as good:
            endpoint = make_endpoint(organization, now, good.url)
            for number in range(3):
                record(organization, now, str(number))
            OutboxMessage.objects.all().delete()
            send_due(endpoint_id=endpoint.pk, now=now)

        assert states(endpoint) == ["delivered", "pending", "pending"]
        assert OutboxMessage.objects.filter(task="webhooks.send", state="pending").count() == 1


class TestBounds:
    def test_the_limits_of_the_design(self):
        assert (http_client.ANSWER_SECONDS, http_client.LIMIT_SECONDS) == (15, 20)
        assert (http_client.MOST_ANSWER_BYTES, http_client.KEPT_CHARACTERS) == (16 * 1024, 500)
        assert WebhookEndpoint._meta.get_field("url").max_length == 2_000
