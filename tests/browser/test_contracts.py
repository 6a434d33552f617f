"""A contract canceled at a date, and a parked event of Stripe replayed, in the browser."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.contracts.models import Contract
from tests.browser.world import create_busy_customer, park_event
from tests.contracts.factories import active

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_parked_event_is_opened_understood_and_replayed_in_three_clicks(visit):
    event = park_event()
    cache.clear()
    page: Page = visit("ada", "Administrator")
    page.goto("/admin/payments/stripeevent/?state__exact=parked")
    page.click("a:has-text('evt_parked')")
    expect(page.locator("body")).to_contain_text("It could not be handled, and nothing is booked for it.")
    expect(page.locator("body")).to_contain_text("No customer has this id.")
    page.click("a[href$='/replay/']")
    page.click(".confirm-form button[type=submit]:has-text('Replay')")
    expect(page.locator("body")).to_contain_text("1 event will be tried again.")
    event.refresh_from_db()
    assert (event.state, event.note) == ("received", "Replayed by staff:ada")


def test_a_contract_is_canceled_at_a_date_after_a_review_with_its_amounts(visit):
    now = timezone.now()
    contract = active(create_busy_customer(), now, f"{now:%Y-%m-%d}", months=3, credit="300", service="90")
    day = contract.start_date + timedelta(days=10)
    page: Page = visit("ada", "Billing")
    page.goto(f"/admin/contracts/contract/{contract.pk}/cancel-at/")
    page.fill("[name=day]", f"{day:%Y-%m-%d}")
    page.fill("[name=reason]", "They moved")
    page.click(".confirm-form button[type=submit]:has-text('Review')")
    before = "(100.00 USD credit, 30.00 USD service), "
    for text in ("About", "Amount", *(before + state for state in ("paid", "scheduled", "void")), "A second person"):
        expect(page.locator("body")).to_contain_text(text)
    page.click(".confirm-form button[type=submit]")
    expect(page.locator("body")).to_contain_text("Cancel a contract at a date: done.")
    assert Contract.objects.get().canceled_from == day
