"""The tax of a seller's documents by month, country, category and rate, for the tax return."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import TruncMonth

from apps.billing_profiles.models import Seller
from apps.billing_profiles.tax import REVERSE_CHARGE
from apps.invoices.models import Document, DocumentParty, DocumentTax

DATES: Final = {"tax_date": "Tax date", "issue_date": "Issue date"}


@dataclass(frozen=True, slots=True)
class TaxedMonth:
    """What a seller's documents of a month have of one category and rate in one country; credit notes are negative.

    `vat_number` is the customer's in a list by VAT number, else empty. Amounts are micros of `currency`.
    """

    month: date
    country: str
    category: str
    rate: int
    currency: str
    base_micros: int
    tax_micros: int
    documents: int
    vat_number: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredMonth:
    """The tax of a month in the seller's tax currency, with each document's own exchange rate."""

    month: date
    tax_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxPeriod:
    """The documents of a seller whose tax date, or issue date, is one of the days from the first to the last."""

    seller: Seller
    first: date
    last: date
    by: str = "tax_date"

    def taxes(self) -> QuerySet[DocumentTax]:
        """Return the tax rows, with the month of each, and the country and VAT number of its buyer."""
        buyer = DocumentParty.objects.filter(document=OuterRef("document"), side=DocumentParty.Side.BUYER)
        rows = DocumentTax.objects.filter(
            document__seller=self.seller, **{f"document__{self.by}__range": (self.first, self.last)}
        ).exclude(document__number="")
        return rows.order_by().annotate(
            month=TruncMonth(f"document__{self.by}"),
            country=Subquery(buyer.values("country")[:1]),
            vat_number=Subquery(buyer.values("vat_number")[:1]),
            sign=_sign("document__type"),
        )

    def documents(self) -> QuerySet[Any]:
        """Return the documents, with the month of each."""
        rows = Document.objects.filter(seller=self.seller, **{f"{self.by}__range": (self.first, self.last)})
        return rows.exclude(number="").order_by().annotate(month=TruncMonth(self.by), sign=_sign("type"))


def tax_by_month(period: TaxPeriod) -> list[TaxedMonth]:
    """Return the tax of a period by month, country, category, rate and currency."""
    return _summed(period.taxes(), ("month", "country", "category", "rate", "document__currency"))


def reverse_charge_by_vat_number(period: TaxPeriod) -> list[TaxedMonth]:
    """Return the sales under reverse charge of a period by month and the customer's VAT number."""
    rows = period.taxes().filter(category=REVERSE_CHARGE)
    return _summed(rows, ("month", "country", "category", "rate", "document__currency", "vat_number"))


def declared_by_month(period: TaxPeriod) -> list[DeclaredMonth]:
    """Return the tax of a period by month, in the seller's tax currency."""
    declared = Case(When(tax_currency="", then=F("tax_micros")), default=F("converted_tax_micros"))
    rows = period.documents().values("month").annotate(total=Sum(F("sign") * declared)).order_by("month")
    return [DeclaredMonth(row["month"], int(row["total"])) for row in rows]


def _sign(field: str) -> Case:
    """Return an expression that is -1 for credit notes and 1 for invoices."""
    return Case(When(**{field: Document.Type.CREDIT_NOTE}, then=Value(-1)), default=Value(1))


def _summed(rows: QuerySet[DocumentTax], names: tuple[str, ...]) -> list[TaxedMonth]:
    sums: Iterable[dict[str, Any]] = (
        rows.values(*names)
        .annotate(
            base=Sum(F("sign") * F("base_micros")),
            tax=Sum(F("sign") * F("tax_micros")),
            count=Count("document", distinct=True),
        )
        .order_by(*names)
    )
    return [
        TaxedMonth(
            row["month"],
            row["country"] or "",
            row["category"],
            row["rate"],
            row["document__currency"],
            int(row["base"]),
            int(row["tax"]),
            row["count"],
            row.get("vat_number") or "",
        )
        for row in sums
    ]
