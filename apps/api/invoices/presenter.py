"""Present invoices and credit notes; members without a value are left out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from apps.api.fields import number, usd_number
from apps.common.periods import midnight
from apps.invoices.models import Document, DocumentLine, DocumentParty, DocumentTax
from apps.invoices.net_amounts import exact_net, net_positions
from apps.invoices.stripe_tax import PlaceTax
from apps.invoices.tax_jurisdictions import PlacedTax, placed_taxes
from apps.tenants.models import Organization

Pages = Mapping[UUID, str]


def invoice(row: Document, organization: Organization, now: datetime, pages: Pages) -> dict[str, Any]:
    """Present a document without its details. Amounts are in its currency, those of a credit note positive.

    `pages` are payment pages by document id.
    """
    rate, left = organization.usd_rate_micros, row.left_micros
    return _set(
        {
            "invoiceId": row.pk,
            "number": row.number,
            "type": row.type,
            "kind": row.kind,
            "status": row.state,
            "isOverdue": row.is_overdue(now),
            "currency": row.currency,
            "net": number(row.net_micros),
            "tax": number(row.tax_micros),
            "total": number(row.total_micros),
            "totalUsd": usd_number(row.total_micros, rate),
            "amountPaid": number(row.paid_micros),
            "amountCredited": number(row.noted_micros),  # type: ignore[attr-defined]  # annotated by the selectors
            "amountDue": number(left),
            "amountDueUsd": usd_number(left, rate),
            "issueDate": row.issue_date,
            "dueDate": row.due_date if row.type == Document.Type.INVOICE else None,
            "paidAt": midnight(row.paid_on) if row.paid_on else None,
            "periodStart": row.period_start,
            "periodEnd": row.period_end,
            "contractId": row.installment.contract_id if row.installment else None,
            "creditedInvoiceId": row.credited_id,
            "paymentUrl": pages.get(row.pk) if left else None,
            "pdfUrl": reverse("invoice-pdf", args=[row.pk]),
            "createdAt": row.created_at,
            "updatedAt": row.updated_at,
        }
    )


def details(row: Document, organization: Organization, now: datetime, pages: Pages) -> dict[str, Any]:
    """Present a document with its details."""
    parties = {party.side: party for party in row.parties.all()}
    taxes = list(row.taxes.all())
    placed = placed_taxes(row, taxes)
    lines, reductions = net_positions(row, list(row.lines.all()), taxes)
    return {
        **invoice(row, organization, now, pages),
        "lines": [_line(row, line, net) for line, net in lines],
        "reductions": [_line(row, line, net) for line, net in reductions],
        **_carried(row),
        "taxes": [_tax(tax, placed[tax.category, tax.rate]) for tax in taxes],
        "payments": [
            {"amount": number(each.amount_micros), "valueDate": each.value_date, "method": each.money.source}
            for each in row.applications.all()
        ],
        "creditNotes": [
            {
                "invoiceId": note.pk,
                "number": note.number,
                "issueDate": note.issue_date,
                "total": number(note.total_micros),
            }
            for note in row.credit_notes.all()
        ],
        "seller": _party(parties[DocumentParty.Side.SELLER]),
        "buyer": _party(parties[DocumentParty.Side.BUYER]),
    }


def unapplied(by_currency: Mapping[str, int]) -> list[dict[str, Any]]:
    """Present unapplied money, given in micros by currency."""
    return [{"currency": currency, "amount": number(micros)} for currency, micros in by_currency.items()]


def _line(row: Document, line: DocumentLine, net_micros: int) -> dict[str, Any]:
    exact = exact_net(row, line)
    return _set(
        {
            "description": line.text,
            "quantity": line.quantity,
            "periodStart": line.period_start,
            "periodEnd": line.period_end,
            "net": number(net_micros),
            "exactNet": None if exact is None else number(exact),
            "taxCategory": line.tax_category,
            "taxRate": percent(line.tax_rate),
        }
    )


def _carried(row: Document) -> dict[str, Any]:
    """Present the remainders, below a payable step, that an invoice for usage carried in and on."""
    if not row.is_of_month or row.type != Document.Type.INVOICE:
        return {}
    return {"carriedIn": number(row.carried_in_micros), "carriedOut": number(row.carried_out_micros)}


def _tax(tax: DocumentTax, placed: PlacedTax) -> dict[str, Any]:
    return _set(
        {
            "category": tax.category,
            "rate": number(int(placed.rate.scaleb(6))),
            "base": number(tax.base_micros),
            "tax": number(tax.tax_micros),
            "note": tax.reason,
            "places": [_place(each) for each in placed.places] or None,
        }
    )


def _place(place: PlaceTax) -> dict[str, Any]:
    return {
        "name": place.name,
        "rate": number(int(place.rate.scaleb(6))),
        "tax": number(place.tax_micros),
    }


def _party(party: DocumentParty) -> dict[str, Any]:
    return _set(
        {
            "legalName": party.legal_name,
            "street": party.street,
            "streetExtra": party.street_extra,
            "postalCode": party.postal_code,
            "city": party.city,
            "region": party.region,
            "country": party.country,
            "vatNumber": party.vat_number,
            "taxNumber": party.tax_number,
            "register": party.register_text,
        }
    )


def percent(rate: int) -> Any:
    """Return a rate in thousandths of a percent as a percentage."""
    return number(rate * 1_000)


def _set(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None and value != ""}
