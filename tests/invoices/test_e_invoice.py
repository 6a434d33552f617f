"""Factur-X: the XML of all kinds of documents keeps the rules of EN 16931, and lies inside the PDF."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from apps.billing_profiles.models import BillingProfile, Seller, TaxRate
from apps.common.money import to_micros
from apps.invoices import services
from apps.invoices.e_invoice import facturx_data, facturx_xml, net_lines
from apps.invoices.errors import NoEInvoice
from apps.invoices.models import Document, DocumentPaper
from tests.invoices import factories
from tests.invoices.schematron import broken_rules

STEP = 10_000


@pytest.fixture
def seller(db, now):
    return factories.create_seller(now, terms_text="Thank you.")


@pytest.fixture
def acme(seller, now):
    return factories.create_customer(
        now, seller, vat_number="DE811569869", purchase_order="PO 7", buyer_reference="Ada", e_invoice="facturx"
    )


def two_rates(acme, now, **fields):
    """An invoice of two rates with a period and a note, part of which was paid when it was issued."""
    factories.pay(acme, "10", now)
    lines = [
        services.LineTerms(text="Consulting", quantity="12 hours", amount=to_micros("99.99")),
        services.LineTerms(text="More", amount=to_micros("0.01")),
        services.LineTerms(text="Credit", amount=to_micros("49.99"), product=factories.REDUCED),
    ]
    period = {"period_start": date(2026, 10, 1), "period_end": date(2026, 11, 1)}
    terms = services.DraftTerms(lines=lines, note="Agreed <on> the phone & mail.", **period)
    return factories.finalize(
        services.draft_invoice(organization=acme, terms=terms, created_by="staff:ann", now=now), now
    )


def test_an_invoice_and_its_credit_note_keep_the_rules(acme, now):
    invoice = two_rates(acme, now)
    terms = services.CreditTerms(reason="Agreed", amount=to_micros("33.33"))
    note = services.credit_invoice(document_id=invoice.pk, terms=terms, created_by="staff:ann", now=now)
    for document, due in ((invoice, "162.49"), (note, str(facturx_data(note)["BT-112"]))):
        assert facturx_data(document)["BT-115"] == due
        assert broken_rules(facturx_xml(document)) == []
    assert facturx_data(note)["BG-3"] == [{"BT-25": invoice.number, "BT-26": now.date()}]


def test_prices_that_include_tax_are_shown_without_it(seller, acme, now):
    Seller.objects.update(prices_include_tax=True)
    invoice = two_rates(acme, now)
    data = facturx_data(invoice)
    nets = [line["BT-131"] for line in data["BG-25"]]
    assert (nets, data["BT-106"]) == (["84.02", "0.01", "46.72"], "130.75")
    assert broken_rules(facturx_xml(invoice)) == []


@pytest.mark.parametrize(
    ("category", "country", "vat_number"),
    [("AE", "FR", "FR40303265045"), ("E", "FR", ""), ("G", "US", ""), ("O", "US", "")],
)
def test_documents_without_tax_keep_the_rules(seller, now, category, country, vat_number):
    TaxRate.objects.create(
        seller=seller,
        product="any",
        country=country,
        category=category,
        reason="No tax, by law",
        valid_from=date(2020, 1, 1),
        created_by="staff:ann",
        created_at=now,
    )
    customer = factories.create_customer(now, seller, country=country, vat_number=vat_number)
    assert broken_rules(facturx_xml(factories.invoice(customer, now, "100"))) == []


def test_the_xml_lies_in_the_pdf_which_claims_no_archive_format(acme, now):
    invoice = two_rates(acme, now)
    xml = services.xml_of(invoice, now=now)
    paper = DocumentPaper.objects.get()
    reader = PdfReader(BytesIO(bytes(paper.pdf)))
    assert reader.attachments["factur-x.xml"] == [xml]
    assert b"EN 16931" in bytes(paper.pdf)
    assert b"<pdfaid:" not in bytes(paper.pdf)
    assert services.xml_of(Document.objects.get(pk=invoice.pk), now=now) == xml


def test_a_customer_without_e_invoices_has_the_pdf_alone(acme, now):
    BillingProfile.objects.update(e_invoice="none")
    with pytest.raises(NoEInvoice):
        services.xml_of(two_rates(acme, now), now=now)


def test_an_xml_that_fails_its_schema_leaves_the_pdf_and_a_problem(acme, now, monkeypatch):
    monkeypatch.setattr(
        "apps.invoices.e_invoice.facturx_data", lambda document: {**facturx_data(document), "BT-2": None}
    )
    paper = services.paper_of(two_rates(acme, now), now=now)
    assert bytes(paper.pdf).startswith(b"%PDF-")
    assert (paper.xml, bool(paper.xml_problem)) == (None, True)
    services.mark_paper_handled(paper_id=paper.pk, now=now)
    paper.refresh_from_db()
    assert paper.handled_at == now


def test_net_amounts_of_lines_share_the_net_of_their_group():
    lines = [("S", 19_000, 50 * STEP), ("S", 7_000, 299 * STEP), ("S", 19_000, 50 * STEP)]
    groups = {("S", 19_000): 85 * STEP, ("S", 7_000): 279 * STEP}
    assert net_lines(lines, groups, step=STEP, is_gross=True) == [43 * STEP, 279 * STEP, 42 * STEP]
    assert net_lines(lines, groups, step=STEP, is_gross=False) == [line[2] for line in lines]
