"""Long lists: paged by key, searched by index, filtered by typed values."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.common.money import Micros
from apps.ledger.admin import EntryAdmin
from apps.ledger.models import Entry, Transfer
from apps.wallets import services as wallets
from apps.wallets.models import EntryType
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer
from tests.factories import cause_of

pytestmark = pytest.mark.django_db

ENTRIES = reverse("admin:ledger_entry_changelist")
TRANSFERS = reverse("admin:ledger_transfer_changelist")


@pytest.fixture
def customer():
    organization = create_customer()
    for number in range(12):
        wallets.charge(
            charge=wallets.Charge(
                organization=organization,
                cause=cause_of(organization),
                amount=Micros((number + 1) * 1_000_000),
                kind=EntryType.USAGE,
                key=f"charge:{number}",
                created_by="staff:test",
            ),
            now=NOW + timedelta(minutes=number // 3),
        )
    return organization


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(EntryAdmin, "list_per_page", 5)
    return client_of(create_staff("ada", "Viewer"))


def shown(client, url):
    return client.get(url).context["cl"]


def walk(client, url, direction):
    """Follow the links of one direction to the end; return the keys of every page."""
    pages, link = [], "?"
    while link:
        page = shown(client, url + link)
        pages.append([row.pk for row in page.result_list])
        link = getattr(page, direction)
    return pages


class TestPages:
    @pytest.mark.parametrize("narrowed", ["", "wallet"])
    def test_show_every_row_once_newest_first(self, client, customer, narrowed):
        query = f"?account=org:{customer.pk}:{narrowed}" if narrowed else "?"
        rows = Entry.objects.filter(account__code__startswith=f"org:{customer.pk}:{narrowed}")
        order = ("-recorded_at", "-account_version") if narrowed else ("-pk",)
        pages, link = [], query
        while link:
            page = shown(client, ENTRIES + link)
            pages += [row.pk for row in page.result_list]
            link = page.older
        assert pages == list(rows.order_by(*order).values_list("pk", flat=True))

    def test_lead_back_the_way_they_came(self, client, customer):
        older = walk(client, ENTRIES, "older")
        last = shown(client, ENTRIES + "?" + f"before={older[-2][-1]}")
        pages, link = [[row.pk for row in last.result_list]], last.newer
        while link:
            page = shown(client, ENTRIES + link)
            pages.insert(0, [row.pk for row in page.result_list])
            link = page.newer
        assert [row for page in pages for row in page] == [row for page in older for row in page]

    @pytest.mark.parametrize("before", ["x", "1~2", "", "99999999999999999999999", "\x00"])
    def test_that_make_no_sense_start_again(self, client, customer, before):
        answer = client.get(TRANSFERS, {"before": before})
        assert answer.status_code in (200, 302)

    def test_never_count_and_never_skip(self, client, customer):
        client.get(ENTRIES)  # what needs a person is counted for the sidebar once a minute
        with CaptureQueriesContext(connection) as queries:
            client.get(ENTRIES, {"before": Entry.objects.latest("pk").pk})
            client.get(ENTRIES, {"account": f"org:{customer.pk}:wallet", "amount_micros_from": "1"})
        about = [query["sql"] for query in queries if '"ledger_entry"' in query["sql"]]
        assert about
        assert not [sql for sql in about if "COUNT(" in sql or " OFFSET " in sql]


class TestSearch:
    def test_finds_a_transfer_by_its_key_and_by_its_id(self, client, customer):
        transfer = Transfer.objects.get(key="charge:7")
        for text in ("charge:7", str(transfer.pk)):
            assert [row.pk for row in shown(client, f"{TRANSFERS}?q={text}").result_list] == [transfer.pk]

    @pytest.mark.parametrize("text", ["charge", "not-a-uuid", "'", '"', "%", "١٢٣", "a" * 5000])
    def test_finds_nothing_for_what_is_no_id(self, client, customer, text):
        answer = client.get(TRANSFERS, {"q": text})
        assert answer.status_code == 200
        assert answer.context["cl"].result_list == []

    def test_compares_with_the_index(self, client, customer):
        with CaptureQueriesContext(connection) as queries:
            client.get(TRANSFERS, {"q": "charge:7"})
        assert not [query for query in queries if "UPPER(" in query["sql"] or " LIKE " in query["sql"]]


class TestFilters:
    def found(self, client, **query):
        return {row.key for row in client.get(TRANSFERS, query).context["cl"].result_list}

    def test_amounts_are_typed_in_whole_units(self, client, customer):
        assert self.found(client, amount_micros_from="11", amount_micros_to="12") == {"charge:10", "charge:11"}

    def test_an_amount_that_is_none_matches_nothing(self, client, customer):
        assert self.found(client, amount_micros_from="1e3") == set()

    def test_days_are_inclusive(self, client, customer):
        day = NOW.date().isoformat()
        assert "charge:1" in self.found(client, recorded_at_from=day, recorded_at_to=day)
        before = (NOW.date() - timedelta(days=1)).isoformat()
        assert self.found(client, recorded_at_to=before) == set()

    @pytest.mark.parametrize(
        "lookup", ["fingerprint__startswith", "fingerprint", "metadata__x", "source__code__startswith"]
    )
    def test_what_is_not_shown_cannot_be_found_out(self, client, customer, lookup):
        assert client.get(TRANSFERS, {lookup: "a"}).status_code in (302, 400)
