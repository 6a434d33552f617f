"""The tasks that send emails and record what providers report."""

from datetime import datetime
from uuid import UUID

from apps.mail import services
from apps.outbox.delivery import outbox_task


@outbox_task(services.SEND)
def send(*, mail_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Send an email to its contact."""
    services.send(mail_id=UUID(mail_id), now=now)


@outbox_task(services.REPORT)
def record_report(*, provider_id: str, delivered: bool, detail: str, now: datetime, **_newer_arguments: object) -> None:
    """Record that an email was delivered or bounced."""
    services.record_report(provider_id=provider_id, delivered=delivered, detail=detail, now=now)
