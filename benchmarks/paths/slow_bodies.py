"""The web process while a thousand connections send their bodies at a byte per second, against the same without them.

Eight connections send requests one after the other, and new connections are opened one by one; with and without the
slow bodies in turns. The senders run in this process and use part of the machine.
"""

import asyncio
import resource
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from django.utils import timezone

from apps.tenants.services import provision_organization
from benchmarks.customers import key_headers
from benchmarks.kit.bench import Bench
from benchmarks.kit.client import request
from benchmarks.kit.table import Measurement

ASKERS = 8
NEWCOMERS = 50
SLOW = (
    b"POST /webhooks/stripe HTTP/1.1\r\nHost: 127.0.0.1\r\nStripe-Signature: t=1,v1=00\r\n"
    b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
)


def measure(bench: Bench) -> dict[str, Measurement]:
    """Measure on a separate server."""
    slow = bench.scale.slow_connections
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4 * slow + 1_024), most))
    organization = provision_organization(name="Patient", slug="patient", now=timezone.now())
    sent = request("GET", "/v1/organization", headers=key_headers(organization))
    with bench.place.product() as server:
        web = Web(server.port, sent)
        alone, crowded = asyncio.run(_take_turns(web, slow, bench.scale.rounds, bench.scale.seconds))
    details = {"connections": slow, "newcomersAtMostMs": round(max(crowded.newcomers_ms, default=0), 1)}
    return {
        "slow bodies": Measurement(statistics.median(crowded.rates) / statistics.median(alone.rates), details=details),
        "slow bodies, connections": Measurement(crowded.unanswered),
    }


@dataclass(slots=True)
class AnswerRates:
    """Results: answers per second, the waiting times of new connections, and how many of them failed."""

    rates: list[float] = field(default_factory=list)
    newcomers_ms: list[float] = field(default_factory=list)
    unanswered: int = 0


async def _take_turns(web: "Web", slow: int, rounds: int, seconds: float) -> tuple[AnswerRates, AnswerRates]:
    alone, crowded = AnswerRates(), AnswerRates()
    for _ in range(rounds):
        for found, senders in ((alone, 0), (crowded, slow)):
            async with web.slow_senders(senders):
                found.rates.append(await web.answers_a_second(seconds))
                await web.welcome(found)
    return alone, crowded


@dataclass(frozen=True, slots=True)
class Web:
    """A server's port, and the request to send."""

    port: int
    sent: bytes

    async def answers_a_second(self, seconds: float) -> float:
        """Send requests from some connections concurrently."""
        started = time.perf_counter()
        counts = await asyncio.gather(*(self._keep_asking(started + seconds) for _ in range(ASKERS)))
        return sum(counts) / (time.perf_counter() - started)

    async def welcome(self, found: AnswerRates) -> None:
        """Send one request from each of some new connections."""
        for _ in range(NEWCOMERS):
            started = time.perf_counter()
            try:
                async with asyncio.timeout(2):
                    reader, writer = await self._connect()
                    await self._ask(reader, writer)
                    writer.close()
            except TimeoutError:
                found.unanswered += 1
            else:
                found.newcomers_ms.append((time.perf_counter() - started) * 1_000)

    @asynccontextmanager
    async def slow_senders(self, count: int) -> AsyncIterator[None]:
        """Keep this many connections sending."""
        senders = [asyncio.create_task(self._send_slowly()) for _ in range(count)]
        await asyncio.sleep(2 if count else 0)
        try:
            yield
        finally:
            for sender in senders:
                sender.cancel()
            await asyncio.gather(*senders, return_exceptions=True)

    async def _keep_asking(self, until: float) -> int:
        reader, writer = await self._connect()
        count = 0
        with suppress(TimeoutError):
            while time.perf_counter() < until:
                await asyncio.wait_for(self._ask(reader, writer), 5)
                count += 1
        writer.close()
        return count

    async def _send_slowly(self) -> None:
        while True:
            with suppress(OSError):
                _, writer = await self._connect()
                try:
                    writer.write(SLOW)
                    while not writer.transport.is_closing():
                        writer.write(b"x")
                        await writer.drain()
                        await asyncio.sleep(1)
                finally:
                    writer.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(self.sent)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(length)
