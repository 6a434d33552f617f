from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib import admin
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.approvals.submission import submit
from apps.backoffice.attention import concerns, counts, waiting_for
from apps.backoffice.chart_ranges import RANGES
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.home.currencies import ALL, currencies
from apps.backoffice.home.movement_chart import movement_chart
from apps.backoffice.home.tile_figures import tile_figures
from apps.common.periods import midnight
from apps.contracts.services import mark_overdue
from apps.outbox import services as outbox
from apps.outbox.models import Heartbeat, OutboxMessage
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.actions import GrantCredit
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer
from tests.contracts.factories import active
from tests.factories import cause_of, charge, create_grant, create_organization
from tests.invoices import factories as invoices
from tests.invoices.factories import bill, pay
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
PAID = {"source": wallets.Source.TOP_UP, "paid_micros": 5_000_000}


@pytest.fixture
def client():
    return client_of(create_staff("ada", "Administrator"))


class TestMoneyAtAGlance:
    def test_adds_up_what_customers_of_a_currency_have(self):
        create_customer()
        create_customer("second")
        create_customer("yen", currency="JPY")
        figures = tile_figures("USD", NOW)
        assert figures.credit_micros == 2 * 87_654_322
        assert figures.recognized_micros == 2 * 12_345_678
        assert currencies() == ["USD", "JPY"]

    def test_draws_charges_and_grants_per_day(self):
        create_customer()
        chart = movement_chart("USD", RANGES[0], NOW + timedelta(days=2)).chart
        assert [[number.text for number in row] for row in chart.rows] == [
            ["2026-11-18", "12.345678 USD", "100.00 USD"]
        ]

    def test_opens_for_everybody_with_what_they_may_see(self, client):
        create_customer()
        page = client.get("/admin/").content.decode()
        assert ">87.65 USD</a>" in page
        nobody = client_of(create_staff("nobody"))
        assert "87.65" not in nobody.get("/admin/").content.decode()

    @pytest.mark.parametrize("currency", ["JPY", "nonsense", "<script>", ""])
    def test_takes_any_currency_that_is_asked_for(self, client, currency):
        create_customer()
        assert client.get("/admin/", {"currency": currency}).status_code == 200

    @time_machine.travel(NOW + timedelta(days=60))
    def test_marks_the_currencies_in_which_something_is_overdue(self):
        client = client_of(create_staff("ada", "Administrator"))
        create_customer()
        contract = active(create_customer("yen", currency="JPY"), NOW, months=3, frequency="monthly")
        mark_overdue(contract_id=contract.pk, now=NOW + timedelta(days=60))
        page = client.get("/admin/", {"currency": "USD"})
        alarms = [(name, alarm) for name, _, _, alarm in page.context["currencies"]]
        assert alarms == [("All in USD", False), ("JPY", True), ("USD", False)]
        assert page.content.decode().count("has something overdue") == 1

    def test_compares_revenue_with_the_same_day_of_last_month(self):
        customer = create_organization(NOW, "postpaid", billing_mode="postpaid", postpaid_limit_micros=10**9)
        for day, amount in ((18, "1"), (19, "2"), (25, "4")):
            charge(customer, amount, NOW.replace(day=day), key=f"october {day}")
        charge(customer, "8", NOW + timedelta(days=31), key="november")
        figures = tile_figures("USD", NOW + timedelta(days=32))  # the 20th
        assert (figures.revenue_this_month_micros, figures.revenue_last_month_micros) == (8_000_000, 3_000_000)

    def test_expired_paid_credit_and_late_fees_are_revenue(self):
        customer = create_organization(NOW, "payer")
        create_grant(customer, "5", NOW, expires_at=NOW + timedelta(days=1), **PAID)
        wallets.expire_grants(now=NOW + timedelta(days=2))
        figures = tile_figures("USD", NOW + timedelta(days=2))
        assert (figures.recognized_micros, figures.revenue_this_month_micros) == (5_000_000, 5_000_000)

    def test_credit_liability_is_paid_credit_and_unapplied_money(self):
        customer = create_customer()
        create_grant(customer, "5", NOW, key="bought", **PAID)
        bill(customer, NOW)
        pay(customer, "7.50", NOW)
        figures = tile_figures("USD", NOW)
        assert figures.credit_liability_micros == 5_000_000 + 7_500_000
        assert figures.given_credit_micros == 87_654_322

    def test_adds_up_all_currencies_by_the_customers_rates(self, client):
        create_customer()
        euro = create_organization(NOW, "euro", currency="EUR", usd_rate_micros=1_100_000)
        create_grant(euro, "10", NOW, key="g")
        assert tile_figures(ALL, NOW).credit_micros == 87_654_322 + 11_000_000
        chart = movement_chart(ALL, RANGES[0], NOW).chart
        assert [number.text for number in chart.rows[0]] == ["2026-11-18", "12.345678 USD", "111.00 USD"]
        page = client.get("/admin/")
        assert [name for name, *_ in page.context["currencies"]] == ["All in USD", "EUR", "USD"]
        assert ">98.65 USD</a>" in page.content.decode()

    @time_machine.travel(NOW + timedelta(days=2))
    def test_figures_that_are_zero_take_no_room(self):
        client = client_of(create_staff("ada", "Administrator"))
        create_customer()
        names = [tile.name for tile in client.get("/admin/").context["tiles"]]
        assert names == ["Revenue this month", "Credit held", "Given credit", "Recognized revenue"]

    def test_what_is_owed_is_read_once_for_alarms_figures_and_ages(self, client):
        create_customer()
        create_customer("yen", currency="JPY")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/").status_code == 200
        assert sum('"invoices_document"."organization_id" AS "organization"' in query["sql"] for query in queries) == 1


