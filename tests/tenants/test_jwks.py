"""Fetching an issuer's keys from a real server that hangs, answers junk, and rotates."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.common.errors import Unavailable
from apps.tenants import jwks
from apps.tenants.jwks import COOLDOWN_SECONDS, REFRESH_AFTER_SECONDS, KeyCache, KeysUnavailable, fetch_keys, parse_keys
from tests.tenants.tokens import KID, jwk, key_server, key_set, private_key


class Clock:
    """A clock that the test moves."""

    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def server():
    with key_server() as server:
        yield server


@pytest.fixture
def cache(server, clock):
    return KeyCache(server.url, clock=clock)


@pytest.fixture
def warm(cache):
    assert cache.key(KID) is not None
    return cache


def wait_for(condition, cache):
    """Wait, without polling, until the fetch under way is over."""
    running = cache._running
    if running is not None:
        assert running.finished.wait(10)
    assert condition()


class TestKeyCache:
    def test_fetches_once_and_serves_from_memory(self, warm, server):
        for _ in range(50):
            assert warm.key(KID).public_numbers() == private_key().public_key().public_numbers()

        assert server.requests == 1

    def test_costs_one_fetch_for_two_hundred_unknown_keys(self, warm, server):
        assert {warm.key(f"unknown-{number}") for number in range(200)} == {None}
        assert server.requests == 2

    def test_costs_few_fetches_for_two_hundred_unknown_keys_at_once(self, warm, server):
        with ThreadPoolExecutor(16) as pool:
            found = set(pool.map(warm.key, [f"unknown-{number}" for number in range(200)]))

        assert found == {None}
        assert server.requests <= 5

    def test_costs_one_fetch_when_many_threads_start_cold(self, cache, server):
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(cache.key, [KID] * 64))

        assert None not in found
        assert server.requests == 1

    def test_finds_a_new_key_at_once(self, warm, server):
        server.body = key_set("rotated")

        assert warm.key("rotated") is not None
        assert warm.key(KID) is None

    def test_asks_again_after_the_cool_down(self, warm, server, clock):
        assert warm.key("later") is None
        server.body = key_set(KID, "later")
        assert warm.key("later") is None

        clock.seconds += COOLDOWN_SECONDS
        assert warm.key("later") is not None

    def test_forgets_a_withdrawn_key_soon_after_it_grows_old(self, warm, server, clock):
        server.body = key_set("rotated")
        clock.seconds += REFRESH_AFTER_SECONDS + 1

        assert warm.key(KID) is not None
        wait_for(lambda: warm.key(KID) is None, warm)

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (500, b"oops"),
            (404, b""),
            (200, b""),
            (200, b"<html>"),
            (200, b"[]"),
            (200, b"{}"),
            (200, b'{"keys": []}'),
            (200, b'{"keys": "no"}'),
            (200, b'{"keys": [1, null, "x", []]}'),
            (200, b'{"keys": [{"kid": "a", "kty": "RSA", "n": "!", "e": "AQAB"}]}'),
            (200, b'{"keys": [{"kid": "a", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}'),
            (200, b'{"keys":' + b"[" * 20000),
            (200, b"\xff\xfe\x00"),
            (200, b'{"keys": [' + b" " * 300_000 + b"]}"),
        ],
    )
    def test_serves_what_it_knows_when_the_server_answers_junk(self, warm, server, clock, status, body):
        server.status, server.body = status, body
        clock.seconds += REFRESH_AFTER_SECONDS + 1

        assert warm.key("unknown") is None
        assert warm.key(KID) is not None

    def test_serves_what_it_knows_when_nobody_answers(self, clock):
        with key_server() as server:
            cache = KeyCache(server.url, clock=clock)
            cache.key(KID)
        clock.seconds += REFRESH_AFTER_SECONDS + 1

        assert cache.key("unknown") is None
        assert cache.key(KID) is not None

    def test_follows_no_redirect(self, warm, server):
        with key_server() as elsewhere:
            elsewhere.body = key_set("evil")
            server.status, server.headers = 302, {"Location": elsewhere.url}

            assert warm.key("evil") is None
            assert elsewhere.requests == 0

    def test_serves_known_keys_without_waiting_while_the_server_hangs(self, warm, server, clock):
        server.hold = threading.Event()
        clock.seconds += REFRESH_AFTER_SECONDS + 1

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(warm.key, [KID] * 200))

        assert None not in found
        assert not server.hold.is_set()

    def test_gives_up_on_a_hanging_server(self, server, clock, monkeypatch):
        monkeypatch.setattr(jwks, "FETCH_TIMEOUT_SECONDS", 0.1)
        server.hold = threading.Event()

        with pytest.raises(Unavailable):
            KeyCache(server.url, clock=clock).key(KID)

    def test_starts_anew_after_a_fetch_that_never_ended(self, clock, monkeypatch):
        monkeypatch.setattr(jwks, "FETCH_TIMEOUT_SECONDS", 0.05)
        never, answers = threading.Event(), iter([lambda: never.wait(20) and {}, lambda: parse_keys(key_set(KID))])
        cache = KeyCache("unused", fetch=lambda _url: next(answers)(), clock=clock)
        with pytest.raises(Unavailable):
            cache.key(KID)

        clock.seconds += 1
        assert cache.key(KID) is not None
        never.set()

    def test_is_unavailable_cold_and_asks_again_only_after_the_cool_down(self, cache, server, clock):
        server.status = 503
        for _ in range(20):
            with pytest.raises(Unavailable):
                cache.key(KID)
        assert server.requests == 1

        server.status = 200
        clock.seconds += COOLDOWN_SECONDS
        assert cache.key(KID) is not None


class TestParseKeys:
    @pytest.mark.parametrize(
        "changed",
        [{"use": "enc"}, {"alg": "RS512"}, {"kty": "EC"}, {"kid": ""}, {"kid": None}, {"n": 5}, {"e": None}, {"n": ""}],
    )
    def test_leaves_out_what_cannot_check_a_session_token(self, changed):
        assert set(parse_keys(json.dumps({"keys": [jwk(**changed), jwk("good")]}).encode())) == {"good"}

    def test_takes_keys_that_do_not_say_what_they_are_for(self):
        bare = {name: value for name, value in jwk().items() if name not in ("use", "alg")}

        assert set(parse_keys(json.dumps({"keys": [bare]}).encode())) == {KID}


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "data:,x", "", "http://"])
def test_fetches_over_http_only(url):
    with pytest.raises(KeysUnavailable):
        fetch_keys(url)
