"""Read-only inlines on the pages of contracts and installments."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from apps.common.admin import TabularInline
from apps.contracts.models import (
    ContractVersion,
    Installment,
    InstallmentDiscount,
    InstallmentPayment,
    InstallmentRefund,
    InstallmentSurplus,
    ServiceRevenue,
)

ROW_STATES = {
    "paid": "success",
    "partially_paid": "info",
    "processing": "info",
    "overdue": "warning",
    "reversed": "danger",
    "written_off": "danger",
}


class _Journal(TabularInline[Any, Any]):
    can_delete = False
    max_num = 0
    hide_title = True
    show_title = False  # newer theme versions use this name

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        """Join the relation that holds the currency of the amounts."""
        return super().get_queryset(request).select_related(self.money_unit.rpartition("__")[0])


class InstallmentInline(_Journal):
    model = Installment
    money_unit = "contract__organization__currency"
    fields = readonly_fields = (
        "due",
        "period",
        "credit_micros",
        "service_micros",
        "amount_micros",
        "discount_micros",
        "paid_micros",
        "row_state",
    )
    ordering = ("version__number", "position")
    verbose_name_plural = "Schedule"

    @admin.display(description="Due")
    def due(self, row: Installment) -> str:
        page = reverse("admin:contracts_installment_change", args=[row.pk])
        return format_html('<a class="font-medium text-link" href="{}">{}</a>', page, row.due_date)

    @display(description="State", label=ROW_STATES)
    def row_state(self, row: Installment) -> tuple[str, str]:
        return row.shown_state(timezone.now().date())


class VersionInline(_Journal):
    model = ContractVersion
    money_unit = "contract__organization__currency"
    fields = readonly_fields = (
        "number",
        "kind",
        "effective_date",
        "term_months",
        "payment_frequency",
        "credit_portion_micros",
        "service_portion_micros",
        "reason",
        "created_by",
    )
    ordering = ("number",)
    verbose_name_plural = "Versions"


class PaymentInline(_Journal):
    model = InstallmentPayment
    money_unit = "installment__contract__organization__currency"
    fields = readonly_fields = ("received_at", "amount_micros", "received_in", "reference", "created_by")
    ordering = ("pk",)
    verbose_name_plural = "Payments"


class SurplusInline(_Journal):
    model = InstallmentSurplus
    money_unit = "installment__contract__organization__currency"
    fields = readonly_fields = ("received_at", "amount_micros", "returned_micros", "received_in", "reference")
    ordering = ("pk",)
    verbose_name_plural = "Overpayments"


class DiscountInline(_Journal):
    model = InstallmentDiscount
    money_unit = "installment__contract__organization__currency"
    fields = readonly_fields = ("created_at", "amount_micros", "asked_micros", "description", "withdrawn_at")
    ordering = ("pk",)
    verbose_name_plural = "Discounts"


class RefundInline(_Journal):
    model = InstallmentRefund
    money_unit = "installment__contract__organization__currency"
    fields = readonly_fields = ("created_at", "kind", "amount_micros", "paid_to", "reason", "created_by", "undone_at")
    ordering = ("pk",)
    verbose_name_plural = "Refunds"


class RevenueInline(_Journal):
    model = ServiceRevenue
    money_unit = "installment__contract__organization__currency"
    fields = readonly_fields = (
        "period_start",
        "period_end",
        "amount_micros",
        "recognized_micros",
        "cancelled_micros",
    )
    ordering = ("period_start",)
    verbose_name_plural = "Service revenue"
