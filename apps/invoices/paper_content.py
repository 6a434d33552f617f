"""The content of an invoice's or a credit note's PDF: what a payer needs, in the customer's language, without internal
codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_noop as _

from apps.billing_profiles.letterheads import PAGE_TEXT, address_in, footer_of
from apps.common.languages import say
from apps.common.papers.content import Column, Letter, Pairs, Section, Sum
from apps.common.papers.formats import day_in, days_in, money_in, percentage_in
from apps.invoices.models import Document, DocumentLine, DocumentParty, DocumentTax
from apps.invoices.references import creditor_reference
from apps.invoices.tax_jurisdictions import Group, PlacedTax, placed_taxes

ReturnedTo = Document.ReturnedTo
# The font embedded in the file has nearly all letters below this code point.
FIRST_RARE = 0x0700
TITLES = {Document.Type.INVOICE: _("Invoice"), Document.Type.CREDIT_NOTE: _("Credit note")}
# The columns of the lines, with their shares of the width.
COLUMNS = ((_("Description"), 43), (_("Quantity"), 22), (_("Tax"), 13), (_("Amount"), 22))
RETURNED = {
    ReturnedTo.BANK: _("Paid back by bank transfer"),
    ReturnedTo.STRIPE: _("Paid back the way it was paid"),
    ReturnedTo.DISPUTE: _("Taken back by your bank"),
    ReturnedTo.UNAPPLIED: _("Kept for your next invoices"),
    ReturnedTo.CREDIT: _("Returned to your prepaid credit"),
}


def draw_document(document: Document) -> bytes:
    """Draw a numbered document as a PDF; the same document always gives the same bytes."""
    from apps.common.papers.layout import (
        render,
    )  # imported here because its fonts take memory that most processes never need

    return render(letter_of(document), bytes(document.seller.logo))


def letters_outside(document: Document) -> str:
    """Return the letters of a document that no font in its PDF has; a reader may show them blank or as boxes."""
    lines = document.lines.values_list("text", "quantity")
    parties = document.parties.values_list("legal_name", "street", "street_extra", "city", "region")
    own = (document.note, document.terms_text, document.footer, document.purchase_order, document.buyer_reference)
    text = "".join("".join(row) for row in (*lines, *parties, own))
    if all(ord(letter) < FIRST_RARE for letter in text):
        return ""
    from apps.common.papers.typeface import letters_outside as outside  # imported here because its fonts take memory

    return outside(text)


def file_name(document: Document, kind: str = "pdf") -> str:
    """Return the name of the paper's file: the number without characters that file names cannot contain."""
    return f"{document.number.replace('/', '-')}.{kind}"


def letter_of(document: Document) -> Letter:
    """Return the content of a numbered document's PDF."""
    language = document.language
    seller = document.parties.get(side=DocumentParty.Side.SELLER)
    buyer = document.parties.get(side=DocumentParty.Side.BUYER)
    taxes = list(document.taxes.order_by("position"))
    return Letter(
        title=say(language, TITLES[Document.Type(document.type)]),
        number=document.number,
        language=language,
        sender=seller.legal_name,
        sender_address=address_in(language, seller),
        recipient=(buyer.legal_name, *address_in(language, buyer)),
        facts=_facts(document, buyer),
        sections=(_lines(document, taxes), *_remarks(document, taxes), *_terms(document)),
        footer=footer_of(language, seller, document if document.iban else None, document.footer),
        page_text=say(language, PAGE_TEXT),
    )


def paid_at_issue(document: Document) -> int:
    """Return the amount paid by the time the invoice was finalized, in micros; later payments are not printed."""
    assert document.finalized_at is not None, "a numbered document has its dates"
    if document.is_paid_with_credit:
        return document.total_micros
    rows = document.applications.filter(created_at=document.finalized_at, undoes=None)
    return sum(rows.values_list("amount_micros", flat=True))


def _facts(document: Document, buyer: DocumentParty) -> Pairs:
    facts = (
        (_("Number"), document.number),
        (_("Issue date"), _day(document, document.issue_date)),
        (_("Due date"), _day(document, document.due_date) if _asks_for_money(document) else ""),
        (_("Credits invoice"), document.credited.number if document.credited else ""),
        (_("Service period"), _period(document, document)),
        (_("Service date"), _service_day(document)),
        (_("Purchase order"), document.purchase_order),
        (_("Your reference"), document.buyer_reference),
        (_("Your VAT number"), buyer.vat_number),
    )
    return tuple((say(document.language, name), value) for name, value in facts if value)


def _service_day(document: Document) -> str:
    """Return the issue date of an invoice whose services have no period, which its e-invoice gives as their day, too.

    Credit is sold and a fee charged without a service on that day.
    """
    is_served = document.type == Document.Type.INVOICE and document.kind not in (
        Document.Kind.FEE,
        Document.Kind.TOP_UP,
    )
    if not is_served or document.period_start or document.lines.filter(period_start__isnull=False).exists():
        return ""
    return _day(document, document.issue_date)


def _asks_for_money(document: Document) -> bool:
    """Return whether it is an invoice that was not fully paid by the time it was finalized."""
    return document.type == Document.Type.INVOICE and document.total_micros > paid_at_issue(document)


def _day(document: Document, at: date | None) -> str:
    return day_in(document.language, at) if at else ""


def _period(document: Document, of: Document | DocumentLine) -> str:
    return days_in(document.language, of.period_start, of.last_day) if of.period_start and of.last_day else ""


