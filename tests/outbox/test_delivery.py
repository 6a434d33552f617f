"""States of a message: done, retried, parked, sent again."""

from datetime import datetime, timedelta

import pytest

from apps.outbox import selectors, services, tasks
from apps.outbox.delivery import OUTBOX_TASKS, OutboxTask
from apps.outbox.errors import MessageNotParked
from apps.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
State = OutboxMessage.State


class Ledger:
    """A task that records its calls and fails on demand."""

    def __init__(self) -> None:
        self.calls: list[dict[str, object]] = []
        self.trouble: Exception | None = None

    def __call__(self, *, now: datetime, **arguments: object) -> None:
        self.calls.append(arguments)
        if self.trouble:
            raise self.trouble


@pytest.fixture
def work():
    ledger = Ledger()
    OUTBOX_TASKS["test.work"] = OutboxTask("test.work", ledger, lease_seconds=60)
    yield ledger
    del OUTBOX_TASKS["test.work"]


def the_message() -> OutboxMessage:
    return OutboxMessage.objects.get()


class TestEnqueue:
    def test_the_same_key_adds_nothing(self, now):
        services.enqueue("test.work", now=now, key="a", arguments={"n": 1})
        services.enqueue("test.work", now=now, key="a", arguments={"n": 2})

        assert the_message().arguments == {"n": 1}

    def test_messages_without_a_key_are_all_kept(self, now):
        services.enqueue("test.work", now=now)
        services.enqueue("test.work", now=now)

        assert OutboxMessage.objects.count() == 2

    def test_is_one_statement(self, now, django_assert_num_queries):
        with django_assert_num_queries(1):
            services.enqueue("test.work", now=now, key="a")

    def test_a_delayed_message_is_not_due_before_its_time(self, now, deliver_outbox, work):
        services.enqueue("test.work", now=now, delay_seconds=60)

        assert deliver_outbox(now + timedelta(seconds=59)) == []
        assert deliver_outbox(now + timedelta(seconds=60)) == ["test.work"]


class TestDelivery:
    def test_runs_once_with_its_arguments_and_is_done(self, now, deliver_outbox, work):
        services.enqueue("test.work", now=now, arguments={"invoice_id": 7})

        deliver_outbox(now)
        deliver_outbox(now + timedelta(days=1))

        assert work.calls == [{"invoice_id": 7}]
        assert (the_message().state, the_message().done_at) == (State.DONE, now)

    def test_a_failure_is_recorded_and_tried_again_later(self, now, deliver_outbox, work):
        work.trouble = ValueError("Stripe is away")
        services.enqueue("test.work", now=now)

        deliver_outbox(now)

        message = the_message()
        assert (message.state, message.last_error) == (State.PENDING, "ValueError: Stripe is away")
        assert message.next_send_at == now + timedelta(seconds=5)

    def test_a_failure_that_quotes_a_nul_is_recorded_too(self, now, deliver_outbox, work):
        work.trouble = ValueError("bad name: a\x00b")
        services.enqueue("test.work", now=now)
        deliver_outbox(now)

        assert (the_message().state, the_message().last_error) == (State.PENDING, "ValueError: bad name: ab")

    def test_a_later_success_forgets_the_error(self, now, deliver_outbox, work):
        work.trouble = ValueError("Stripe is away")
        services.enqueue("test.work", now=now)
        deliver_outbox(now)
        work.trouble = None

        deliver_outbox(now + timedelta(seconds=5))

        assert (the_message().state, the_message().last_error) == (State.DONE, "")

    def test_is_parked_after_the_last_attempt(self, now, deliver_outbox, work, settings):
        settings.OUTBOX_MAX_ATTEMPTS = 2
        work.trouble = ValueError("never")
        services.enqueue("test.work", now=now)

        deliver_outbox(now)
        deliver_outbox(now + timedelta(seconds=5))
        deliver_outbox(now + timedelta(days=1))

        assert (len(work.calls), the_message().state) == (2, State.PARKED)

    def test_a_failing_message_does_not_keep_the_others_back(self, now, deliver_outbox, work):
        OUTBOX_TASKS["test.broken"] = OutboxTask("test.broken", lambda **_: 1 / 0, lease_seconds=60)
        services.enqueue("test.broken", now=now)
        services.enqueue("test.work", now=now)

        deliver_outbox(now)
        del OUTBOX_TASKS["test.broken"]

        assert len(work.calls) == 1


