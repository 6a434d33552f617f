"""Guessing credentials: an address that tries too many is sent away; its neighbors go on working."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from apps.tenants import api_keys, services
from apps.tenants.models import ApiKey, Organization
from tests.api.callers import as_bearer, as_header, key_of, session_of

BEARER, HEADER, SESSION = "/v1/organization", "/api/v1/account/organization/usage", "/api/v1/org/ledger"


@pytest.fixture(autouse=True)
def _three_tries(settings: Any) -> Iterator[None]:
    cache.clear()
    settings.API_WRONG_CREDENTIALS_PER_ADDRESS = 3
    yield
    cache.clear()


def guess(client: Client, url: str = BEARER, **extra: Any) -> int:
    """Try a key that nobody has; return the answer's status."""
    text = api_keys.new_key(live=False).text
    headers = as_header(text) if url == HEADER else as_bearer(text)
    return client.get(url, headers=headers | extra.pop("headers", {}), **extra).status_code


class TestGuessing:
    def test_is_sent_away_and_told_when_to_come_back(self, acme: Organization, client: Client) -> None:
        statuses = [guess(client) for _ in range(4)]
        refusal = client.get(BEARER, headers=as_bearer(api_keys.new_key(live=False).text))
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


class TestNeighbours:
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
