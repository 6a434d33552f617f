"""Deliver outbox messages without a broker: claim them as the dispatcher does and run them as a worker does."""

from datetime import datetime
from functools import cache

from apps.outbox import services
from apps.outbox.delivery import OUTBOX_TASKS
from billing_site.celery import app


@cache
def know_all_tasks() -> None:
    """Import every module with tasks, as a worker does when it starts, with Django's checks of all models."""
    app.loader.import_default_modules()


def deliver_due(now: datetime) -> list[str]:
    """Run every message due at `now`, and those they enqueue, and return their tasks' names in order."""
    know_all_tasks()
    delivered: list[str] = []
    while batch := services.claim_due(now=now, limit=100):
        for message in batch:
            OUTBOX_TASKS[message.task].deliver(message_id=message.pk, send=message.sends, clock=lambda: now)
            delivered.append(message.task)
    return delivered