class TestTheChart:
    def test_adds_months_up_and_compares_with_the_range_before(self):
        customer = create_customer()
        for day, amount in ((date(2026, 11, 3), "1"), (date(2026, 10, 2), "2"), (date(2025, 12, 1), "4")):
            charge(customer, amount, midnight(day), key=str(day))
        by_month = movement_chart("USD", RANGES[2], NOW)
        assert [[number.text for number in row] for row in by_month.chart.rows] == [
            ["December 2025", "4.00 USD", "0.00 USD"],
            ["October 2026", "2.00 USD", "0.00 USD"],
            ["November 2026", "13.345678 USD", "100.00 USD"],
        ]
        by_day = movement_chart("USD", RANGES[0], NOW)
        assert by_day.explanation == (
            "Charged 13.35 USD (before: 2.00 USD); Granted 100.00 USD (before: 0.00 USD). "
            "Before: 2026-09-20 to 2026-10-19."
        )

    def test_is_chosen_in_the_address_and_each_month_is_explained(self, client):
        create_customer()
        page = client.get("/admin/", {"currency": "USD", "range": "12m"})
        picture = page.context["blocks"][-1]
        assert [(link.text, link.is_current) for link in picture.links] == [
            ("30 days", False),
            ("90 days", False),
            ("12 months", True),
        ]
        assert picture.links[1].href == "?currency=USD&range=90"
        (charged, _) = picture.chart.bars
        why = client.get(charged.href).content.decode()
        assert "Charged in 2026-11 in USD" in why
        assert "12.345678 USD" in why
        assert "recorded_at_to=2026-11-30" in why

    def test_of_a_customer_has_the_same_ranges(self, client):
        customer = create_customer()
        page = client.get(tab_of(customer), {"range": "12m"})
        (picture, _) = page.context["blocks"]
        assert picture.chart.rows[-1][1].text == "12.345678 USD"
        assert "recorded_at_from=2026-11-01&recorded_at_to=2026-11-30" in picture.chart.bars[0].href


