"""Amounts have their currency's decimals on screens, PDFs, charts and files; tables sum omitted rows."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.urls import reverse

from apps.backoffice.chart_ranges import RANGES
from apps.backoffice.customer_page.page import TABS
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.explain.figures import FIGURES
from apps.backoffice.explain.links import why
from apps.backoffice.home.movement_chart import movement_chart
from apps.common.money import to_micros
from apps.contracts.models import Contract, Installment
from apps.ledger.causes import TRANSFER
from apps.ledger.models import Transfer
from apps.usage.models import UsageEvent
from apps.wallets.services import NewGrant, Source, grant_credits
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer, sign_contract
from tests.cases import all_checks
from tests.factories import charge, create_grant, create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send, several

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()
    return client_of(create_staff("ada", is_superuser=True))


def customer_in(currency, amount):
    customer = create_organization(NOW, currency.lower(), currency=currency)
    create_grant(customer, amount, NOW, key=f"{currency}-grant")
    charge(customer, "1", NOW, key=f"{currency}-charge")
    sign_contract(customer)
    return customer


def content(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().partition('id="content"')[2]


def addresses(customer):
    yield from (tab_of(customer, tab.name) for tab in TABS)
    yield from (why("figure", f"{name}:{customer.currency}") for name in FIGURES)
    for label in ("ledger.Account", "ledger.Entry", "ledger.Transfer", "wallets.Grant", "contracts.Installment"):
        model = next(model for model in admin.site._registry if model._meta.label == label)
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    contract = Contract.objects.get(organization=customer)
    yield reverse("admin:contracts_contract_change", args=[contract.pk])
    yield reverse("admin:contracts_installment_change", args=[Installment.objects.filter(contract=contract).first().pk])


def test_a_yen_shows_no_cents_anywhere(client):
    customer = customer_in("JPY", "5000")
    with all_checks() as check:
        for address in addresses(customer):
            with check(page=address):
                assert not re.findall(r"[\d,]+\.\d\d(?= JPY|</span>|</td>)", content(client, address))
    assert all("." not in mark.text for mark in movement_chart("JPY", RANGES[0], NOW).chart.up)


def test_a_dinar_shows_three_decimals(client):
    customer = customer_in("KWD", "50.5")
    assert "49.500 KWD" in content(client, tab_of(customer))
    text = content(client, reverse("admin:wallets_grant_changelist"))
    assert "50.500 KWD" in text
    answer = client.get(reverse("admin:export", args=["wallets", "grant", "csv"]))
    rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert any("50.500" in row for row in rows)


class TestWhatIsNotShown:
    @pytest.fixture(autouse=True)
    def _short(self, monkeypatch):
        for module in ("causes", "entries", "figures", "money", "receivables", "usage"):
            monkeypatch.setattr(f"apps.backoffice.explain.{module}.SHOWN", 2)

    def rows(self, client, address):
        page = content(client, address)
        feet = re.findall(r"<tfoot>(.*?)</tfoot>", page, re.DOTALL)
        return [re.sub(r"<[^>]+>", " ", foot).split() for foot in feet]

    def test_of_a_figure(self, client):
        for number in range(4):
            create_grant(create_organization(NOW, f"c{number}"), str(10 + number), NOW, key=f"g{number}")
        (foot,) = self.rows(client, why("figure", "credit:USD"))
        assert foot == ["Not", "shown", "21.00", "USD", "Total", "46.00", "USD"]

    @pytest.mark.parametrize(
        ("name", "rest", "total"),
        [
            ("credit", "100.00", "300.00"),
            ("outstanding", "-10.00", "-33.00"),
            ("overdue", "110.00", "330.00"),
            ("recognized", "10.00", "33.00"),
            ("deferred", "10.00", "30.00"),
            ("monthly_recurring", "160.00", "480.00"),
            ("contract_value", "1,320.00", "3,960.00"),
        ],
    )
    def test_of_each_figure_of_home(self, client, time_machine, name, rest, total):
        """Three contracts of 100.00 and 10.00 a month, one of each paid, with 50.00 of services; three owe 10 to 12."""
        for number in range(3):
            sign_contract(create_organization(NOW, f"c{number}"))
            owes = create_organization(NOW, f"owes{number}", billing_mode="postpaid", postpaid_limit_micros=10**9)
            charge(owes, str(10 + number), NOW, key=f"used{number}")
        if name == "overdue":
            time_machine.move_to(datetime(2026, 12, 19, tzinfo=UTC))
            client = client_of(create_staff("bob", is_superuser=True))
        (foot,) = self.rows(client, why("figure", f"{name}:USD"))
        assert foot == ["Not", "shown", rest, "USD", "Total", total, "USD"]

    def test_of_a_balance_s_grants(self, client):
        customer = create_organization(NOW, "one")
        for number in range(3):
            create_grant(customer, str(5 + number), NOW, key=f"g{number}")
        assert ["Not", "shown", "7.00", "USD", "Total", "18.00", "USD"] in self.rows(client, tab_of(customer, "why"))

    def test_of_the_grants_that_a_transfer_burnt(self, client):
        customer = create_organization(NOW, "one")
        for number in range(3):
            create_grant(customer, str(5 + number), NOW, key=f"g{number}")
        burnt = charge(customer, "17", NOW)
        assert self.rows(client, why("transfer", burnt.pk)) == [
            ["Not", "shown", "6.00", "USD", "Total", "17.00", "USD"]
        ]

    def test_of_what_goes_with_a_transfer(self, client):
        customer = create_organization(NOW, "one")
        cause = TRANSFER.of(create_grant(customer, "1", NOW).transfer.number)
        for number in range(3):
            grant = NewGrant(
                amount=to_micros(str(5 + number)),
                source=Source.BONUS,
                key=f"with{number}",
                cause=cause,
                created_by="staff:ann",
            )
            grant_credits(organization=customer, grant=grant, now=NOW)
        page = why("transfer", Transfer.objects.get(number=int(cause.id)).pk)
        rows = [["Not", "shown", "7.00", "USD", "Total", "18.00", "USD"], ["Total", "1.00", "USD"]]
        assert self.rows(client, page) == rows

    def test_of_a_month_of_usage(self, client, monkeypatch):
        monkeypatch.setattr("apps.backoffice.explain.usage.MOST_DAYS", 2)
        customer = create_organization(NOW, "one")
        price(make_meter("hours", "other"), micros_per_million=10**12)
        for day in (16, 17, 18):
            send(customer, NOW, event(f"e{day}", "hours", quantity=day, time=f"2026-11-{day}T00:00:00Z"))
        (foot,) = self.rows(client, why("usage", f"{customer.pk}:2026-11"))
        assert foot == ["Not", "shown", "18.00", "USD", "Total", "51.00", "USD"]

    def test_of_a_bar(self, client):
        for number in range(3):
            create_grant(create_organization(NOW, f"c{number}"), "5", NOW, key=f"g{number}")
        (foot,) = self.rows(client, why("movements", f"granted:USD:{NOW:%Y-%m-%d}"))
        assert foot == ["Not", "shown", "5.00", "USD", "Total", "15.00", "USD"]

    def test_of_what_a_grant_paid_for(self, client):
        customer = create_organization(NOW, "one")
        grant = create_grant(customer, "100", NOW)
        for number in range(3):
            charge(customer, "7", NOW, key=f"c{number}")
        (foot,) = self.rows(client, why("grant", grant.pk))
        assert foot == ["Not", "shown", "7.00", "USD", "Total", "21.00", "USD"]

    def test_of_the_events_of_a_charge_and_of_a_day(self, client):
        customer = create_customer()
        price(make_meter("search", "event"), micros_per_million=10**12)
        send(customer, NOW, *several(5, "search"))
        posting = UsageEvent.objects.first().posting_id
        expected = ["Not", "shown", "3.00", "USD", "Total", "5.00", "USD"]
        total = ["Total", "5.00", "USD"]
        assert self.rows(client, why("posting", posting)) == [total, total, expected]  # lines, credit, events
        assert self.rows(client, why("day", f"{customer.pk}:2026-11-18:search")) == [expected]

    def test_nothing_is_said_where_all_is_shown(self, client):
        create_grant(create_organization(NOW, "one"), "10", NOW)
        assert self.rows(client, why("figure", "credit:USD")) == [["Total", "10.00", "USD"]]
