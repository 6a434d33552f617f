"""Passes a request from the web server to a Django thread only when the request has fully arrived.

The server speaks ASGI, where an open connection costs almost nothing; Django speaks WSGI, where it holds a thread and a
database connection. A body is read here, limited in time and size, and kept in a file beyond a quarter of a megabyte. A
response is sent when complete, except those without a length: an exported list keeps its thread while it is sent, as
long as its reader keeps reading.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from io import SEEK_END, BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from django.core.exceptions import RequestDataTooBig

from billing_site.threads import Threads

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]
Headers = list[tuple[bytes, bytes]]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

IN_MEMORY_BYTES = 262_144
WHOLE_ANSWER_BYTES = 8_388_608


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one request.

    `body_seconds` is for the whole body; `silence_seconds` for its next piece, or for the reader of a streamed response
    to take the next piece.
    """

    body_bytes: int
    body_seconds: float = 30
    silence_seconds: float = 10


class Gateway:
    """An ASGI application (without lifespan) around a WSGI application, which runs in `threads` threads."""

    def __init__(self, application: Wsgi, *, threads: int, limits: Limits) -> None:
        self.application = application
        self.limits = limits
        self.threads = Threads(threads, "request")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request: 408 if the body comes too slowly, nothing if the client has disconnected."""
        try:
            body = await self._body(scope, receive)
        except TimeoutError:
            await _refuse(send, 408)
            return
        except _SenderLeft:
            return
        try:
            whole = await self._answered(environ_of(scope, body), _Stream(receive, send, self.limits.silence_seconds))
        except _SenderLeft:
            return
        finally:
            body.close()
        for message in whole:
            await send(message)

    async def _body(self, scope: Message, receive: Receive) -> IO[bytes] | "_TooLarge":
        """Read the body; one that is too large is left unread, or not read to its end, for Django to refuse.

        Raises:
            TimeoutError: it came too slowly.
            _SenderLeft: the connection ended before it was complete.
        """
        declared, most = _length(scope["headers"]), self.limits.body_bytes
        if declared == 0:
            return BytesIO()
        if declared is not None and declared > most:
            return _TooLarge()
        is_small = declared is not None and declared <= IN_MEMORY_BYTES
        body: IO[bytes] = BytesIO() if is_small else SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 (closed above)
        clock = asyncio.get_running_loop().time
        end = clock() + self.limits.body_seconds
        async with asyncio.timeout_at(min(end, clock() + self.limits.silence_seconds)) as limit:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise _SenderLeft
                body.write(message.get("body", b""))
                if declared is None and body.tell() > most:
                    body.close()
                    return _TooLarge()
                # The server would say that nothing follows a declared length only when asked again.
                if body.tell() == declared or not message.get("more_body", False):
                    body.seek(0)
                    return body
                limit.reschedule(min(end, clock() + self.limits.silence_seconds))

    async def _answered(self, environ: Environ, stream: "_Stream") -> list[Message]:
        """Run Django in a thread and return what is left to send.

        Raises:
            _SenderLeft: the client no longer reads the stream.
        """
        whole: asyncio.Future[list[Message]] = stream.loop.create_future()
        self.threads.run(partial(self._answer_to, whole, environ, stream))
        return await whole

    def _answer_to(self, whole: "asyncio.Future[list[Message]]", environ: Environ, stream: "_Stream") -> None:
        try:
            settle = partial(_settle, whole, whole.set_result, self._answer(environ, stream))
        except BaseException as error:
            settle = partial(_settle, whole, whole.set_exception, error)
        with suppress(RuntimeError):  # the loop was closed: the server has stopped
            stream.loop.call_soon_threadsafe(settle)

    def _answer(self, environ: Environ, stream: "_Stream") -> list[Message]:
        """Run Django in a thread; send a complete response at once, a stream piece by piece.

        Raises:
            _SenderLeft: the client no longer reads.
        """
        start: Message = {}

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
            encoded = [(_lower(name), value.encode("latin-1")) for name, value in headers]
            start.update(type="http.response.start", status=int(status[:3]), headers=encoded)

        pieces = self.application(environ, start_response)
        try:
            if _is_whole(pieces, start["headers"]):
                body = b"".join(pieces)
                if not any(name == b"content-length" for name, _ in start["headers"]):
                    start["headers"].append((b"content-length", str(len(body)).encode()))
                return [start, {"type": "http.response.body", "body": body}]
            stream.send(start)
            for piece in pieces:
                stream.send({"type": "http.response.body", "body": piece, "more_body": True})
            return [{"type": "http.response.body", "body": b""}]
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()


def environ_of(scope: Message, body: "IO[bytes] | _TooLarge") -> Environ:
    """Return the PEP 3333 environment for an ASGI scope.

    Headers whose names have an underscore are dropped, because they could pass for others. A body that came in chunks
    has a length now, as if it had been declared.
    """
    server, client = scope.get("server") or ("localhost", 80), scope.get("client")
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0] if client else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        key = _key_of(raw_name)
        if key is not None:
            value = raw_value.decode("latin-1")
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    if environ.pop("HTTP_TRANSFER_ENCODING", "") and "CONTENT_LENGTH" not in environ:
        body.seek(0, SEEK_END)
        environ["CONTENT_LENGTH"] = str(body.tell())
        body.seek(0)
    return environ


@lru_cache(maxsize=256)
def _key_of(raw_name: bytes) -> str | None:
    """Return the key of a header in the environment; None if its name has an underscore."""
    name = raw_name.decode("latin-1").upper()
    if "_" in name:
        return None
    key = name.replace("-", "_")
    return key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"


@lru_cache(maxsize=256)
def _lower(name: str) -> bytes:
    return name.lower().encode("latin-1")


def _settle(future: "asyncio.Future[Any]", put: Callable[[Any], None], value: Any) -> None:
    """Settle a future, unless its request was canceled."""
    if not future.done():
        put(value)


class _SenderLeft(Exception):
    """The connection ended before the request or the response was complete."""


class _Stream:
    """Passes the pieces of a response from a thread to the client."""

    def __init__(self, receive: Receive, send: Send, silence_seconds: float) -> None:
        self.loop = asyncio.get_running_loop()
        self._receive, self._send, self._silence_seconds = receive, send, silence_seconds
        self._left: asyncio.Task[None] | None = None

    def send(self, message: Message) -> None:
        """Send one message and wait until it is taken.

        Raises:
            _SenderLeft: the connection has ended, or its reader has taken nothing for too long.
        """
        asyncio.run_coroutine_threadsafe(self._sent(message), self.loop).result()

    async def _sent(self, message: Message) -> None:
        if self._left is None:
            self._left = asyncio.create_task(self._until_left())
        if self._left.done():
            raise _SenderLeft
        try:
            async with asyncio.timeout(self._silence_seconds):
                await self._send(message)
        except TimeoutError:
            raise _SenderLeft from None

    async def _until_left(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass


class _TooLarge:
    """Stands for a body that was not read; reading it refuses the request."""

    def read(self, _size: int = -1) -> bytes:
        raise RequestDataTooBig("The body is larger than any page or endpoint takes.")

    readline = read

    def seek(self, _offset: int, _whence: int = 0) -> None:
        """Do nothing: there is nothing to read."""

    def tell(self) -> int:
        return sys.maxsize

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


def _length(headers: Headers) -> int | None:
    """Return the length of a request's body: 0 if the headers give none, or no number; None if it comes in chunks."""
    named = dict(headers)
    declared = named.get(b"content-length")
    if declared is None:
        return None if b"transfer-encoding" in named else 0
    return int(declared) if declared.isdigit() else 0


def _is_whole(answer: Iterable[bytes], headers: Headers) -> bool:
    """Return whether a response is complete before it is sent: it does not stream, or is a file of known size."""
    length = dict(headers).get(b"content-length")
    return not getattr(answer, "streaming", True) or (length is not None and int(length) <= WHOLE_ANSWER_BYTES)


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