class TestReceivables:
    @pytest.fixture(autouse=True)
    def _in_february(self, time_machine):
        time_machine.move_to(datetime(2027, 2, 20, 9, tzinfo=UTC))

    @pytest.fixture
    def owing(self):
        """One customer owes an installment of December and two later ones; another one owes in euros."""
        active(create_organization(NOW, "dollar"), NOW, months=3, frequency="monthly")
        euro = create_organization(NOW, "euro", currency="EUR", usd_rate_micros=2_000_000)
        active(euro, NOW, months=3, frequency="monthly")

    def table(self, currency):
        client = client_of(create_staff("bob", "Administrator"))
        blocks = client.get("/admin/", {"currency": currency}).context["blocks"]
        return next(block for block in blocks if block.title.startswith("Receivables"))

    def texts(self, rows):
        return [[cell.text for cell in row] for row in rows]

    def test_are_shown_by_customer_and_age_and_explained(self, owing):
        table = self.table("USD")
        assert self.texts(table.rows) == [["Dollar", "", "", "400.00 USD", "400.00 USD", "", "800.00 USD"]]
        oldest = table.feet[-1][4]
        page = client_of(create_staff("eve", "Administrator")).get(oldest.href)
        assert [[cell.text for cell in row] for row in page.context["blocks"][0].rows] == [
            ["2026-12-18", "Dollar", "Installment of 2026-12-18", "400.00 USD"]
        ]

    def test_are_shown_by_currency_and_added_up_at_the_rates_of_today(self, owing):
        table = self.table(ALL)
        assert [row[0] for row in self.texts(table.rows)] == ["EUR", "USD"]
        assert self.texts(table.feet) == [["All in USD", "", "", "1,200.00 USD", "1,200.00 USD", "", "2,400.00 USD"]]

    def test_take_no_room_where_nobody_owes(self):
        client = client_of(create_staff("bob", "Administrator"))
        assert client.get("/admin/").context["blocks"][0].title.startswith("Charged and granted")

    @pytest.mark.parametrize(
        ("zone", "now", "ages"),
        [
            ("UTC", "2027-02-20T23:00", ["119.00 EUR", "119.00 EUR", "", "", "", "238.00 EUR"]),
            ("Pacific/Auckland", "2027-02-20T12:00", ["", "119.00 EUR", "119.00 EUR", "", "", "238.00 EUR"]),
            ("America/New_York", "2027-02-21T03:00", ["119.00 EUR", "119.00 EUR", "", "", "", "238.00 EUR"]),
            ("America/New_York", "2027-02-21T06:00", ["", "119.00 EUR", "119.00 EUR", "", "", "238.00 EUR"]),
        ],
    )
    def test_are_aged_by_the_day_of_the_seller_as_in_the_aging_report(self, time_machine, zone, now, ages):
        """One invoice is due on 20 February, and one has been overdue for 30 days on that day."""
        seller = invoices.create_seller(NOW, time_zone=zone)
        owner = invoices.create_customer(NOW, seller)
        for due in (datetime(2027, 1, 21, 10, tzinfo=UTC), datetime(2027, 2, 20, 10, tzinfo=UTC)):
            made = invoices.invoice(owner, due - timedelta(days=30), "100")
            assert made.due_date == due.date()
        time_machine.move_to(datetime.fromisoformat(now).replace(tzinfo=UTC))
        (row,) = self.table("EUR").rows
        assert self.texts([row])[0] == ["Acme", *ages]
        report = client_of(create_staff("eve", "Viewer")).get("/admin/invoices/document/aging/").context["blocks"][0]
        assert [cell.text.removeprefix("0.00 EUR") for cell in report.rows[0]][1:7] == ages


class TestRecurringRevenue:
    def page(self, client, **query):
        return client.get("/admin/contracts/contract/recurring-revenue/", query)

    @time_machine.travel(datetime(2026, 12, 5, tzinfo=UTC), tick=False)
    def test_shows_what_moved_and_who_moved_it(self):
        client = client_of(create_staff("ada", "Administrator"))
        active(create_organization(NOW, "dollar"), NOW, months=3, frequency="monthly")
        euro = create_organization(NOW, "euro", currency="EUR", usd_rate_micros=2_000_000)
        active(euro, NOW, months=3, frequency="monthly")
        page = self.page(client, currency=ALL, months=2)
        by_month, by_customer = page.context["blocks"]
        assert [[cell.text for cell in row] for row in by_month.rows] == [
            ["2026-12-05", "1,200.00 USD", *[""] * 6, "1,200.00 USD"],
            ["2026-11-30", "", "", "1,200.00 USD", *[""] * 4, "1,200.00 USD"],
        ]
        assert [[cell.text for cell in row] for row in by_customer.rows] == [
            ["Euro", "New", "800.00 USD"],
            ["Dollar", "New", "400.00 USD"],
        ]
        (tile,) = (each for each in client.get("/admin/").context["tiles"] if each.name == "Monthly recurring")
        assert tile.note == "contracts, per month"
        csv = self.page(client, currency="EUR", months=2, format="csv").content.decode().splitlines()
        assert csv[1:] == ["EUR,2026-11-30,0,400,0,0,0,0,400", "EUR,2026-12-05,400,0,0,0,0,0,400"]

    @time_machine.travel(datetime(2026, 12, 5, tzinfo=UTC), tick=False)
    def test_a_changed_exchange_rate_is_no_move(self):
        client = client_of(create_staff("ada", "Administrator"))
        euro = create_organization(NOW, "euro", currency="EUR", usd_rate_micros=1_100_000)
        active(euro, NOW, months=3, frequency="monthly", credit="3000")
        euro.usd_rate_micros, euro.updated_at = 1_080_000, datetime(2026, 12, 2, tzinfo=UTC)
        euro.save()
        rows = self.page(client, currency=ALL, months=1).context["blocks"][0].rows
        assert [cell.text for cell in rows[0]] == [
            "2026-12-05", "1,100.00 USD", "-20.00 USD", *[""] * 5, "1,080.00 USD",
        ]  # fmt: skip

    @time_machine.travel(datetime(2026, 11, 28, tzinfo=UTC), tick=False)
    def test_is_shown_at_home_with_its_moves_since_the_month_began(self):
        active(create_organization(NOW, "dollar"), NOW, months=3, frequency="monthly")
        euro = create_organization(NOW, "euro", currency="EUR", usd_rate_micros=2_000_000)
        active(euro, NOW, months=3, frequency="monthly")
        client = client_of(create_staff("ada", "Administrator"))
        for currency, amount in ((ALL, "1,200.00 USD"), ("EUR", "400.00 EUR")):
            tiles = client.get("/admin/", {"currency": currency}).context["tiles"]
            (tile,) = (each for each in tiles if each.name == "Monthly recurring")
            assert (tile.value, tile.note) == (amount, f"this month: new {amount}")

    def test_refuses_what_it_cannot_show(self, client):
        assert self.page(client, currency="XXX", months=0).status_code == 422


