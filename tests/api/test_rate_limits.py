"""Rate limits by credential, organization and address, which headers cannot evade; and of wrong credentials.

An address that tries too many wrong credentials is refused; other addresses are not affected.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from apps.tenants import key_text, services
from apps.tenants.models import ApiKey, Organization
from tests.api.callers import as_bearer, as_header, key_of, session_of

BEARER, HEADER, SESSION = "/v1/organization", "/api/v1/account/organization/usage", "/api/v1/org/ledger"
PUBLIC = "/api/v1/schemas/ErrorModel.json"


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def _three_tries(settings: Any) -> None:
    settings.API_WRONG_CREDENTIALS_PER_ADDRESS = 3


@pytest.fixture
def _few_calls(settings: Any) -> None:
    settings.API_RATE_PER_CREDENTIAL = 3
    settings.API_RATE_PER_ORGANIZATION = 5
    settings.API_RATE_PER_ADDRESS = 2


def guess(client: Client, url: str = BEARER, **extra: Any) -> int:
    """Try a key that nobody has; return the answer's status."""
    text = key_text.new_key(live=False).text
    headers = as_header(text) if url == HEADER else as_bearer(text)
    return client.get(url, headers=headers | extra.pop("headers", {}), **extra).status_code


@pytest.mark.usefixtures("_few_calls")
class TestLimits:
    def test_tell_what_is_left(self, machine):
        answer = machine.get(BEARER)
        limits = [answer[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")]
        assert limits == ["3", "2", "60"]

    def test_refuse_one_too_many_and_say_when_to_come_back(self, machine):
        statuses = [machine.get(BEARER).status_code for _ in range(4)]
        refusal = machine.get(BEARER)
        assert statuses == [200, 200, 200, 429]
        assert (refusal.json()["code"], refusal["Retry-After"], refusal["RateLimit-Remaining"]) == (
            "rate_limited",
            "60",
            "0",
        )

    def test_begin_anew_with_the_next_minute(self, machine, now):
        [machine.get(BEARER) for _ in range(4)]
        with time_machine.travel(now + timedelta(minutes=1), tick=False):
            assert machine.get(BEARER).status_code == 200

    def test_count_keys_apart_and_their_organization_together(self, acme):
        clients = [Client(headers=as_bearer(key_of(acme))) for _ in range(3)]
        statuses = [client.get(BEARER).status_code for client in clients for _ in range(2)]
        assert statuses == [200, 200, 200, 200, 200, 429]

    def test_of_one_organization_are_not_another_s(self, machine, globex):
        [machine.get(BEARER) for _ in range(4)]
        assert Client(headers=as_bearer(key_of(globex))).get(BEARER).status_code == 200

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
        answers = [machine.get(BEARER) for _ in range(10)]
        assert {answer.status_code for answer in answers} == {200}
        assert "RateLimit-Limit" not in answers[0]

    def test_let_calls_through_when_they_cannot_be_counted(self, machine, monkeypatch):
        def broken(*_arguments):
            raise ConnectionError

        monkeypatch.setattr(cache, "add", broken)
        assert machine.get(BEARER).status_code == 200


@pytest.mark.usefixtures("_three_tries")
class TestGuessing:
    def test_is_sent_away_and_told_when_to_come_back(self, acme: Organization, client: Client) -> None:
        statuses = [guess(client) for _ in range(4)]
        refusal = client.get(BEARER, headers=as_bearer(key_text.new_key(live=False).text))
        assert statuses == [401, 401, 401, 429]
        assert (refusal.json()["code"], refusal["Retry-After"]) == ("too_many_wrong_credentials", "60")

    def test_begins_anew_with_the_next_minute(self, acme: Organization, client: Client, now: datetime) -> None:
        [guess(client) for _ in range(4)]
        with time_machine.travel(now + timedelta(minutes=1), tick=False):
            assert guess(client) == 401

    def test_counts_together_on_every_surface(self, acme: Organization, client: Client) -> None:
        assert [guess(client, url) for url in (BEARER, HEADER, SESSION, HEADER)] == [401, 401, 401, 429]

    def test_counts_session_tokens_too(self, acme: Organization, client: Client) -> None:
        good = session_of(acme)
        forged = [as_bearer(f"{good[:-4]}{end}") for end in ("AAAA", "BBBB", "CCCC", "DDDD")]
        assert [client.get(SESSION, headers=headers).status_code for headers in forged] == [401, 401, 401, 429]

    def test_is_not_escaped_by_a_header(self, acme: Organization, client: Client) -> None:
        tries = [guess(client, headers={"X-Forwarded-For": f"10.0.0.{number}"}) for number in range(4)]
        assert tries == [401, 401, 401, 429]

    def test_from_one_address_does_not_close_another(self, acme: Organization, client: Client) -> None:
        [guess(client) for _ in range(4)]
        assert guess(client, REMOTE_ADDR="192.0.2.7") == 401

    def test_writes_nothing_to_the_database(
        self, acme: Organization, client: Client, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(1) as captured:
            guess(client)
        assert captured.captured_queries[0]["sql"].startswith("SELECT")

    def test_may_be_let_alone(self, acme: Organization, client: Client, settings: Any) -> None:
        settings.API_WRONG_CREDENTIALS_PER_ADDRESS = 0
        assert {guess(client) for _ in range(10)} == {401}

    def test_is_let_through_when_it_cannot_be_counted(
        self, acme: Organization, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_arguments: object) -> None:
            raise ConnectionError

        monkeypatch.setattr(cache, "add", broken)
        assert {guess(client) for _ in range(5)} == {401}


@pytest.mark.usefixtures("_three_tries")
class TestNeighbors:
    def test_go_on_working(self, acme: Organization, client: Client) -> None:
        worked = [as_bearer(key_of(acme)), as_bearer(session_of(acme))]
        before = [client.get(BEARER, headers=headers).status_code for headers in worked]
        [guess(client) for _ in range(4)]
        assert before == [client.get(BEARER, headers=headers).status_code for headers in worked] == [200, 200]

    def test_come_in_for_the_first_time_while_somebody_guesses(self, acme: Organization, machine: Client) -> None:
        [guess(Client()) for _ in range(4)]
        assert [guess(Client()), machine.get(BEARER).status_code, guess(Client())] == [429, 200, 429]

    def test_bring_a_new_session_token_while_somebody_guesses(self, acme: Organization, client: Client) -> None:
        [guess(Client()) for _ in range(4)]
        assert client.get(SESSION, headers=as_bearer(session_of(acme))).status_code == 200

    def test_are_told_that_their_key_was_revoked(self, acme: Organization, machine: Client) -> None:
        machine.get(BEARER)
        services.revoke_api_key(key_id=ApiKey.objects.get().pk, revoked_by="x", now=datetime.now().astimezone())
        assert [machine.get(BEARER).status_code for _ in range(4)] == [401, 401, 401, 429]

    def test_without_a_credential_are_not_counted(self, acme: Organization, client: Client, machine: Client) -> None:
        assert {client.get(BEARER).status_code for _ in range(10)} == {401}
        assert machine.get(BEARER).status_code == 200
