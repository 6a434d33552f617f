"""The HTTP server: the API under `/v1`, pages for people everywhere else."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from local_stripe.account import Account
from local_stripe.api import Api, Request, Response
from local_stripe.deliveries import Deliverer
from local_stripe.faults import Fault, Faults
from local_stripe.pages import Pages
from local_stripe.store import Store
from local_stripe.versions import PINNED, require_known

if os.environ.get("DEVELOPMENT") != "1":
    raise ImportError("The local Stripe is for development only (DEVELOPMENT=1).")

LOCAL_KEY = "sk_test_local"
_LARGEST_BODY = 1_000_000


class LocalStripe:
    """A running stand-in; also a context manager for tests."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        path: str = ":memory:",
        api_key: str = LOCAL_KEY,
        api_version: str = PINNED,
        webhook_url: str = "",
        webhook_secret: str = "",
    ) -> None:
        self.faults = Faults()
        self.account = Account(Store(path), api_version=require_known(api_version))
        self.api = Api(self.account, api_key, self.faults)
        self.pages = Pages(self.account)
        self.server = ThreadingHTTPServer((host, port), _handler(self))
        self.server.daemon_threads = True
        self.url = self.account.base_url = f"http://{host}:{self.server.server_port}"
        self.deliverer = Deliverer(self.account, webhook_url, webhook_secret) if webhook_url else None

    def start(self) -> Self:
        # Stopping waits for one poll, and every test of payments stops one of these.
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True, name="local-stripe").start()
        if self.deliverer:
            self.deliverer.start()
        return self

    def stop(self) -> None:
        if self.deliverer:
            self.deliverer.stop()
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def forget_keys(self) -> None:
        """Forget all idempotency keys, as Stripe does after a day."""
        self.account.store.query("DELETE FROM keys")

    def answer(self, request: Request) -> Response:
        if request.path.startswith("/v1/"):
            return self.api.answer(request)
        if request.path == "/faults" and request.method == "POST":
            self.faults.add(Fault(**json.loads(request.body)))
            return Response(204, "")
        return self.pages.answer(request)


def _handler(local: LocalStripe) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30
        wbufsize = -1  # headers and body in one packet: a delayed acknowledgment would hold back a second one

        def _handle(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), _LARGEST_BODY)
            address = urlsplit(self.path)
            body = self.rfile.read(length).decode() if length else ""
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._send(local.answer(Request(self.command, address.path, address.query, body, headers)))

        do_GET = do_POST = do_DELETE = _handle

        def _send(self, answer: Response) -> None:
            if answer.dropped:
                self.close_connection = True
                return
            payload = answer.body.encode()
            self.send_response(answer.status)
            headers = {"Content-Type": "application/json", "Request-Id": "req_local", **answer.headers}
            for name, value in {**headers, "Content-Length": str(len(payload))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: Any) -> None:
            """Do not log requests; the dashboard shows what happened."""

    return Handler
