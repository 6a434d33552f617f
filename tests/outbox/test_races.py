"""Concurrent dispatchers and workers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from apps.outbox import jobs, services
from apps.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def at_once(work):
    """Call `work(number)` in several threads that begin together and return the results."""
    barrier = Barrier(THREADS)

    def call(number):
        try:
            barrier.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(call, range(THREADS)))


class TestRaces:
    def test_dispatchers_never_claim_the_same_message(self, now):
        OutboxMessage.objects.bulk_create(
            OutboxMessage(task="test.work", available_at=now, next_send_at=now, created_at=now) for _ in range(200)
        )

        batches = at_once(lambda _: services.claim_due(now=now, limit=50))

        claimed = [message.pk for batch in batches for message in batch]
        assert len(claimed) == len(set(claimed))
        assert OutboxMessage.objects.filter(sends__gt=1).count() == 0

    def test_a_message_held_by_one_dispatcher_does_not_keep_another_waiting(self, now):
        services.enqueue("test.work", now=now)
        services.enqueue("test.work", now=now)

        batches = at_once(lambda _: services.claim_due(now=now, limit=1))

        assert sum(map(len, batches)) == 2

    def test_a_send_delivered_many_times_is_started_once(self, now):
        services.enqueue("test.work", now=now)
        (message,) = services.claim_due(now=now, limit=1)

        started = at_once(lambda _: services.start(message_id=message.pk, send=1, lease_seconds=60, now=now))

        assert sum(run is not None for run in started) == 1
        assert OutboxMessage.objects.get().attempts == 1

    def test_the_same_key_enqueued_by_many_is_one_message(self, now):
        at_once(lambda _: services.enqueue("test.work", now=now, key="invoice:7"))

        assert OutboxMessage.objects.count() == 1

    def test_many_schedulers_start_one_run(self, now):
        started = at_once(lambda _: jobs.start_job(job="test.job", gap=timedelta(seconds=20), now=now))

        assert started.count(True) == 1
