"""Money applied to invoices: from which days it counts, in which order it pays, at once, and when it goes back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from apps.billing_profiles.models import BillingProfile, Seller
from apps.common.money import to_micros
from apps.invoices import services
from apps.invoices.consistency import invoice_mismatches
from apps.invoices.models import Document, Money
from apps.tenants.models import Organization
from apps.wallets.selectors import wallet_figures
from tests.contracts.factories import offer, rows
from tests.factories import charge
from tests.invoices import factories
from tests.invoices.test_invoices import books, fresh

BY = "staff:ann"


@pytest.fixture
def seller(db: None, now: datetime) -> Seller:
    return factories.create_seller(now)


@pytest.fixture
def acme(now: datetime, seller: Seller) -> Organization:
    return factories.create_customer(now, seller)


@pytest.fixture(autouse=True)
def _invoices_agree_with_the_ledger(db: None) -> Iterator[None]:
    yield
    assert [str(each) for each in invoice_mismatches()] == []


def transfer(acme: Organization, amount: str, day: date, now: datetime, *invoices: Document) -> Money:
    """Record money by bank with a value date for invoices, the oldest due ones if none is named."""
    given = services.BankTransfer(
        organization=acme,
        amount=to_micros(amount),
        value_date=day,
        reference="r",
        key=f"{amount} of {day}",
        invoice_ids=tuple(each.pk for each in invoices) or None,
    )
    return services.record_bank_transfer(given, created_by=BY, now=now)


class TestPaidOn:
    @pytest.fixture
    def owed(self, acme: Organization, now: datetime) -> Document:
        """An invoice of 119, due in 30 days."""
        return factories.invoice(acme, now - timedelta(days=40), "100")

    def test_is_the_latest_value_date_whichever_payment_is_recorded_first(
        self, acme: Organization, owed: Document, now: datetime
    ) -> None:
        """A part came late, so the invoice was paid late, though the part recorded last came in time."""
        late, in_time = owed.due_date + timedelta(days=5), owed.due_date
        transfer(acme, "60", late, now)
        assert fresh(owed).paid_on is None
        transfer(acme, "59", in_time, now)
        assert fresh(owed).paid_on == late

    def test_leaves_out_a_payment_that_went_back(self, acme: Organization, owed: Document, now: datetime) -> None:
        late, in_time = owed.due_date + timedelta(days=5), owed.due_date
        money = transfer(acme, "60", late, now)
        transfer(acme, "50", in_time, now)
        services.return_money(money_id=money.pk, created_by=BY, now=now)
        transfer(acme, "69", in_time, now)
        assert fresh(owed).paid_on == in_time

    def test_is_the_day_of_the_credit_note_over_the_rest(
        self, acme: Organization, owed: Document, now: datetime
    ) -> None:
        transfer(acme, "60", owed.due_date, now)
        terms = services.CreditTerms(reason="The rest")
        services.credit_invoice(document_id=owed.pk, terms=terms, created_by=BY, now=now)
        assert (fresh(owed).state, fresh(owed).paid_on) == ("paid", now.date())


def test_money_that_names_no_invoice_pays_by_due_date_and_then_by_number(acme: Organization, now: datetime) -> None:
    made = []
    for terms in (30, 10, 10):
        BillingProfile.objects.update(terms_days=terms)
        made.append(factories.invoice(acme, now, "10"))
    money = transfer(acme, "17.85", now.date(), now)
    assert [(fresh(each).state, fresh(each).left_micros) for each in made] == [
        ("open", to_micros("11.90")),
        ("paid", 0),
        ("part_paid", to_micros("5.95")),
    ]
    assert {row.document_id for row in money.applications.all()} == {each.pk for each in made[1:]}


@pytest.mark.django_db(transaction=True)
def test_transfers_at_once_pay_an_invoice_once_and_the_rest_is_unapplied(now: datetime) -> None:
    acme = factories.create_customer(now, factories.create_seller(now))
    owed = factories.invoice(acme, now, "100")

    def record(number: int) -> None:
        try:
            factories.pay(acme, "50", now, key=f"b{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(record, range(8)))
    assert (fresh(owed).state, fresh(owed).paid_micros) == ("paid", to_micros("119"))
    assert books(acme) == {"manual_receipts": "-400.00", "revenue": "100.00", "tax": "19.00", "unapplied": "281.00"}


class TestTakenBackByTheBank:
    def test_spent_credit_is_a_shortfall_until_the_installment_is_paid_anew(self, now: datetime) -> None:
        """Of 60 of credit 50 were spent: 10 are taken, 50 are owed, and the next payment brings all of it back."""
        acme = factories.create_customer(now, factories.create_seller_with_one_rate(now))
        first = rows(offer(acme, now, months=1, credit="60", service="40"))[0]
        made = services.invoice_installment(installment_id=first.pk, now=now)
        assert made is not None
        money = factories.pay(acme, "119", now)
        charge(acme, "50", now)
        services.return_money(money_id=money.pk, created_by=BY, now=now)
        assert wallet_figures(acme, now).balance_micros == -to_micros("50")
        assert (fresh(made).state, fresh(made).left_micros) == ("open", to_micros("119"))
        assert rows(first.contract)[0].state == "reversed"
        factories.pay(acme, "119", now, key="again")
        assert wallet_figures(acme, now).balance_micros == to_micros("10")
        assert (fresh(made).state, rows(first.contract)[0].state) == ("paid", "paid")

    def test_its_tax_is_pending_again_where_payments_make_it_owed(self, seller: Seller, now: datetime) -> None:
        seller.tax_point = "payment"
        seller.save()
        acme = factories.create_customer(now, seller)
        factories.invoice(acme, now, "1000")
        money = factories.pay(acme, "500", now)
        assert (books(acme)["tax_pending"], books(acme)["tax"]) == ("110.17", "79.83")
        services.return_money(money_id=money.pk, created_by=BY, now=now)
        assert books(acme) == {"invoiced": "-1190.00", "revenue": "1000.00", "tax_pending": "190.00"}
