"""The connection to the message broker. Only the dispatcher process uses it."""

import contextlib
import logging
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Any

from celery import Celery
from kombu.connection import Connection

logger = logging.getLogger(__name__)


class BrokerUnreachable(Exception):
    """The broker refused or did not respond in time."""


class BrokerTimeout(Exception):
    """The broker did not respond in time. Not an OSError, since transports retry those, some forever."""


class Broker:
    """A connection for sending, reopened after any error; no call takes longer than `timeout_seconds`."""

    def __init__(self, app: Celery, timeout_seconds: int) -> None:
        self._app, self._timeout_seconds = app, timeout_seconds
        self._connection: Connection | None = None
        self._producer: Any = None

    def send(self, task: str, arguments: dict[str, Any]) -> None:
        """Send one task by name.

        Raises:
            BrokerUnreachable: the broker refused or timed out; the message may or may not have arrived.
        """
        try:
            with _alarm(self._timeout_seconds):
                self._app.send_task(task, kwargs=arguments, producer=self._connected(), retry=False)
        except Exception as exc:  # each transport has its own errors; reconnect after any of them
            self.reset()
            raise BrokerUnreachable(f"{type(exc).__name__}: {exc}") from exc

    def reset(self) -> None:
        """Drop the connection without a closing handshake, which a dead broker would not answer."""
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(Exception), _alarm(self._timeout_seconds):
                connection.collect(socket_timeout=1)  # type: ignore[no-untyped-call]

    def _connected(self) -> Any:
        if self._producer is None:
            self._connection = self._app.connection_for_write()
            self._connection.ensure_connection(max_retries=0)
            self._producer = self._app.amqp.Producer(self._connection)
        return self._producer


@contextlib.contextmanager
def _alarm(seconds: int) -> Iterator[None]:
    """Interrupt a block after `seconds`, and then every second until it ends.

    Some calls of the transports have no timeout, and some retry after theirs.
    """

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise BrokerTimeout(f"no answer in {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
