"""Sending over HTTP to real receivers, including hostile ones: bounded time and size, public addresses only."""

import socket
import threading
from collections.abc import Callable
from ipaddress import ip_address

import pytest
import requests

from apps.webhooks import http_client
from apps.webhooks.addresses import may_connect
from apps.webhooks.http_client import NoAnswer, ReceiverResponse, post
from tests.webhooks.certificates import certificate_for
from tests.webhooks.receivers import answers, answers_status, drips, floods, receiver

HEAD = b"HTTP/1.1 200 OK\r\n"


def send(url: str, *, loopback: bool = True) -> ReceiverResponse:
    return post(url, body=b'{"a":1}', headers={"webhook-id": "evt_1"}, loopback=loopback)


class Clock:
    """Replaces the timer of a try; the time is up when `end` is called."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.daemon = False

    def timer(self, seconds: float, call: Callable[[], None]) -> "Clock":
        self.seconds, self._call = seconds, call
        return self

    def end(self) -> None:
        self._call()

    def start(self) -> None: ...

    def cancel(self) -> None: ...


@pytest.fixture
def clock(monkeypatch):
    """The timer of one try, which fires only when the test calls `end`; no other timeout ends the try."""
    standing, send = Clock(), http_client._Adapter.send
    monkeypatch.setattr(http_client, "Timer", standing.timer)
    monkeypatch.setattr(http_client, "LIMIT_SECONDS", threading.TIMEOUT_MAX)
    monkeypatch.setattr(
        http_client._Adapter, "send", lambda *given, **options: send(*given, **options | {"timeout": None})
    )
    return standing


class TestAnswers:
    def test_the_request_arrives(self):
        with receiver() as good:
            answer = send(good.url)

        (request,) = good.requests
        assert answer == ReceiverResponse(200, "ok", "")
        assert (request.line, request.body) == ("POST /hooks HTTP/1.1", '{"a":1}')
        assert request.headers["content-type"] == "application/json"
        assert request.headers["webhook-id"] == "evt_1"
        assert request.headers["host"] == f"127.0.0.1:{good.port}"

    def test_the_proxy_and_passwords_of_the_environment_are_not_used(self, monkeypatch, tmp_path):
        (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        with receiver() as good, receiver() as proxy:
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            send(good.url)

        assert proxy.connections == 0
        assert "authorization" not in good.requests[0].headers

    def test_a_refusal_is_an_answer(self):
        with receiver(answers_status(503, "busy", Retry_After="120")) as busy:
            assert send(busy.url) == ReceiverResponse(503, "busy", "120")

    def test_500_characters_are_kept_without_nul(self):
        with receiver(answers(HEAD + b"\r\n" + b"\x00\xff" + b"a" * 600)) as long:
            assert send(long.url).text == "\N{REPLACEMENT CHARACTER}" * 2 + "a" * 498

    def test_nobody_listens(self):
        with receiver() as gone:
            pass
        with pytest.raises(NoAnswer, match=r"^The connection failed\.$"):
            send(gone.url)

    def test_an_answer_that_is_not_http(self):
        with receiver(answers(b"hello\r\n\r\n")) as wrong, pytest.raises(NoAnswer):
            send(wrong.url)


class TestTLS:
    @pytest.fixture(autouse=True)
    def _names_are_here(self, monkeypatch):
        resolve = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", lambda _, *others, **named: resolve("127.0.0.1", *others, **named))

    @pytest.fixture
    def tls(self, monkeypatch, tmp_path):
        """A server's certificate for hooks.example.com, by an authority that is trusted."""
        authority, context = certificate_for("hooks.example.com", tmp_path)
        monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(authority))
        return context

    def test_name_and_certificate_are_those_of_the_url(self, tls):
        names = []
        tls.sni_callback = lambda _connection, name, _context: names.append(name)
        with receiver(tls=tls) as good:
            assert send(f"https://hooks.example.com:{good.port}/").status == 200

        assert names == ["hooks.example.com"]
        assert good.requests[0].headers["host"] == f"hooks.example.com:{good.port}"

    def test_a_certificate_of_another_name_is_refused(self, tls):
        with receiver(tls=tls) as other, pytest.raises(NoAnswer, match="certificate"):
            send(f"https://other.example.com:{other.port}/")

        assert [each.body for each in other.requests] in ([], [""])  # the connection ends before the request

    def test_an_authority_that_is_not_trusted_is_refused(self, tls, monkeypatch, tmp_path):
        another, _ = certificate_for("hooks.example.com", tmp_path)
        monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(another))
        with receiver(tls=tls) as unknown, pytest.raises(NoAnswer, match="certificate"):
            send(f"https://hooks.example.com:{unknown.port}/")