class TestLease:
    def send(self, now):
        return services.claim_due(now=now, limit=10)

    def test_a_lost_message_is_sent_again_when_its_lease_ends(self, now):
        services.enqueue("test.work", now=now)
        self.send(now)

        assert self.send(now + timedelta(seconds=59)) == []
        assert [message.sends for message in self.send(now + timedelta(seconds=60))] == [2]

    def test_a_late_copy_of_an_earlier_send_does_nothing(self, now, work):
        services.enqueue("test.work", now=now)
        self.send(now)
        self.send(now + timedelta(seconds=60))

        OUTBOX_TASKS["test.work"].deliver(message_id=the_message().pk, send=1, clock=lambda: now)

        assert work.calls == []

    def test_a_redelivered_copy_of_a_running_send_does_nothing(self, now, work):
        services.enqueue("test.work", now=now)
        (message,) = self.send(now)
        services.start(message_id=message.pk, send=1, lease_seconds=60, now=now)

        OUTBOX_TASKS["test.work"].deliver(message_id=message.pk, send=1, clock=lambda: now)

        assert work.calls == []

    def test_a_worker_that_died_at_work_is_replaced(self, now, deliver_outbox, work):
        services.enqueue("test.work", now=now)
        (message,) = self.send(now)
        services.start(message_id=message.pk, send=1, lease_seconds=60, now=now)

        deliver_outbox(now + timedelta(seconds=60))

        assert (len(work.calls), the_message().attempts, the_message().state) == (1, 2, State.DONE)

    def test_a_worker_away_for_hours_does_not_park_what_was_never_tried(self, now):
        services.enqueue("test.work", now=now)
        for minutes in range(0, 180, 5):
            self.send(now + timedelta(minutes=minutes))

        assert (the_message().state, the_message().attempts) == (State.SENT, 0)

    def test_the_failure_of_an_overtaken_run_does_not_touch_the_newer_send(self, now):
        services.enqueue("test.work", now=now)
        (message,) = self.send(now)
        slow = services.start(message_id=message.pk, send=1, lease_seconds=60, now=now)
        self.send(now + timedelta(seconds=60))

        services.fail(message=slow, error="too late", now=now + timedelta(seconds=61))

        assert (the_message().state, the_message().last_error) == (State.SENT, "")


class TestParked:
    def park(self, now, settings, deliver_outbox, work):
        settings.OUTBOX_MAX_ATTEMPTS = 1
        work.trouble = ValueError("no")
        services.enqueue("test.work", now=now)
        deliver_outbox(now)
        return the_message().pk

    def test_staff_can_retry_it(self, now, settings, deliver_outbox, work):
        message_id = self.park(now, settings, deliver_outbox, work)
        work.trouble = None

        services.retry_parked(message_ids=[message_id], now=now)
        deliver_outbox(now)

        assert (the_message().state, the_message().attempts) == (State.DONE, 1)

    def test_a_second_retry_is_refused(self, now, settings, deliver_outbox, work):
        message_id = self.park(now, settings, deliver_outbox, work)
        services.retry_parked(message_ids=[message_id], now=now)

        with pytest.raises(MessageNotParked):
            services.retry_parked(message_ids=[message_id], now=now)


class TestLag:
    def test_is_zero_when_nothing_waits(self, now):
        services.enqueue("test.work", now=now, delay_seconds=60)

        assert selectors.lag(now) == timedelta(0)

    def test_counts_a_sent_message_that_no_worker_took(self, now):
        services.enqueue("test.work", now=now)
        services.claim_due(now=now, limit=10)

        assert selectors.lag(now + timedelta(minutes=3)) == timedelta(minutes=3)

    def test_does_not_count_a_running_one(self, now):
        services.enqueue("test.work", now=now)
        (message,) = services.claim_due(now=now, limit=10)
        services.start(message_id=message.pk, send=1, lease_seconds=600, now=now)

        assert selectors.lag(now + timedelta(minutes=3)) == timedelta(0)


class TestPurge:
    def test_deletes_only_what_was_done_long_ago(self, now, settings, deliver_outbox, work):
        services.enqueue("test.work", now=now)
        deliver_outbox(now)
        later = now + timedelta(days=settings.OUTBOX_KEEP_DAYS)
        services.enqueue("test.work", now=now, delay_seconds=10**7)

        assert services.purge_done(now=later) == 0
        assert services.purge_done(now=later + timedelta(seconds=1)) == 1
        assert the_message().state == State.PENDING

    def test_the_job_deletes_as_many_as_there_are(self, now, settings):
        services.enqueue_many("test.work", now=now, arguments_by_key={str(number): {} for number in range(1_001)})
        OutboxMessage.objects.update(state=State.DONE, done_at=now)

        tasks.purge_done(now=now + timedelta(days=settings.OUTBOX_KEEP_DAYS, seconds=1))

        assert not OutboxMessage.objects.exists()
