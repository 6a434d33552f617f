"""A seller is switched to Stripe Tax, and an invoice is taxed, finalized, reported and paid there, in the browser."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.invoices.models import Document
from apps.payments.models import StripeInvoice
from local_stripe.server import LocalStripe
from tests.browser.test_back_office import confirm
from tests.browser.test_checkout import work_until
from tests.browser.test_money import done
from tests.invoices import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW_YORK = {"country": "US", "region": "NY", "postal_code": "10001", "city": "New York", "street": "5 Side Street"}


def test_a_seller_is_switched_and_its_draft_is_taxed_by_place(
    visit, local_stripe: LocalStripe, deliver_outbox: Callable[[datetime], list[str]]
):
    began = timezone.now() - timedelta(days=90)
    seller = factories.create_seller(began, tax_engine="none", untaxed_reason="No tax is due.")
    acme = factories.create_customer(began, seller, **NEW_YORK)
    draft = factories.draft(acme, timezone.now(), "100")
    page = visit("ada", "Administrator")
    page.goto(f"/admin/billing_profiles/seller/{seller.pk}/change/")
    page.click("a[href*='tax-engine']")
    page.select_option("[name=tax_engine]", "stripe")
    confirm(page, reason="We are registered in New York")
    expect(page.locator("body")).to_contain_text("Drafts that are taxed again")
    done(page)
    expect(page.locator("body")).to_contain_text("Switched to “Stripe Tax”")

    def is_taxed() -> bool:
        return Document.objects.get(pk=draft.pk).tax_micros == 8_880_000

    work_until(page, deliver_outbox, is_taxed)
    page.goto(f"/admin/invoices/document/{draft.pk}/change/")
    for text in ("8.875\N{NO-BREAK SPACE}%", "New York City 4.5\N{NO-BREAK SPACE}%: 4.50", "Calculated by Stripe"):
        expect(page.locator("body")).to_contain_text(text)
    page.goto(f"/admin/invoices/document/{draft.pk}/finalize/")
    confirm(page, reason="As agreed")
    done(page)
    work_until(page, deliver_outbox, lambda: StripeInvoice.objects.filter(state="open").exists())
    assert [each["reference"] for each in local_stripe.account.store.all("tax.transaction")] == [
        f"{Document.objects.get().number} sale {draft.pk}"
    ]
    page.goto(StripeInvoice.objects.get().hosted_url)
    expect(page.locator("body")).to_contain_text("108.88")
    page.click("button[value=pay]")
    work_until(page, deliver_outbox, lambda: Document.objects.get().state == "paid")
