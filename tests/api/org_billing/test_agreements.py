"""GET /api/v1/org/service-agreements"""

from datetime import date, timedelta
from decimal import Decimal

from django.test import Client

from apps.contracts import services
from apps.tenants.models import Project
from tests.api.callers import as_bearer, key_of
from tests.api.documents import assert_described, assert_documented
from tests.contracts.factories import agreement

URL = "/api/v1/org/service-agreements"
UNSET = {"billedAt", "projectId", "projectName"}


class TestServiceAgreements:
    def test_asks_who_is_calling(self, client):
        assert client.get(URL).status_code == 401

    def test_takes_sessions_only(self, acme):
        assert Client(headers=as_bearer(key_of(acme))).get(URL).status_code == 401

    def test_is_empty_where_there_is_none(self, person, globex, now):
        agreement(globex, now)
        assert person.get(URL).json() == []

    def test_answers_as_documented(self, person, acme, now):
        project = Project.objects.create(
            organization=acme, name="Website", slug="website", created_at=now, updated_at=now
        )
        written = agreement(acme, now, project=project)
        services.bill_agreement(agreement_id=written.pk, now=now)
        answer = person.get(URL).json()
        assert_documented("listServiceAgreements", answer)
        assert_described("listServiceAgreements", answer)
        assert (answer[0]["projectName"], answer[0]["billedAt"]) == ("Website", "2026-11-18T12:00:00Z")

    def test_leaves_out_what_is_unset(self, person, acme, now):
        agreement(acme, now, amount_micros=49_990_000)
        answer = person.get(URL).json(parse_float=Decimal)
        assert_documented("listServiceAgreements", answer and [answer[0] | {"amountUsd": 0.1}], omitted=UNSET)
        assert answer[0]["amountUsd"] == Decimal("49.99")

    def test_lists_the_active_ones_newest_first(self, person, acme, now):
        agreement(acme, now, description="Older")
        stopped = agreement(acme, now, description="Stopped")
        services.stop_agreement(agreement_id=stopped.pk, now=now)
        agreement(acme, now, description="Ended", start_date=date(2026, 1, 1), end_date=date(2026, 11, 18))
        agreement(acme, now + timedelta(seconds=1), description="Newer")
        assert [each["description"] for each in person.get(URL).json()] == ["Newer", "Older"]

    def test_takes_a_bounded_number_of_statements(self, person, acme, now, django_assert_max_num_queries):
        for number in range(20):
            agreement(acme, now, description=f"Agreement {number}")
        with django_assert_max_num_queries(4):
            assert len(person.get(URL).json()) == 20
