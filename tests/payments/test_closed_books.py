"""Books closed through October stay as they are, whatever comes later for a day in October."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import Sum

from apps.billing_profiles.models import BillingProfile, Seller
from apps.common.money import Micros, to_micros
from apps.common.periods import parse_month
from apps.contracts.consistency import contract_mismatches
from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document, DocumentTax, Money
from apps.invoices.selectors import receivables
from apps.ledger.models import Entry
from apps.pricing.models import PriceBook
from apps.pricing.services import list_price_book
from apps.tenants.models import Organization
from apps.usage.services import Correction, check_usage, close_month, correct_event, rerate_quarantined
from apps.wallets.accounts import Role
from tests.backoffice.people import client_of, create_staff
from tests.billing_profiles.test_pages import SELLERS, errors, filled
from tests.contracts.factories import offer, pay, refund, rows
from tests.invoices import factories
from tests.pricing.factories import EARLY, make_meter, price
from tests.usage.factories import event, send

pytestmark = pytest.mark.django_db
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
EARLIER = datetime(2026, 10, 20, 9, tzinfo=UTC)
IN_OCTOBER = date(2026, 10, 20)
MILLION = 1_000_000
BY = {"created_by": "staff:ann"}


def prices() -> PriceBook:
    return list_price_book(currency="EUR", now=EARLY)


@pytest.fixture
def seller() -> Seller:
    return factories.create_seller_with_one_rate(EARLIER)


@pytest.fixture
def acme(seller: Seller) -> Organization:
    """A customer with usage, an unpaid invoice and money in October."""
    found = factories.create_customer(EARLIER, seller)
    price(make_meter(), book=prices(), micros_per_million=MILLION)
    send(found, EARLIER, event("paid", quantity=70, time="2026-10-05T00:00:00Z"))
    send(found, EARLIER, event("waits", "odd", quantity=5, time="2026-10-06T00:00:00Z"))
    factories.invoice(found, EARLIER, "100")
    factories.pay(found, "200", EARLIER)
    factories.invoice(found, EARLIER, "300")
    return found


@pytest.fixture
def closed(acme: Organization, seller: Seller, now: datetime) -> Seller:
    close_month(month=parse_month("2026-10"), closed_by="staff:ann", now=now)
    seller.closed_through = date(2026, 10, 31)
    seller.save()
    return seller


def october() -> tuple[object, object]:
    """What the books and the documents say about October."""
    accounts = Entry.objects.filter(effective_at__lt=NOVEMBER).order_by("account_id").values_list("account_id")
    taxes = DocumentTax.objects.filter(document__tax_date__lt=NOVEMBER.date()).exclude(document__number="")
    return list(accounts.annotate(Sum("amount_micros"))), list(taxes.order_by("pk").values())


def transfer(acme: Organization, now: datetime) -> None:
    given = services.BankTransfer(
        organization=acme, amount=to_micros("50"), value_date=IN_OCTOBER, reference="r", key="late"
    )
    services.record_bank_transfer(given, created_by="staff:ann", now=now)


def pay_back(acme: Organization, now: datetime) -> None:
    given = services.BankTransfer(
        organization=acme,
        amount=to_micros("50"),
        value_date=IN_OCTOBER,
        reference="r",
        key="late",
        invoice_ids=(),
    )
    extra = services.record_bank_transfer(given, created_by="staff:ann", now=now)
    services.pay_back_money(
        money_id=extra.pk, amount=Micros(MILLION), key="k", value_date=IN_OCTOBER, now=now, created_by="staff:ann"
    )


def take_back(acme: Organization, now: datetime) -> None:
    money = Money.objects.get(organization=acme)
    services.return_money(money_id=money.pk, value_date=IN_OCTOBER, now=now, created_by="staff:ann")


def credit(acme: Organization, now: datetime) -> None:
    for made in Document.objects.filter(organization=acme, type="invoice"):
        services.credit_invoice(document_id=made.pk, terms=services.CreditTerms(reason="r"), now=now, **BY)


def write_off(acme: Organization, now: datetime) -> None:
    made = Document.objects.exclude(state="paid").get(organization=acme)
    services.write_off_invoice(document_id=made.pk, left=Micros(made.left_micros), reason="r", now=now, **BY)


def begin_contract(acme: Organization, now: datetime) -> None:
    contract = offer(acme, now, "2026-09-15", months=3, credit="600", service="300")
    first = rows(contract)[0]
    pay(first, now, received_in=Role.MANUAL_RECEIPTS, value_date=IN_OCTOBER)
    refund(first, "10", now, value_date=IN_OCTOBER)


def use_late(acme: Organization, now: datetime) -> None:
    assert send(acme, now, event("late", quantity=30, time="2026-10-30T00:00:00Z")).accepted == 1


def void_usage(acme: Organization, now: datetime) -> None:
    wanted = Correction(organization=acme, source="app", event_id="paid", reason="twice", created_by="key:test")
    assert correct_event(wanted, now=now).state == "voided"


def rate_again(acme: Organization, now: datetime) -> None:
    price(make_meter("odd"), book=prices(), micros_per_million=MILLION)
    assert rerate_quarantined(created_by="staff:ann", now=now).rated == 1


DOORS = [transfer, pay_back, take_back, credit, write_off, begin_contract, use_late, void_usage, rate_again]


@pytest.mark.parametrize("door", DOORS)
def test_a_closed_month_does_not_change(
    acme: Organization, closed: Seller, now: datetime, door: Callable[[Organization, datetime], None]
) -> None:
    before, posted = october(), Entry.objects.count()
    door(acme, now)
    assert october() == before
    assert Entry.objects.count() > posted, "it is booked, in the open month"
    assert [str(each) for each in (*invoice_mismatches(), *contract_mismatches(), *check_usage())] == []


def test_money_that_waited_pays_by_hand_from_the_first_open_day_on(
    acme: Organization, seller: Seller, now: datetime
) -> None:
    """The list of receivables at the end of October keeps both, the money and what it pays in November."""
    given = services.BankTransfer(
        organization=acme, amount=to_micros("50"), value_date=IN_OCTOBER, reference="r", key="k", invoice_ids=()
    )
    money = services.record_bank_transfer(given, created_by="staff:ann", now=EARLIER)
    seller.closed_through = date(2026, 10, 31)
    seller.save()
    before = receivables(seller, seller.closed_through)
    owed = Document.objects.get(organization=acme, state="part_paid")
    paid = services.apply_money(money_id=money.pk, invoice_id=owed.pk, amount=Micros(50 * MILLION), now=now, **BY)
    assert (paid.value_date, receivables(seller, seller.closed_through)) == (NOVEMBER.date(), before)
    (today,) = receivables(seller, now.date())
    assert (today.total_micros, today.unapplied_micros) == (owed.left_micros - 50 * MILLION, 0)


def test_a_day_closes_only_after_it_has_ended_in_utc(seller: Seller, clock: Any) -> None:
    """In Tokyo it ends nine hours earlier, but what is posted until midnight UTC still counts on it."""
    Seller.objects.update(time_zone="Asia/Tokyo")
    page, ada = f"{SELLERS}{seller.pk}/change/", create_staff("ada", "Administrator")
    for moment, refused in (("2026-11-17T23:30:00Z", {"closed_through"}), ("2026-11-18T00:30:00Z", set())):
        clock.move_to(datetime.fromisoformat(moment))
        admin = client_of(ada)
        answer = admin.post(page, filled(admin, page, closed_through="2026-11-17"))
        assert (errors(answer) if answer.status_code == 200 else set()) == refused


def test_books_close_only_after_the_month_of_usage(acme: Organization, seller: Seller, now: datetime) -> None:
    admin = client_of(create_staff("ada", "Administrator"))
    page = f"{SELLERS}{seller.pk}/change/"
    refused = admin.post(page, filled(admin, page, closed_through="2026-10-31"))
    assert errors(refused) == {"closed_through"}
    assert "The usage of Acme in 2026-10 is still open: close that month first." in refused.content.decode()
    assert admin.post(page, filled(admin, page, closed_through="2026-10-30")).status_code == 302
    close_month(month=parse_month("2026-10"), closed_by="staff:ann", now=now)
    assert admin.post(page, filled(admin, page, closed_through="2026-10-31")).status_code == 302


def test_a_customer_without_usage_keeps_the_newest_month_open_too(seller: Seller, now: datetime) -> None:
    factories.create_customer(EARLIER, seller)
    admin = client_of(create_staff("ada", "Administrator"))
    page = f"{SELLERS}{seller.pk}/change/"
    assert errors(admin.post(page, filled(admin, page, closed_through="2026-10-31"))) == {"closed_through"}
    BillingProfile.objects.all().delete()
    assert admin.post(page, filled(admin, page, closed_through="2026-10-31")).status_code == 302
