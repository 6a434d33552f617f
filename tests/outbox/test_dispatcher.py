"""The dispatcher: what it sends, and outages that it survives."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from apps.outbox import services
from apps.outbox.broker import BrokerUnreachable
from apps.outbox.dispatcher import BATCH, PAUSE_SECONDS, Dispatcher, dispatch_once
from apps.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
State = OutboxMessage.State


class FakeBroker:
    """Accepts messages up to `capacity`."""

    def __init__(self, capacity: int = 10_000) -> None:
        self.capacity = capacity
        self.taken: list[tuple[str, dict[str, int]]] = []

    def send(self, task: str, arguments: dict[str, int]) -> None:
        if len(self.taken) >= self.capacity:
            raise BrokerUnreachable("refused")
        self.taken.append((task, arguments))


def enqueue(count: int, now) -> None:
    for number in range(count):
        services.enqueue("test.work", now=now, key=str(number))


class TestDispatchOnce:
    def test_sends_names_and_ids_and_marks_them_sent(self, now):
        enqueue(1, now)
        broker = FakeBroker()

        assert dispatch_once(broker=broker, now=now) == 1

        message = OutboxMessage.objects.get()
        assert broker.taken == [("test.work", {"message_id": message.pk, "send": 1})]
        assert (message.state, message.sent_at) == (State.SENT, now)

    def test_sends_the_longest_waiting_first(self, now):
        services.enqueue("test.later", now=now, delay_seconds=5)
        services.enqueue("test.sooner", now=now)
        broker = FakeBroker()

        dispatch_once(broker=broker, now=now + timedelta(seconds=5))

        assert [task for task, _ in broker.taken] == ["test.sooner", "test.later"]

    def test_what_the_broker_refuses_is_pending_and_due_at_once(self, now):
        enqueue(3, now)

        with pytest.raises(BrokerUnreachable):
            dispatch_once(broker=FakeBroker(capacity=1), now=now)

        assert list(OutboxMessage.objects.order_by("pk").values_list("state", flat=True)) == [
            State.SENT,
            State.PENDING,
            State.PENDING,
        ]
        assert dispatch_once(broker=FakeBroker(), now=now) == 2

    def test_looks_with_one_statement_when_nothing_is_due(self, now, django_assert_num_queries):
        with django_assert_num_queries(1):
            dispatch_once(broker=FakeBroker(), now=now)

    @pytest.mark.parametrize("count", [1, BATCH])
    def test_claims_a_batch_of_any_size_in_as_many_statements(self, now, count, django_assert_num_queries):
        enqueue(count, now)

        with django_assert_num_queries(5):  # look, savepoint, claim, mark, release
            dispatch_once(broker=FakeBroker(), now=now)

    def test_parks_what_takes_its_worker_with_it_each_time(self, now, settings):
        enqueue(2, now)
        poison, fine = OutboxMessage.objects.order_by("pk")
        services.finish(message=fine, now=now)
        moment = now
        for _ in range(settings.OUTBOX_MAX_ATTEMPTS):
            (claimed,) = services.claim_due(now=moment, limit=10)
            assert services.start(message_id=poison.pk, send=claimed.sends, lease_seconds=60, now=moment)
            moment += timedelta(hours=1)

        assert dispatch_once(broker=FakeBroker(), now=moment) == 0

        poison.refresh_from_db()
        assert (poison.state, poison.attempts) == (State.PARKED, settings.OUTBOX_MAX_ATTEMPTS)
        assert "its worker was lost" in poison.last_error
        assert services.retry_parked(message_ids=[poison.pk], now=moment) == 1
        assert dispatch_once(broker=FakeBroker(), now=moment) == 1


class TestLoop:
    def run(self, now, broker, rounds: int) -> list[float]:
        """Run a number of rounds and return the pauses between them."""
        pauses: list[float] = []

        def wait(seconds: float) -> bool:
            pauses.append(seconds)
            return len(pauses) == rounds

        Dispatcher(broker=broker, clock=lambda: now, wait=wait).run()
        return pauses

    @pytest.fixture(autouse=True)
    def connection_stays_open(self, monkeypatch):
        """Keep the test's transaction open, because the loop closes connections."""
        monkeypatch.setattr("apps.outbox.dispatcher.close_old_connections", lambda: None)
        monkeypatch.setattr("apps.outbox.dispatcher.connection.close", lambda: None)

    def test_looks_twice_a_second(self, now):
        assert self.run(now, FakeBroker(), rounds=2) == [PAUSE_SECONDS, PAUSE_SECONDS]

    def test_goes_on_at_once_after_a_full_batch(self, now):
        enqueue(BATCH + 1, now)
        broker = FakeBroker()

        assert self.run(now, broker, rounds=2) == [0, PAUSE_SECONDS]
        assert len(broker.taken) == BATCH + 1

    def test_waits_longer_and_longer_for_a_broker_that_is_away(self, now):
        enqueue(1, now)

        assert self.run(now, FakeBroker(capacity=0), rounds=6) == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]

    def test_outlives_a_database_that_is_away(self, now, monkeypatch):
        monkeypatch.setattr(services, "anything_due", lambda **_: (_ for _ in ()).throw(OperationalError("gone")))

        assert self.run(now, FakeBroker(), rounds=2) == [1.0, 2.0]
