"""The context that an event handler gets with the event's object."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class EventContext:
    """`fetched` is the result of the handler's `look`, fetched from Stripe before the transaction began."""

    event_id: str
    type: str
    livemode: bool
    created_at: datetime
    now: datetime
    fetched: Any = None
    created_by: ClassVar[str] = "system:stripe"
