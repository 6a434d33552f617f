"""Read-only inlines on the pages of contracts and installments."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from unfold.decorators import display

from apps.common.admin import ReadOnlyInline, day_text, moment_words, money_text
from apps.common.reader import quantity_text
from apps.contracts.models import (
    ContractPrice,
    ContractVersion,
    Installment,
    InstallmentDiscount,
    InstallmentPayment,
    InstallmentRefund,
    InstallmentSurplus,
    ServiceRevenue,
)
from apps.pricing.price_text import price_text, rule_text

ROW_STATES = {
    "paid": "success",
    "partially_paid": "info",
    "processing": "info",
    "overdue": "warning",
    "reversed": "danger",
    "written_off": "danger",
}


def days_of(row: Installment) -> str:
    """Return the period of an installment as text; its end is the first day after it."""
    return f"{day_text(row.period_start)} to {day_text(row.period_end)}"


class InstallmentInline(ReadOnlyInline[Any, Any]):
    model = Installment
    money_unit = "contract__organization__currency"
    fields = readonly_fields = (
        "due",
        "days",
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

    @admin.display(description="Period")
    def days(self, row: Installment) -> str:
        return days_of(row)

    @display(description="State", label=ROW_STATES)
    def row_state(self, row: Installment) -> tuple[str, str]:
        return row.shown_state(timezone.now().date())


class VersionInline(ReadOnlyInline[Any, Any]):
    model = ContractVersion
    money_unit = "contract__organization__currency"
    fields = readonly_fields = (
        "version",
        "effective_date",
        "agreed",
        "credit_portion_micros",
        "service_portion_micros",
        "discount",
        "prices_agreed",
        "reason",
        "created_by",
    )
    ordering = ("number",)
    verbose_name_plural = "Versions"

    @admin.display(description="Version")
    def version(self, version: ContractVersion) -> str:
        return f"{version.number}, {version.get_kind_display().lower()}"

    @admin.display(description="Terms")
    def agreed(self, version: ContractVersion) -> str:
        """Return the term, the frequency and the days to pay, in one column so that the table fits a screen."""
        months = f"{version.term_months} month{'' if version.term_months == 1 else 's'}"
        term = f"{months}, {version.get_payment_frequency_display().lower()}"
        return f"{term}, {version.payment_terms_days} days to pay" if version.payment_terms_days else term

    @admin.display(description="Own prices")
    def prices_agreed(self, version: ContractVersion) -> str:
        unit = version.contract.organization.currency
        lines = (
            (f"{price.meter}, {price.model or 'any model'}: {rule_text(price.rule, unit)}",)
            for price in version.agreed_prices()
        )
        return format_html_join(mark_safe("<br>"), "{}", lines) or "-"

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


class PriceInline(ReadOnlyInline[Any, Any]):
    model = ContractPrice
    fields = readonly_fields = ("price_of", "amount", "starts", "ends", "state")
    ordering = ("pk",)
    verbose_name_plural = "Own prices"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("price__meter", "price__book")

    @admin.display(description="Price of")
    def price_of(self, row: ContractPrice) -> str:
        page = reverse("admin:pricing_priceversion_change", args=[row.price_id])
        text = f"{row.price.meter.name}, {row.price.model or 'any model'}"
        return format_html('<a class="font-medium text-link" href="{}">{}</a>', page, text)

    @admin.display(description="Price")
    def amount(self, row: ContractPrice) -> str:
        return price_text(row.price)

    @admin.display(description="From")
    def starts(self, row: ContractPrice) -> str:
        return moment_words(row.price.effective_from)

    @admin.display(description="Until")
    def ends(self, row: ContractPrice) -> str:
        return moment_words(row.price.effective_to) if row.price.effective_to else "the contract ends"

    @admin.display(description="State")
    def state(self, row: ContractPrice) -> str:
        return row.price.get_status_display()


class PaymentInline(ReadOnlyInline[Any, Any]):
    model = InstallmentPayment
    money_unit = "installment__contract__organization__currency"
    fields = readonly_fields = ("received_at", "value_date", "amount_micros", "received_in", "reference", "created_by")
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
    fields = readonly_fields = (
        *("created_at", "kind", "amount_micros", "paid_to", "value_date", "reason", "created_by", "undone_at"),
    )
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
        "canceled_micros",
    )
    ordering = ("period_start",)
    verbose_name_plural = "Service revenue"
