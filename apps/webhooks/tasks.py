"""Tasks of webhooks."""

from datetime import datetime
from uuid import UUID

from apps.outbox.delivery import outbox_task, scheduled_task
from apps.webhooks import services


@outbox_task("webhooks.send", lease_seconds=services.MESSAGE_LEASE_SECONDS)
def send(*, endpoint_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Send the due deliveries of an endpoint."""
    services.send_due(endpoint_id=UUID(endpoint_id), now=now)


@scheduled_task("webhooks.purge")
def purge(*, now: datetime) -> None:
    """Delete old events and deliveries."""
    while services.purge(now=now):
        pass
