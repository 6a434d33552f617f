"""Staff see waiting messages and their errors, and send parked ones again."""

import pytest

from apps.outbox import jobs, services
from apps.outbox.models import OutboxMessage
from tests.backoffice.people import client_of, create_staff

pytestmark = pytest.mark.django_db
State = OutboxMessage.State
LIST = "/admin/outbox/outboxmessage/"
TOKEN = "2f0c2a52-6f2b-4a1e-9d4e-111111111111"


@pytest.fixture
def support():
    return client_of(create_staff("sam", "Support"))


@pytest.fixture
def parked(now):
    services.enqueue("test.work", now=now, key="invoice:7", arguments={"invoice_id": 7})
    OutboxMessage.objects.update(state=State.PARKED, attempts=12, last_error="ValueError: <b>no</b>")
    return OutboxMessage.objects.get()


class TestList:
    def test_shows_the_error_as_text(self, support, parked):
        page = support.get(LIST).content.decode()

        assert "ValueError: &lt;b&gt;no&lt;/b&gt;" in page
        assert "<b>no</b>" not in page

    def test_finds_by_key(self, support, parked):
        assert "test.work" in support.get(LIST, {"q": "invoice:7"}).content.decode()

    def test_shows_the_arguments(self, support, parked):
        assert "&quot;invoice_id&quot;: 7" in support.get(f"{LIST}{parked.pk}/change/").content.decode()

    def test_shows_how_jobs_ended(self, support, now):
        jobs.start_job(job="test.job", gap=now - now, now=now)
        jobs.finish_job(job="test.job", error="ValueError: no", now=now)

        assert "ValueError: no" in support.get("/admin/outbox/heartbeat/").content.decode()


class TestRetry:
    def test_asks_first(self, support, parked):
        page = support.get(f"{LIST}{parked.pk}/retry/")

        assert "Send parked messages again: 1" in page.content.decode()
        assert OutboxMessage.objects.get().state == State.PARKED

    def test_sends_again_once(self, support, parked):
        answer = {"_step": "confirm", "token": TOKEN, "reason": "the cause is mended"}

        assert support.post(f"{LIST}{parked.pk}/retry/", answer).status_code == 302
        assert support.post(f"{LIST}{parked.pk}/retry/", answer).status_code == 422

        message = OutboxMessage.objects.get()
        assert (message.state, message.attempts) == (State.PENDING, 0)

    def test_sends_many_from_the_list(self, support, parked):
        choice = {"action": "retry", "_selected_action": [parked.pk]}

        assert "Send parked messages again: 1" in support.post(LIST, choice).content.decode()
        support.post(LIST, {**choice, "_step": "confirm", "token": TOKEN, "reason": "mended"})

        assert OutboxMessage.objects.get().state == State.PENDING

    def test_is_not_for_viewers(self, parked):
        viewer = client_of(create_staff("vic", "Viewer"))

        assert viewer.get(f"{LIST}{parked.pk}/retry/").status_code == 403
