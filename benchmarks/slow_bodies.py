"""The web process while many connections send their bodies a byte a second, against the same process without them.

    python -m benchmarks.slow_bodies [--connections 1000] [--seconds 15]

The process is started as the Procfile says, on an embedded PostgreSQL, and asked over loopback. Its answers are counted
from eight connections that each ask again as soon as they are answered; new connections are timed one by one. Both take
turns, so that what else the machine does meets both.
"""

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.environment import prepare
from billing_site.supervision import commands

ROOT = Path(__file__).resolve().parent.parent
PORT = 18_999
ASKERS = 8
NEW_CONNECTIONS = 50
TURNS = 3
SLOW = (
    b"POST /webhooks/stripe HTTP/1.1\r\nHost: 127.0.0.1\r\nStripe-Signature: t=1,v1=00\r\n"
    b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
)


def main() -> None:
    asked = _arguments()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4 * asked.connections + 1024), most))
    prepare()
    key = _key()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, "PATH": path, "PORT": str(PORT), "ALLOWED_HOSTS": "127.0.0.1"}
    command = commands((ROOT / "Procfile").read_text())["web"]
    server = subprocess.Popen(["/bin/sh", "-c", command], cwd=ROOT, env=environment)
    try:
        asyncio.run(_measure(asked.connections, asked.seconds, key))
    finally:
        server.terminate()
        server.wait()


def _key() -> str:
    from django.utils import timezone

    from apps.tenants import services
    from apps.tenants.models import ApiKey, Organization

    now = timezone.now()
    organization = Organization.objects.create(name="Acme", slug="acme", created_at=now, updated_at=now)
    issued = services.issue_api_key(
        organization=organization, name="b", scopes=[ApiKey.Scope.BILLING_READ], created_by="benchmark", now=now
    )
    return issued.text


async def _measure(connections: int, seconds: float, key: str) -> None:
    requests = {
        "/healthz": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "/v1/organization": (
            f"GET /v1/organization HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
        ),
    }
    await _until_up(requests["/healthz"])
    found = {(path, slow): _Found() for path in requests for slow in (0, connections)}
    for _ in range(TURNS):
        for slow in (0, connections):
            async with _slow_senders(slow):
                for path, request in requests.items():
                    await _rate(request, 0.5)
                    found[path, slow].rates.append(await _rate(request, seconds / TURNS))
                    times, unanswered = await _new_connections(request)
                    found[path, slow].times += times
                    found[path, slow].unanswered += unanswered
    print(f"\n{'':18}{'slow':>6}{'answers/s':>11}{'ratio':>7}{'new connection, ms':>22}{'unanswered':>12}")
    for (path, slow), row in found.items():
        ratio = row.rate / found[path, 0].rate
        print(f"{path:18}{slow:6}{row.rate:11,.0f}{ratio:7.2f}{row.waited:>22}{row.unanswered:12}")


@dataclass(slots=True)
class _Found:
    """What was measured of one page in all turns."""

    rates: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    unanswered: int = 0

    @property
    def rate(self) -> float:
        return statistics.mean(self.rates)

    @property
    def waited(self) -> str:
        if not self.times:
            return "none answered"
        return f"{statistics.median(self.times) * 1e3:.1f}, at most {max(self.times) * 1e3:.0f}"


@asynccontextmanager
async def _slow_senders(count: int) -> AsyncIterator[None]:
    """Keep as many connections open that send a byte a second; one that is cut off begins anew."""

    async def send() -> None:
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", PORT)
                try:
                    writer.write(SLOW)
                    while not writer.transport.is_closing():
                        writer.write(b"x")
                        await writer.drain()
                        await asyncio.sleep(1)
                finally:
                    writer.close()

    senders = [asyncio.create_task(send()) for _ in range(count)]
    await asyncio.sleep(2 if count else 0)
    try:
        yield
    finally:
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)


async def _rate(request: bytes, seconds: float) -> float:
    answers, end = 0, time.perf_counter() + seconds

    async def ask() -> None:
        nonlocal answers
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        with suppress(TimeoutError):
            while time.perf_counter() < end:
                await asyncio.wait_for(_answer(reader, writer, request), 5)
                answers += 1
        writer.close()

    await asyncio.gather(*(ask() for _ in range(ASKERS)))
    return answers / seconds


async def _new_connections(request: bytes) -> tuple[list[float], int]:
    times = []
    for _ in range(NEW_CONNECTIONS):
        started = time.perf_counter()
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
                await _answer(reader, writer, request)
                writer.close()
                times.append(time.perf_counter() - started)
    return times, NEW_CONNECTIONS - len(times)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(length)


async def _until_up(request: bytes) -> None:
    async with asyncio.timeout(60):
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
                await _answer(reader, writer, request)
                return
            await asyncio.sleep(0.1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=15)
    return parser.parse_args()


if __name__ == "__main__":
    main()
