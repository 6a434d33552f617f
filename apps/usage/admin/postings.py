"""Usage postings on screen: the charge of each batch."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from apps.common.admin import AmountRangeFilter, DayRangeFilter, Menu, ReadOnlyModelAdmin, Section, money_text
from apps.tenants.filters import CustomerFilter
from apps.usage.models import UsagePosting


@admin.register(UsagePosting)
class UsagePostingAdmin(ReadOnlyModelAdmin[UsagePosting]):
    """The charge of a batch, with its ledger transfer and its events."""

    menu = Menu(Section.PRICES_AND_USAGE, 100, "request_quote")
    explained_by = ("posting", "pk")
    list_display = ("created_at", "organization", "kind", "traffic_source", "amount_micros", "item_count", "tokens")
    list_filter = (CustomerFilter, "kind", ("created_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    list_select_related = ("organization",)
    money_unit = "organization__currency"
    search_fields = ("id__exact", "transfer__id__exact", "transfer__key__exact")
    linked_by = ("organization__id__exact", "transfer__id__exact")
    keyset = ("created_at", "id")
    fields = (
        *("organization", "kind", "traffic_source", "amount_micros", "item_count", "events", "tokens", "transfer"),
        *("created_by", "created_at"),
    )

    @admin.display(description="Events")
    def events(self, posting: UsagePosting) -> str:
        link = reverse("admin:usage_usageevent_changelist")
        return format_html('<a class="underline" href="{}?posting__id__exact={}">Show</a>', link, posting.pk)

    def row_title(self, row: UsagePosting) -> str:
        amount = money_text(row.amount_micros, row.organization.currency)
        return f"{row.get_kind_display()} of {amount}, {row.organization}"
