"""Usage by day and month on screen, with links to the events."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import action, display

from apps.approvals.actions import person
from apps.common.admin import (
    Concern,
    Line,
    Menu,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Role,
    Section,
    confirm,
    day_text,
    quantity_column,
    time_text,
)
from apps.common.money import decimal_text
from apps.pricing.month_prices import amounts_of
from apps.tenants.filters import CustomerFilter
from apps.tenants.models import Organization
from apps.usage.admin.filters import BillingModeFilter
from apps.usage.models import CharacterMonth, Counter, MonthClose, UsageDay
from apps.usage.services import draft_usage_invoice


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
    linked_by = ("organization__id__exact", "day__exact", "day__gte", "day__lte", "meter__slug__exact", "model__exact")
    fields = (
        *("day", "organization", "meter", "model", "provider", "operation", "event_type", "operator", "billing_mode"),
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

    def row_title(self, row: UsageDay) -> str:
        return f"{row.meter.name} of {row.organization}, {day_text(row.day)}"


@admin.register(Counter)
class CounterAdmin(ReadOnlyModelAdmin[Counter]):
    """A month's totals under one price version; the charge is the price of the totals."""

    menu = Menu(Section.PRICES_AND_USAGE, 110, "pin")
    list_title = "Usage by month and price"
    quantity = staticmethod(quantity_column("quantity_micros", "Quantity"))
    list_display = (
        "month",
        "organization",
        "meter",
        "price",
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
        *("event_count", "quantity", "input_tokens", "output_tokens", "by_month", "charge_micros"),
    )

    @admin.display(description="Totals priced by the month")
    def by_month(self, row: Counter) -> str:
        return ", ".join(f"{name} {decimal_text(micros)}" for name, micros in amounts_of(row.months)) or "-"

    def row_title(self, row: Counter) -> str:
        return f"{row.meter.name} of {row.organization} in {row.month:%Y-%m}"

    @admin.display(description="Price")
    def price(self, row: Counter) -> str:
        version = row.price_version
        return f"{version.model or 'any model'}, from {time_text(version.effective_from)}"


@admin.register(CharacterMonth)
class CharacterMonthAdmin(ReadOnlyModelAdmin[CharacterMonth]):
    menu = Menu(Section.PRICES_AND_USAGE, 120, "groups")
    list_display = ("month", "organization", "high_water_mark", "charged_micros", "billed_at")
    list_filter = (CustomerFilter,)
    list_select_related = ("organization",)
    money_unit = "organization__currency"
    keyset = ("id",)
    fields = ("organization", "month", "high_water_mark", "charged_micros", "billed_at")

    def row_title(self, row: CharacterMonth) -> str:
        return f"Characters of {row.organization} in {row.month:%Y-%m}"


@admin.register(MonthClose)
class MonthCloseAdmin(OffersByState[MonthClose], ReadOnlyModelAdmin[MonthClose]):
    menu = Menu(Section.PRICES_AND_USAGE, 130, "event_available", (Role.BILLING,))
    concern = Concern(
        title="Months that could not be closed",
        rank=70,
        rows=lambda _: MonthClose.objects.filter(state=MonthClose.State.FAILED),
        query={"state__exact": "failed"},
        line=lambda row: Line(organization=row.organization, day=row.month, item=f"Month {row.month:%Y-%m}"),
        order="month",
    )
    list_display = (
        "month",
        "organization",
        "labeled_state",
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
    actions_detail = ("draft_invoice",)

    def buttons_for(self, row: MonthClose) -> Collection[str]:
        is_postpaid = row.organization.billing_mode == Organization.BillingMode.POSTPAID
        return ("draft_invoice",) if is_postpaid and row.state == MonthClose.State.CLOSED else ()

    def has_draft_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("invoices.add_document")

    @action(description="Draft the invoice", url_path="draft-invoice", permissions=["draft"], icon="receipt_long")
    def draft_invoice(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(MonthClose.objects.select_related("organization"), pk=object_id)

        def perform(cleaned: Any) -> HttpResponse:
            made = draft_usage_invoice(
                organization=row.organization, month=row.month, created_by=person(request.user), now=timezone.now()
            )
            self.log_change(request, row, f"Drafted {made}: {cleaned['reason']}")
            return HttpResponseRedirect(reverse("admin:invoices_document_change", args=[made.pk]))

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Draft the invoice for usage",
                explanation=(
                    "Drafts an invoice for all debt up to the month's end that is not on an invoice yet. This happens "
                    "automatically after the close, unless a billing profile or a tax rate was missing or the draft "
                    "was discarded."
                ),
                button="Draft invoice",
                makes_drafts=True,
            ),
            perform=perform,
            subject=row,
        )

    @display(description="State", label={"closed": "success", "failed": "danger"})
    def labeled_state(self, close: MonthClose) -> tuple[str, Any]:
        return close.state, close.get_state_display()

    def row_title(self, row: MonthClose) -> str:
        return f"{row.month:%Y-%m} of {row.organization}"
