"""What a handler is told beside the object: when it is handled, and what Stripe said meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class EventContext:
    """`fetched` is what the handler's look at Stripe brought, before the transaction began."""

    event_id: str
    type: str
    livemode: bool
    created_at: datetime
    now: datetime
    fetched: Any = None
    created_by: ClassVar[str] = "system:stripe"
