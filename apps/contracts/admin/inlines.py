"""Read-only inlines on the pages of contracts and installments."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from apps.common.admin import ReadOnlyInline, day_text, money_text
from apps.common.reader import quantity_text
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


class InstallmentInline(ReadOnlyInline[Any, Any]):
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
        return format_html('<a class="font-medium text-link" href="{}">{}</a>', page, day_text(row.due_date))

    @display(description="State", label=ROW_STATES)
    def row_state(self, row: Installment) -> tuple[str, str]:
        return row.shown_state(timezone.now().date())


class VersionInline(ReadOnlyInline[Any, Any]):
    model = ContractVersion
    money_unit = "contract__organization__currency"
    fields = readonly_fields = (
        "number",
        "kind",
        "effective_date",
        "term_months",
        "payment_frequency",
        "payment_terms_days",
        "credit_portion_micros",
        "service_portion_micros",
        "discount",
        "reason",
        "created_by",
    )
    ordering = ("number",)
    verbose_name_plural = "Versions"

    @admin.display(description="Discount")
    def discount(self, version: ContractVersion) -> str:
        amount = f"{quantity_text(version.discount_percent_micros)} %" if version.discount_percent_micros else ""
        if version.discount_micros:
            amount = money_text(version.discount_micros, version.contract.organization.currency)
        if amount and version.discount_periods:
            return f"{amount} on the first {version.discount_periods}"
        if amount and version.discount_until:
            return f"{amount} until {day_text(version.discount_until)}"
        return amount or "-"


class PaymentInline(ReadOnlyInline[Any, Any]):
    model = InstallmentPayment
    money_unit = "installment__contract__organization__currency"
    fields = readonly_fields = ("received_at", "amount_micros", "received_in", "reference", "created_by")
    ordering = ("pk",)
    verbose_name_plural = "Payments"


class SurplusInline(ReadOnlyInline[Any, Any]):
    model = InstallmentSurplus
    money_unit = "installment__contract__organization__currency"
    fields = readonly_fields = ("received_at", "amount_micros", "returned_micros", "received_in", "reference")
    ordering = ("pk",)
    verbose_name_plural = "Overpayments"


class DiscountInline(ReadOnlyInline[Any, Any]):
    model = InstallmentDiscount
    money_unit = "installment__contract__organization__currency"
    fields = readonly_fields = ("created_at", "amount_micros", "asked_micros", "description", "withdrawn_at")
    ordering = ("pk",)
    verbose_name_plural = "Discounts"


class RefundInline(ReadOnlyInline[Any, Any]):
    model = InstallmentRefund
    money_unit = "installment__contract__organization__currency"
    fields = readonly_fields = ("created_at", "kind", "amount_micros", "paid_to", "reason", "created_by", "undone_at")
    ordering = ("pk",)
    verbose_name_plural = "Refunds"


class RevenueInline(ReadOnlyInline[Any, Any]):
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
