"""Explanations: every figure is broken down level by level, without dead links."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from apps.backoffice.components import Table
from apps.backoffice.customer_page.summary import tab_of
from apps.backoffice.explain.figures import FIGURES
from apps.backoffice.explain.links import why
from apps.backoffice.explain.money import transfer_page
from apps.backoffice.explain.usage import event_page, posting_page
from apps.backoffice.home.tile_figures import tile_figures
from apps.common.money import in_smallest_units, money_text
from apps.ledger.models import Transfer
from apps.tenants.models import Organization
from apps.usage.models import UsageEvent
from apps.usage.selectors import explain_transfer
from apps.wallets import services as wallets
from tests.backoffice.people import client_of, create_staff
from tests.backoffice.world import NOW, create_customer, sign_contract
from tests.factories import cause_of, create_grant, create_organization
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]


@pytest.fixture
def client(time_machine):
    time_machine.move_to(NOW, tick=False)
    cache.clear()
    return client_of(create_staff("ada", "Viewer"))


@pytest.fixture
def customer(client) -> Organization:
    customer = create_customer()
    sign_contract(customer)
    debtor = create_customer("globex", billing_mode="postpaid", postpaid_limit_micros=10**12)
    wallets.charge(
        charge=wallets.Charge(
            organization=debtor,
            cause=cause_of(debtor),
            amount=200_000_000,
            kind="usage",
            key="work",
            created_by="staff:t",
        ),
        now=NOW,
    )
    create_customer("initech", currency="JPY")
    return customer


def links(client, address) -> list[str]:
    """Return the addresses in a page's content, after the sidebar."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    body = answer.content.decode().partition('id="content"')[2] or answer.content.decode()
    return [href.replace("&amp;", "&") for href in re.findall(r'href="([^"#]+)"', body)]


class TestHome:
    def test_every_figure_leads_to_what_it_adds_up(self, client, customer):
        for tile in client.get("/admin/").context["tiles"]:
            assert tile.href, tile.name
            (_, exact), *_ = client.get(tile.href).context["blocks"][0].rows
            assert tile.value == money_text(in_smallest_units(_micros(exact.text), "USD"), "USD"), tile.name

    @pytest.mark.parametrize("name", FIGURES)
    def test_the_rows_add_up_to_the_figure(self, client, customer, name):
        from apps.backoffice.explain.figures import figure_page

        page = figure_page(f"{name}:USD", NOW)
        total = getattr(tile_figures("USD", NOW), f"{name}_micros")
        rows = [row[-1].text for row in page.blocks[1].rows]
        assert sum(_micros(text) for text in rows) in (total, -total)
        assert all(client.get(cell.href).status_code == 200 for row in page.blocks[1].rows for cell in row if cell.href)

    def test_everything_is_a_list_of_exactly_those_rows(self, client, customer):
        for name in FIGURES:
            (everything,) = [link.href for link in _page(name).blocks[0].links] or [None]
            if everything and "account" in everything:
                listed = client.get(everything)
                assert len(listed.context["cl"].result_list) == len(_page(name).blocks[1].rows), name

    def test_bars_lead_to_the_customers_of_the_day(self, client, customer):
        bars = client.get("/admin/").context["blocks"][-1].chart.bars
        assert {bar.href.rpartition(":")[2].strip("/") for bar in bars} == {"2026-11-18"}
        for bar in bars:
            text = client.get(bar.href).content.decode()
            assert "Acme" in text
            assert bar.says.rpartition(": ")[2] in text

    @pytest.mark.parametrize(
        "address",
        ["figure/credit:XXX", "figure/x:USD", "figure/x", "movements/charged:USD:x", "movements/a:USD:2026-11-18"],
    )
    def test_what_is_none_is_not_found(self, client, customer, address):
        assert client.get(f"/admin/why/{address}/").status_code == 404

    def test_is_for_those_who_may_see_the_books(self, customer):
        nobody = client_of(create_staff("nobody"))
        assert nobody.get(why("figure", "credit:USD")).status_code == 403


def _page(name):
    from apps.backoffice.explain.figures import figure_page

    return figure_page(f"{name}:USD", NOW)


def _micros(text: str) -> int:
    from apps.common.money import to_micros

    return to_micros(text.removesuffix(" USD").replace(",", ""))


def reach(client, start, *wanted) -> None:
    """Follow links from a page; each step goes to the pages whose address contains the next text."""
    reached = [start]
    for text in wanted:
        found = {href for address in reached for href in links(client, address) if text in href}
        assert found, f"{reached} lead to no {text}"
        reached = sorted(found)[:10]
    assert all(client.get(address).status_code == 200 for address in reached)


