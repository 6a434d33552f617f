"""Staff's jobs from sign-in to done by keyboard alone, on a phone of 390 pixels."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.approvals.models import Approval
from apps.contracts.models import Contract
from apps.tenants.models import Organization
from apps.vouchers.models import Batch
from apps.wallets.models import Grant
from tests.backoffice.people import PASSWORD
from tests.browser.world import create_busy_customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = """(() => {
  const at = document.activeElement, copy = at.cloneNode(true);
  copy.querySelectorAll(".material-symbols-outlined").forEach((icon) => icon.remove());
  const label = at.labels?.[0]?.innerText ?? at.closest(".select2")?.parentElement.querySelector("select")?.name;
  return (label || at.getAttribute("aria-label") || copy.textContent).trim().replace(/\\s+/g, " ");
})()"""


class Phone:
    """A phone with a keyboard: it only presses keys, and checks that no page is wider than the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

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

    def press(self, name: str) -> None:
        """Press a button or follow a link."""
        self.go_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 391, self.page.url

    def command(self, text: str) -> None:
        """Choose the first result of the palette."""
        self.page.keyboard.press("Control+k")
        expect(self.page.locator("#search-input-command")).to_be_focused()
        self.page.keyboard.type(text)
        expect(self.page.locator("#command-results-list li.active")).to_be_visible()
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def confirm(self, button: str) -> None:
        """Review, then confirm; a password is typed where it is asked for."""
        self.press("Review")
        self.press(button)


@pytest.fixture
def phone(chromium, live_server, enrolled):
    contexts = []

    def sign_in(username: str, *groups: str) -> Phone:
        _, codes = enrolled(username, *groups)
        contexts.append(chromium.new_context(viewport={"width": 390, "height": 844}, base_url=live_server.url))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.goto("/admin/login/")
        phone = Phone(page)
        phone.fill(Username=username, Password=PASSWORD, Code=codes[0])
        phone.press("Sign in")
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

    ada.command("acme")  # find, and why
    ada.press("Why this balance")
    expect(ada.page.locator("body")).to_contain_text("25.50 USD")

    ada.command("new contract")  # contract, by its customer's search
    ada.go_to("organization")
    ada.page.keyboard.press("Enter")
    ada.page.keyboard.type("acme")
    expect(ada.page.locator(".select2-results__option--highlighted")).to_have_text("Acme Robotics")
    ada.page.keyboard.press("Enter")
    ada.go_to("Start")
    ada.page.keyboard.type(f"{timezone.now() + timedelta(days=1):%m%d%Y}")
    ada.fill(Service_portion="1200")
    ada.press("Save draft")
    assert Contract.objects.get().organization == customer

    ada.command("new voucher")  # vouchers, which a second person approves
    ada.fill(Amount="50", Reason="Spring campaign")  # a hundred codes
    ada.confirm("Ask for approval")
    assert Batch.objects.get().state == Batch.State.AWAITING_APPROVAL

    cache.clear()  # home counts what waits every half minute
    eve = phone("eve", "Approver")
    eve.press("Request")
    eve.go_to("Actions")  # on a phone, the buttons of a row are behind one
    eve.page.keyboard.press("Enter")
    eve.press("Approve")
    eve.fill(Reason="Agreed with marketing")
    eve.press("Approve")
    assert Approval.objects.get().status == Approval.Status.USED


def test_a_new_customer_and_a_file(phone):
    ada = phone("ada", "Billing")
    ada.command("new organization")
    ada.fill(Name="Pied Piper")
    ada.press("Save")
    made = Organization.objects.get()
    assert made.slug == "pied-piper"
    assert ada.page.url.endswith(f"/organization/{made.pk}/change/")
    ada.command("organizations")
    ada.go_to("CSV")
    with ada.page.expect_download() as file:
        ada.page.keyboard.press("Enter")
    assert "pied-piper" in file.value.path().read_text()
