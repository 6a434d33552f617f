"""An upstream with test-defined answers, over real HTTP on the loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME, SECRET, ACCOUNT = "telco", "upstream-secret", "acc_1"


@dataclass
class Answer:
    """One answer: bytes as they are, or a JSON document; with `hangs`, no answer until the test is over."""

    body: object = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Upstream:
    """An upstream that gives its answers in turn, and the last one forever; `requests` records the requests."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[tuple[str, str | None]] = []
        self.over = threading.Event()

    def next_answer(self, path: str, authorization: str | None) -> Answer:
        self.requests.append((path, authorization))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def serving(upstream: Upstream) -> Iterator[str]:
    """Serve the upstream and yield its base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = upstream.next_answer(self.path, self.headers["Authorization"])
            if answer.hangs:
                upstream.over.wait(30)
                return
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.content)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_arguments: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        upstream.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
