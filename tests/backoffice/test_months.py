"""Months closed by hand: previewed with the invoice to come, held with a reason, for one customer or for many."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from apps.approvals.models import Approval
from apps.billing_profiles.models import Seller, TaxRate
from apps.common.money import to_micros
from apps.invoices.models import Document
from apps.pricing.services import list_price_book
from apps.tenants.models import Organization
from apps.usage.models import MonthClose
from apps.wallets.services import Source
from tests.backoffice.people import client_of, create_staff
from tests.factories import charge, create_grant
from tests.invoices import factories
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content_alone")]
ONE_EACH = 1_000_000 * 1_000_000


@pytest.fixture
def customers(now: datetime) -> list[Organization]:
    """Two postpaid customers with 19 % of tax, one euro a call and a minimum of 50, who made 30 and 70 calls."""
    seller = factories.create_seller(now, review_days=3)
    TaxRate.objects.update(rate_thousandths=19_000)
    meter = make_meter("api", "other", name="API calls", unit="call")
    book = list_price_book(currency="EUR", now=EARLY)
    price(meter, book=book, micros_per_million=ONE_EACH, minimum_micros=to_micros("50"))
    begin, made = now - timedelta(days=200), []
    for slug, calls in (("acme", "30"), ("globex", "70")):
        customer = factories.create_customer(begin, seller, slug, billing_mode="postpaid", postpaid_limit_micros=10**10)
        send(customer, now - timedelta(days=29), event(slug, "api", quantity=calls, time="2026-10-20T12:00:00Z"))
        made.append(customer)
    return made


@pytest.fixture
def billing(db) -> Client:
    return client_of(create_staff("ada", "Billing"))


def ask(client: Client, customer: Organization, step: str, **typed: str) -> str:
    url = f"/admin/tenants/organization/{customer.pk}/close-month/"
    token = client.get(url).context["form"]["token"].value()
    given = {"month": "2026-10", "hold_reason": "", "reason": "Asked for", "token": token, "_step": step} | typed
    return client.post(url, given, follow=True).content.decode()


def test_the_review_shows_the_lines_tax_and_invoice_to_come_before_and_after(billing, customers):
    text = ask(billing, customers[0], "review")
    for expected in ("acme: 2026-10", "Line: API calls", "30.00 EUR", "35.70 EUR", "59.50 EUR", "20.00 EUR"):
        assert expected.lower() in text.lower(), expected
    assert not MonthClose.objects.exists()
    assert not Document.objects.exists()


def test_the_review_shows_both_invoices_where_credit_that_contains_tax_paid_a_part(billing, customers, now):
    Seller.objects.update(prices_include_tax=True)
    early = now - timedelta(days=30)
    create_grant(customers[0], "11.90", early, source=Source.TOP_UP, paid_micros=to_micros("11.90"))
    charge(customers[0], "23.80", now - timedelta(days=29))
    text = ask(billing, customers[0], "review").lower()
    for expected in ("net, paid with credit", "tax, paid with credit", "1.90 eur"):
        assert expected in text, expected
    assert not Document.objects.exists()


def test_closing_charges_the_minimum_and_holds_the_draft_with_its_reason(billing, customers, deliver_outbox):
    ask(billing, customers[0], "confirm", hold_reason="They dispute a day")
    close = MonthClose.objects.get()
    assert (close.state, close.minimum_micros, close.closed_by) == ("closed", to_micros("20"), "staff:ada")
    deliver_outbox(timezone.now())
    draft = Document.objects.get()
    assert (draft.is_held, draft.hold_reason, draft.total_micros) == (True, "They dispute a day", to_micros("59.50"))
    assert "is closed for" in ask(billing, customers[0], "review")


def test_many_are_closed_together_after_a_review_of_each(billing, customers):
    url = "/admin/tenants/organization/"
    chosen = {"action": "close_month_of_each", "_selected_action": [str(each.pk) for each in customers]}
    token = billing.post(url, chosen).context["form"]["token"].value()
    given = {**chosen, "month": "2026-10", "hold_reason": "", "reason": "Asked for", "token": token}
    review = billing.post(url, {**given, "_step": "review"})
    text, seen = review.content.decode(), dict(review.context["carried"])["_seen"]
    for expected in ("35.70 EUR", "59.50 EUR", "83.30 EUR", "All in EUR"):
        assert expected in text
    billing.post(url, {**given, "_seen": seen, "_step": "confirm"})
    assert MonthClose.objects.filter(state="closed").count() == 2


@time_machine.travel(datetime(2026, 11, 28, 12, tzinfo=UTC))
def test_a_running_month_is_previewed_and_not_closed(billing, customers):
    assert "open until 2026-12-01" in ask(billing, customers[0], "review", month="2026-11")
    assert "ends on 2026-12-01" in ask(billing, customers[0], "confirm", month="2026-11")
    assert not MonthClose.objects.exists()


def test_a_large_minimum_asks_a_second_person(billing, customers, settings):
    settings.APPROVAL_LIMIT_MICROS = to_micros("1")
    ask(billing, customers[0], "confirm")
    assert Approval.objects.get().amount_micros == to_micros("20")
    assert not MonthClose.objects.exists()


def test_what_is_no_month_is_named(billing, customers):
    assert "such as 2027-01" in ask(billing, customers[0], "review", month="October")
