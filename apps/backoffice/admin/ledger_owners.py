"""The customer beside each row of the ledger's lists; the ledger itself knows no customers."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from apps.backoffice.row_titles import account_title, transfer_title
from apps.common.admin import PageExtension, register_extension
from apps.ledger.admin import AccountAdmin, EntryAdmin, HoldAdmin, TransferAdmin
from apps.ledger.models import Account, Entry, Hold, Transfer
from apps.tenants.models import Organization


class NamesCustomer(PageExtension[Any]):
    """Adds a column with the customer whose book the row is in."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the customers' names with the rows."""
        name = Organization.objects.filter(pk=OuterRef("book_id")).values("name")
        rows: QuerySet[Any] = super().get_queryset(request).annotate(customer_name=Subquery(name))
        return rows

    def row_title(self, row: Any) -> str:
        name = self.name_of(row)
        return f"{super().row_title(row)}, {name}" if name else super().row_title(row)

    @staticmethod
    def name_of(row: Any) -> str:
        """Return the customer's name that was read with a row; empty for a seller's book."""
        return getattr(row, "customer_name", None) or ""

    @admin.display(description="Customer")
    def customer(self, row: Any) -> str:
        if row.customer_name is None:
            return ""
        page = reverse("admin:tenants_organization_change", args=[row.book_id])
        return format_html('<a class="text-link" href="{}">{}</a>', page, row.customer_name)


@register_extension(Account)
class AccountsOfCustomers(NamesCustomer):
    list_display = (AccountAdmin.list_display[0], "customer", *AccountAdmin.list_display[1:])

    def row_title(self, row: Account) -> str:
        return account_title(row, self.name_of(row))


@register_extension(Transfer)
class TransfersOfCustomers(NamesCustomer):
    list_display = (TransferAdmin.list_display[0], "customer", *TransferAdmin.list_display[1:])

    def row_title(self, row: Transfer) -> str:
        return transfer_title(row)


@register_extension(Entry)
class EntriesOfCustomers(NamesCustomer):
    list_display = (EntryAdmin.list_display[0], "customer", *EntryAdmin.list_display[1:])


@register_extension(Hold)
class HoldsOfCustomers(NamesCustomer):
    list_display = (HoldAdmin.list_display[0], "customer", *HoldAdmin.list_display[1:])
