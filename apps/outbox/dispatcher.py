"""The loop that sends committed outbox messages to the workers."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection

from apps.outbox import services
from apps.outbox.broker import BrokerUnreachable
from apps.outbox.models import OutboxMessage

logger = logging.getLogger(__name__)

BATCH = 100
PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0


class Sender(Protocol):
    def send(self, task: str, arguments: dict[str, int]) -> None: ...


def dispatch_once(*, broker: Sender, now: datetime) -> int:
    """Send one batch of due messages and return their number; those that the broker refuses become pending again.

    Raises:
        BrokerUnreachable: the broker did not accept all of them.
    """
    if not services.anything_due(now=now):
        return 0
    messages = services.claim_due(now=now, limit=BATCH)
    for position, message in enumerate(messages):
        _send(broker, message, messages[position:], now)
    return len(messages)


def _send(broker: Sender, message: OutboxMessage, unsent: list[OutboxMessage], now: datetime) -> None:
    try:
        broker.send(message.task, {"message_id": message.pk, "send": message.sends})
    except BrokerUnreachable:
        services.return_unsent(message_ids=[left.pk for left in unsent], now=now)
        raise


class Dispatcher:
    """Dispatches until it is told to stop, and survives outages of the broker and the database."""

    def __init__(self, *, broker: Sender, clock: Callable[[], datetime], wait: Callable[[float], bool]) -> None:
        """`wait(seconds)` sleeps; it returns True, and early, when it is time to stop."""
        self._broker, self._clock, self._wait = broker, clock, wait
        self._pause = PAUSE_SECONDS

    def run(self) -> None:
        stopping = False
        while not stopping:
            stopping = self._wait(0 if self._round() else self._pause)
        connection.close()

    def _round(self) -> bool:
        """Send a batch; return True if it was full, since more may be waiting."""
        close_old_connections()
        try:
            sent = dispatch_once(broker=self._broker, now=self._clock())
        except (BrokerUnreachable, DatabaseTrouble) as exc:
            self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
            logger.warning("dispatch_paused", extra={"reason": str(exc), "seconds": self._pause})
            return False
        self._pause = PAUSE_SECONDS
        return sent == BATCH
