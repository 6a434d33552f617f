"""The tax of a seller by month, country, category and rate, as a page and as CSV, opened from the list of invoices."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from apps.backoffice.components import Cell, Link, Table, money
from apps.billing_profiles.models import Seller, TaxRate
from apps.billing_profiles.tax_choice import REVERSE_CHARGE, percent_text
from apps.common.admin import PageExtension, day_field, register_extension
from apps.common.csv_text import MARK, csv_line
from apps.common.money import decimal_text
from apps.common.territories import countries
from apps.invoices.models import Document
from apps.invoices.tax_report import (
    DATES,
    DeclaredMonth,
    TaxedMonth,
    TaxPeriod,
    declared_by_month,
    relief_by_month,
    reliefs_in,
    reverse_charge_by_vat_number,
    tax_by_month,
)

COLUMNS = ("Month", "Country", "Category", "Rate", "Documents", "Taxed amount", "Tax")
BY_VAT_NUMBER = ("Month", "VAT number", "Documents", "Amount")
CSV = ("month", "country", "category", "rate", "currency", "documents", "base", "tax", "vat number", "of")
EXPLANATION = (
    "Invoices less credit notes, each in the month of its {}. Tax is owed at the time stated on the document; "
    "relief for write-offs has its own table."
)
RELIEF = "Relief for written-off debts, in {}"
RELIEF_EXPLANATION = (
    "By the day of the write-off. Tax on amounts that were paid later, or on write-offs that were undone, is owed "
    "again."
)


class TaxReportForm(forms.Form):
    """The seller, the days, and which date of a document counts."""

    seller = forms.ModelChoiceField(Seller.objects.order_by("legal_name"), widget=UnfoldAdminSelectWidget)
    first = day_field(label="From")
    last = day_field(label="To")
    by = forms.ChoiceField(label="By", choices=list(DATES.items()), widget=UnfoldAdminSelectWidget)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", "The last day is before the first one.")
        return cleaned


@register_extension(Document)
class TaxReport(PageExtension[Document]):
    """A button of the list of invoices, next to that of the aging report."""

    added_list_buttons = ("tax_report",)

    def has_tax_report_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("invoices.view_document")

    @action(description="Tax report", url_path="tax-report", permissions=["tax_report"], icon="percent")
    def tax_report(self, request: HttpRequest) -> HttpResponse:
        seller = Seller.objects.order_by("legal_name").first()
        form = TaxReportForm({**_last_month(seller), **request.GET.dict()})
        is_valid = form.is_valid()
        blocks: list[Table] = []
        if is_valid:
            period = TaxPeriod(**form.cleaned_data)
            found, reversed_, reliefs = tax_by_month(period), reverse_charge_by_vat_number(period), reliefs_in(period)
            relieved = relief_by_month(reliefs)
            if request.GET.get("format") == "csv":
                return _csv([*(row for row in found if row.category != REVERSE_CHARGE), *reversed_], relieved, period)
            asked = {**form.cleaned_data, "seller": period.seller.pk, "format": "csv"}
            links = [Link("As CSV", f"?{urlencode(asked)}")]
            blocks = [*_tables(found, period, links), *_relieved(relieved)]
            blocks += [*_declared(declared_by_month(period, reliefs), period), *_reversed(reversed_)]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Tax report",
            "form": form,
            "form_name": "Seller and days",
            "blocks": blocks,
        }
        return TemplateResponse(request, "admin/report.html", context, status=200 if is_valid or not seller else 422)


def _last_month(seller: Seller | None) -> dict[str, Any]:
    """Return the initial values of the form: the month before this one, which is declared next."""
    last = timezone.now().date().replace(day=1) - timedelta(days=1)
    days = {"first": last.replace(day=1).isoformat(), "last": last.isoformat()}
    return {"seller": seller.pk if seller else "", **days, "by": "tax_date"}


def _tables(rows: list[TaxedMonth], period: TaxPeriod, links: Sequence[Link]) -> list[Table]:
    explanation = EXPLANATION.format(DATES[period.by].lower())
    found = _by_currency(rows, "Tax in {}", explanation, links)
    empty = "No documents in these days."
    return found or [Table(title="Tax", columns=COLUMNS, rows=[], empty=empty, links=links, explanation=explanation)]


def _relieved(rows: list[TaxedMonth]) -> list[Table]:
    return _by_currency(rows, RELIEF, RELIEF_EXPLANATION, ())


def _by_currency(rows: list[TaxedMonth], title: str, explanation: str, links: Sequence[Link]) -> list[Table]:
    return [
        Table(
            title=title.format(currency),
            columns=COLUMNS,
            rows=[_cells(row) for row in rows if row.currency == currency],
            feet=[_total_cells([row for row in rows if row.currency == currency], currency)],
            links=links,
            explanation=explanation,
        )
        for currency in sorted({row.currency for row in rows})
    ]


def _cells(row: TaxedMonth) -> list[Cell]:
    return [
        _month(row.month),
        Cell(countries().get(row.country, row.country)),
        Cell(TaxRate.Category(row.category).label),
        Cell(f"{percent_text(row.rate)} %"),
        Cell(str(row.documents)),
        money(row.base_micros, row.currency),
        money(row.tax_micros, row.currency),
    ]


def _total_cells(rows: list[TaxedMonth], currency: str) -> list[Cell]:
    sums = (sum(row.base_micros for row in rows), sum(row.tax_micros for row in rows))
    return [Cell("Total"), *(Cell("") for _ in range(4)), *(money(each, currency) for each in sums)]


def _month(month: date) -> Cell:
    return Cell(f"{month:%Y-%m}")


def _declared(found: list[DeclaredMonth], period: TaxPeriod) -> list[Table]:
    """Return the table of the tax to declare, in the seller's tax currency; None without documents."""
    currency = period.seller.tax_currency
    rows = [[_month(each.month), money(each.tax_micros, currency)] for each in found]
    explanation = (
        "All currencies together, less relief for written-off debts, each document at the exchange rate that it was "
        f"issued with, in {currency}."
    )
    return [Table(title="Tax to declare", columns=("Month", "Tax"), rows=rows, explanation=explanation)] if rows else []


def _reversed(rows: list[TaxedMonth]) -> list[Table]:
    cells = [
        [_month(row.month), Cell(row.vat_number), Cell(str(row.documents)), money(row.base_micros, row.currency)]
        for row in rows
    ]
    explanation = "For the recapitulative statement: the customers who account for the tax themselves."
    title = "Reverse charge by VAT number"
    return [Table(title=title, columns=BY_VAT_NUMBER, rows=cells, explanation=explanation)] if cells else []


def _csv(rows: list[TaxedMonth], relieved: list[TaxedMonth], period: TaxPeriod) -> HttpResponse:
    """Return the rows by country and rate, then those under reverse charge by VAT number, then relief for debts."""
    text = csv_line(CSV)
    for row, of in [*((row, "documents") for row in rows), *((row, "bad debts") for row in relieved)]:
        amounts = map(decimal_text, (row.base_micros, row.tax_micros))
        rate = percent_text(row.rate)
        start = (f"{row.month:%Y-%m}", row.country, row.category, rate, row.currency, row.documents)
        text += csv_line([*start, *amounts, row.vat_number, of])
    answer = HttpResponse(MARK + text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="tax-{period.first}-{period.last}.csv"'
    return answer
