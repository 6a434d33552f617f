"""Receivers of webhooks: real servers on this machine, working and faulty ones."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Request:
    """A request as it arrived."""

    line: str
    headers: dict[str, str]
    body: str


# What a receiver does with a connection; returns True if it has waited for the caller to disconnect.
Behavior = Callable[[socket.socket], bool | None]


@dataclass
class Receiver:
    """A server on a free port, and what it received."""

    port: int
    behavior: Behavior
    tls: ssl.SSLContext | None
    reads: bool
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def answers(raw: bytes) -> Behavior:
    """Answer with these bytes."""
    return lambda connection: connection.sendall(raw)


def answers_status(status: int, body: str = "", **headers: str) -> Behavior:
    """Answer with a status, a body and headers."""
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return answers(("\r\n".join([*lines, "", ""]) + body).encode())


def drips(head: bytes, part: bytes, end: Callable[[], None]) -> Behavior:
    """Send `head` and four times `part`, call `end`, which times the try out, and wait for the caller to disconnect."""

    def drip(connection: socket.socket) -> bool:
        connection.sendall(head)
        for _ in range(4):
            connection.sendall(part)
        end()
        with suppress(ConnectionError):  # it disconnected without reading everything
            while connection.recv(65_536):
                pass
        return True

    return drip


def floods(head: bytes) -> Behavior:
    """Send `head` and then bytes without end."""

    def flood(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(b"x" * 65_536)

    return flood


@contextmanager
def receiver(
    behavior: Behavior | None = None, *, tls: ssl.SSLContext | None = None, reads: bool = True
) -> Iterator[Receiver]:
    """Run a receiver that behaves like this towards each connection, by default after it has read the request."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        running = Receiver(server.getsockname()[1], behavior or answers(OK), tls, reads)
        threading.Thread(target=_accept, args=(server, running), daemon=True).start()
        yield running
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _accept(server: socket.socket, running: Receiver) -> None:
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            running.connections += 1
            threading.Thread(target=_serve, args=(connection, running), daemon=True).start()


def _serve(connection: socket.socket, running: Receiver) -> None:
    with (
        suppress(OSError),
        connection,
        running.tls.wrap_socket(connection, True) if running.tls else connection as plain,
    ):
        if running.reads:
            running.requests.append(_read(plain))
        if running.behavior(plain):
            running.left.set()


def _read(connection: socket.socket) -> Request:
    with connection.makefile("rb") as stream:
        line = stream.readline().decode().strip()
        headers = {}
        while text := stream.readline().decode().strip():
            name, _, value = text.partition(": ")
            headers[name.lower()] = value
        return Request(line, headers, stream.read(int(headers.get("content-length", "0"))).decode())
