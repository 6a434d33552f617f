"""An invoice or a credit note as Factur-X XML in the profile EN 16931, from its frozen values.

The keys are the business terms (BT) and groups (BG) of EN 16931. Amounts are texts, since the package refuses Decimals.
"""

import re
from typing import Any

from apps.billing_profiles.models import TaxRate
from apps.billing_profiles.tax_choice import percent_text
from apps.common.money import from_micros
from apps.invoices.models import Document, DocumentLine, DocumentParty, DocumentTax
from apps.invoices.net_amounts import net_positions
from apps.invoices.paper_content import paid_at_issue, tax_by_place
from apps.invoices.references import creditor_reference

LEVEL = "en16931"
INVOICE, CREDIT_NOTE = "380", "381"
SEPA_TRANSFER = "58"
ONE_PIECE = ("1", "C62")
Category = TaxRate.Category
CLAIM = re.compile(rb"<pdfaid:(\w+)>[^<]*</pdfaid:\1>")
# Tax categories for which no exemption reason is printed.
WITHOUT_REASON = (Category.STANDARD, Category.ZERO)


class InvalidEInvoice(Exception):
    """The XML violates its schema or lacks a term that the profile requires; the message names it."""


def facturx_xml(document: Document) -> bytes:
    """Return the XML of a document with a number, valid by the XML schema.

    Raises:
        InvalidEInvoice: it cannot be made.
    """
    from facturx import generate_xml

    try:
        made: bytes = generate_xml(facturx_data(document), level=LEVEL, check_xsd=True, check_schematron=False)
    except Exception as error:  # the package raises plain exceptions
        raise InvalidEInvoice(str(error)) from error
    return made


def with_xml(pdf: bytes, xml: bytes, language: str) -> bytes:
    """Embed the XML in a PDF as Factur-X specifies. The PDF does not claim to be PDF/A-3, which we do not verify."""
    from facturx import generate_from_binary

    made: bytes = generate_from_binary(
        pdf,
        xml,
        flavor="factur-x",
        level=LEVEL,
        check_xsd=False,
        check_schematron=False,
        lang=language,
        xmp_compression=False,
    )
    return _without_claim(made)


def facturx_data(document: Document) -> dict[str, Any]:
    """Return a document as business terms."""
    assert document.due_date is not None, "a numbered document has its dates"
    is_invoice = document.type == Document.Type.INVOICE
    parties = {party.side: party for party in document.parties.all()}
    taxes = list(document.taxes.order_by("position"))
    is_outside = any(tax.category == Category.OUTSIDE for tax in taxes)
    paid = paid_at_issue(document) if is_invoice else 0
    lines, reductions = net_positions(document, list(document.lines.order_by("position")), taxes)
    lowered = sum(net for _line, net in reductions)
    data = {
        "BT-1": document.number,
        "BT-2": document.issue_date,
        "BT-3": INVOICE if is_invoice else CREDIT_NOTE,
        "BT-5": document.currency,
        "BT-6": document.tax_currency,
        "BT-9": document.due_date,
        "BT-10": document.buyer_reference,
        "BT-13": document.purchase_order,
        "BT-20": document.terms_text,
        "BT-72": document.last_day or document.issue_date,
        "BT-73": document.period_start,
        "BT-74": document.last_day,
        "BG-1": [{"BT-22": text} for text in (document.note, *tax_by_place(document, taxes)) if text],
        "BG-3": [{"BT-25": document.credited.number, "BT-26": document.credited.issue_date}]
        if document.credited
        else [],
        "BG-4": _seller(parties["seller"], is_outside=is_outside),
        "BG-7": _party(parties["buyer"], is_outside=is_outside),
        "BG-20": [_reduction(line, net) for line, net in reductions],
        "BG-23": [_tax(tax) for tax in taxes],
        "BG-25": [_line(place, line, net) for place, (line, net) in enumerate(lines, 1)],
        "BT-106": amount(document.net_micros + lowered),
        "BT-107": amount(lowered) if reductions else "",
        "BT-109": amount(document.net_micros),
        "BT-110": amount(document.tax_micros),
        "BT-111": amount(document.converted_tax_micros) if document.tax_currency else "",
        "BT-112": amount(document.total_micros),
        "BT-113": amount(paid) if paid else "",
        "BT-115": amount(document.total_micros - paid),
        **(_payment(document) if is_invoice and document.iban else {}),
    }
    return {term: value for term, value in data.items() if value not in ("", None, [])}


def amount(micros: int) -> str:
    """Return an amount with two decimals; payable amounts never have more."""
    return f"{from_micros(micros):.2f}"


def _line(place: int, line: DocumentLine, net: int) -> dict[str, Any]:
    quantity, unit = ONE_PIECE
    data = {
        "BT-126": str(place),
        "BT-129": quantity,
        "BT-130": unit,
        "BT-131": amount(net),
        "BT-134": line.period_start,
        "BT-135": line.last_day,
        "BT-146": amount(net),
        "BT-151": line.tax_category,
        "BT-152": _rate(line.tax_category, line.tax_rate),
        "BT-153": line.text,
        "BT-154": line.quantity,
    }
    return {term: value for term, value in data.items() if value}


def _reduction(line: DocumentLine, net: int) -> dict[str, str]:
    """Return a reduction as an allowance on the document (BT-92 to BT-97), since lines are never negative."""
    data = {
        "amount": amount(net),
        "reason": line.text,
        "vat_category_code": line.tax_category,
        "vat_rate": _rate(line.tax_category, line.tax_rate),
    }
    return {name: value for name, value in data.items() if value}


def _tax(tax: DocumentTax) -> dict[str, str]:
    data = {
        "BT-116": amount(tax.base_micros),
        "BT-117": amount(tax.tax_micros),
        "BT-118": tax.category,
        "BT-119": _rate(tax.category, tax.rate),
    }
    if tax.category not in WITHOUT_REASON:
        data |= {"BT-120": tax.reason, "BT-121": tax.vatex_code}
    return {term: value for term, value in data.items() if value}


def _rate(category: str, thousandths: int) -> str:
    """Return a rate in percent; None outside the scope of tax."""
    return "" if category == Category.OUTSIDE else percent_text(thousandths)


def _seller(party: DocumentParty, *, is_outside: bool) -> dict[str, Any]:
    """Return the seller; if its VAT number may not be shown, another number identifies it."""
    found = _party(party, is_outside=is_outside)
    if party.register_text:
        found["legal_identifier"] = party.register_text
    if party.tax_number and not is_outside:
        found["tax_identifier"] = party.tax_number
    elif party.tax_number:
        found["identifiers"] = {None: party.tax_number}
    return found


def _party(party: DocumentParty, *, is_outside: bool) -> dict[str, Any]:
    data = {
        "name": party.legal_name,
        "vat_identifier": "" if is_outside else party.vat_number,
        "addr_l1": party.street,
        "addr_l2": party.street_extra,
        "postcode": party.postal_code,
        "city": party.city,
        "country_subdivision": party.region,
        "country_code": party.country,
    }
    return {name: value for name, value in data.items() if value}


def _payment(document: Document) -> dict[str, str]:
    return {
        "BT-81": SEPA_TRANSFER,
        "BT-83": creditor_reference(document.number),
        "BT-84": document.iban,
        "BT-86": document.bic,
    }


def _without_claim(pdf: bytes) -> bytes:
    """Blank the claim of PDF/A-3 that factur-x always writes to the metadata; byte offsets do not change."""
    return CLAIM.sub(lambda found: b" " * len(found[0]), pdf)
