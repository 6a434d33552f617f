"""Inlines of the page of an invoice: lines, tax, parties, payments, credit notes, and write-offs."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from apps.billing_profiles.tax_choice import percent_text
from apps.common.admin import ReadOnlyInline, day_text
from apps.common.money import amount_text
from apps.common.papers.formats import percentage_in
from apps.invoices.models import Application, Document, DocumentLine, DocumentParty, DocumentTax, WriteOff
from apps.invoices.tax_jurisdictions import PlacedTax, placed_taxes


class _PartInline(ReadOnlyInline[Any, Document]):
    money_unit = "document__currency"


class LineInline(_PartInline):
    model = DocumentLine
    fields = readonly_fields = ("printed", "quantity", "period", "amount_micros", "exact_micros", "tax", "reason")
    ordering = ("position",)
    verbose_name_plural = "Lines"

    @admin.display(description="Text")
    def printed(self, row: DocumentLine) -> str:
        return f"Less: {row.text}" if row.is_reduction else row.text

    @admin.display(description="Usage in")
    def period(self, row: DocumentLine) -> str:
        """Link to the line's usage by day."""
        if row.period_start is None or row.last_day is None:
            return "-"
        days = f"{day_text(row.period_start)} to {day_text(row.last_day)}"
        if not row.meter:
            return days
        query = {
            "organization__id__exact": str(row.organization_id),
            "meter__slug__exact": row.meter,
            "model__exact": row.model,
            "day__gte": str(row.period_start),
            "day__lte": str(row.last_day),
        }
        page = f"{reverse('admin:usage_usageday_changelist')}?{urlencode(query)}"
        return format_html('<a class="font-medium text-link" href="{}">{}</a>', page, days)

    @admin.display(description="Tax")
    def tax(self, row: DocumentLine) -> str:
        return f"{row.tax_category} {percent_text(row.tax_rate)} %"


class TaxInline(_PartInline):
    model = DocumentTax
    fields = readonly_fields = ("category", "percentage", "base_micros", "tax_micros", "by_place", "reason")
    ordering = ("position",)
    verbose_name_plural = "Tax"

    @admin.display(description="Rate")
    def percentage(self, row: DocumentTax) -> str:
        return percentage_in("en", self._placed(row).rate)

    @admin.display(description="By place")
    def by_place(self, row: DocumentTax) -> str:
        return ", ".join(
            f"{each.name} {percentage_in('en', each.rate)}: {amount_text(each.tax_micros, row.document.currency)}"
            for each in self._placed(row).places
        )

    def _placed(self, row: DocumentTax) -> PlacedTax:
        return placed_taxes(row.document, [row])[row.category, row.rate]


class PartyInline(_PartInline):
    model = DocumentParty
    fields = readonly_fields = ("side", "legal_name", "street", "postal_code", "city", "country", "vat_number")
    ordering = ("-side",)
    verbose_name_plural = "Seller and buyer"


class ApplicationInline(_PartInline):
    model = Application
    fields = readonly_fields = ("value_date", "amount_micros", "net_micros", "tax_micros", "from_money", "created_by")
    ordering = ("created_at", "pk")
    verbose_name_plural = "Payments"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("money")

    @admin.display(description="Money")
    def from_money(self, row: Application) -> str:
        return link("money", row.money)


class CreditNoteInline(ReadOnlyInline[Document, Document]):
    model = Document
    fk_name = "credited"
    money_unit = "currency"
    fields = readonly_fields = ("note_number", "issue_date", "total_micros", "returned_to", "note")
    ordering = ("sequence",)
    verbose_name_plural = "Credit notes"

    @admin.display(description="Number")
    def note_number(self, row: Document) -> str:
        return link("document", row)


class WriteOffInline(_PartInline):
    model = WriteOff
    fields = readonly_fields = ("created_at", "net_micros", "tax_micros", "reason", "created_by", "undone_at")
    ordering = ("created_at",)
    verbose_name_plural = "Write-offs"


def link(model: str, row: Any) -> str:
    """Return a link to the page of a row of this app."""
    page = reverse(f"admin:invoices_{model}_change", args=[row.pk])
    return format_html('<a class="font-medium text-link" href="{}">{}</a>', page, row)
