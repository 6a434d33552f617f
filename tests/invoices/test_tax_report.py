"""The tax report: documents by month, country, category and rate, less credit notes, as a page and as CSV."""

from datetime import UTC, date, datetime

import pytest

from apps.billing_profiles.models import BillingProfile, ExchangeRate, TaxRate
from apps.common.money import to_micros
from apps.invoices import services
from apps.invoices.tax_report import (
    TaxPeriod,
    declared_by_month,
    relief_by_month,
    reliefs_in,
    reverse_charge_by_vat_number,
    tax_by_month,
)
from apps.wallets.accounts import Role
from apps.wallets.selectors import balance_of
from tests.backoffice.people import client_of, create_staff
from tests.invoices.factories import REDUCED, create_customer, create_seller, draft, invoice, pay

OCTOBER, NOVEMBER = (datetime(2026, month, 10, 9, tzinfo=UTC) for month in (10, 11))


@pytest.fixture
def seller(db):
    return create_seller(OCTOBER)


def period(seller, by="tax_date"):
    return TaxPeriod(seller=seller, first=date(2026, 10, 1), last=date(2026, 11, 30), by=by)


def line_values(rows):
    return [
        (f"{row.month:%m}", row.country, row.category, row.rate, row.base_micros, row.tax_micros, row.documents)
        for row in rows
    ]


def credit(document, amount, now):
    terms = services.CreditTerms(reason="Too much", amount=to_micros(amount))
    return services.credit_invoice(document_id=document.pk, terms=terms, created_by="staff:ann", now=now)


def test_documents_are_added_up_by_month_and_rate_and_credit_notes_are_subtracted(seller):
    customer = create_customer(OCTOBER, seller)
    first = invoice(customer, OCTOBER, "100")
    invoice(customer, OCTOBER, "50")
    invoice(customer, OCTOBER, "10", product=REDUCED)
    draft(customer, OCTOBER, "7")
    credit(first, "20", NOVEMBER)
    found = period(seller)
    assert line_values(tax_by_month(found)) == [
        ("10", "DE", "S", 7_000, to_micros("10"), to_micros("0.70"), 1),
        ("10", "DE", "S", 19_000, to_micros("150"), to_micros("28.50"), 2),
        ("11", "DE", "S", 19_000, -to_micros("20"), -to_micros("3.80"), 1),
    ]
    tax = sum(each.tax_micros for each in tax_by_month(period(seller, "issue_date")))
    assert tax == balance_of(customer.pk, Role.TAX), "by issue date it is what was booked"
    assert [each.tax_micros for each in declared_by_month(found)] == [to_micros("29.20"), -to_micros("3.80")]


def test_the_tax_date_can_be_in_another_month_than_the_issue_date(seller):
    customer = create_customer(OCTOBER, seller)
    invoice(customer, NOVEMBER, "100", period_start=date(2026, 10, 1), period_end=date(2026, 11, 1))
    assert line_values(tax_by_month(period(seller)))[0][0] == "10"
    assert line_values(tax_by_month(period(seller, "issue_date")))[0][0] == "11"


def test_reverse_charge_is_listed_by_vat_number_and_foreign_tax_is_declared_at_the_invoice_s_rate(seller):
    TaxRate.objects.create(
        seller=seller,
        country="FR",
        category="AE",
        reason="Reverse charge",
        valid_from=date(2020, 1, 1),
        created_by="staff:ann",
        created_at=OCTOBER,
    )
    french = create_customer(OCTOBER, seller, "globex", country="FR", vat_number="FR40303265045")
    invoice(french, OCTOBER, "300")
    ExchangeRate.objects.create(
        seller=seller, currency="USD", day=OCTOBER.date(), rate_micros=to_micros("0.9"), source="ECB"
    )
    american = create_customer(OCTOBER, seller, "initech", currency="USD")
    invoice(american, OCTOBER, "100")
    (listed,) = reverse_charge_by_vat_number(period(seller))
    assert (listed.vat_number, listed.base_micros) == ("FR40303265045", to_micros("300"))
    assert [each.tax_micros for each in declared_by_month(period(seller))] == [to_micros("17.10")]

    page = client_of(create_staff("view", "Viewer"))
    address = f"/admin/invoices/document/tax-report/?seller={seller.pk}&first=2026-10-01&last=2026-10-31&by=tax_date"
    shown = page.get(address).content.decode()
    assert "Reverse charge by VAT number" in shown
    assert "17.10 EUR" in shown
    lines = page.get(f"{address}&format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[1:] == [
        "2026-10,DE,S,19,USD,1,100,19,,documents",
        "2026-10,FR,AE,0,EUR,1,300,0,FR40303265045,documents",
    ]
    assert page.get("/admin/invoices/document/tax-report/?first=2026-10-02&last=2026-10-01").status_code == 422
    BillingProfile.objects.update(country="AT")
    assert len(tax_by_month(period(seller))) == 2, "a document keeps the country that it was issued to"


def test_tax_of_written_off_debt_is_relieved_in_its_month_and_owed_again_with_later_money(seller):
    seller.bad_debt_relief = "at_write_off"
    seller.save()
    customer = create_customer(OCTOBER, seller)
    lost = invoice(customer, OCTOBER, "100")
    services.write_off_invoice(
        document_id=lost.pk, left=lost.left_micros, reason="Insolvent", created_by="staff:ann", now=OCTOBER
    )
    pay(customer, "59.50", NOVEMBER, invoice_id=lost.pk)
    reliefs = reliefs_in(period(seller))
    assert line_values(relief_by_month(reliefs)) == [
        ("10", "DE", "S", 19_000, -to_micros("100"), -to_micros("19"), 1),
        ("11", "DE", "S", 19_000, to_micros("50"), to_micros("9.50"), 1),
    ]
    declared = [each.tax_micros for each in declared_by_month(period(seller), reliefs)]
    assert declared == [0, to_micros("9.50")]
    assert sum(declared) == balance_of(customer.pk, Role.TAX)
