"""Ask the workers to send."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from apps.outbox.services import enqueue_many

SEND = "webhooks.send"


def request_sends(endpoint_ids: Iterable[UUID], *, now: datetime) -> None:
    """Enqueue the sending of what is due to endpoints, once for each id given."""
    messages = {f"{SEND}:{uuid.uuid4()}": {"endpoint_id": str(each)} for each in endpoint_ids}
    if messages:
        enqueue_many(SEND, now=now, arguments_by_key=messages)
