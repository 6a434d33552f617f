"""A customer buys credit, opens the billing portal and pays for a contract, in the browser, at the local Stripe."""

import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from apps.common.money import to_micros
from apps.contracts.models import Contract
from apps.payments import services
from apps.payments.models import Mandate
from apps.tenants.models import Organization
from apps.wallets import selectors as wallets
from tests.browser.conftest import note_complaint
from tests.contracts.factories import offer, rows
from tests.factories import create_organization

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Work = Callable[[datetime], list[str]]


@pytest.fixture
def acme(local_stripe: Any) -> Organization:
    return create_organization(timezone.now())


@pytest.fixture
def customer(chromium: Browser, live_server: Any, acme: Organization) -> Iterator[Page]:
    """The page under test, opened with an administrator's token; an error in the console fails the test."""
    token = io.StringIO()
    call_command("issue_token", organization=acme.slug, stdout=token)
    context = chromium.new_context(viewport={"width": 390, "height": 844}, base_url=live_server.url)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("console", lambda line: note_complaint(complaints, page, line))
    page.goto(f"/try#{token.getvalue().strip()}")
    yield page
    context.close()
    assert complaints == []


def work_until(page: Page, work: Work, done: Callable[[], bool]) -> None:
    """Run the work of incoming webhooks, which arrive asynchronously."""
    for _ in range(150):
        work(timezone.now())
        if done():
            return
        page.wait_for_timeout(100)
    pytest.fail("The payment did not arrive.")


def test_credit_is_bought_and_the_balance_rises(customer: Page, acme: Organization, deliver_outbox: Work) -> None:
    expect(customer.locator("#balance")).to_have_text("0 USD")
    expect(customer.locator(".banner")).to_contain_text("No money moves")
    customer.fill("#amount", "40.50")
    customer.click("#buy")
    expect(customer.locator("body")).to_contain_text("40.50 USD")
    customer.click("button[value=decline]")
    expect(customer.get_by_role("alert")).to_have_text("Your card was declined.")
    customer.click("button[value=pay]")
    expect(customer.locator("h1")).to_have_text("Thank you")
    work_until(customer, deliver_outbox, lambda: wallets.wallet_figures(acme, timezone.now()).balance_micros > 0)
    customer.click("text=Back to the demo page")
    expect(customer.locator("#balance")).to_have_text("40.5 USD")
    assert wallets.wallet_figures(acme, timezone.now()).top_up_micros == to_micros("40.5")


def test_the_token_is_kept_under_another_name_of_the_site_and_in_another_tab(
    customer: Page, acme: Organization, live_server: Any
) -> None:
    token = customer.input_value("#token")
    other = customer.context.browser.new_context()  # type: ignore[union-attr]
    page = other.new_page()
    page.goto(f"{live_server.url.replace('localhost', '127.0.0.1')}/try#{token}")
    expect(page.locator("#token")).to_have_value(token)
    page.close()
    back = other.new_page()
    back.goto(f"{live_server.url}/checkout/paid")
    back.click("text=Back to the demo page")
    expect(back.locator("#balance")).to_have_text("0 USD")
    other.close()


def test_promised_money_is_credited_when_it_arrives(
    customer: Page, acme: Organization, deliver_outbox: Work, local_stripe: Any
) -> None:
    customer.click("#buy")
    customer.click("button[value=later]")
    expect(customer.locator("h1")).to_have_text("Thank you")
    customer.goto(local_stripe.url)
    customer.click("button[value=arrives]")
    work_until(customer, deliver_outbox, lambda: wallets.wallet_figures(acme, timezone.now()).balance_micros > 0)
    assert wallets.wallet_figures(acme, timezone.now()).top_up_micros == to_micros("25")


def test_canceling_pays_nothing(customer: Page, acme: Organization, deliver_outbox: Work) -> None:
    customer.click("#buy")
    customer.click("button[value=cancel]")
    expect(customer.locator("h1")).to_have_text("Nothing was paid")
    deliver_outbox(timezone.now())
    assert wallets.wallet_figures(acme, timezone.now()).balance_micros == 0


