"""Admin list and page of contracts: terms, schedule, and actions."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from apps.billing_profiles.filters import BY_CUSTOMER
from apps.common.admin import EVERY_ROLE, Concern, DayRangeFilter, Line, MatchFilter, Menu, Section, micros_column
from apps.contracts import selectors
from apps.contracts.admin import contract_pages
from apps.contracts.admin.contract_actions import ContractActions
from apps.contracts.admin.filters import EndingFilter
from apps.contracts.admin.inlines import InstallmentInline, PriceInline, VersionInline
from apps.contracts.models import Contract

STATES = {
    "draft": "default",
    "pending_payment": "info",
    "active": "success",
    "past_due": "warning",
    "expired": "default",
    "cancelled": "danger",
}
UNIT = "organization__currency"


@admin.register(Contract)
class ContractAdmin(ContractActions):
    menu = Menu(Section.CONTRACTS, 10, "contract", EVERY_ROLE)
    newest_by = "-created_at"
    shortcut = "c"
    found_by = ("pk",)
    concern = Concern(
        title="Contracts ending within 60 days",
        rank=30,
        rows=lambda now: selectors.ending_contracts(Contract.objects.all(), now),
        query={"ending": "yes"},
        line=lambda row: Line(organization=row.organization, day=row.end_date),
        order="end_date",
    )
    total_micros = staticmethod(micros_column("total_micros", "Value", unit=UNIT))
    unpaid_micros = staticmethod(micros_column("unpaid_micros", "Unpaid", unit=UNIT))
    overdue_micros = staticmethod(micros_column("overdue_micros", "Overdue", unit=UNIT))
    list_display = (
        "organization",
        "state",
        "start_date",
        "end_date",
        "total_micros",
        "unpaid_micros",
        "overdue_micros",
        "next_due",
        "renews",
    )
    list_filter = (
        "status",
        EndingFilter,
        "auto_renew",
        ("start_date", DayRangeFilter),
        ("end_date", DayRangeFilter),
        *BY_CUSTOMER,
        MatchFilter,
    )
    linked_by = ("organization", "organization__id__exact", "organization__currency")
    list_select_related = ("organization",)
    money_unit = UNIT
    readonly_fields = ("total_micros", "unpaid_micros", "overdue_micros")
    search_fields = ("id__exact", "organization__slug", "organization__name")
    ordering = ("-created_at", "pk")
    inlines = (InstallmentInline, PriceInline, VersionInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "organization",
                    "state",
                    ("start_date", "end_date"),
                    ("auto_renew", "term"),
                    ("total_micros", "unpaid_micros", "overdue_micros"),
                    ("bonus_credits_micros", "bonus_granted_at"),
                    "notes",
                )
            },
        ),
        ("At Stripe", {"fields": ("payment_link_url",)}),
        (
            "History",
            {
                "fields": (
                    ("created_by", "created_at"),
                    ("offered_at", "activated_at"),
                    ("canceled_from", "ended_at", "end_reason"),
                    ("updated_at", "revision"),
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contract]:
        return selectors.with_figures(super().get_queryset(request))

    @display(description="Status", label=STATES, ordering="status")
    def state(self, contract: Contract) -> tuple[str, str]:
        return contract.status, contract.get_status_display()

    @admin.display(description="Renews", ordering="auto_renew", boolean=True)
    def renews(self, contract: Contract) -> bool:
        return contract.auto_renew

    @admin.display(description="Next due", ordering="next_due_date")
    def next_due(self, contract: Contract) -> Any:
        return contract.next_due_date  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("contracts.add_contract")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return contract_pages.write_page(request, self)
