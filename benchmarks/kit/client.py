"""A minimal HTTP client: requests are prepared bytes, connections stay open."""

import json
import socket
import time
from collections.abc import Mapping


class Refused(Exception):
    """A server sent another status than expected."""


def request(
    method: str,
    path: str,
    *,
    body: object = None,
    headers: Mapping[str, str] | None = None,
    content_type: str = "application/json",
) -> bytes:
    """Return the bytes of a request; a body that is not bytes is written as JSON."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if content:
        lines += [f"Content-Type: {content_type}", f"Content-Length: {len(content)}"]
    elif method != "GET":
        lines.append("Content-Length: 0")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


IDLE_SECONDS = 5  # shorter than the web server's keep-alive timeout


class Connection:
    """One connection that stays open while it is used. Not thread-safe."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._left, self._used_at = b"", time.monotonic()
        self._socket = self._open()

    def ask(self, sent: bytes, *, status: int = 200) -> bytes:
        """Send a request and return the body of the answer.

        Raises:
            Refused: the answer has another status.
        """
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            self.close()
            self._left, self._socket = b"", self._open()
        self._socket.sendall(sent)
        head, _, rest = self._until(b"\r\n\r\n")
        length = length_of(head)
        while len(rest) < length:
            rest += self._more()
        body, self._left = rest[:length], rest[length:]
        self._used_at = time.monotonic()
        if int(head[9:12]) != status:
            raise Refused(f"{sent[:120]!r} was answered {head[:200]!r} {body[:1_000]!r}")
        return body

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _open(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port), 60)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def _until(self, mark: bytes) -> tuple[bytes, bytes, bytes]:
        found = self._left
        while mark not in found:
            found += self._more()
        return found.partition(mark)

    def _more(self) -> bytes:
        received = self._socket.recv(262_144)
        if not received:
            raise Refused("the server closed the connection")
        return received


def length_of(head: bytes) -> int:
    """Return the length of the body that follows the head of an answer.

    Raises:
        Refused: it has none.
    """
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise Refused(f"an answer without a length: {head!r}")
