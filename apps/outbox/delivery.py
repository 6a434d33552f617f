"""Decorators for tasks: those that workers run for outbox messages, and those that Celery beat schedules.

Both are entry points: they read the clock and pass it to the function as `now`.
"""

import functools
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from apps.outbox import jobs, services
from apps.outbox.models import OutboxMessage

logger = logging.getLogger(__name__)

Work = Callable[..., None]
OUTBOX_TASKS: dict[str, "OutboxTask"] = {}


class OutboxTask:
    """A registered task, and how long one run may take before its message is sent again."""

    def __init__(self, name: str, work: Work, lease_seconds: int) -> None:
        self.name, self.work, self.lease_seconds = name, work, lease_seconds

    def deliver(self, *, message_id: int, send: int, clock: Callable[[], datetime]) -> None:
        """Run one send of a message, unless the message is done, taken by a worker, or was sent again since."""
        message = services.start(message_id=message_id, send=send, lease_seconds=self.lease_seconds, now=clock())
        if message is not None:
            self._run(message, clock)

    def _run(self, message: OutboxMessage, clock: Callable[[], datetime]) -> None:
        try:
            self.work(now=clock(), **message.arguments)
        except Exception as exc:  # recorded, retried with backoff, and shown to staff once parked
            logger.exception("outbox_attempt_failed", extra={"message_id": message.pk})
            wait = timedelta(seconds=getattr(exc, "retry_after_seconds", 0))
            services.fail(message=message, error=f"{type(exc).__name__}: {exc}", wait=wait, now=clock())
        else:
            services.finish(message=message, now=clock())


def outbox_task(name: str, *, lease_seconds: int = 60) -> Callable[[Work], Work]:
    """Register `work(*, now, **arguments)` as the task that outbox messages with this name run.

    It runs at least once per message, and twice at the same time if a run takes longer than `lease_seconds`, so it must
    be idempotent. An exception is recorded and the message retried with backoff; after OUTBOX_MAX_ATTEMPTS the message
    is parked for staff. Accept `**_newer_arguments`, so that an old worker can run messages of a newer release.
    """

    def register(work: Work) -> Work:
        task = OUTBOX_TASKS[name] = OutboxTask(name, work, lease_seconds)

        @shared_task(name=name, acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]
        def deliver(*, message_id: int, send: int, **_newer_arguments: object) -> None:
            task.deliver(message_id=message_id, send=send, clock=timezone.now)

        return work

    return register


def scheduled_task(name: str, *, gap_seconds: int = 20) -> Callable[[Work], Work]:
    """Register `work(*, now)` as a job for Celery beat; a start within `gap_seconds` of the last one is skipped.

    Its last start, success, and error are stored for staff. A failed run is logged and not retried before the next one.
    """

    def register(work: Work) -> Work:
        @shared_task(name=name, acks_late=True, ignore_result=True)  # type: ignore[untyped-decorator]
        @functools.wraps(work)
        def run(**_newer_arguments: Any) -> None:
            if not jobs.start_job(job=name, gap=timedelta(seconds=gap_seconds), now=timezone.now()):
                return
            try:
                work(now=timezone.now())
            except Exception as exc:
                jobs.finish_job(job=name, error=f"{type(exc).__name__}: {exc}", now=timezone.now())
                raise
            jobs.finish_job(job=name, error="", now=timezone.now())

        return work

    return register
