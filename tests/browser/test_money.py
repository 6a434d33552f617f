"""Money in the browser, each job from sign-in to done: bank statements, unapplied money, dunning, refunds, disputes."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urljoin

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.approvals.models import Approval
from apps.bank.models import BankFile, BankLine
from apps.dunning import services as dunning
from apps.dunning.models import DunningCase
from apps.invoices.models import Document, Money
from apps.payments.models import CheckoutSession, Dispute, StripePayment
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures
from local_stripe.server import LocalStripe
from tests.bank.files import camt, entry
from tests.browser.test_back_office import confirm
from tests.browser.test_checkout import work_until
from tests.browser.world import create_busy_customer, open_checkout
from tests.dunning.factories import create_policy
from tests.invoices import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Work = Callable[[datetime], list[str]]


@pytest.fixture
def acme() -> Organization:
    began = timezone.now() - timedelta(days=90)
    return factories.create_customer(began, factories.create_seller(began))


def invoiced(acme: Organization, *, days_ago: int, amount: str) -> Document:
    return factories.invoice(acme, timezone.now() - timedelta(days=days_ago), amount)


def done(page: Page) -> None:
    """Press the button of a confirmation page and wait for what comes after it."""
    page.click(".confirm-form button[type=submit]")
    page.wait_for_load_state()


def test_a_bank_statement_is_imported_matched_and_confirmed(visit, acme, shot):
    first, second = (invoiced(acme, days_ago=days, amount="100") for days in (40, 20))
    day = timezone.now().date().isoformat()
    lines = [entry("119.00", day=day, text=f"Rechnung {first}"), entry("7.00", day=day, name="Nobody", iban="")]
    page = visit("billing", "Billing")
    page.goto("/admin/bank/bankfile/upload/")
    page.set_input_files(
        "[name=file]",
        {"name": "camt.xml", "mimeType": "text/xml", "buffer": camt(lines, closing="1126.00", days=(day, day))},
    )
    confirm(page, reason="Of this morning")
    done(page)
    expect(page.locator("body")).to_contain_text("1,126.00 EUR")
    file = BankFile.objects.get()
    page.goto(f"/admin/bank/bankfile/{file.pk}/import/")
    confirm(page, reason="Of this morning")
    done(page)
    expect(page.locator("#result_list")).to_contain_text("Nobody")
    page.goto("/admin/bank/bankline/confirm-sure/")
    expect(page.locator("body")).to_contain_text("1 line with a sure match")
    confirm(page, reason="As the bank says")
    done(page)
    first.refresh_from_db()
    assert (first.state, second.state) == ("paid", "open")
    assert list(BankLine.objects.order_by("pk").values_list("state", flat=True)) == ["confirmed", "new"]


def test_one_transfer_pays_two_invoices_and_what_is_more_is_paid_back_by_two_people(visit, acme):
    rows = [invoiced(acme, days_ago=days, amount="100") for days in (60, 40, 20)]
    page = visit("billing", "Billing")
    page.goto(f"/admin/invoices/money/record/?organization={acme.slug}")
    typed = {"amount": "3000", "reference": "SEPA 4713", "numbers": f"{rows[2]} {rows[0]}"}
    confirm(page, **typed, reason="By letter")
    expect(page.locator("body")).to_contain_text(f"{rows[2]}, Acme")
    done(page)
    approve(visit("checker", "Approver"))
    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == ["paid", "open", "paid"]
    money = Money.objects.get()
    page.goto(f"/admin/invoices/money/{money.pk}/pay-back/")
    confirm(page, amount="2500", reason="Asked for by email")
    done(page)
    money.refresh_from_db()
    assert (money.paid_back_micros, money.unapplied_micros) == (0, 2_762_000_000), "a second person has to agree"
    approve(visit("checker2", "Approver"))
    money.refresh_from_db()
    assert money.unapplied_micros == 262_000_000


def approve(page: Page) -> None:
    """Agree with the one request that waits."""
    cache.clear()  # home counts what waits every half minute
    waiting = Approval.objects.get(status="pending")
    page.goto(f"/admin/approvals/approval/{waiting.pk}/approve/")
    confirm(page, reason="Looked at the bank line")
    done(page)


def test_a_case_opens_and_waits_for_what_the_customer_promises(visit, acme, shot):
    create_policy(acme.billing_profile.seller, timezone.now())
    invoiced(acme, days_ago=60, amount="1000")
    page = visit("billing", "Billing")
    page.goto("/admin/dunning/dunningcase/tomorrow/")
    expect(page.locator("body")).to_contain_text("1,190.00 EUR")
    dunning.run(now=timezone.now())
    case = DunningCase.objects.get()
    page.goto("/admin/dunning/dunningcase/")
    page.click("#result_list tbody a")
    expect(page.locator("body")).to_contain_text("No billing contact whose address works")
    page.goto(f"/admin/dunning/dunningcase/{case.pk}/promise/")
    day = timezone.now().date() + timedelta(days=3)
    confirm(page, on=day.isoformat(), amount="1190", reason="On the phone")
    done(page)
    expect(page.locator("body")).to_contain_text("A payment is promised")
    case.refresh_from_db()
    assert (case.promised_on, case.wait) == (day, "promised")


def test_a_payment_is_refunded_and_disputed(visit, local_stripe: LocalStripe, deliver_outbox: Work):
    organization = create_busy_customer()
    url = open_checkout(organization)
    page = visit("billing", "Billing")
    page.goto(url)
    page.click("button[value=pay]")
    work_until(page, deliver_outbox, lambda: StripePayment.objects.exclude(settled_at=None).exists())
    paid, before = StripePayment.objects.get(), wallet_figures(organization, timezone.now()).balance_micros
    page.goto(f"/admin/payments/stripepayment/{paid.pk}/refund/")
    confirm(page, amount="30", reason="Bought by mistake")
    done(page)
    work_until(page, deliver_outbox, lambda: StripePayment.objects.filter(refunded_micros=30_000_000).exists())
    assert before - wallet_figures(organization, timezone.now()).balance_micros == 30_000_000

    page.goto(urljoin(url, "/"))
    page.click("button[value=dispute]")
    work_until(page, deliver_outbox, Dispute.objects.exclude(frozen_at=None).exists)
    cache.clear()
    page.goto("/admin/")
    expect(page.locator("body")).to_contain_text("Disputes to answer")
    expect(page.locator("main")).to_contain_text(re.compile("Top-up: answer .*70.00 USD", re.S))
    expect(page.locator("main")).not_to_contain_text("du_")
    page.goto("/admin/payments/dispute/")
    expect(page.locator("#result_list")).to_contain_text("70.00 USD")
    assert CheckoutSession.objects.get().state == "paid"
