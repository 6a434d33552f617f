"""Limits: by credential, organization and address, whatever headers say."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from tests.api.callers import as_bearer, key_of

URL = "/v1/organization"
PUBLIC = "/api/v1/schemas/ErrorModel.json"


@pytest.fixture(autouse=True)
def _limits(settings):
    cache.clear()
    settings.API_RATE_PER_CREDENTIAL = 3
    settings.API_RATE_PER_ORGANIZATION = 5
    settings.API_RATE_PER_ADDRESS = 2
    yield
    cache.clear()


class TestLimits:
    def test_tell_what_is_left(self, machine):
        answer = machine.get(URL)
        limits = [answer[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")]
        assert limits == ["3", "2", "60"]

    def test_refuse_one_too_many_and_say_when_to_come_back(self, machine):
        statuses = [machine.get(URL).status_code for _ in range(4)]
        refusal = machine.get(URL)
        assert statuses == [200, 200, 200, 429]
        assert (refusal.json()["code"], refusal["Retry-After"], refusal["RateLimit-Remaining"]) == (
            "rate_limited",
            "60",
            "0",
        )

    def test_begin_anew_with_the_next_minute(self, machine, now):
        [machine.get(URL) for _ in range(4)]
        with time_machine.travel(now + timedelta(minutes=1), tick=False):
            assert machine.get(URL).status_code == 200

    def test_count_keys_apart_and_their_organization_together(self, acme):
        clients = [Client(headers=as_bearer(key_of(acme))) for _ in range(3)]
        statuses = [client.get(URL).status_code for client in clients for _ in range(2)]
        assert statuses == [200, 200, 200, 200, 200, 429]

    def test_of_one_organization_are_not_another_s(self, machine, globex):
        [machine.get(URL) for _ in range(4)]
        assert Client(headers=as_bearer(key_of(globex))).get(URL).status_code == 200

    @pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"])
    def test_are_not_escaped_by_a_header(self, client, header):
        statuses = [client.get(PUBLIC, headers={header: f"10.0.0.{n}"}).status_code for n in range(3)]
        assert statuses == [200, 200, 429]

    def test_take_an_ipv6_network_for_one_caller(self, client):
        statuses = [client.get(PUBLIC, REMOTE_ADDR=f"2001:db8::{n}").status_code for n in range(1, 4)]
        assert statuses == [200, 200, 429]
        assert client.get(PUBLIC, REMOTE_ADDR="2001:db8:0:1::1").status_code == 200

    def test_may_be_switched_off(self, machine, settings):
        settings.API_RATE_PER_CREDENTIAL = settings.API_RATE_PER_ORGANIZATION = 0
        answers = [machine.get(URL) for _ in range(10)]
        assert {answer.status_code for answer in answers} == {200}
        assert "RateLimit-Limit" not in answers[0]

    def test_let_calls_through_when_they_cannot_be_counted(self, machine, monkeypatch):
        def broken(*_arguments):
            raise ConnectionError

        monkeypatch.setattr(cache, "add", broken)
        assert machine.get(URL).status_code == 200


class TestAllowedOrigins:
    ORIGIN = "https://app.example"

    @pytest.fixture(autouse=True)
    def _allowed(self, settings):
        settings.CORS_ALLOWED_ORIGINS = [self.ORIGIN]

    def test_may_read_answers(self, client):
        answer = client.get(PUBLIC, headers={"Origin": self.ORIGIN})
        assert answer["Access-Control-Allow-Origin"] == self.ORIGIN
        assert "Origin" in answer["Vary"]
        assert "Access-Control-Allow-Credentials" not in answer

    def test_may_ask_before_they_call(self, client):
        asked = {"Origin": self.ORIGIN, "Access-Control-Request-Method": "POST"}
        answer = client.options("/api/v1/org/ledger", headers=asked)
        assert (answer.status_code, answer["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
        assert "Idempotency-Key" in answer["Access-Control-Allow-Headers"]

    def test_may_read_refusals(self, client):
        assert client.get("/v1/organization", headers={"Origin": self.ORIGIN})["Access-Control-Allow-Origin"]

    @pytest.mark.parametrize(
        ("status", "sent"),
        [
            (413, {"CONTENT_LENGTH": "99999999"}),
            (411, {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}),
            (415, {"HTTP_CONTENT_ENCODING": "gzip"}),
        ],
    )
    def test_may_read_refusals_of_bodies_that_nobody_reads(self, client, status, sent):
        answer = client.post(PUBLIC, b"{}", "application/json", headers={"Origin": self.ORIGIN}, **sent)
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (status, self.ORIGIN)
        assert (answer["Cache-Control"], "Origin" in answer["Vary"]) == ("no-store", True)

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "https://app.example.evil", "HTTPS://APP.EXAMPLE"]
    )
    def test_others_may_not(self, client, origin):
        assert "Access-Control-Allow-Origin" not in client.get(PUBLIC, headers={"Origin": origin})
