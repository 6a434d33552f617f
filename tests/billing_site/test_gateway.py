"""The gateway between web server and Django: only complete requests get a thread, within limits."""

import asyncio
import threading
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig

from billing_site.gateway import IN_MEMORY_BYTES, Gateway, Limits, environ_of

LIMITS = Limits(body_bytes=1_000, body_seconds=5, silence_seconds=5)


def scope_of(method: str = "POST", path: bytes = b"/a", **headers: str) -> dict[str, Any]:
    named = [(name.replace("__", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http", "method": method, "raw_path": path, "query_string": b"q=1", "http_version": "1.1",
        "scheme": "http", "headers": named, "client": ("192.0.2.1", 5000), "server": ("127.0.0.1", 8000),
    }  # fmt: skip


class Echo:
    """A WSGI application that answers with the request's body, and records the requests."""

    def __init__(self) -> None:
        self.environs: list[dict[str, Any]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.environs.append(environ)
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
        return [body]


class Sender:
    """Sends the pieces of a body, and records the answer."""

    def __init__(self, *pieces: bytes, ends: bool = True, leaves: bool = False) -> None:
        self.pieces, self.ends, self.leaves = list(pieces), ends, leaves
        self.answers: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        if self.pieces:
            more = len(self.pieces) > 1 or not self.ends
            return {"type": "http.request", "body": self.pieces.pop(0), "more_body": more}
        if self.leaves:
            return {"type": "http.disconnect"}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(self, message: dict[str, Any]) -> None:
        self.answers.append(message)

    @property
    def status(self) -> int:
        return int(self.answers[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.answers)


def answer(application: Any, sender: Sender, limits: Limits = LIMITS, **headers: str) -> Sender:
    gateway = Gateway(application, threads=1, limits=limits)
    asyncio.run(gateway(scope_of(**headers), sender.receive, sender.send))
    return sender


class TestReading:
    def test_gives_django_the_whole_body(self) -> None:
        sender = answer(Echo(), Sender(b"one ", b"two ", b"three"), content__length="13")
        assert (sender.status, sender.body) == (200, b"one two three")

    def test_asks_no_more_once_the_declared_length_has_come(self) -> None:
        sender = answer(Echo(), Sender(b"one ", b"two", ends=False), content__length="7")
        assert (sender.status, sender.body) == (200, b"one two")

    @pytest.mark.parametrize(
        ("limits", "pieces"),
        [
            pytest.param(Limits(body_bytes=1_000, body_seconds=5, silence_seconds=0.05), [b"x"], id="silence"),
            pytest.param(Limits(body_bytes=1_000, body_seconds=0.05, silence_seconds=5), [b"x"], id="the whole"),
            pytest.param(Limits(body_bytes=1_000, body_seconds=5, silence_seconds=0.05), [], id="nothing at all"),
        ],
    )
    def test_answers_408_to_what_comes_too_slowly(self, limits: Limits, pieces: list[bytes]) -> None:
        echo = Echo()
        sender = answer(echo, Sender(*pieces, ends=False), limits, content__length="9")
        assert sender.status == 408
        assert (b"connection", b"close") in sender.answers[0]["headers"]
        assert echo.environs == []

    def test_forgets_a_sender_who_leaves(self) -> None:
        echo = Echo()
        assert answer(echo, Sender(b"x", ends=False, leaves=True), content__length="9").answers == []
        assert echo.environs == []

    def test_waits_for_no_body_where_none_is_announced(self) -> None:
        assert answer(Echo(), Sender()).status == 200

    def test_reads_nothing_of_a_body_that_is_too_large_and_lets_django_refuse_it(self) -> None:
        def refuses(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            with pytest.raises(RequestDataTooBig):
                environ["wsgi.input"].read()
            start_response("413 Content Too Large", [("Content-Length", "0")])
            return []

        sender = Sender(b"x" * 1_001)
        assert answer(refuses, sender, content__length="1001").status == 413
        assert sender.pieces == [b"x" * 1_001]

    @pytest.mark.parametrize("last", [b"", b"x" * (IN_MEMORY_BYTES + 1)], ids=["in memory", "in a file"])
    def test_gives_a_body_in_chunks_its_length(self, last: bytes) -> None:
        echo, sent = Echo(), b"one two " + last
        limits = Limits(body_bytes=1_000_000, body_seconds=5, silence_seconds=5)
        answered = answer(echo, Sender(b"one ", b"two ", last), limits, transfer__encoding="chunked")
        assert answered.body == sent
        assert echo.environs[0]["CONTENT_LENGTH"] == str(len(sent))
        assert "HTTP_TRANSFER_ENCODING" not in echo.environs[0]

    def test_reads_chunks_up_to_the_limit_and_lets_django_refuse_more(self) -> None:
        lengths: list[str] = []

        def refuses(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            lengths.append(environ["CONTENT_LENGTH"])
            start_response("413 Content Too Large", [("Content-Length", "0")])
            return []

        sender = Sender(b"x" * 600, b"x" * 600, b"x" * 600)
        assert answer(refuses, sender, transfer__encoding="chunked").status == 413
        assert (sender.pieces, int(lengths[0]) > LIMITS.body_bytes) == ([b"x" * 600], True)

    def test_takes_no_thread_before_the_body_is_there(self) -> None:
        gateway = Gateway(Echo(), threads=1, limits=LIMITS)
        slow, quick = [Sender(b"x", ends=False) for _ in range(50)], Sender(b"quick")

        async def all_at_once() -> None:
            waiting = [
                asyncio.create_task(gateway(scope_of(content__length="9"), each.receive, each.send)) for each in slow
            ]
            await asyncio.sleep(0)
            async with asyncio.timeout(5):
                await gateway(scope_of(content__length="5"), quick.receive, quick.send)
            for task in waiting:
                task.cancel()

        asyncio.run(all_at_once())
        assert (quick.body, [each.answers for each in slow]) == (b"quick", [[]] * 50)


class TestAnswering:
    def test_sends_a_whole_answer_when_the_thread_is_free_again(self) -> None:
        gateway, taken = Gateway(Echo(), threads=1, limits=LIMITS), Sender(b"taken")
        reading = asyncio.Event()

        async def never_read(_message: dict[str, Any]) -> None:
            reading.set()
            await asyncio.Event().wait()

        async def both() -> None:
            slow_reader = asyncio.create_task(gateway(scope_of(content__length="1"), Sender(b"x").receive, never_read))
            await reading.wait()
            async with asyncio.timeout(5):
                await gateway(scope_of(content__length="5"), taken.receive, taken.send)
            slow_reader.cancel()

        asyncio.run(both())
        assert taken.body == b"taken"

    def test_streams_what_has_no_length_and_closes_it(self) -> None:
        closed = threading.Event()

        class Stream:
            streaming = True

            def __iter__(self) -> Any:
                yield from (b"a", b"b")

            def close(self) -> None:
                closed.set()

        def streams(_environ: dict[str, Any], start_response: Any) -> Stream:
            start_response("200 OK", [])
            return Stream()

        sender = answer(streams, Sender())
        assert [message.get("body") for message in sender.answers] == [None, b"a", b"b", b""]
        assert closed.is_set()

    def test_ends_a_stream_that_nobody_reads(self) -> None:
        closed = threading.Event()

        class Stream:
            def __iter__(self) -> Any:
                while True:
                    yield b"x"

            def close(self) -> None:
                closed.set()

        def streams(_environ: dict[str, Any], start_response: Any) -> Stream:
            start_response("200 OK", [])
            return Stream()

        class Unread(Sender):
            async def send(self, message: dict[str, Any]) -> None:
                await asyncio.Event().wait()

        answer(streams, Unread(), Limits(body_bytes=1, silence_seconds=0.05))
        assert closed.is_set()

    def test_says_how_long_an_answer_of_djangos_is(self) -> None:
        from django.http import HttpResponse

        class Answer(HttpResponse):
            streaming = False

        def answers(_environ: dict[str, Any], start_response: Any) -> Answer:
            start_response("200 OK", [("Content-Type", "text/plain")])
            return Answer(b"four")

        assert (b"content-length", b"4") in answer(answers, Sender()).answers[0]["headers"]


class TestEnvironOf:
    def test_names_what_django_reads(self) -> None:
        scope = scope_of(path=b"/caf%C3%A9/%ff", content__type="a/b", content__length="1", x__api__key="k")
        environ = environ_of(scope, None)  # type: ignore[arg-type]
        assert environ["PATH_INFO"].encode("latin-1") == "/café/".encode() + b"\xff"
        expected = {
            "REQUEST_METHOD": "POST", "QUERY_STRING": "q=1", "REMOTE_ADDR": "192.0.2.1", "SERVER_PORT": "8000",
            "CONTENT_TYPE": "a/b", "CONTENT_LENGTH": "1", "HTTP_X_API_KEY": "k",
        }  # fmt: skip
        assert {name: environ[name] for name in expected} == expected

    def test_leaves_out_a_header_that_could_pass_for_another(self) -> None:
        scope = scope_of()
        scope["headers"] = [(b"x_forwarded_for", b"10.0.0.1"), (b"content_length", b"5")]
        assert not {"HTTP_X_FORWARDED_FOR", "CONTENT_LENGTH", "HTTP_CONTENT_LENGTH"} & environ_of(scope, None).keys()  # type: ignore[arg-type]

    def test_joins_a_header_that_comes_twice(self) -> None:
        scope = scope_of()
        scope["headers"] = [(b"authorization", b"a"), (b"authorization", b"b")]
        assert environ_of(scope, None)["HTTP_AUTHORIZATION"] == "a,b"  # type: ignore[arg-type]
