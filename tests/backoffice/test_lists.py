"""Exports and saved views of lists."""

import csv
import io
import re
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from openpyxl import load_workbook

from apps.backoffice.exports.rows import plain
from apps.backoffice.models import SavedView
from apps.common.csv_text import harmless
from apps.tenants.models import Organization
from apps.usage.models import UsageEvent
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]

GRANTS = "/admin/export/wallets/grant"
CUSTOMERS = "/admin/export/tenants/organization"


@pytest.fixture
def customer():
    return create_customer()


@pytest.fixture
def client():
    return client_of(create_staff("ada", "Support"))


def as_csv(answer):
    data = b"".join(answer.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf"), "without the mark Excel garbles umlauts"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def as_sheet(answer):
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


class TestExport:
    def test_has_the_lists_columns_with_exact_amounts(self, client, customer):
        (row,) = as_csv(client.get(f"{GRANTS}/csv/"))
        assert row["Organization"] == "Acme"
        assert (row["Amount"], row["Remaining"], row["Unit"]) == ("100.00", "87.654322", "USD")
        assert row["Source"] == "Bonus"

    def test_has_umlauts_as_they_were_typed(self, client, customer):
        Organization.objects.update(name="Größe & Söhne")
        assert [row["Name"] for row in as_csv(client.get(f"{CUSTOMERS}/csv/"))] == ["Größe & Söhne"]

    def test_has_in_full_what_is_shortened_on_screen(self, client, customer):
        rows = as_csv(client.get("/admin/export/ledger/entry/csv/"))
        assert {row["Account"] for row in rows} >= {f"org:{customer.pk}:wallet"}

    def test_has_counts_and_quantities_as_numbers_that_are_grouped_on_screen(self, client, customer):
        price(make_meter("gpu", "service", unit="hour"), micros_per_million=10**6)
        price(make_meter(), micros_per_million=10**6)
        send(customer, NOW, event("a", "gpu", quantity="1234.5"), event("b", input_tokens=9876, output_tokens=0))
        page = client.get("/admin/usage/usageevent/").content.decode()
        assert re.findall(r'<span class="money">([\d,.]+)</span>', page) == ["0", "9,876", "0", "1,234.5", "0", "0"]
        own = client.get(f"/admin/usage/usageevent/{UsageEvent.objects.get(event_id='b').pk}/change/").text
        assert '<span class="money">9,876</span>' in own
        b, a = as_csv(client.get("/admin/export/usage/usageevent/csv/"))
        assert (a["Quantity"], b["Input tokens"], b["Output tokens"]) == ("1234.5", "9876", "0")
        b, a = as_sheet(client.get("/admin/export/usage/usageevent/xlsx/"))
        assert (a["Quantity"], b["Input tokens"], b["Output tokens"]) == (1234.5, 9876, 0)

    def test_is_a_workbook_too_with_numbers(self, client, customer):
        (row,) = as_sheet(client.get(f"{GRANTS}/xlsx/"))
        assert Decimal(str(row["Remaining"])) == Decimal("87.654322")

    def test_has_what_the_filters_leave_and_every_page_of_it(self, client, customer):
        now = {"created_at": NOW, "updated_at": NOW}
        Organization.objects.bulk_create(
            Organization(name=f"N{number}", slug=f"n{number}", billing_mode="postpaid", **now) for number in range(120)
        )
        assert len(as_csv(client.get(f"{CUSTOMERS}/csv/"))) == 121
        assert len(as_csv(client.get(f"{CUSTOMERS}/csv/", {"billing_mode__exact": "postpaid"}))) == 120
        assert [row["Name"] for row in as_csv(client.get(f"{CUSTOMERS}/csv/", {"q": "acme"}))] == ["Acme"]

    @pytest.mark.parametrize("name", ["=1+1", "+1-1", "@SUM(A1)", "-2+3", "\t=1", '=HYPERLINK("http://x")'])
    def test_runs_nothing(self, client, customer, name):
        Organization.objects.update(name=name)
        (row,) = as_csv(client.get(f"{CUSTOMERS}/csv/"))
        assert row["Name"] == f"'{name.strip()}"
        sheet = load_workbook(io.BytesIO(b"".join(client.get(f"{CUSTOMERS}/xlsx/").streaming_content))).active
        assert sheet["A2"].data_type == "s"

    def test_is_recorded_with_what_was_asked(self, client, customer):
        client.get(f"{GRANTS}/csv/", {"source__exact": "bonus"})
        entry = LogEntry.objects.filter(action=LogEntry.Action.ACCESS).get()
        assert entry.additional_data["query"] == "source__exact=bonus"
        assert entry.actor.username == "ada"

    @pytest.mark.parametrize(("group", "status"), [("Viewer", 403), ("Approver", 200), ("Billing", 200)])
    def test_is_for_those_who_may(self, customer, group, status):
        assert client_of(create_staff("other", group)).get(f"{GRANTS}/csv/").status_code == status

    def test_of_people_is_not_for_support(self, client):
        assert client.get("/admin/export/auth/user/csv/").status_code == 403

    @pytest.mark.parametrize(
        "path", ["wallets/grant/pdf", "wallets/nothing/csv", "nothing/x/csv", "sessions/session/csv"]
    )
    def test_of_what_is_no_list_is_not_found(self, client, path):
        assert client.get(f"/admin/export/{path}/").status_code == 404

    def test_never_counts_and_reads_in_chunks(self, client, customer, django_assert_max_num_queries):
        with django_assert_max_num_queries(20):
            as_csv(client.get("/admin/export/ledger/entry/csv/"))


class TestCells:
    @pytest.mark.parametrize(
        ("value", "cell"),
        [
            ("-12.50", "-12.50"),
            ("-12.50 USD", "'-12.50 USD"),
            (-5, -5),
            (Decimal("-0.1"), Decimal("-0.1")),
            (("active", "Active"), "Active"),
            (["a", "b"], "a, b"),
            ("<b>x</b>", "x"),
            ("a\x00\x0bb", "ab"),
            (NOW, "2026-11-18 12:00:00"),
            (None, None),
            (True, "True"),
        ],
    )
    def test_hold_plain_values(self, value, cell):
        assert plain(value) == cell

    def test_leave_numbers_alone(self):
        assert harmless("-1") == "-1"
        assert harmless("-1-1") == "'-1-1"


class TestSavedViews:
    LIST = "/admin/wallets/grant/"

    def save(self, client, **form):
        sent = {"list_name": "wallets.grant", "name": "Bonuses", "query": "source__exact=bonus", **form}
        return client.post("/admin/save-view/", sent)

    def test_are_chips_above_the_list(self, client):
        assert self.save(client).headers["Location"] == f"{self.LIST}?source__exact=bonus"
        assert "Bonuses" in client.get(self.LIST).content.decode()

    def test_are_ones_own_unless_shared(self, client):
        other = client_of(create_staff("bob", "Viewer"))
        self.save(client)
        assert "Bonuses" not in other.get(self.LIST).content.decode()
        self.save(client, shared="everybody")
        assert "Bonuses" in other.get(self.LIST).content.decode()
        assert SavedView.objects.count() == 1

    def test_are_changed_and_removed_by_their_owner_alone(self, client):
        self.save(client, shared="everybody")
        page = f"/admin/backoffice/savedview/{SavedView.objects.get().pk}"
        other = client_of(create_staff("bob", "Administrator"))
        assert other.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
        assert client.post(f"{page}/delete/", {"post": "yes"}).status_code == 302
        assert not SavedView.objects.exists()

    @pytest.mark.parametrize("query", ["https://evil.example", "\r\nSet-Cookie: x", "a=1&b=<script>", "x" * 3000])
    def test_lead_nowhere_else(self, client, query):
        assert self.save(client, query=query).headers["Location"].startswith(f"{self.LIST}?")
        assert "<script>" not in SavedView.objects.get().query

    def test_of_what_is_no_list_are_not_found(self, client):
        assert self.save(client, list_name="nothing.x").status_code == 404
        assert client.get("/admin/save-view/").status_code == 405


class TestColumns:
    LIST = "/admin/tenants/organization/"

    def heads(self, page):
        return [
            getattr(name, "__name__", name) for name in page.context["cl"].list_display if name != "action_checkbox"
        ]

    def test_are_those_that_were_ticked_with_filters_kept_and_the_order_dropped(self, client, customer):
        asked = client.get(self.LIST, {"column": ["currency", "state"], "status__exact": "active", "o": "2"})
        assert asked.headers["Location"] == "?status__exact=active&columns=currency,state"
        page = client.get(self.LIST + asked.headers["Location"])
        assert self.heads(page) == ["name", "state", "currency"]
        assert customer.name in page.content.decode()

    def test_keys_and_limits_are_shown_only_when_they_are_ticked(self, client, customer):
        assert "postpaid_limit_micros" not in self.heads(client.get(self.LIST))
        assert "postpaid_limit_micros" in self.heads(client.get(self.LIST, {"columns": "postpaid_limit_micros"}))

    def test_are_those_of_the_file_too(self, client, customer):
        (row,) = as_csv(client.get(f"{CUSTOMERS}/csv/?columns=currency"))
        assert list(row) == ["Name", "Currency", "Unit"]

    @pytest.mark.parametrize("columns", ["", "nothing", ",", "\x00", "__class__"])
    def test_are_all_where_none_is_named(self, client, customer, columns):
        every = self.heads(client.get(self.LIST))
        assert self.heads(client.get(self.LIST, {"columns": columns})) == every