class TestHostileReceivers:
    @pytest.mark.parametrize(
        ("head", "part"),
        [(b"", b"H"), (HEAD, b"x-a: b\r\n"), (b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n")],
        ids=["status", "headers", "interim"],
    )
    def test_headers_that_drip_are_no_answer(self, clock, head, part):
        with receiver(drips(head, part, clock.end)) as slow, pytest.raises(NoAnswer, match="within"):
            send(slow.url)

        assert (clock.seconds, slow.left.wait()) == (15, True)

    def test_a_body_that_drips_is_cut_off(self, clock, monkeypatch):
        arrived, read = threading.Event(), http_client._beginning

        def read_late(response):
            arrived.set()
            return read(response)

        def end():
            arrived.wait()
            clock.end()

        monkeypatch.setattr(http_client, "_beginning", read_late)
        with receiver(drips(HEAD + b"Content-Length: 9999\r\n\r\n", b"x", end)) as slow:
            answer = send(slow.url)

        assert (answer, slow.left.wait()) == (ReceiverResponse(200, "xxxx", ""), True)

    def test_a_receiver_that_says_nothing(self, clock):
        with receiver(drips(b"", b"", clock.end)) as silent, pytest.raises(NoAnswer, match="within"):
            send(silent.url)

        assert silent.left.wait()

    def test_a_tls_handshake_that_drips(self, clock):
        record = b"\x16\x03\x03\x40\x00"  # a long handshake record that comes byte by byte
        dripping = drips(record, b"\x02", clock.end)
        with receiver(dripping, reads=False) as slow, pytest.raises(NoAnswer, match="within"):
            send(f"https://localhost:{slow.port}/")

        assert slow.left.wait()

    def test_a_name_that_takes_forever_to_resolve(self, monkeypatch):
        over = threading.Event()
        monkeypatch.setattr(http_client, "LIMIT_SECONDS", 0)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait())
        with pytest.raises(NoAnswer, match="within"):
            send("http://hooks.example.com/")
        over.set()

    @pytest.mark.parametrize("status", [b"200 OK", b"302 Found\r\nLocation: http://127.0.0.1:1/", b"500 Error"])
    def test_of_an_endless_body_16_kib_are_read(self, status):
        sent = []

        def flood(connection: socket.socket) -> None:
            connection.sendall(b"HTTP/1.1 " + status + b"\r\n\r\n")
            for _ in range(160):  # 10 MB
                connection.sendall(b"x" * 65_536)
                sent.append(65_536)

        with receiver(flood) as large:
            answer = send(large.url)

        assert answer.text == "x" * 500
        assert sum(sent) < 10_485_760  # the rest met a closed connection

    def test_a_compressed_body_is_not_inflated(self):
        head = HEAD + b"Content-Encoding: gzip\r\n\r\n"
        with receiver(floods(head)) as bomb:
            assert send(bomb.url).text == "x" * 500

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_redirects_are_not_followed(self, status):
        with receiver() as inside, receiver(answers_status(status, Location=inside.url)) as outside:
            assert send(outside.url).status == status

        assert inside.connections == 0


class TestAddresses:
    INSIDE = (
        *("127.0.0.1", "::1", "0.0.0.0", "::", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "198.18.0.1", "192.0.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
        *("fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "::7f00:1", "::808:808", "::ffff:127.0.0.1"),
        *("ff02::1", "2001:db8::1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001::1", "100::1"),
    )

    @pytest.mark.parametrize("address", INSIDE)
    def test_a_name_that_resolves_to_an_inside_address_is_refused(self, address, monkeypatch):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        found = [(family, socket.SOCK_STREAM, 6, "", (address, 80))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        connected = []
        monkeypatch.setattr(socket.socket, "connect", lambda _, target: connected.append(target))

        with pytest.raises(NoAnswer, match="not public"):
            send("http://hooks.example.com/", loopback=False)
        assert connected == []

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
    def test_this_machine_is_refused_in_any_notation(self, host):
        with receiver() as inside:
            with pytest.raises(NoAnswer):
                send(f"http://{host}:{inside.port}/", loopback=False)

            assert inside.connections == 0

    def test_the_setting_for_this_machine_opens_no_other_network(self):
        assert may_connect(ip_address("127.0.0.1"), loopback=True)
        assert not may_connect(ip_address("10.0.0.1"), loopback=True)
        assert may_connect(ip_address("1.1.1.1"), loopback=False)
        assert may_connect(ip_address("2606:4700::1111"), loopback=False)

    def test_a_name_that_resolves_to_something_else_the_second_time(self, monkeypatch):
        """The connection goes to the address that was checked; the name is not resolved again."""
        names = []
        resolve = socket.getaddrinfo

        def rebinding(host, *others, **options):
            if host == "hooks.example.com":
                names.append(host)
                return resolve("127.0.0.1" if len(names) == 1 else "127.0.0.2", *others, **options)
            return resolve(host, *others, **options)

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        with receiver() as good:
            assert send(f"http://hooks.example.com:{good.port}/").status == 200

        assert names == ["hooks.example.com"]
        assert good.requests[0].headers["host"] == f"hooks.example.com:{good.port}"