class TestWalk:
    @pytest.fixture
    def busy(self, client):
        """A customer whose usage was rated and charged."""
        customer = create_customer()
        meter = make_meter()
        price(meter, micros_per_million=2_000_000)
        send(customer, NOW, event("a", quantity=4000), event("b", quantity=6000))
        assert UsageEvent.objects.filter(organization=customer, state="rated").count() == 2
        return customer

    def test_from_the_balance_down_to_the_price(self, client, busy):
        steps = ("why/grant", "why/transfer", "why/posting", "why/event", "pricing/priceversion")
        reach(client, tab_of(busy, "why"), *steps)

    def test_from_the_usage_total_down_to_the_price(self, client, busy):
        reach(client, tab_of(busy, "usage"), "why/usage", "why/day", "why/event", "pricing/priceversion")

    def test_from_a_bar_of_usage_to_its_events(self, client, busy):
        reach(client, tab_of(busy, "usage"), "why/day", "why/event")

    def test_from_a_bar_of_the_overview_to_transfers(self, client, busy):
        reach(client, tab_of(busy), "ledger/entry/?account", "ledger/entry/", "why/transfer")

    def test_from_a_statements_month_to_its_lines_and_their_causes(self, client, busy):
        reach(client, tab_of(busy, "statements"), "ledger/entry/?account", "change", "why/transfer")

    def test_from_an_installment_to_its_payment_and_grant(self, client, customer):
        reach(client, tab_of(customer, "contracts"), "why/installment", "why/grant", "why/transfer")

    def test_from_every_row_that_has_a_cause(self, client, busy):
        for label in ("ledger_entry", "ledger_transfer", "wallets_grant", "wallets_consumption", "usage_usageevent"):
            rows = [href for href in links(client, reverse(f"admin:{label}_changelist")) if "/change/" in href]
            assert any("/admin/why/" in href for href in links(client, rows[0])), label

    def test_more_rows_than_are_shown_are_a_click_away(self, client, busy):
        posting = UsageEvent.objects.first().posting_id
        assert any("posting__id__exact" in href for href in links(client, why("posting", posting)))
        assert any("counted_on__exact" in href for href in links(client, why("day", f"{busy.pk}:2026-11-18:chat")))


def test_a_grant_leads_to_the_usage_that_it_paid_for_and_an_event_back_to_the_grant(client):
    customer = create_organization(NOW, "traced")
    price(make_meter(), micros_per_million=10**12)
    grant = create_grant(customer, "2", NOW, key="traced:1", description="Goodwill in March")
    send(customer, NOW, event("a", quantity=1))
    transfer = Transfer.objects.get(book=customer.pk, kind="usage")
    spending = client.get(f"/admin/wallets/consumption/?grant__id__exact={grant.pk}").text
    assert "Bonus: Goodwill in March</a>" in spending
    assert f'href="{why("transfer", transfer.pk)}">Usage: 1 event' in spending
    assert grant.key not in spending
    assert f"href='{why('transfer', transfer.pk)}'" in client.get(f"/admin/wallets/grant/{grant.pk}/change/").text
    event_ = UsageEvent.objects.get(event_id="a")
    for page in (event_page(str(event_.pk)), posting_page(str(event_.posting_id))):
        (paid,) = (block for block in page.blocks if block.title == "Credit that paid the charge")
        assert [[cell.text for cell in row] for row in paid.rows] == [["Bonus", "Goodwill in March", "", "1.00 USD"]]
        assert paid.rows[0][0].href == why("grant", grant.pk)


def test_a_transfer_shows_what_the_api_explains(client):
    """Credit of 2 covers 2 of 3 charged; the rest is short until more credit comes."""
    customer = create_organization(NOW, "short")
    price(make_meter(), micros_per_million=10**12)
    create_grant(customer, "2", NOW, key="first")
    send(customer, NOW, event("a", quantity=1), event("b", quantity=2))
    create_grant(customer, "5", NOW, key="more", source="top_up")
    transfer = Transfer.objects.get(book=customer.pk, kind="usage")
    said = explain_transfer(customer, transfer.pk)
    tables = {each.title: each for each in transfer_page(str(transfer.pk)).blocks if isinstance(each, Table)}
    credit = [[cell.text for cell in row] for row in tables["Its credit"].rows]
    assert credit == [
        ["Bonus", "Bonus", "", "2.00 USD"],
        ["Top-up", "Top-up", "Later", "1.00 USD"],
        ["Not covered by credit", "", "", "1.00 USD"],
    ]
    assert tables["Its credit"].feet[-1][-1].text == "3.00 USD"
    assert [row[-1].text for row in tables["What it charged, by price"].rows] == ["3.00 USD"]
    assert [row[3].text for row in tables["Its rows, first 100"].rows] == [each.id for each in said.rows] == ["a", "b"]


def test_a_transfer_of_nobody_still_explains_itself(client, customer):
    assert client.get(why("transfer", Transfer.objects.latest("pk").pk)).status_code == 200
