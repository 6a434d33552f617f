"""GET /v1/organization"""

import pytest

from tests.api.callers import as_bearer, key_of
from tests.api.documents import assert_described, assert_documented

URL = "/v1/organization"


class TestOrganisation:
    def test_asks_who_is_calling(self, client):
        assert client.get(URL).status_code == 401

    @pytest.mark.parametrize("caller", ["person", "machine"])
    def test_answers_a_person_and_a_machine_as_documented(self, request, acme, caller):
        answer = request.getfixturevalue(caller).get(URL).json()
        assert_documented("getOrganisation", answer)
        assert_described("getOrganisation", answer)
        assert answer["id"] == str(acme.pk)
        assert answer["created_at"] == "2026-11-18T12:00:00Z"

    def test_needs_the_scope_to_read(self, client, acme):
        assert client.get(URL, headers=as_bearer(key_of(acme, "usage:write"))).status_code == 403
