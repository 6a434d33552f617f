"""The web process of the Procfile, under a thousand connections that send almost nothing."""

import os
import resource
import selectors
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from billing_site.supervision import ROOT, commands

CONNECTIONS = 1_000
HEAD = (
    b"POST /webhooks/stripe HTTP/1.1\r\nHost: 127.0.0.1\r\nStripe-Signature: t=1,v1=00\r\n"
    b"Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A running web process. No request here reaches the database."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        number = free.getsockname()[1]
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "DEVELOPMENT": "1",
        "VAR_DIR": str(tmp_path),
        "PORT": str(number),
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    }
    command = commands((ROOT / "Procfile").read_text())["web"]
    server = subprocess.Popen(["/bin/sh", "-c", command], cwd=ROOT, env=environment, start_new_session=True)
    try:
        wait_until_up(server, number)
        yield number
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # a graceful stop waits 20 s for the connections
        server.wait(30)


def wait_until_up(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            ask(port)
        except OSError:
            assert server.poll() is None, "the web process ended"
            assert time.monotonic() < deadline, "the web process does not answer"
        else:
            return


@pytest.fixture
def _many_files() -> Iterator[None]:
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))


def ask(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        return int(answer.status)


@pytest.mark.usefixtures("_many_files")
def test_a_thousand_slow_bodies_keep_nobody_waiting(port: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(CONNECTIONS)]
    try:
        for connection in slow:
            connection.sendall(HEAD)
        for _ in range(3):
            for connection in slow:
                connection.sendall(b"x")
            assert [ask(port) for _ in range(20)] == [200] * 20
        assert not readable(slow), "a slow connection was answered or cut off at once"
    finally:
        for connection in slow:
            connection.close()


def readable(connections: list[socket.socket]) -> list[object]:
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection, selectors.EVENT_READ)
        return [key.fileobj for key, _ in selector.select(0)]
