"""The PDF of an invoice or a credit note: what a payer needs, in the customer's language, without internal codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from apps.invoices.models import Document, DocumentLine, DocumentParty
from apps.invoices.paper_words import WORDS, day_in, money_in, rate_in
from apps.invoices.references import creditor_reference

if TYPE_CHECKING:
    from apps.common.papers.layout import Sheet

# The edges of the columns: description, quantity, tax, amount.
COLUMNS = ((45, False), (330, False), (470, True), (550, True))
LOGO = {"width": 130, "height": 45}


@dataclass(slots=True)
class _Paper:
    """A document being drawn, and its language."""

    document: Document
    sheet: Sheet

    @property
    def language(self) -> str:
        return self.document.language

    def word(self, name: str) -> str:
        return WORDS[self.language][name]

    def money(self, micros: int) -> str:
        return money_in(self.language, micros, self.document.currency)


def draw_document(document: Document) -> bytes:
    """Draw a numbered document as a PDF; the same document always gives the same bytes."""
    from apps.common.papers.layout import Sheet  # its fonts take memory that most processes never need

    seller = document.parties.get(side=DocumentParty.Side.SELLER)
    buyer = document.parties.get(side=DocumentParty.Side.BUYER)
    title = f"{WORDS[document.language][document.type]} {document.number}"
    footer = " · ".join(filter(None, (seller.legal_name, *document.footer.split("\n"))))[:150]
    paper = _Paper(document, Sheet(title, footer, page=WORDS[document.language]["page"]))
    if document.seller.logo:
        paper.sheet.picture(bytes(document.seller.logo), **LOGO)
    paper.sheet.line(", ".join([seller.legal_name, *address_of(seller)]))
    paper.sheet.skip()
    paper.sheet.beside([buyer.legal_name, *address_of(buyer)], _facts(paper, buyer))
    paper.sheet.skip(2)
    _lines(paper)
    _sums(paper)
    if document.note:
        paper.sheet.paragraph(document.note)
        paper.sheet.skip()
    if document.type == Document.Type.INVOICE:
        _terms(paper)
    _seller(paper, seller)
    return paper.sheet.finish()


def file_name(document: Document, kind: str = "pdf") -> str:
    """Return the name of the paper's file: the number without characters that file names cannot contain."""
    return f"{document.number.replace('/', '-')}.{kind}"


def address_of(party: DocumentParty) -> list[str]:
    """Return the lines of an address below the name."""
    return [*party.address_lines(), *filter(None, [party.country])]


def _facts(paper: _Paper, buyer: DocumentParty) -> list[tuple[str, str]]:
    document = paper.document

    def day(at: date | None) -> str:
        return day_in(paper.language, at) if at else ""

    period = f"{day(document.period_start)} - {day(document.last_day)}" if document.period_start else ""
    is_invoice = document.type == Document.Type.INVOICE
    facts = [
        ("number", document.number),
        ("issued", day(document.issue_date)),
        ("due", day(document.due_date) if is_invoice else ""),
        ("credits", document.credited.number if document.credited else ""),
        ("service", period),
        ("order", document.purchase_order),
        ("reference", document.buyer_reference),
        ("buyer_vat", buyer.vat_number),
    ]
    return [(paper.word(name), value) for name, value in facts if value]


def _lines(paper: _Paper) -> None:
    names = ("description", "quantity", "tax", "amount")
    paper.sheet.table_head(COLUMNS, [paper.word(name) for name in names])
    for line in paper.document.lines.order_by("position"):
        paper.sheet.wrapped_row((line.text, line.quantity, _rate(paper, line), paper.money(line.signed_micros)))
    paper.sheet.end_table()


def _rate(paper: _Paper, line: DocumentLine) -> str:
    return rate_in(paper.language, line.tax_rate) if line.tax_category == "S" else paper.word("no_tax")


def _sums(paper: _Paper) -> None:
    document, sheet = paper.document, paper.sheet
    taxes = list(document.taxes.order_by("position"))
    sheet.sum(paper.word("net"), paper.money(document.net_micros))
    for tax in taxes:
        if tax.category == "S":
            rate, base = rate_in(paper.language, tax.rate), paper.money(tax.base_micros)
            sheet.sum(f"{paper.word('tax')} {rate} {paper.word('on')} {base}", paper.money(tax.tax_micros))
    sheet.sum(paper.word("total"), paper.money(document.total_micros), bold=True)
    if document.type == Document.Type.CREDIT_NOTE:
        _returned(paper)
    else:
        paid = paid_at_issue(document)
        if paid:
            sheet.sum(paper.word("paid"), paper.money(paid))
        sheet.sum(paper.word("left"), paper.money(document.total_micros - paid), bold=True)
    sheet.skip()
    for name, micros in (("carried_in", document.carried_in_micros), ("carried_out", document.carried_out_micros)):
        if micros:
            sheet.line(paper.word(name).format(amount=paper.money(micros)))
    if document.prices_include_tax:
        sheet.line(f"{paper.word('included')}.")
    for reason in dict.fromkeys(tax.reason for tax in taxes if tax.reason):
        sheet.paragraph(reason)
    sheet.skip()


def paid_at_issue(document: Document) -> int:
    """Return what was paid when the invoice was finalized, in micros; later payments are not printed."""
    assert document.finalized_at is not None, "a numbered document has its dates"
    rows = document.applications.filter(created_at=document.finalized_at, undoes=None)
    return sum(rows.values_list("amount_micros", flat=True))


def _returned(paper: _Paper) -> None:
    document = paper.document
    amount = document.returned_net_micros + document.returned_tax_micros
    if amount:
        paper.sheet.sum(paper.word(f"returned_{document.returned_to}"), paper.money(amount))


def _terms(paper: _Paper) -> None:
    document, sheet = paper.document, paper.sheet
    assert document.due_date is not None, "a numbered document has its dates"
    if document.total_micros > paid_at_issue(document):
        sheet.line(paper.word("pay_by").format(day=day_in(paper.language, document.due_date)) + ".", bold=True)
        bank = ", ".join(filter(None, (document.iban, document.bic, document.bank_name)))
        facts = [("bank", bank), ("payment_reference", creditor_reference(document.number))]
        sheet.facts([(paper.word(name), value) for name, value in facts if value])
        sheet.skip()
    if document.terms_text:
        sheet.paragraph(document.terms_text)
        sheet.skip()


def _seller(paper: _Paper, seller: DocumentParty) -> None:
    numbers = (("vat", seller.vat_number), ("tax_number", seller.tax_number))
    texts = [seller.register_text, *(f"{paper.word(name)} {value}" for name, value in numbers if value)]
    paper.sheet.paragraph(" · ".join(text for text in (seller.legal_name, *texts) if text))