def test_the_portal_shows_the_invoices_and_leads_back(
    customer: Page, acme: Organization, deliver_outbox: Work, live_server: Any
) -> None:
    contract = offer(acme, timezone.now(), timezone.now().date().isoformat())
    subscribe_and_pay(customer, contract, deliver_outbox)
    charge_the_next(customer, contract, deliver_outbox)
    customer.goto("/try")
    customer.click("#portal")
    expect(customer.locator("h1")).to_have_text("Billing portal")
    expect(customer.locator("table")).to_contain_text("100.00 USD")
    customer.click("text=Back")
    customer.wait_for_url(f"{live_server.url}/checkout/closed")


def subscribe_and_pay(page: Page, contract: Contract, work: Work) -> None:
    page.reload()
    page.click("#subscribe")
    expect(page.locator("body")).to_contain_text("Due today: 100.00 USD")
    page.click("button[value=pay]")
    expect(page.locator("h1")).to_have_text("Thank you")
    work_until(page, work, lambda: rows(contract)[0].state == "paid")


def charge_the_next(page: Page, contract: Contract, work: Work) -> None:
    """Move the clock to the next due date: the second installment is charged to the card saved at checkout."""
    then = timezone.now() + timedelta(days=31)
    services.enqueue_due_arrangements(now=then)
    work(then)
    work_until(page, work, lambda: rows(contract)[1].state == "paid")


def cannot_be_paid(page: Page, contract: Contract) -> None:
    """The page shows the contract without a button to pay."""
    expect(page.locator("#subscribe")).to_have_attribute("data-contract", str(contract.pk))
    expect(page.locator("#subscribe")).to_be_hidden()


def test_a_contract_is_subscribed_to_and_its_first_installment_paid(
    customer: Page, acme: Organization, deliver_outbox: Work
) -> None:
    contract = offer(acme, timezone.now(), timezone.now().date().isoformat())
    subscribe_and_pay(customer, contract, deliver_outbox)
    contract.refresh_from_db()
    assert (contract.status, Mandate.objects.get().contract) == ("active", contract)
    assert wallets.wallet_figures(acme, timezone.now()).balance_micros == to_micros("100")
    customer.goto("/try")
    expect(customer.locator("#balance")).to_have_text("100 USD")
    cannot_be_paid(customer, contract)

    charge_the_next(customer, contract, deliver_outbox)
    assert wallets.wallet_figures(acme, timezone.now()).posted_micros == to_micros("200")


def test_a_contract_paid_by_promise_is_under_way_until_the_money_arrives(
    customer: Page, acme: Organization, deliver_outbox: Work, local_stripe: Any
) -> None:
    contract = offer(acme, timezone.now(), timezone.now().date().isoformat())
    customer.reload()
    customer.click("#subscribe")
    customer.click("button[value=later]")
    expect(customer.locator("h1")).to_have_text("Thank you")
    work_until(customer, deliver_outbox, lambda: rows(contract)[0].state == "processing")
    assert wallets.wallet_figures(acme, timezone.now()).balance_micros == 0
    customer.goto(local_stripe.url)
    customer.click("button[value=arrives]")
    work_until(customer, deliver_outbox, lambda: rows(contract)[0].state == "paid")
    contract.refresh_from_db()
    assert (contract.status, wallets.wallet_figures(acme, timezone.now()).balance_micros) == (
        "active",
        to_micros("100"),
    )


def test_a_contract_that_begins_later_takes_nothing_today(
    customer: Page, acme: Organization, deliver_outbox: Work
) -> None:
    contract = offer(acme, timezone.now(), (timezone.now() + timedelta(days=40)).date().isoformat())
    customer.reload()
    customer.click("#subscribe")
    expect(customer.locator("body")).to_contain_text("Your card is saved; nothing is taken today.")
    customer.click("button[value=pay]")
    expect(customer.locator("h1")).to_have_text("Thank you")
    work_until(customer, deliver_outbox, Mandate.objects.exists)
    customer.goto("/try")
    expect(customer.locator("#balance")).to_have_text("0 USD")
    customer.click("#subscribe")
    expect(customer.locator("#problem")).to_contain_text("the first payment is charged when it is due")
    assert Mandate.objects.get().contract == contract
