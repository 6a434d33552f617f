"""Queries on the outbox's backlog and on scheduled jobs."""

from datetime import datetime, timedelta

from django.db.models import Min, Q

from apps.outbox.models import Heartbeat, OutboxMessage

State = OutboxMessage.State


def oldest_waiting(now: datetime) -> datetime | None:
    """Return when the oldest waiting message became due; None if none is waiting."""
    waiting = Q(started_at=None) | Q(state=State.PENDING) | Q(next_send_at__lte=now)
    due = OutboxMessage.objects.filter(waiting, state__in=(State.PENDING, State.SENT), available_at__lte=now)
    oldest: datetime | None = due.aggregate(oldest=Min("available_at"))["oldest"]
    return oldest


def lag(now: datetime) -> timedelta:
    """Return how long the oldest due message has been waiting; zero if none is."""
    oldest = oldest_waiting(now)
    return now - oldest if oldest else timedelta(0)


def last_heartbeat(job: str) -> datetime | None:
    """Return the end of the last successful run of `job`, or None."""
    return Heartbeat.objects.filter(job=job).values_list("finished_at", flat=True).first()
