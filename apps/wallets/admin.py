"""Read-only pages of grants, their consumption, and shortfalls. Money is moved by actions on the customer's page."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.decorators import display

from apps.common.admin import (
    AmountRangeFilter,
    Concern,
    DayRangeFilter,
    Line,
    Menu,
    ReadOnlyModelAdmin,
    Role,
    Section,
    day_text,
    money_text,
    time_text,
)
from apps.common.reader import code_words, with_own_days
from apps.ledger.models import Transfer
from apps.tenants.filters import CustomerFilter as CustomerFilterBase
from apps.wallets import selectors
from apps.wallets.models import Consumption, Grant, Refusal, Shortfall

SHOWN = 50


def _charge_words(transfer: Transfer) -> str:
    return transfer.description or code_words(transfer.kind)


def _amount_title(row: Consumption | Shortfall) -> str:
    amount = money_text(row.amount_micros, row.organization.currency)
    return f"{amount} of {row.organization}, {time_text(row.recorded_at)}"


def _why_link(what: str, key: int, text: str) -> str:
    """Return a link to the page that explains a grant or a transfer."""
    return format_html('<a class="text-link" href="{}">{}</a>', reverse("admin:why", args=[what, key]), text)


class CustomerFilter(CustomerFilterBase):
    parameter_name = "organization"


@admin.register(Grant)
class GrantAdmin(ReadOnlyModelAdmin[Grant]):
    menu = Menu(Section.MONEY, 10, "add_card", (Role.SUPPORT, Role.BILLING, Role.ADMINISTRATOR))
    newest_by = "-pk"
    found_by = ("key",)
    explained_by = ("grant", "pk")
    list_display = (
        "granted_at",
        "organization",
        "source",
        "amount_micros",
        "remaining_micros",
        "paid_micros",
        "expires_at",
        "state",
        "said",
    )
    list_filter = (
        "source",
        "is_paid",
        CustomerFilter,
        ("granted_at", DayRangeFilter),
        ("expires_at", DayRangeFilter),
        ("amount_micros", AmountRangeFilter),
    )
    list_select_related = ("organization",)
    money_unit = "organization__currency"
    search_fields = ("key__exact",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "organization",
                    "source",
                    "state",
                    "amount_micros",
                    "remaining_micros",
                    "held_micros",
                    "paid_micros",
                    "said",
                )
            },
        ),
        ("Burn order", {"fields": ("priority", "is_paid", "granted_at", "starts_at", "expires_at")}),
        ("What it paid for", {"fields": ("paid_for",)}),
        ("Trace", {"fields": ("key", "transfer")}),
    )

    def get_keyset(self, request: HttpRequest) -> tuple[str, ...]:
        """Page one customer's grants by their own index, all customers' by id."""
        return ("granted_at", "pk") if request.GET.get(CustomerFilter.parameter_name) else ("pk",)

    @admin.display(description="Description")
    def said(self, grant: Grant) -> str:
        return with_own_days(grant.description)

    @admin.display(description="Organization")
    def organization(self, grant: Grant) -> str:
        return grant.organization.name

    @display(description="State", label={"live": "success", "spent": "primary", "expired": "warning", "later": "info"})
    def state(self, grant: Grant) -> tuple[str, str]:
        now = timezone.now()
        if grant.is_expired(now):
            return "expired", "Expired"
        if not grant.has_started(now):
            return "later", f"From {day_text(grant.starts_at)}"
        return ("live", "Live") if grant.remaining_micros else ("spent", "Spent")

    @admin.display(description=f"The newest {SHOWN}")
    def paid_for(self, grant: Grant) -> str:
        unit = grant.organization.currency
        rows = (
            (
                time_text(use.recorded_at),
                reverse("admin:why", args=["transfer", use.transfer_id]),
                _charge_words(use.transfer),
                money_text(use.amount_micros, unit),
            )
            for use in selectors.spent_on(grant, SHOWN)
        )
        line = "<tr><td>{}</td><td><a class='text-link' href='{}'>{}</a></td><td class='money'>{}</td></tr>"
        lines = format_html_join("", line, rows)
        return format_html('<table class="plain-rows">{}</table>', lines)


@admin.register(Consumption)
class ConsumptionAdmin(ReadOnlyModelAdmin[Consumption]):
    """The amount that a transfer took from a grant."""

    menu = Menu(Section.MONEY, 40, "call_split")
    list_title = "Spending of grants"
    explained_by = ("transfer", "transfer_id")
    list_display = ("recorded_at", "organization", "amount_micros", "from_grant", "spent_on", "grant", "transfer")
    hidden_columns = ("grant", "transfer")
    list_filter = (CustomerFilter, ("recorded_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    list_select_related = ("organization", "grant", "transfer")
    money_unit = "organization__currency"
    search_fields = ("transfer__key__exact", "grant__key__exact")
    linked_by = ("grant__id__exact", "transfer__id__exact")
    keyset = ("pk",)
    fields = ("organization", "grant", "transfer", "amount_micros", "recorded_at")

    @admin.display(description="Organization")
    def organization(self, use: Consumption) -> str:
        return use.organization.name

    @admin.display(description="Grant")
    def from_grant(self, use: Consumption) -> str:
        source, said = use.grant.get_source_display(), with_own_days(use.grant.description)
        return _why_link("grant", use.grant_id, source if said in ("", source) else f"{source}: {said}")

    @admin.display(description="Spent on")
    def spent_on(self, use: Consumption) -> str:
        return _why_link("transfer", use.transfer_id, _charge_words(use.transfer))

    def row_title(self, row: Consumption) -> str:
        return _amount_title(row)


@admin.register(Shortfall)
class ShortfallAdmin(ReadOnlyModelAdmin[Shortfall]):
    """What no grant covered: overspend by work already done, or debt after a refund or a dispute."""

    menu = Menu(Section.MONEY, 70, "trending_down")
    list_title = "Amounts not covered by credit"
    concern = Concern(
        title="Spending not covered by credit",
        rank=80,
        rows=lambda _: Shortfall.objects.filter(remaining_micros__gt=0),
        query={"remaining_micros_from": "0.000001"},
        line=lambda row: Line(
            organization=row.organization,
            amount_micros=row.remaining_micros,
            unit=row.organization.currency,
            day=row.recorded_at.date(),
            item="Charge above the credit",
        ),
        order="recorded_at",
    )
    explained_by = ("transfer", "transfer_id")
    list_display = ("recorded_at", "organization", "amount_micros", "remaining_micros", "spent_on", "transfer")
    hidden_columns = ("transfer",)
    list_filter = (CustomerFilter, ("remaining_micros", AmountRangeFilter), ("recorded_at", DayRangeFilter))
    list_select_related = ("organization", "transfer")
    money_unit = "organization__currency"
    search_fields = ("transfer__key__exact",)
    keyset = ("pk",)
    fields = ("organization", "transfer", "amount_micros", "remaining_micros", "recorded_at")

    @admin.display(description="Organization")
    def organization(self, shortfall: Shortfall) -> str:
        return shortfall.organization.name

    @admin.display(description="Charge")
    def spent_on(self, shortfall: Shortfall) -> str:
        return _why_link("transfer", shortfall.transfer_id, _charge_words(shortfall.transfer))

    def row_title(self, row: Shortfall) -> str:
        return _amount_title(row)


@admin.register(Refusal)
class RefusalAdmin(ReadOnlyModelAdmin[Refusal]):
    """Refused work by customer, limit and minute; amounts and work are those of the minute's last refusal."""

    menu = Menu(Section.CUSTOMERS, 65, "block")
    list_display = (
        "minute",
        "organization",
        "reason",
        "limit",
        "count",
        "last_requested_micros",
        "last_missing_micros",
        "work",
    )
    list_filter = ("reason", CustomerFilter, ("minute", DayRangeFilter))
    list_select_related = ("organization",)
    money_unit = "organization__currency"
    search_fields = ("budget__exact",)
    keyset = ("minute", "pk")
    fields = (
        "organization",
        "minute",
        "reason",
        "limit",
        "count",
        "last_at",
        "last_requested_micros",
        "last_missing_micros",
        "work",
    )

    @admin.display(description="Organization")
    def organization(self, refusal: Refusal) -> str:
        return refusal.organization.name

    @admin.display(description="Budget")
    def limit(self, refusal: Refusal) -> str:
        return " ".join(each for each in (refusal.budget, refusal.bucket) if each)

    @admin.display(description="Last for")
    def work(self, refusal: Refusal) -> str:
        return selectors.work_text(refusal.last_work)

    def row_title(self, row: Refusal) -> str:
        return f"{row.get_reason_display()}, {row.organization}, {time_text(row.minute)}"