class TestWhatNeedsAPerson:
    @pytest.fixture
    def trouble(self, now):
        organization = create_customer()
        outbox.enqueue(task="x.y", now=now)
        OutboxMessage.objects.update(state="parked")
        Heartbeat.objects.create(job="wallets.expire", started_at=now, last_error="no")
        grant = GrantCredit(organization_id=organization.pk, amount_micros=10**12, currency="USD", reason="r", key="k")
        assert submit(grant, by=create_staff("maker", "Billing"), now=timezone.now()) is not None
        wallets.charge(
            charge=wallets.Charge(
                organization=organization,
                cause=cause_of(organization),
                amount=500_000_000,
                kind="usage",
                key="big",
                created_by="staff:t",
            ),
            now=NOW,
        )

    def test_is_counted_once_in_one_query(self, trouble):
        with CaptureQueriesContext(connection) as queries:
            found = counts(timezone.now())
            counts(timezone.now())
        assert len(queries) == 1
        assert {name for name, count in found.items() if count} == {
            "approvals.Approval",
            "outbox.OutboxMessage",
            "outbox.Heartbeat",
            "wallets.Shortfall",
        }

    def test_leads_to_a_list_of_exactly_that(self, client, trouble):
        request = client.get("/admin/").wsgi_request
        for each in waiting_for(admin.site, request, timezone.now()):
            listed = client.get(each.href)
            assert listed.status_code == 200, each.href
            assert listed.context["cl"].result_count == each.count, each.concern.title

    def test_stands_on_the_overview_of_its_customer(self, client, trouble):
        other = create_organization(NOW, "other")
        customer = Organization.objects.exclude(pk=other.pk).get()
        wait = next(block for block in client.get(tab_of(customer)).context["blocks"] if block.title == "Waits for us")
        assert [row[0].text for row in wait.rows] == ["Approvals waiting", "Spending not covered by credit"]
        assert wait.rows[0][1].text.startswith("Request ")
        assert "Waits for us" not in client.get(tab_of(other)).text

    def test_stands_beside_the_sidebars_lists(self, client, trouble):
        groups = client.get("/admin/").context["sidebar_navigation"]
        badges = {item["title"]: item.get("badge") for group in groups for item in group["items"]}
        assert badges["Approvals"] == "1"
        assert badges["Background work"] == "1"
        assert badges["Grants"] is None

    def test_the_sidebar_has_the_lists_of_a_role_and_one_page_has_all(self, trouble):
        client = client_of(create_staff("bo", "Billing"))
        groups = client.get("/admin/").context["sidebar_navigation"]
        titles = [item["title"] for group in groups for item in group["items"]]
        assert len(titles) <= 32
        assert {"Invoices", "Bank lines", "All lists"} <= set(titles)
        assert not {"Spending of grants", "Usage by month and price", "Stored API responses", "Users"} & set(titles)
        shown = client.get("/admin/lists/").content.decode()
        assert "/admin/wallets/consumption/" in shown
        assert "/admin/auth/user/" not in shown

    def test_the_sidebar_of_an_approver_has_what_requests_are_about_and_not_what_waits_for_others(self, trouble):
        groups = client_of(create_staff("app", "Approver")).get("/admin/").context["sidebar_navigation"]
        titles = {item["title"] for group in groups for item in group["items"]}
        assert {"Approvals", "Installments", "Voucher batches", "Price versions", "Stripe payments"} <= titles
        assert "Background work" not in titles
        assert "Amounts not covered by credit" in titles, "a list of no role, where something waits"

    def test_is_shown_to_those_who_may_open_the_list(self, trouble):
        titles = [tile.name for tile in client_of(create_staff("none")).get("/admin/").context["waiting"]]
        assert titles == []

    def test_shows_the_most_urgent_first(self, client, trouble):
        tiles = client.get("/admin/").context["waiting"]
        ranks = {concern.title: concern.rank for concern in concerns(admin.site).values()}
        assert len(set(ranks.values())) == len(ranks)
        shown = [ranks[tile.name] for tile in tiles]
        assert len(shown) == 4
        assert shown == sorted(shown)

    def test_names_owing_customers_that_cannot_be_invoiced(self, client):
        debtor = create_organization(NOW, "debtor", billing_mode="postpaid", postpaid_limit_micros=10**9)
        create_organization(NOW, "quiet", billing_mode="postpaid")
        charge(debtor, "12.50", NOW)
        (tile,) = client.get("/admin/").context["waiting"]
        listed = client.get(tile.href).context["cl"].result_list
        assert (tile.name[:34], [row.slug for row in listed]) == ("Owing customers that cannot be inv", ["debtor"])
        page = reverse("admin:tenants_organization_change", args=[debtor.pk])
        assert "The customer has no billing profile." in client.get(page).text
        bill(debtor, NOW)
        cache.clear()
        assert client.get("/admin/").context["waiting"] == []
        assert "Not possible" not in client.get(page).text

    def test_takes_no_room_where_nothing_waits(self, client):
        assert client.get("/admin/").context["waiting"] == []

    @time_machine.travel(datetime(2027, 1, 20, 9, tzinfo=UTC))
    def test_is_named_oldest_first_with_customer_sum_and_age(self, trouble):
        contract = active(Organization.objects.get(), NOW, months=3, frequency="monthly")
        mark_overdue(contract_id=contract.pk, now=timezone.now())
        page = client_of(create_staff("ada", "Administrator")).get("/admin/")
        (table,) = (block for block in page.context["blocks"] if block.title == "First in line")
        assert [[cell.text for cell in row] for row in table.rows] == [
            ["Overdue installments", "Acme", "Installment of 2026-12-18", "400.00 USD", "2026-12-18", "33 days ago"],
            ["Overdue installments", "Acme", "Installment of 2027-01-18", "400.00 USD", "2027-01-18", "2 days ago"],
            [
                "Spending not covered by credit",
                "Acme",
                "Charge above the credit",
                "17.35 USD",
                "2026-11-18",
                "63 days ago",
            ],
        ]


