"""Papers in the browser, from sign-in to done: made, opened as PDF, emailed, and in the log of emails."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.mail.models import Contact, MailMessage
from apps.papers.models import Paper
from tests.browser.test_back_office import confirm
from tests.contracts.factories import draft
from tests.invoices import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def acme():
    began = timezone.now() - timedelta(days=40)
    customer = factories.create_customer(began, factories.create_seller(began))
    times = {"created_at": began, "updated_at": began}
    Contact.objects.create(organization=customer, name="Ada", email="ada@acme.test", purposes=["billing"], **times)
    return customer


def mailed(page: Page, reason: str) -> MailMessage:
    """Email the paper of the open confirmation page; return the email, whose log entry the page shows."""
    confirm(page, reason=reason)
    page.click(".confirm-form button[type=submit]")
    page.wait_for_load_state()
    expect(page.locator("body")).to_contain_text("is being emailed to ada@acme.test")
    paper = Paper.objects.get()
    expect(page.locator("body")).to_contain_text(paper.sha256)
    mail = MailMessage.objects.get(address="ada@acme.test", template=f"{paper.kind}_sent")
    assert mail.attached_sha256 == paper.sha256
    return mail


def pdf_at(page: Page, address: str) -> bytes:
    """Fetch a PDF as the signed-in person."""
    answer = page.request.get(page.url.split("/admin/")[0] + address)
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def test_the_statement_of_a_month_is_opened_and_mailed_from_the_customers_page(visit, acme, shot):
    factories.invoice(acme, timezone.now(), "100")
    page = visit("billing", "Billing")
    page.goto(f"/admin/tenants/organization/{acme.pk}/change/?tab=statements")
    address = page.get_by_role("link", name="Open as PDF").first.get_attribute("href")
    assert pdf_at(page, address).startswith(b"%PDF-")
    page.get_by_role("link", name="Email it").first.click()
    page.wait_for_load_state()
    shot(page, "mail-statement")
    mail = mailed(page, "Asked for by the customer")
    page.get_by_role("link", name="UTC").first.click()
    page.wait_for_load_state()
    expect(page.locator("body")).to_contain_text(mail.subject)


def test_the_order_form_is_opened_and_mailed_from_the_contracts_page(visit, acme, shot):
    contract = draft(acme, timezone.now())
    page = visit("billing", "Billing")
    page.goto(f"/admin/contracts/contract/{contract.pk}/change/")
    assert pdf_at(page, f"/admin/contracts/contract/{contract.pk}/order-form/").startswith(b"%PDF-")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the buttons fit into the page"
    page.locator("li > a", has_text="Order form").first.click()
    page.get_by_role("link", name="Email order form").first.click()
    page.wait_for_load_state()
    mailed(page, "To be signed")
    page.goto(f"/admin/contracts/contract/{contract.pk}/change/")
    shot(page, "contract-with-order-form")
    expect(page.get_by_role("link", name=Paper.objects.get().number)).to_be_visible()
