"""Staff's jobs from sign-in to done by keyboard alone, on a phone of 390 pixels."""

from datetime import timedelta
from urllib.parse import urljoin

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.approvals.models import Approval
from apps.contracts.models import Contract
from apps.invoices.models import Document
from apps.payments.models import Dispute, StripePayment
from apps.pricing.models import PriceVersion
from apps.tenants.models import ApiKey, Organization
from apps.usage.models import MonthClose
from apps.vouchers.models import Batch
from apps.wallets.models import Grant
from tests.backoffice.people import PASSWORD
from tests.browser.test_checkout import work_until
from tests.browser.world import create_busy_customer, open_checkout, park_event
from tests.invoices.factories import create_customer, create_seller
from tests.pricing.factories import make_meter, price
from tests.usage.factories import event, send

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# How many pages each job opens, from the first key to done; docs/decisions/0024-staff-pages.md compares them.
PAGES = {
    "sign in": 2,
    "find": 1,
    "why": 1,
    "export": 1,
    "grant": 2,
    "contract": 2,
    "vouchers": 2,
    "approve": 2,
    "new customer": 2,
    "credit and key": 3,
    "invoice": 3,
    "price": 3,
    "refund": 2,
    "dispute": 1,
    "month close": 2,
    "replay": 3,
}

NAME = """(() => {
  const at = document.activeElement, copy = at.cloneNode(true);
  copy.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.remove());
  const label = at.labels?.[0]?.innerText ?? at.closest(".select2")?.parentElement.querySelector("select")?.name;
  return (label || at.getAttribute("aria-label") || copy.textContent).trim().replace(/\\s+/g, " ");
})()"""

# jQuery runs what makes a select searchable in a timer, which may fire after the page's load event.
SEARCHABLE = """!document.querySelector(
  "select.admin-autocomplete:not([name*=__prefix__]):not(.select2-hidden-accessible)"
)"""


class Phone:
    """A phone with a keyboard: it only presses keys, and checks that no page is wider than the screen.

    `pages` counts the pages that opened.
    """

    def __init__(self, page: Page) -> None:
        self.page, self.pages = page, 0
        page.on("load", self.opened)

    def opened(self, _page: Page) -> None:
        self.pages += 1
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 391, self.page.url

    def counted(self) -> int:
        """Return how many pages opened since this was last asked."""
        count, self.pages = self.pages, 0
        return count

    def open_actions(self) -> None:
        """Open the buttons of a row, which a phone has behind one."""
        self.go_to("Actions")
        self.page.keyboard.press("Enter")

    def go_to(self, name: str) -> None:
        """Press Tab until a link, button or field of this name has the focus."""
        for _ in range(150):
            if str(self.page.evaluate(NAME)).lower().startswith(name.lower()):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab does not lead to {name!r} on {self.page.url}")

    def fill(self, **fields: str) -> None:
        """Type into the fields with these labels, in their order on the page."""
        for name, text in fields.items():
            self.go_to(name.replace("_", " "))
            self.page.keyboard.type(text)

    def choose(self, name: str, text: str) -> None:
        """Search a row in a field and choose the first that is found."""
        self.page.wait_for_function(SEARCHABLE)
        self.go_to(name)
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(text)
        expect(self.page.locator(".select2-results__option--highlighted")).to_contain_text(text)
        self.page.keyboard.press("Enter")

    def press(self, name: str) -> None:
        """Press a button or follow a link."""
        self.go_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def command(self, text: str) -> None:
        """Choose the first result of the palette."""
        self.page.keyboard.press("Control+k")
        expect(self.page.locator("#search-input-command")).to_be_focused()
        self.page.keyboard.type(text)
        expect(self.page.locator("#command-results-list li.active")).to_be_visible()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def confirm(self, button: str) -> None:
        """Review, which opens no page, then confirm."""
        self.go_to("Review")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("[name=_step][value=confirm]")).to_have_count(1)
        self.page.keyboard.press("Tab")  # from the review's title, which has the focus and may be named as the button
        self.press(button)


@pytest.fixture
def phone(chromium, live_server, enrolled):
    contexts = []

    def sign_in(username: str, *groups: str) -> Phone:
        _, codes = enrolled(username, *groups)
        contexts.append(chromium.new_context(viewport={"width": 390, "height": 844}, base_url=live_server.url))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        phone = Phone(page)
        page.goto("/admin/login/")
        phone.fill(Username=username, Password=PASSWORD, Code=codes[0])
        phone.press("Sign in")
        assert phone.counted() == PAGES["sign in"]
        return phone

    yield sign_in
    for context in contexts:
        context.close()


def test_a_day_of_billing(phone):
    customer = create_busy_customer()
    ada = phone("ada", "Billing")

    ada.command("grant acme 25.50")  # credit
    ada.fill(Reason="After the outage")
    ada.confirm("Grant credit")
    assert Grant.objects.filter(organization=customer, amount_micros=25_500_000).exists()
    assert ada.counted() == PAGES["grant"]

    ada.command("acme")
    assert ada.counted() == PAGES["find"]
    ada.press("Why this balance")
    expect(ada.page.locator("body")).to_contain_text("25.50 USD")
    assert ada.counted() == PAGES["why"]

    ada.command("new contract acme")
    ada.go_to("Start")
    ada.page.keyboard.type(f"{timezone.now() + timedelta(days=1):%m%d%Y}")
    ada.fill(Service_portion="1200")
    ada.press("Save draft")
    assert Contract.objects.get().organization == customer
    assert ada.counted() == PAGES["contract"]

    ada.command("new voucher")  # which a second person approves
    ada.fill(Amount="50", Reason="Spring campaign")  # a hundred codes
    ada.confirm("Ask for approval")
    assert Batch.objects.get().state == Batch.State.AWAITING_APPROVAL
    assert ada.counted() == PAGES["vouchers"]

    cache.clear()  # home counts what waits every half minute
    eve = phone("eve", "Approver")
    eve.press("Request")
    eve.fill(Note="Agreed with marketing")
    eve.press("Approve")
    assert Approval.objects.get().status == Approval.Status.USED
    assert eve.counted() == PAGES["approve"]