@pytest.mark.tampers
def test_books_that_differ_are_noticed(client):
    from apps.ledger.models import Account
    from tests.table_truncation import without_triggers

    organization = create_customer()
    with without_triggers(connection):
        Account.objects.filter(code=f"org:{organization.pk}:wallet").update(balance_micros=1)
    assert counts(timezone.now())["ledger.Account"] == 1
    assert client.get("/admin/ledger/account/?differs=yes").context["cl"].result_count == 1


def test_usage_without_a_price_is_added_up_by_model_and_reason(client):
    acme, globex = create_organization(NOW, "acme"), create_organization(NOW, "globex")
    price(make_meter(), model="gpt-5", micros_per_million=1_000_000)
    calls = {"input_tokens": 1200, "output_tokens": 34}
    send(acme, NOW, *(event(f"a{n}", model="gpt-6", **calls) for n in range(3)))
    send(globex, NOW, event("g1", model="gpt-6", output_tokens=7))
    send(acme, NOW, event("s1", "seats", quantity="1.25"), event("s2", "seats", quantity="1.25"))
    answer = client.get("/admin/")
    (table,) = [each for each in answer.context["blocks"] if getattr(each, "title", "") == "First in line"]
    rows = [row for row in table.rows if row[0].text == "Usage without a price"]
    assert [(row[1].text, row[2].text) for row in rows] == [
        ("Acme", "chat, gpt-6, 3 events, 3,702 tokens"),
        ("Globex", "chat, gpt-6, 7 tokens"),
        ("Acme", "seats, 2 events, 2.5"),
    ]
    listed = [client.get(row[2].href) for row in rows]
    assert listed[0].context["cl"].result_count == 3
    assert "g1" in listed[1].text
    assert listed[2].context["cl"].result_count == 2
