"""Reports of email providers by webhook: delivered and bounced emails. Anymail verifies the provider's signature."""

import hashlib
from typing import Any

from anymail.signals import EventType, tracking
from django.dispatch import receiver
from django.utils import timezone

from apps.mail.services import REPORT
from apps.outbox.services import enqueue

# A provider may report before the worker that sent the email has committed the provider's id.
REPORT_AFTER_SECONDS = 30
# A rejected email never left the provider, because the address is on its list of addresses that do not work.
FAILURES = (EventType.BOUNCED, EventType.REJECTED)


@receiver(tracking)
def report(sender: Any, event: Any, **_: Any) -> None:
    """Queue recording a report, late enough for its email to be known; a duplicate is recorded once."""
    if event.event_type not in (EventType.DELIVERED, *FAILURES) or not event.message_id:
        return
    facts = f"{event.message_id}:{event.event_type}:{event.recipient}"
    enqueue(
        REPORT,
        now=timezone.now(),
        key=f"{REPORT}:{hashlib.sha256(facts.encode()).hexdigest()}",
        delay_seconds=REPORT_AFTER_SECONDS,
        arguments={
            "provider_id": str(event.message_id),
            "delivered": event.event_type == EventType.DELIVERED,
            "detail": event.description or event.mta_response or event.reject_reason or "",
        },
    )
