"""The invoices for an installment, on its page."""

from django.contrib import admin
from django.utils.html import format_html_join

from apps.common.admin import PageExtension, register_extension, shown_once
from apps.contracts.models import Installment
from apps.invoices.admin.inlines import link


@register_extension(Installment)
class InvoicedInstallmentAdmin(PageExtension[Installment]):
    added_fields = ("documents",)
    added_fieldsets = (("Invoices", {"fields": ("documents",)}),)

    @admin.display(description="Invoices and credit notes")
    @shown_once
    def documents(self, row: Installment) -> str:
        return format_html_join(", ", "{}", ((link("document", each),) for each in row.invoices.order_by("created_at")))
