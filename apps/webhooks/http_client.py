"""Send one webhook: bounded in time and size, never to an address inside a network, without following redirects.

The name is resolved once, and the connection goes to the address that was checked; Host, SNI and the certificate's name
stay those of the URL (requests-hardened). No session is used, because it would read proxies and passwords from the
environment, and the whole body of a redirect that it does not follow.
"""

import os
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Lock, Thread, Timer
from typing import Any
from urllib.parse import urlsplit

import requests
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from apps.webhooks.addresses import may_connect

ANSWER_SECONDS = 15
LIMIT_SECONDS = 20
MOST_ANSWER_BYTES = 16_384
KEPT_CHARACTERS = 500
FIXED_HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "billing-webhooks/1",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class ReceiverResponse:
    """A receiver's answer: the status, the beginning of the body, and its Retry-After header."""

    status: int
    text: str
    retry_after: str


class NoAnswer(Exception):
    """The receiver did not answer; the message says why."""


class _Watch:
    """Shuts connections down after `ANSWER_SECONDS`, because a socket's timeouts are per read."""

    def __init__(self) -> None:
        self.is_over = False
        self._sockets: list[socket.socket] = []
        self._lock = Lock()
        self._timer = Timer(ANSWER_SECONDS, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for each in self._sockets:
                each.close()

    def add(self, connected: socket.socket) -> None:
        """Watch a connection by a second descriptor, because TLS takes over the socket object."""
        with self._lock:
            self._sockets.append(socket.socket(fileno=os.dup(connected.fileno())))
            if self.is_over:
                connected.close()

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            for each in self._sockets:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)


class _Adapter(IPFilterAdapter):
    """Connects to public addresses only, and has its connections watched."""

    def __init__(self, *, is_https: bool, loopback: bool, watch: _Watch) -> None:
        self._watch, self._loopback = watch, loopback
        super().__init__(is_https_proto=is_https, allow_loopback=loopback)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _watched_pools(self._watch)

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        """Return the target of the connection, which is already an IP address.

        Raises:
            InvalidIPAddress: it is not a public one.
        """
        host_params, pool_kwargs = super().build_connection_pool_key_attributes(*args, **kwargs)
        address = ip_address(host_params["host"].strip("[]"))
        if not may_connect(address, loopback=self._loopback):
            raise InvalidIPAddress(address)
        return host_params, pool_kwargs


def _watched_pools(watch: _Watch) -> dict[str, type[HTTPConnectionPool]]:
    """Return classes of urllib3 whose connections are watched as soon as they are open."""

    class PlainConnection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            connected = super()._new_conn()
            watch.add(connected)
            return connected

    class EncryptedConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            connected = super()._new_conn()
            watch.add(connected)
            return connected

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = EncryptedConnection

    return {"http": PlainPool, "https": EncryptedPool}


def post(url: str, *, body: bytes, headers: Mapping[str, str], loopback: bool) -> ReceiverResponse:
    """Send a POST and return the answer: the status within 15 seconds, and at most 16 KiB of the body.

    `loopback` also allows this machine.

    Raises:
        NoAnswer: the address is not allowed, the connection failed, or the answer took too long.
    """
    return _within(LIMIT_SECONDS, lambda: _post(url, body, headers, loopback))


def _post(url: str, body: bytes, headers: Mapping[str, str], loopback: bool) -> ReceiverResponse:
    with _Watch() as watch:
        adapter = _Adapter(is_https=urlsplit(url).scheme == "https", loopback=loopback, watch=watch)
        try:
            request = requests.Request("POST", url, data=body, headers={**FIXED_HEADERS, **headers}).prepare()
            with adapter.send(request, stream=True, timeout=ANSWER_SECONDS, proxies={}) as response:
                if watch.is_over:  # truncated headers look complete
                    raise NoAnswer(_no_answer_in_time())
                text = _beginning(response)
                return ReceiverResponse(response.status_code, text, response.headers.get("Retry-After", ""))
        except InvalidIPAddress as error:
            raise NoAnswer("The host name resolves to an address that is not public.") from error
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise NoAnswer(_no_answer_in_time() if watch.is_over else _reason(error)) from error
        finally:
            adapter.close()


def _beginning(response: requests.Response) -> str:
    """Return the beginning of the answer's body; if the body ends early or is too slow, the part received so far."""
    content = b""
    with suppress(requests.RequestException, HTTPError, OSError, ValueError):
        while len(content) < MOST_ANSWER_BYTES:
            part = response.raw.read(MOST_ANSWER_BYTES - len(content), decode_content=False)
            if not part:
                break
            content += part
    return content.decode(errors="replace").replace("\x00", "\N{REPLACEMENT CHARACTER}").strip()[:KEPT_CHARACTERS]


def _no_answer_in_time() -> str:
    return f"No answer within {ANSWER_SECONDS} seconds."


def _reason(error: BaseException) -> str:
    """Return why there was no answer, without object addresses."""
    if isinstance(error, requests.exceptions.SSLError):
        return "The TLS handshake failed, or the certificate is invalid."
    if isinstance(error, requests.exceptions.Timeout):
        return _no_answer_in_time()
    if isinstance(error, requests.exceptions.ConnectionError):
        return "The connection failed."
    return "The answer is not HTTP."


def _within(seconds: int, work: Callable[[], ReceiverResponse]) -> ReceiverResponse:
    """Run `work` in its own thread and abandon it after `seconds`, because resolving a name has no time limit."""
    result: Future[ReceiverResponse] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)

    Thread(target=run, name="webhook", daemon=True).start()
    try:
        return result.result(timeout=seconds)
    except TimeoutError as error:
        raise NoAnswer(_no_answer_in_time()) from error