def test_a_new_customer_with_credit_and_a_key_and_a_file(phone):
    ada = phone("ada", "Billing")
    ada.command("new organization")
    ada.fill(Name="Pied Piper")
    ada.press("Save and grant credit")
    made = Organization.objects.get()
    assert made.slug == "pied-piper"
    assert ada.counted() == PAGES["new customer"]

    ada.fill(Amount="100", Reason="Welcome")
    ada.confirm("Grant credit")
    ada.command("new api key pied")
    ada.fill(Name="CI")
    ada.go_to("Read billing")
    ada.page.keyboard.press("Space")
    ada.fill(Reason="Their pipeline reads the balance")
    ada.confirm("Issue the key")
    key = ApiKey.objects.get(organization=made)
    assert str(ada.page.input_value("#issued-key")).startswith(key.prefix)
    assert Grant.objects.get(organization=made).amount_micros == 100_000_000
    assert ada.counted() == PAGES["credit and key"]

    ada.command("organizations")
    ada.go_to("CSV")
    with ada.page.expect_download() as file:
        ada.page.keyboard.press("Enter")
    assert "pied-piper" in file.value.path().read_text()
    assert ada.counted() == PAGES["export"]


def test_an_invoice_from_its_lines_to_its_number(phone):
    now = timezone.now()
    customer = create_customer(now, create_seller(now))
    ada = phone("ada", "Billing")
    ada.command("new invoice acme")
    ada.fill(Line_1="Onboarding", Amount_1="500", Reason="As agreed by email")
    ada.press("Save and finalize")
    ada.fill(Reason="Checked")
    ada.confirm("Finalize")
    document = Document.objects.get(organization=customer)
    assert (document.state, document.net_micros) == ("open", 500_000_000)
    assert document.number
    assert ada.counted() == PAGES["invoice"]


def test_a_price_from_its_draft_to_published(phone):
    now = timezone.now()
    meter = make_meter("api", "other", name="API calls", unit="call")
    old = price(meter, micros_per_million=200_000 * 1_000_000)
    send(create_busy_customer(), now, event("a", "api", quantity=4, time=f"{now:%Y-%m-%dT%H:%M:%SZ}"))
    ada = phone("ada", "Billing")
    ada.command("new price version")
    ada.choose("book", "USD")
    ada.choose("meter", "api")
    ada.go_to("Day")
    ada.page.keyboard.type(f"{now + timedelta(days=1):%m%d%Y}")
    ada.fill(Price_of_one_unit="0.25")
    ada.press("Save and publish")
    ada.fill(Reason="As agreed")
    ada.confirm("Publish")
    version = PriceVersion.objects.exclude(pk=old.pk).get()
    assert (version.meter, version.status, version.micros_per_million) == (meter, "published", 250_000 * 1_000_000)
    assert ada.counted() == PAGES["price"]


def at_stripe(page: Page, address: str, button: str) -> None:
    """Press a button of the local Stripe, then open the home page again."""
    page.goto(address)
    page.click(f"button[value={button}]")
    page.wait_for_load_state()
    page.goto("/admin/")


def test_a_payment_is_refunded_and_its_dispute_is_read(phone, local_stripe, deliver_outbox):
    customer = create_busy_customer()
    ada = phone("ada", "Billing")
    checkout = open_checkout(customer)
    at_stripe(ada.page, checkout, "pay")
    work_until(ada.page, deliver_outbox, StripePayment.objects.exclude(settled_at=None).exists)
    ada.counted()
    ada.command("refund acme")
    ada.fill(Amount="30", Reason="Bought by mistake")
    ada.confirm("Refund")
    assert ada.counted() == PAGES["refund"]
    work_until(ada.page, deliver_outbox, StripePayment.objects.filter(refunded_micros=30_000_000).exists)

    at_stripe(ada.page, urljoin(checkout, "/"), "dispute")
    work_until(ada.page, deliver_outbox, Dispute.objects.exclude(frozen_at=None).exists)
    cache.clear()  # home counts what waits every half minute
    ada.page.goto("/admin/")
    ada.counted()
    ada.press("Top-up: answer")
    expect(ada.page.locator("#content")).to_contain_text("70.00 USD")
    assert ada.counted() == PAGES["dispute"]


def test_a_month_is_closed(phone):
    now = timezone.now()
    seller = create_seller(now)
    customer = create_customer(now - timedelta(days=90), seller, billing_mode="postpaid", postpaid_limit_micros=10**10)
    ada = phone("ada", "Billing")
    ada.command("close acme")
    ada.fill(Hold="They dispute a day", Reason="Asked for")
    ada.confirm("Close a month")
    assert MonthClose.objects.get(organization=customer).state == "closed"
    assert ada.counted() == PAGES["month close"]


def test_a_parked_event_is_replayed(phone):
    event = park_event()
    cache.clear()  # home counts what waits every half minute
    ada = phone("ada", "Administrator")
    ada.press("invoice.paid")
    expect(ada.page.locator("#content")).to_contain_text("No customer has this id.")
    ada.open_actions()
    ada.press("Replay")
    ada.press("Replay")
    event.refresh_from_db()
    assert event.state == "received"
    assert ada.counted() == PAGES["replay"]
