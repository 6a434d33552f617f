"""Tasks of notices."""

from datetime import datetime
from typing import Any

from apps.notices import services
from apps.outbox.delivery import outbox_task, scheduled_task


@outbox_task(services.PUBLISH)
def publish(*, now: datetime, **arguments: Any) -> None:
    """Send a customer a notice by webhook and email."""
    services.publish(queued=services.QueuedNotice.of(arguments), now=now)


@scheduled_task("notices.review_endpoints")
def review_endpoints(*, now: datetime) -> None:
    """Disable webhook endpoints that fail for too long, and notify customers of failing ones."""
    services.review_endpoints(now=now)
