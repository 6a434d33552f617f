"""The tax of a seller's documents by month, country, category and rate, for the tax return."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import TruncMonth

from apps.billing_profiles.models import Seller
from apps.billing_profiles.tax_choice import REVERSE_CHARGE
from apps.common.money import split
from apps.invoices.models import Document, DocumentParty, DocumentTax

# What write-offs took off the tax account, and payments and undone write-offs brought back, by document and month.
_RELIEF = """
    SELECT t.cause_id::uuid, date_trunc('month', t.effective_at AT TIME ZONE %s)::date, SUM(e.amount_micros)
    FROM ledger_transfer t
    JOIN ledger_entry e ON e.transfer_id = t.id
    JOIN ledger_account a ON a.id = e.account_id AND a.role = 'tax'
    WHERE t.cause_type = 'invoices.invoice' AND t.book_id = ANY(%s) AND t.cause_id = ANY(%s)
      AND (t.key LIKE 'write-off:%%' OR t.key LIKE '%%:recovered-tax')
      AND (t.effective_at AT TIME ZONE %s)::date BETWEEN %s AND %s
    GROUP BY 1, 2 HAVING SUM(e.amount_micros) <> 0
"""
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


@dataclass(frozen=True, slots=True)
class Relief:
    """The change of a document's tax in a month by its write-off: negative, or positive if some of it is owed again."""

    document: Document
    month: date
    tax_micros: int

    @property
    def declared_micros(self) -> int:
        """The change in the seller's tax currency, at the document's exchange rate."""
        if not self.document.tax_currency:
            return self.tax_micros
        return _share(self.document.converted_tax_micros, self.tax_micros, self.document.tax_micros)


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


def reliefs_in(period: TaxPeriod) -> list[Relief]:
    """Return the tax that write-offs of the period's days took back, for sellers who get it back for bad debts."""
    rows = Document.objects.filter(
        seller=period.seller, bad_debt_relief=Seller.BadDebtRelief.AT_WRITE_OFF, write_offs__isnull=False
    )
    documents = {row.pk: row for row in rows.distinct().prefetch_related("taxes", "parties")}
    books = list({row.organization_id for row in documents.values()})
    zone = period.seller.time_zone
    with connection.cursor() as cursor:
        cursor.execute(_RELIEF, [zone, books, list(map(str, documents)), zone, period.first, period.last])
        return [Relief(documents[pk], month, int(micros)) for pk, month, micros in cursor.fetchall()]


def relief_by_month(reliefs: Iterable[Relief]) -> list[TaxedMonth]:
    """Return the relief by month, country, category, rate and currency; its taxed amount is in proportion."""
    sums: dict[tuple[date, str, str, int, str], list[int]] = {}
    for relief in reliefs:
        document = relief.document
        taxes = [tax for tax in document.taxes.all() if tax.tax_micros]
        country = next(party.country for party in document.parties.all() if party.side == DocumentParty.Side.BUYER)
        parts = split(relief.tax_micros, [tax.tax_micros for tax in taxes])
        for tax, part in zip(taxes, parts, strict=True):
            found = sums.setdefault((relief.month, country, tax.category, tax.rate, document.currency), [0, 0, 0])
            added = (_share(tax.base_micros, part, tax.tax_micros), part, 1)
            found[:] = [old + new for old, new in zip(found, added, strict=True)]
    return [TaxedMonth(*key, base, tax, count) for key, (base, tax, count) in sorted(sums.items())]


def declared_by_month(period: TaxPeriod, reliefs: Iterable[Relief] = ()) -> list[DeclaredMonth]:
    """Return the tax of a period by month, in the seller's tax currency, after relief for written-off debts."""
    declared = Case(When(tax_currency="", then=F("tax_micros")), default=F("converted_tax_micros"))
    rows = period.documents().values("month").annotate(total=Sum(F("sign") * declared)).order_by("month")
    found = {row["month"]: int(row["total"]) for row in rows}
    for relief in reliefs:
        found[relief.month] = found.get(relief.month, 0) + relief.declared_micros
    return [DeclaredMonth(*each) for each in sorted(found.items())]


def _share(whole: int, part: int, of: int) -> int:
    """Return `whole * part / of`, rounded toward zero; of all it is exactly the whole."""
    share = whole * abs(part) // of
    return -share if part < 0 else share


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
