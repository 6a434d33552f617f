"""Dunning in the browser, and what the customer's gateway is told meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.common.money import to_micros
from apps.dunning import services
from apps.dunning.models import DunningCase
from apps.dunning.rules import Letter, Restriction, Step
from apps.invoices.models import Document
from apps.tenants.models import Organization
from tests.api.callers import as_bearer, key_of
from tests.browser.test_back_office import confirm
from tests.browser.test_money import done
from tests.dunning.factories import add_contact, create_policy
from tests.invoices import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STEPS = (
    Step(3),
    Step(40, Letter.DEMAND, fee_micros=to_micros("5"), restriction=Restriction.PAUSE),
    Step(50, Letter.FINAL, restriction=Restriction.SUSPEND),
    Step(60, Letter.FINAL),
)


@pytest.fixture
def acme() -> Organization:
    """A postpaid customer with an invoice that is 30 days overdue, and a policy of four steps."""
    began = timezone.now() - timedelta(days=60)
    terms = {"billing_mode": "postpaid", "postpaid_limit_micros": to_micros("50")}
    found = factories.create_customer(began, factories.create_seller(began), **terms)
    add_contact(found, began)
    create_policy(found.billing_profile.seller, began, steps=STEPS)
    factories.invoice(found, began, "100")
    return found


def reserved(page: Page, acme: Organization, key: str) -> tuple[int, dict[str, Any]]:
    """Ask for credit as the customer's gateway does."""
    headers = as_bearer(key_of(acme, "reservations:write")) | {"Idempotency-Key": key}
    answer = page.request.post("/v1/billing/reservations", data={"amount": "1"}, headers=headers)
    return answer.status, answer.json()


def press(page: Page, case: DunningCase, button: str, **typed: str) -> None:
    """Press a button of a case's page, type, look at the review, and confirm."""
    page.goto(f"/admin/dunning/dunningcase/{case.pk}/change/")
    page.get_by_role("link", name=button).click()
    page.wait_for_load_state()
    confirm(page, **typed)
    done(page)


def test_steps_charge_a_fee_pause_and_suspend_until_the_invoice_is_paid(visit, acme, deliver_outbox):
    invoice = Document.objects.get()
    page = visit("billing", "Billing")
    page.goto("/admin/dunning/dunningcase/tomorrow/")
    for said in ("Acme", "Step 1: reminder", "119.00 EUR", "Reminder: invoices are overdue"):
        expect(page.locator("body")).to_contain_text(said)
    services.run(now=timezone.now())
    case = DunningCase.objects.get()
    assert reserved(page, acme, "before")[0] == 201

    press(page, case, "Take the next step", reason="Broke the promise")
    expect(page.locator("body")).to_contain_text("Broke the promise (Step 2, 40 days after the due date)")
    fee = Document.objects.get(kind="fee")
    expect(page.get_by_role("link", name=fee.number)).to_be_visible()
    status, body = reserved(page, acme, "paused")
    assert (status, body["limit"]["kind"]) == (402, "postpaid_limit")
    assert [(each["number"], each["amountDue"]) for each in body["overdueInvoices"]] == [(invoice.number, 119)]

    press(page, case, "Take the next step", reason="No answer")
    status, body = reserved(page, acme, "suspended")
    assert (status, body["code"]) == (403, "work_paused")
    assert f"{invoice.number} (119.00 EUR left to pay)" in body["detail"]

    page.goto(f"/admin/invoices/money/record/?organization={acme.slug}")
    confirm(page, amount="119", reference="SEPA 1", numbers=invoice.number, reason="Seen at the bank")
    done(page)
    deliver_outbox(timezone.now())
    assert reserved(page, acme, "paid")[0] == 201
    page.goto(f"/admin/dunning/dunningcase/{case.pk}/change/")
    expect(page.locator("body")).to_contain_text(f"Nothing is overdue any more: {invoice.number}: paid")


def test_a_case_is_held_a_step_skipped_and_a_dispute_or_a_person_ends_it(visit, acme):
    services.run(now=timezone.now())
    case, invoice = DunningCase.objects.get(), Document.objects.get()
    page = visit("billing", "Billing")
    until = timezone.now().date() + timedelta(days=5)
    press(page, case, "Hold", until=until.isoformat(), reason="Asked for time")
    expect(page.locator("body")).to_contain_text("Held by hand")
    press(page, case, "Skip the next step", reason="Good customer")
    expect(page.locator("body")).to_contain_text("Good customer (Step 2, 40 days after the due date)")
    services.run(now=timezone.now() + timedelta(days=5))
    assert not Document.objects.filter(kind="fee").exists(), "a skipped step charges nothing, and a held case waits"

    page.goto(f"/admin/invoices/document/{invoice.pk}/dispute/")
    confirm(page, reason="Billed twice")
    done(page)
    page.goto(f"/admin/dunning/dunningcase/{case.pk}/change/")
    expect(page.locator("body")).to_contain_text(f"{invoice.number}: disputed (Billed twice)")
    page.goto(f"/admin/invoices/document/{invoice.pk}/dispute-decided/")
    confirm(page, reason="They were wrong")
    done(page)

    services.run(now=timezone.now())
    again = DunningCase.objects.get(closed_at=None)
    press(page, again, "End the case", reason="A lawyer takes over")
    expect(page.locator("body")).to_contain_text("By hand: A lawyer takes over")
    page.goto(f"/admin/tenants/organization/{acme.pk}/change/?tab=dunning")
    for said in ("A lawyer takes over", "Good customer", "disputed (Billed twice)"):
        expect(page.locator("body")).to_contain_text(said)
