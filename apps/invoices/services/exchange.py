"""The tax of an invoice in the currency in which its seller declares tax, at a rate fixed with the invoice."""

from datetime import timedelta

from apps.billing_profiles.models import ExchangeRate
from apps.common.money import MICROS_PER_UNIT, payable_step
from apps.invoices.errors import RateNeeded, RateTooOld
from apps.invoices.models import Document

OLDEST = timedelta(days=7)
OURS = "our books"
USD = "USD"


def convert_tax(document: Document) -> None:
    """Set the tax in the seller's tax currency by the newest rate up to the tax date; without a rate, leave it empty.

    If tax is declared in US dollars, the rate on the customer's page counts too. Nothing is set on documents in the tax
    currency or without tax. Nothing is written to the database.
    """
    rate = _newest(document) if needs_rate(document) else None
    document.tax_currency = document.seller.tax_currency if rate else ""
    document.exchange_rate_micros = rate.rate_micros if rate else None
    document.exchange_rate_on = rate.day if rate else None
    document.exchange_rate_source = rate.source if rate else ""
    document.converted_tax_micros = _converted(document, document.tax_micros) if rate else 0


def require_rate(document: Document) -> None:
    """Refuse a document whose tax must be shown in another currency if there is no recent rate.

    Raises:
        RateNeeded: there is no rate. RateTooOld: the newest one is more than seven days older than the tax date.
    """
    if not needs_rate(document):
        return
    wanted = f"Enter on the seller's page what one {document.currency} is in {document.seller.tax_currency}"
    if document.exchange_rate_on is None or document.tax_date is None:
        raise RateNeeded(f"{wanted}, for {document.tax_date} or up to {OLDEST.days} days before.")
    if document.exchange_rate_on < document.tax_date - OLDEST:
        raise RateTooOld(f"The newest rate is of {document.exchange_rate_on}. {wanted}, for {document.tax_date}.")


def needs_rate(document: Document) -> bool:
    """Return whether a document has tax that is declared in another currency."""
    return bool(document.tax_micros) and document.currency != document.seller.tax_currency


def copy_rate(note: Document, invoice: Document) -> None:
    """Copy an invoice's rate to its credit note. The converted tax of all its notes together is rounded once."""
    if not invoice.tax_currency:
        return
    note.tax_currency, note.exchange_rate_source = invoice.tax_currency, invoice.exchange_rate_source
    note.exchange_rate_micros, note.exchange_rate_on = invoice.exchange_rate_micros, invoice.exchange_rate_on
    before = sum(invoice.credit_notes.exclude(number="").values_list("tax_micros", flat=True))
    note.converted_tax_micros = _converted(note, before + note.tax_micros) - _converted(note, before)


def _newest(document: Document) -> ExchangeRate | None:
    """Return the newest rate up to the tax date."""
    assert document.tax_date is not None, "the tax is determined before it is converted"
    seller, customer = document.seller, document.organization
    rates = seller.exchange_rates.filter(currency=document.currency, day__lte=document.tax_date).order_by("-day")
    found = list(rates[:1])
    kept_on = customer.usd_rate_date
    if seller.tax_currency == USD and kept_on is not None and kept_on <= document.tax_date:
        found.append(ExchangeRate(day=kept_on, rate_micros=customer.usd_rate_micros, source=OURS))
    return max(found, key=lambda rate: rate.day, default=None)


def _converted(document: Document, micros: int) -> int:
    """Convert tax at the document's rate, half up to the payable step of the tax currency."""
    rate, step = document.exchange_rate_micros or 0, payable_step(document.tax_currency)
    return (2 * micros * rate + step * MICROS_PER_UNIT) // (2 * step * MICROS_PER_UNIT) * step
