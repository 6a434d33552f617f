"""Factur-X: the XML of every kind of document follows the rules of EN 16931 and is embedded in the PDF."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from apps.billing_profiles.models import BillingProfile, ExchangeRate, Seller, TaxRate
from apps.common.money import to_micros
from apps.invoices import services
from apps.invoices.e_invoice import facturx_data, facturx_xml
from apps.invoices.errors import NoEInvoice, RateNeeded, RateTooOld
from apps.invoices.models import Document, DocumentPaper
from apps.invoices.net_amounts import net_lines
from apps.invoices.paper_content import draw_document
from apps.usage.services import draft_usage_invoice
from apps.wallets.services import Source, undo_transfer
from tests.factories import cause_of, charge, create_grant
from tests.invoices import factories
from tests.invoices.schematron import broken_rules
from tests.papers.read_papers import text_of

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
    terms = services.DraftTerms(lines=lines, note="Agreed <on> the phone & email.", **period)
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


@pytest.mark.parametrize("included", [False, True])
def test_reductions_are_allowances_since_lines_are_never_negative(seller, now, included):
    Seller.objects.update(prices_include_tax=included)
    customer = factories.create_customer(now, seller, billing_mode="postpaid", postpaid_limit_micros=10**10)
    charge(customer, "50.00", now)
    made = draft_usage_invoice(organization=customer, month=now.date().replace(day=1), now=now)
    for text, amount, is_lower in (("Set-up", "9.99", False), ("Goodwill", "3.33", True)):
        line = services.LineTerms(text=text, amount=to_micros(amount), reason="Agreed")
        services.add_line(document_id=made.pk, line=line, is_reduction=is_lower, now=now)
    invoice = factories.finalize(Document.objects.get(pk=made.pk), now)
    note = services.credit_invoice(
        document_id=invoice.pk, terms=services.CreditTerms(reason="All"), created_by="staff:ann", now=now
    )
    for document in (invoice, note):
        assert [each["amount"] for each in facturx_data(document)["BG-20"]] == ["2.80" if included else "3.33"]
        assert broken_rules(facturx_xml(document)) == []


def test_usage_that_credit_paid_and_its_credit_note_keep_the_rules(seller, acme, now):
    Seller.objects.update(prices_include_tax=True)
    create_grant(acme, "10", now, "given")
    create_grant(acme, "119", now, source=Source.TOP_UP, paid_micros=to_micros("119"))
    spent = charge(acme, "69.50", now)
    invoice = factories.invoice_spent_credit(acme, now)
    undo_transfer(
        organization=acme, transfer_id=spent.pk, cause=cause_of(acme), reason="Wrong", created_by="staff:ann", now=now
    )
    note = factories.invoice_spent_credit(acme, now)
    assert (facturx_data(invoice)["BT-113"], facturx_data(invoice)["BT-115"]) == ("59.50", "0.00")
    for document in (invoice, note):
        assert broken_rules(facturx_xml(document)) == []


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
    invoice = factories.invoice(customer, now, "100")
    terms = services.CreditTerms(reason="Agreed", amount=to_micros("33.33"))
    note = services.credit_invoice(document_id=invoice.pk, terms=terms, created_by="staff:ann", now=now)
    assert [broken_rules(facturx_xml(each)) for each in (invoice, note)] == [[], []]


@pytest.mark.parametrize(
    ("currency", "amounts", "total"), [("JPY", ("1005", "120"), "1339.00"), ("KWD", ("12.34", "1.01"), "15.89")]
)
def test_currencies_without_or_with_three_decimals_keep_the_rules(seller, now, currency, amounts, total):
    Seller.objects.update(tax_currency=currency)
    customer = factories.create_customer(now, seller, currency=currency, e_invoice="facturx")
    invoice = factories.invoice(customer, now, *amounts)
    terms = services.CreditTerms(reason="Agreed", amount=to_micros(amounts[1]))
    note = services.credit_invoice(document_id=invoice.pk, terms=terms, created_by="staff:ann", now=now)
    assert facturx_data(invoice)["BT-112"] == total
    for document in (invoice, note):
        assert broken_rules(facturx_xml(document)) == []


@pytest.mark.parametrize("category", ["Z", "E"])
def test_a_line_without_tax_beside_one_with_tax_keeps_the_rules(seller, acme, now, category):
    TaxRate.objects.filter(product=factories.REDUCED).update(
        category=category, rate_thousandths=0, reason="No tax, by law"
    )
    invoice = two_rates(acme, now)
    note = services.credit_invoice(
        document_id=invoice.pk, terms=services.CreditTerms(reason="All"), created_by="staff:ann", now=now
    )
    for document in (invoice, note):
        assert broken_rules(facturx_xml(document)) == []


def test_credit_sold_on_account_keeps_the_rules(seller, acme, now):
    sold = services.draft_credit_sale(
        organization=acme, amount=to_micros("100"), reason="Ordered", created_by="staff:ann", now=now
    )
    assert broken_rules(facturx_xml(factories.finalize(sold, now))) == []
    Seller.objects.update(prices_include_tax=True)
    sold = services.draft_credit_sale(
        organization=acme, amount=to_micros("100"), reason="Ordered", created_by="staff:ann", now=now
    )
    assert broken_rules(facturx_xml(factories.finalize(sold, now))) == []


class TestTaxInAnotherCurrency:
    @pytest.fixture
    def abroad(self, seller, now):
        """A customer of the German seller who is billed in US dollars."""
        return factories.create_customer(
            now, seller, "abroad", currency="USD", vat_number="DE811569869", e_invoice="facturx"
        )

    def rate(self, seller, day, rate="0.9234", currency="USD"):
        ExchangeRate.objects.create(
            seller=seller, currency=currency, day=day, rate_micros=to_micros(rate), source="ECB"
        )

    def test_is_converted_at_the_rate_of_the_tax_date_and_keeps_the_rules(self, seller, abroad, now):
        today = now.date()
        self.rate(seller, today - timedelta(days=2), "0.5")
        self.rate(seller, today - timedelta(days=1))
        self.rate(seller, today + timedelta(days=1), "0.7")
        invoice = factories.invoice(abroad, now, "100.05")
        data = facturx_data(invoice)
        assert (data["BT-5"], data["BT-110"], data["BT-6"], data["BT-111"]) == ("USD", "19.01", "EUR", "17.55")
        assert broken_rules(facturx_xml(invoice)) == []
        said = text_of(draw_document(invoice))
        assert "Tax in EUR: 17.55 EUR (1 USD = 0.9234 EUR, ECB, 17 Nov 2026)" in said

    def test_notes_credit_together_what_the_invoice_has_at_its_own_rate(self, seller, abroad, now):
        self.rate(seller, now.date())
        invoice = factories.invoice(abroad, now, "100.05")
        self.rate(seller, now.date() + timedelta(days=1), "0.1")
        notes = [
            services.credit_invoice(
                document_id=invoice.pk,
                terms=services.CreditTerms(reason="Agreed", amount=amount),
                created_by="staff:ann",
                now=now + timedelta(days=1),
            )
            for amount in (to_micros("33.33"), to_micros("33.33"), None)
        ]
        assert sum(note.converted_tax_micros for note in notes) == invoice.converted_tax_micros
        for note in notes:
            assert facturx_data(note)["BT-6"] == "EUR"
            assert broken_rules(facturx_xml(note)) == []

    def test_without_a_rate_the_draft_waits_and_names_what_to_enter(self, seller, abroad, now):
        draft = factories.draft(abroad, now, "100")
        with pytest.raises(RateNeeded, match="what one USD is in EUR"):
            factories.finalize(draft, now)
        self.rate(seller, now.date() - timedelta(days=8))
        with pytest.raises(RateTooOld):
            factories.finalize(draft, now)
        self.rate(seller, now.date())
        assert factories.finalize(draft, now).tax_currency == "EUR"

    def test_the_rate_of_the_customers_page_counts_for_tax_in_dollars(self, seller, acme, now):
        Seller.objects.update(tax_currency="USD")
        acme.usd_rate_micros, acme.usd_rate_date = to_micros("1.08"), now.date()
        acme.save()
        invoice = factories.invoice(acme, now, "100")
        assert (invoice.tax_currency, invoice.converted_tax_micros) == ("USD", to_micros("20.52"))

    def test_no_rate_is_needed_without_tax_or_in_the_same_currency(self, seller, abroad, acme, now):
        assert factories.invoice(acme, now, "100").tax_currency == ""
        Seller.objects.update(tax_engine="none")
        assert factories.invoice(abroad, now, "100").tax_currency == ""


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
