"""GET /v1/proofs/{day}"""

from datetime import UTC, datetime

import pytest
import time_machine

from apps.ledger.merkle import Step, leaf, root_of_path
from apps.proofs import services
from tests.api.callers import as_bearer, key_of
from tests.api.documents import assert_described
from tests.factories import create_grant

URL = "/v1/proofs/2026-11-18"
AFTER_MIDNIGHT = datetime(2026, 11, 19, 0, 5, tzinfo=UTC)


@pytest.fixture
def sealed(acme, globex, now):
    create_grant(acme, "5", now)
    with time_machine.travel(AFTER_MIDNIGHT, tick=False):
        yield services.seal_day(now=AFTER_MIDNIGHT)


def ask(client, organization, url=URL, *scopes):
    return client.get(url, headers=as_bearer(key_of(organization, *scopes)))


class TestProof:
    def test_answers_the_root_and_the_path_from_the_callers_own_head(self, client, acme, sealed):
        answer = ask(client, acme).json()
        assert_described("getDayProof", answer)
        own = answer["own"]
        path = [Step(step["side"], bytes.fromhex(step["hash"])) for step in own["path"]]
        assert root_of_path(leaf(str(acme.pk), own["number"], bytes.fromhex(own["head"])), path).hex() == answer["root"]
        assert (answer["day"], own["number"], answer["sealedAt"]) == ("2026-11-18", 1, "2026-11-19T00:05:00Z")
        assert "sentAt" not in answer

    def test_has_no_path_for_a_book_without_a_record(self, client, globex, sealed):
        answer = ask(client, globex).json()
        assert_described("getDayProof", answer)
        assert "own" not in answer

    @pytest.mark.parametrize("day", ["2026-11-19", "2026-11-17", "2027-01-01"])
    def test_is_404_for_a_day_that_was_not_sealed(self, client, acme, sealed, day):
        answer = ask(client, acme, f"/v1/proofs/{day}")
        assert (answer.status_code, answer.json()["code"]) == (404, "proof_not_found")

    @pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "20261118", "yesterday", "2026-1-1", "٢٠٢٦-11-18"])
    def test_is_400_for_what_is_no_day(self, client, acme, sealed, day):
        answer = ask(client, acme, f"/v1/proofs/{day}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_day")
        assert answer.json()["errors"][0]["location"] == "path.day"

    def test_needs_a_credential_that_reads_billing(self, client, acme, sealed):
        assert client.get(URL).status_code == 401
        assert ask(client, acme, URL, "usage:write").status_code == 403

    def test_takes_two_statements_beside_the_credentials(self, client, acme, sealed, django_assert_max_num_queries):
        headers = as_bearer(key_of(acme))
        client.get("/v1/organization", headers=headers)
        with django_assert_max_num_queries(4):
            client.get(URL, headers=headers)
