"""The context that an event handler gets with the event's object."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from apps.payments.event_rows import EventRows


@dataclass(frozen=True, slots=True)
class EventContext:
    """The facts of an event beside its object, and the rows read with it.

    `fetched` is the result of the handler's `look_up`, fetched from Stripe before the transaction began.
    """

    event_id: str
    type: str
    livemode: bool
    created_at: datetime
    now: datetime
    fetched: Any = None
    rows: EventRows = field(default_factory=EventRows)
    created_by: ClassVar[str] = "system:stripe"