def _lines(document: Document, taxes: Sequence[DocumentTax]) -> Section:
    placed = placed_taxes(document, taxes)
    rows: tuple[tuple[str, ...], ...] = tuple(
        (_text(document, line), line.quantity, _rate(document, line, placed), _money(document, line.signed_micros))
        for line in document.lines.order_by("position")
    )
    columns = [Column(say(document.language, name), share, place > 0) for place, (name, share) in enumerate(COLUMNS)]
    if not any(quantity for _of, quantity, *_rest in rows):
        columns, rows = columns[:1] + columns[2:], tuple((text, *rest) for text, _quantity, *rest in rows)
    return Section(columns=tuple(columns), rows=rows, sums=tuple(_sums(document, taxes, placed)))


def _text(document: Document, line: DocumentLine) -> str:
    """Return a line's text, followed by its period if that differs from the document's."""
    is_same = (line.period_start, line.period_end) == (document.period_start, document.period_end)
    period = "" if is_same else _period(document, line)
    return f"{line.text}\n{period}" if period else line.text


def _rate(document: Document, line: DocumentLine, placed: Mapping[Group, PlacedTax]) -> str:
    if line.tax_category != "S":
        return say(document.language, _("no tax"))
    exact = placed.get((line.tax_category, line.tax_rate))
    return percentage_in(document.language, exact.rate if exact else Decimal(line.tax_rate).scaleb(-3))


def _sums(document: Document, taxes: Sequence[DocumentTax], placed: Mapping[Group, PlacedTax]) -> Iterator[Sum]:
    language = document.language
    yield Sum(say(language, _("Net")), _money(document, document.net_micros))
    for tax in taxes:
        if tax.category == "S":
            exact = placed[tax.category, tax.rate]
            rate, base = percentage_in(language, exact.rate), _money(document, tax.base_micros)
            name = say(language, _("Tax %(rate)s on %(base)s"), rate=rate, base=base)
            yield Sum(name, _money(document, tax.tax_micros))
    yield Sum(say(language, _("Total")), _money(document, document.total_micros), is_bold=True)
    if document.type == Document.Type.CREDIT_NOTE:
        yield from _returned(document)
        return
    paid = paid_at_issue(document)
    if paid:
        yield Sum(say(language, _("Paid")), _money(document, paid))
    yield Sum(say(language, _("Left to pay")), _money(document, document.total_micros - paid), is_bold=True)


def _returned(document: Document) -> Iterator[Sum]:
    """Yield the part of a credit note that lowers what is left to pay, and the paid part and where it went."""
    amount = document.returned_net_micros + document.returned_tax_micros
    if lowered := document.total_micros - amount:
        yield Sum(say(document.language, _("Deducted from what is left to pay")), _money(document, lowered))
    if amount:
        yield Sum(say(document.language, RETURNED[ReturnedTo(document.returned_to)]), _money(document, amount))


def _remarks(document: Document, taxes: Sequence[DocumentTax]) -> Iterator[Section]:
    language, is_invoice = document.language, document.type == Document.Type.INVOICE
    carried = (
        (_("Carried from earlier invoices: %(amount)s"), document.carried_in_micros),
        (_("Carried to the next invoice: %(amount)s"), document.carried_out_micros),
    )
    said = [say(language, text, amount=_money(document, micros)) for text, micros in carried if micros and is_invoice]
    said += tax_by_place(document, taxes)
    if document.tax_currency:
        said.append(_converted(document))
    if document.prices_include_tax:
        said.append(say(language, _("Prices include tax.")))
    said += dict.fromkeys(say(language, tax.reason) for tax in taxes if tax.reason)
    for text in ("\n".join(said), document.note):
        if text:
            yield Section(text=text)


def tax_by_place(document: Document, taxes: Sequence[DocumentTax]) -> Iterator[str]:
    """Yield the tax by place, such as state and city, of each tax that has several, in the document's language.

    EN 16931 has one row of tax for each rate (BR-S-08), whose base would be added again with each place, so an
    e-invoice has this text as a note.
    """
    language = document.language
    for placed in placed_taxes(document, taxes).values():
        places = ", ".join(
            f"{each.name} {percentage_in(language, each.rate)}: {_money(document, each.tax_micros)}"
            for each in placed.places
        )
        if places:
            yield say(language, _("Tax by place: %(places)s"), places=places)


def _converted(document: Document) -> str:
    """Return the tax in the seller's tax currency, with the exchange rate."""
    assert document.exchange_rate_on is not None, "a converted tax has its rate"
    return say(
        document.language,
        _("Tax in %(currency)s: %(amount)s (1 %(of)s = %(rate)s, %(source)s, %(day)s)"),
        currency=document.tax_currency,
        amount=money_in(document.language, document.converted_tax_micros, document.tax_currency),
        of=document.currency,
        rate=money_in(document.language, document.exchange_rate_micros or 0, document.tax_currency),
        source=document.exchange_rate_source,
        day=_day(document, document.exchange_rate_on),
    )


def _terms(document: Document) -> Iterator[Section]:
    """Yield how an invoice is paid, and the seller's terms."""
    language = document.language
    if document.type != Document.Type.INVOICE:
        return
    if _asks_for_money(document):
        facts = (
            (_("Bank account"), document.bank_account),
            (_("Payment reference"), creditor_reference(document.number)),
        )
        yield Section(
            text=say(language, _("Please pay by %(day)s."), day=_day(document, document.due_date)),
            is_bold=True,
            facts=tuple((say(language, name), value) for name, value in facts if value),
        )
    if document.terms_text:
        yield Section(text=document.terms_text)


def _money(document: Document, micros: int) -> str:
    return money_in(document.language, micros, document.currency)
