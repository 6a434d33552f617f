"""PDFs of invoices and credit notes: content, language, and drawn only once."""

import hashlib
from datetime import date

import pytest

from apps.billing_profiles.models import BillingProfile
from apps.common.languages import Language
from apps.common.money import to_micros
from apps.common.papers.formats import day_in, money_in, rate_in
from apps.invoices import services
from apps.invoices.errors import InvoiceNotFound
from apps.invoices.models import Document
from apps.invoices.paper_content import draw_document
from apps.invoices.references import creditor_reference, is_creditor_reference
from tests.invoices import factories
from tests.papers.read_papers import text_of

LONG = " ".join(f"word{number}" for number in range(40))


@pytest.fixture
def acme(db, now):
    seller = factories.create_seller(now, terms_text="Thank you.")
    return factories.create_customer(now, seller, vat_number="DE811569869")


def test_the_paper_shows_seller_buyer_amounts_and_due_date(acme, now):
    terms = services.DraftTerms(
        lines=[
            services.LineTerms(text=LONG, quantity="12 hours", amount=to_micros("1000")),
            services.LineTerms(text="Credit", amount=to_micros("1234.50"), product=factories.REDUCED),
        ],
        note="Agreed on the phone.",
        period_start=date(2026, 10, 1),
        period_end=date(2026, 11, 1),
    )
    document = services.draft_invoice(organization=acme, terms=terms, created_by="staff:ann", now=now)
    factories.pay(acme, "10", now)
    said = text_of(draw_document(factories.finalize(document, now)))
    for text in (
        "Invoice TEST-INV-2026-00001",
        "Example GmbH, Hauptstraße 1, 10115 Berlin, Germany",
        "Acme AG",
        "80331 München",
        "18 Nov 2026",
        "18 Dec 2026",
        "01 Oct 2026 \N{EN DASH} 31 Oct 2026",
        "DE811569869",
        "12 hours",
        "1,234.50 EUR",
        "Tax 19 % on 1,000.00 EUR",
        "190.00 EUR",
        "Tax 7 % on 1,234.50 EUR",
        "86.42 EUR",
        "2,510.92 EUR",
        "2,500.92 EUR",
        "Agreed on the phone.",
        "Please pay by 18 Dec 2026.",
        "DE89 3704 0044 0532 0130 00, COBADEFFXXX",
        creditor_reference("TEST-INV-2026-00001"),
        "Thank you.",
        "HRB 12345, Berlin VAT number DE136695976 Tax number 37/123/45678",
        "Page 1 of 1",
    ):
        assert text in said, text
    assert LONG in said


def test_an_invoice_without_a_period_names_the_day_of_its_services(acme, now):
    assert "Service date" in text_of(draw_document(factories.invoice(acme, now, "100")))
    period = {"period_start": date(2026, 10, 1), "period_end": date(2026, 11, 1)}
    assert "Service date" not in text_of(draw_document(factories.invoice(acme, now, "100", **period)))


def test_a_credit_note_names_its_invoice_and_where_the_money_went(acme, now):
    BillingProfile.objects.update(language="de")
    invoice = factories.invoice(acme, now, "1000")
    factories.pay(acme, "1190", now)
    terms = services.CreditTerms(reason="Doppelt berechnet", amount=to_micros("100"))
    note = services.credit_invoice(document_id=invoice.pk, terms=terms, created_by="staff:ann", now=now)
    said = text_of(draw_document(note))
    for text in (
        "Gutschrift TEST-CN-2026-00001",
        "TEST-INV-2026-00001",
        "Doppelt berechnet",
        "119,00 EUR",
        "Guthaben für Ihre nächsten Rechnungen",
    ):
        assert text in said, text
    assert "zahlen" not in said


def test_a_credit_note_of_a_partly_paid_invoice_says_how_much_is_deducted_and_how_much_is_kept(acme, now):
    invoice = factories.invoice(acme, now, "1000")
    factories.pay(acme, "1000", now)
    terms = services.CreditTerms(reason="All of it")
    said = text_of(
        draw_document(services.credit_invoice(document_id=invoice.pk, terms=terms, created_by="staff:ann", now=now))
    )
    assert "Deducted from what is left to pay 190.00 EUR" in said
    assert "1,000.00 EUR" in said


def test_is_drawn_once_and_kept(acme, now):
    document = factories.invoice(acme, now, "10")
    first = services.paper_of(document, now=now)
    factories.pay(acme, "5", now)
    again = services.paper_of(Document.objects.get(pk=document.pk), now=now)
    assert (again.pk, bytes(again.pdf)) == (first.pk, bytes(first.pdf))
    assert bytes(first.pdf).startswith(b"%PDF-")
    assert hashlib.sha256(first.pdf).hexdigest() == first.sha256
    with pytest.raises(InvoiceNotFound):
        services.paper_of(factories.draft(acme, now, "1"), now=now)


def test_words_dates_and_amounts_follow_the_language():
    assert [money_in(each, to_micros("-1234567.5"), "EUR") for each in ("en", "de")] == [
        "-1,234,567.50\N{NO-BREAK SPACE}EUR",
        "-1.234.567,50\N{NO-BREAK SPACE}EUR",
    ]
    assert money_in("fr", to_micros("1234"), "JPY") == "1\N{NARROW NO-BREAK SPACE}234\N{NO-BREAK SPACE}JPY"
    assert [day_in(each, date(2026, 11, 9)) for each in Language] == ["09 Nov 2026", "09.11.2026", "09/11/2026"]
    assert [rate_in(each, 5_500) for each in Language] == [
        "5.5\N{NO-BREAK SPACE}%",
        "5,5\N{NO-BREAK SPACE}%",
        "5,5\N{NO-BREAK SPACE}%",
    ]


def test_the_creditor_reference_has_the_check_digits_of_iso_11649():
    assert creditor_reference("539007547034") == "RF18539007547034"
    assert is_creditor_reference("rf18 5390 0754 7034")
    assert not is_creditor_reference("RF19539007547034")
    assert is_creditor_reference(creditor_reference("A-very-long/number.that_has-2026-00017"))
