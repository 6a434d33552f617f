"""Streamed responses through the real web server: complete for a reader, ended when the client leaves."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from billing_site.supervision import ROOT, commands

# Says on standard output when an answer begins and after how many pieces it was closed.
APPLICATION = """
from billing_site.gateway import Gateway, Limits

class Pieces:
    def __init__(self, most):
        self.most, self.sent = most, 0
    def __iter__(self):
        while self.sent < self.most:
            self.sent += 1
            yield b"x" * 65_536
    def close(self):
        print("closed" if self.sent == self.most else "cut off", flush=True)

def pieces(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/csv")])
    return Pieces(20 if environ["PATH_INFO"] == "/short" else 1_000_000)

application = Gateway(pieces, threads=1, limits=Limits(body_bytes=1, silence_seconds=1))
"""


def wait_until_up(process: subprocess.Popen[str], port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, "the web process ended"
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
    raise AssertionError("the web process does not listen")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The web process of the Procfile around an application that streams; its lines and its port."""
    (tmp_path / "streams.py").write_text(APPLICATION)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environment = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "PORT": str(port),
    }
    command = commands((ROOT / "Procfile").read_text())["web"]
    command = command.replace("billing_site.asgi:application", "streams:application")
    process = subprocess.Popen(
        ["/bin/sh", "-c", command], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True
    )
    wait_until_up(process, port)
    yield process, port
    process.terminate()
    process.communicate(timeout=30)


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_is_whole_for_who_reads_it(server: tuple[subprocess.Popen[str], int]) -> None:
    process, port = server
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/short", timeout=30) as answer:
        assert len(answer.read()) == 20 * 65_536
    assert next_line(process) == "closed"


@pytest.mark.parametrize("leaves", [True, False], ids=["leaves", "reads no more"])
def test_frees_its_thread_from_who_does_not(server: tuple[subprocess.Popen[str], int], leaves: bool) -> None:
    process, port = server
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as reader:
        reader.sendall(b"GET /endless HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert reader.recv(1_000).startswith(b"HTTP/1.1 200")
        if leaves:
            reader.close()
        assert next_line(process) == "cut off"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/short", timeout=30) as answer:
        assert len(answer.read()) == 20 * 65_536
