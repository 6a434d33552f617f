"""Usage by day and month on screen, with links to the events."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import display

from apps.common.admin import Concern, Menu, ReadOnlyModelAdmin, Section, quantity_column
from apps.tenants.filters import CustomerFilter
from apps.usage.admin.filters import BillingModeFilter
from apps.usage.models import CharacterMonth, Counter, MonthClose, UsageDay


@admin.register(UsageDay)
class UsageDayAdmin(ReadOnlyModelAdmin[UsageDay]):
    menu = Menu(Section.PRICES_AND_USAGE, 80, "query_stats")
    quantity = staticmethod(quantity_column("quantity_micros", "Quantity"))
    list_display = (
        "day",
        "organization",
        "meter",
        "model",
        "operation",
        "event_type",
        "event_count",
        "quantity",
        "input_tokens",
        "output_tokens",
        "charge_micros",
        "events",
    )
    list_filter = (CustomerFilter, "meter", BillingModeFilter)
    list_select_related = ("organization", "meter")
    money_unit = "organization__currency"
    linked_by = ("organization__id__exact", "day__exact")
    fields = (
        *("day", "organization", "meter", "model", "operation", "event_type", "operator", "billing_mode"),
        *("event_count", "quantity", "input_tokens", "output_tokens", "charge_micros", "events"),
    )

    def get_keyset(self, request: HttpRequest) -> tuple[str, ...]:
        """Order by day for one organization, which has an index; by id otherwise."""
        narrowed = {CustomerFilter.parameter_name, "organization__id__exact"} & set(request.GET)
        return ("day", "id") if narrowed else ("id",)

    @admin.display(description="Events")
    def events(self, row: UsageDay) -> str:
        link = reverse("admin:usage_usageevent_changelist")
        query = {
            "organization__id__exact": row.organization_id,
            "counted_on__exact": row.day,
            "meter__id__exact": row.meter_id,
        }
        return format_html('<a class="underline" href="{}?{}">Show</a>', link, urlencode(query))


@admin.register(Counter)
class CounterAdmin(ReadOnlyModelAdmin[Counter]):
    """A month's totals under one price version; the charge is the price of the totals."""

    menu = Menu(Section.PRICES_AND_USAGE, 110, "pin")
    quantity = staticmethod(quantity_column("quantity_micros", "Quantity"))
    list_display = (
        "month",
        "organization",
        "meter",
        "price_version",
        "event_count",
        "quantity",
        "input_tokens",
        "output_tokens",
        "charge_micros",
    )
    list_filter = (CustomerFilter, "meter")
    list_select_related = ("organization", "meter", "price_version__meter")
    money_unit = "organization__currency"
    keyset = ("id",)
    fields = (
        *("month", "organization", "meter", "price_version"),
        *("event_count", "quantity", "input_tokens", "output_tokens", "charge_micros"),
    )


@admin.register(CharacterMonth)
class CharacterMonthAdmin(ReadOnlyModelAdmin[CharacterMonth]):
    menu = Menu(Section.PRICES_AND_USAGE, 120, "groups")
    list_display = ("month", "organization", "high_water_mark", "charged_micros", "billed_at")
    list_filter = (CustomerFilter,)
    list_select_related = ("organization",)
    money_unit = "organization__currency"
    keyset = ("id",)
    fields = ("organization", "month", "high_water_mark", "charged_micros", "billed_at")


@admin.register(MonthClose)
class MonthCloseAdmin(ReadOnlyModelAdmin[MonthClose]):
    menu = Menu(Section.PRICES_AND_USAGE, 130, "event_available")
    concern = Concern(
        title="Months that could not be closed",
        rank=70,
        rows=lambda _: MonthClose.objects.filter(state=MonthClose.State.FAILED),
        query={"state__exact": "failed"},
    )
    list_display = (
        "month",
        "organization",
        "labelled_state",
        "usage_micros",
        "minimum_micros",
        "event_count",
        "character_count",
        "closed_at",
    )
    list_filter = ("state", CustomerFilter)
    list_select_related = ("organization",)
    money_unit = "organization__currency"
    keyset = ("id",)
    fields = (
        *("organization", "month", "state", "usage_micros", "minimum_micros", "event_count", "character_count"),
        *("closed_at", "closed_by", "attempts", "error"),
    )

    @display(description="State", label={"closed": "success", "failed": "danger"})
    def labelled_state(self, close: MonthClose) -> tuple[str, Any]:
        return close.state, close.get_state_display()
