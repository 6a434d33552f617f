"""Adds to the page of an invoice its transfers, each with a link to its entries."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.backoffice.explain.links import why
from apps.common.admin import PageExtension, code_words, money_text, register_extension, shown_once
from apps.invoices.causes import CREDIT_NOTE, INVOICE
from apps.invoices.models import Document
from apps.ledger.models import Transfer


@register_extension(Document)
class InvoicePostings(PageExtension[Document]):
    added_fields = ("postings",)
    added_fieldsets = (("Postings", {"fields": ("postings",)}),)

    @admin.display(description="Transfers")
    @shown_once
    def postings(self, document: Any) -> SafeString:
        """List the transfers of the document, oldest first."""
        kind = INVOICE if document.type == Document.Type.INVOICE else CREDIT_NOTE
        rows = Transfer.objects.filter(
            book_id=document.organization_id, cause_type=kind.name, cause_id=str(document.pk)
        )
        lines = format_html_join(
            "",
            '<li><a class="font-medium text-link" href="{}">{}</a> {} to {}, {}</li>',
            (
                (
                    why("transfer", row.pk),
                    money_text(row.amount_micros, document.currency),
                    code_words(row.source.role),
                    code_words(row.destination.role),
                    row.description,
                )
                for row in rows.select_related("source", "destination").order_by("number")
            ),
        )
        return format_html("<ul>{}</ul>", lines) if lines else SafeString("-")
