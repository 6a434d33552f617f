"""Calls that are sent when they are due, however long earlier ones take, by one thread.

A thread for each connection would compete for Python's lock and the processor with the server that is measured.
"""

import asyncio
import selectors
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.kit.client import Refused, length_of


@dataclass(frozen=True, slots=True)
class PacedCall:
    """The time in ms from when a call was due until it was answered, and how late it was sent."""

    answered_ms: float
    late_ms: float


def send_paced(
    port: int, calls: Sequence[bytes], *, calls_a_second: float, connections: int, status: int
) -> list[PacedCall]:
    """Send the calls at their times over open connections; without an idle one, a call is sent late.

    Raises:
        Refused: an answer has another status.
    """
    # Its timeouts are exact to microseconds; those of epoll are rounded up to milliseconds.
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selectors.SelectSelector())) as runner:
        return runner.run(_Pace(port, calls, calls_a_second, status).run(connections))


class _Pace:
    def __init__(self, port: int, calls: Sequence[bytes], calls_a_second: float, status: int) -> None:
        self.port, self.calls, self.seconds, self.status = port, calls, 1 / calls_a_second, status
        self.idle: deque[_Caller] = deque()  # each in turn, as the server closes connections that idle for seconds
        self.waiting: deque[tuple[float, bytes]] = deque()
        self.ended: list[PacedCall] = []
        self.all_ended: asyncio.Future[None]

    async def run(self, connections: int) -> list[PacedCall]:
        loop = asyncio.get_running_loop()
        self.all_ended = loop.create_future()
        for _ in range(connections):
            _, caller = await loop.create_connection(lambda: _Caller(self.take, self.status), "127.0.0.1", self.port)
            self.idle.append(caller)
        start = loop.time() + 0.1
        for number, sent in enumerate(self.calls):
            due = start + number * self.seconds
            loop.call_at(due, self._send, due, sent)
        await self.all_ended
        for caller in self.idle:
            caller.transport.close()
        return self.ended

    def _send(self, due: float, sent: bytes) -> None:
        if self.idle:
            self.idle.popleft().send(due, sent)
        else:
            self.waiting.append((due, sent))

    def take(self, caller: "_Caller", call: PacedCall | None) -> None:
        """Keep an answered call; None if it was refused or its connection was lost."""
        if call is None:
            if not self.all_ended.done():
                self.all_ended.set_exception(Refused(caller.refusal))
            return
        self.ended.append(call)
        if self.waiting:
            caller.send(*self.waiting.popleft())
        else:
            self.idle.append(caller)
        if len(self.ended) == len(self.calls):
            self.all_ended.set_result(None)


class _Caller(asyncio.Protocol):
    """One connection, with at most one call under way."""

    transport: asyncio.Transport

    def __init__(self, take: Callable[["_Caller", PacedCall | None], None], status: int) -> None:
        self._take, self._status = take, b"%d" % status
        self._read, self._due, self._late = b"", 0.0, 0.0
        self._now = asyncio.get_running_loop().time
        self.refusal = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, due: float, sent: bytes) -> None:
        self._due, self._late, self._read = due, self._now() - due, b""
        self.transport.write(sent)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        if not end or len(body) < length_of(head):
            return
        if head[9:12] != self._status:
            self.refusal = f"was answered {head[:200]!r} {body[:1_000]!r}"
            self._take(self, None)
            return
        self._take(self, PacedCall((self._now() - self._due) * 1_000, self._late * 1_000))

    def connection_lost(self, exc: Exception | None) -> None:
        self.refusal = self.refusal or "the server closed the connection"
        self._take(self, None)
