"""GET /api/v1/org/ledger"""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.wallets import services as wallets
from tests.api.callers import as_bearer, session_of
from tests.api.documents import assert_described, assert_documented
from tests.factories import cause_of, charge, create_grant, create_organization

URL = "/api/v1/org/ledger"
NEXT = re.compile(r'<https://billing\.example(/api/v1/org/ledger\?[^>]+)>; rel="next"')


class TestOrgLedger:
    def test_asks_who_is_calling(self, client):
        assert client.get(URL).status_code == 401

    def test_shows_nothing_of_another_organization(self, person, globex, now):
        create_grant(globex, "5", now)
        assert person.get(URL).json() == []

    @pytest.mark.parametrize(
        ("query", "parameter"),
        [
            ("days=0", "days"),
            ("days=366", "days"),
            ("limit=0", "limit"),
            ("limit=5001", "limit"),
            ("cursor=abc", "cursor"),
            ("cursor=" + "x" * 10_000, "cursor"),
            ("cursor=%00", "cursor"),
            ("cursor=a&cursor=b", "cursor"),
        ],
    )
    def test_names_the_bad_parameter(self, person, query, parameter):
        answer = person.get(f"{URL}?{query}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["location"] == f"query.{parameter}"

    def test_answers_as_documented(self, person, acme, now):
        create_grant(acme, "5", now)
        charge(acme, "0.000001", now, tokens=17, traffic_source="api")
        entries = person.get(URL).json()
        assert_documented("getOrgLedger", entries[:1])
        assert_documented("getOrgLedger", entries[1:], omitted={"trafficSource"})
        assert_described("getOrgLedger", entries)

    def test_shows_charges_negative_and_exact(self, person, acme, now, exact):
        create_grant(acme, "999999999.999999", now)
        charge(acme, "0.000001", now, tokens=17, traffic_source="api")
        newest, oldest = exact(person.get(URL))
        assert (newest["amountCredits"], newest["tokens"], newest["trafficSource"]) == (Decimal("-0.000001"), 17, "api")
        assert (newest["entryType"], newest["createdBy"]) == ("usage", "system:test")
        assert (oldest["amountUsd"], oldest["entryType"]) == (Decimal("999999999.999999"), "grant")

    def test_converts_for_display_only(self, acme, now, exact):
        euro = create_organization(now, "euro", currency="EUR", usd_rate_micros=1_083_500)
        create_grant(euro, "10", now)
        (entry,) = exact(Client(headers=as_bearer(session_of(euro))).get(URL))
        assert (entry["amountCredits"], entry["amountUsd"]) == (10, Decimal("10.835"))

    def test_covers_whole_utc_days(self, person, acme, now):
        create_grant(acme, "1", now - timedelta(days=1), key="yesterday")
        create_grant(acme, "2", now, key="today")
        assert [entry["amountUsd"] for entry in person.get(f"{URL}?days=1").json()] == [2]
        assert len(person.get(f"{URL}?days=2").json()) == 2

    def test_pages_through_everything_once(self, person, acme, now):
        for number in range(7):
            create_grant(acme, f"{number + 1}", now, key=f"g{number}")
        seen, url = [], f"{URL}?limit=3"
        for _ in range(3):
            answer = person.get(url)
            seen += [entry["amountUsd"] for entry in answer.json()]
            link = NEXT.fullmatch(answer.headers.get("Link", ""))
            url = link[1] if link else None
        assert seen == [7, 6, 5, 4, 3, 2, 1]
        assert url is None

    def test_has_no_next_page_where_none_matches(self, person, acme, now):
        create_grant(acme, "1", now)
        assert "Link" not in person.get(f"{URL}?limit=1")

    def test_refuses_the_cursor_of_another_organization(self, person, acme, globex, now):
        create_grant(acme, "1", now, key="a")
        create_grant(acme, "1", now, key="b")
        stolen = NEXT.fullmatch(person.get(f"{URL}?limit=1")["Link"])[1]
        answer = Client(headers=as_bearer(session_of(globex))).get(stolen)
        assert answer.json()["errors"][0]["location"] == "query.cursor"

    @pytest.mark.parametrize("entries", [10, 1_000])
    def test_costs_the_same_however_much_there_is(self, person, acme, now, entries, django_assert_num_queries):
        charges = [
            wallets.Charge(
                organization=acme, cause=cause_of(acme), amount=1, kind="usage", key=f"c{n}", created_by="system:test"
            )
            for n in range(entries)
        ]
        wallets.charge_many(charges=charges, now=now)
        with django_assert_num_queries(2):
            assert len(person.get(URL).json()) == entries

    def test_takes_one_statement_a_page_which_checks_the_credential_too(self, person, acme, now):
        for number in range(3):
            create_grant(acme, "1", now, key=f"g{number}")
        first = person.get(f"{URL}?limit=1")
        for address in (f"{URL}?limit=2", NEXT.search(first["Link"])[1]):
            with CaptureQueriesContext(connection) as captured:
                assert person.get(address).status_code == 200
            assert [query["sql"].split(" ", 2)[1].partition("(")[0] for query in captured] == ["json_build_array"]
