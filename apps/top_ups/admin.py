"""Pages of automatic top-up for staff: settings with the customer's consent, and every attempt."""

from typing import Any, ClassVar

from django.contrib import admin

from apps.common.admin import Menu, ReadOnlyModelAdmin, Section, code_words, money_text, quantity_text
from apps.top_ups.models import TaxedCredit, TopUp, TopUpAttempt

TAX_FIELDS = ("tax_micros", "tax_shown", "tax_reason", "tax_vatex_code")


class ShowsTax:
    """Shows the tax on bought credit, for the pages of rows that keep it."""

    @admin.display(description="Tax rate")
    def tax_shown(self, row: TaxedCredit) -> str:
        """Return the category and the rate, which is stored in thousandths of a percent: "S 19 %"."""
        return f"{row.tax_category} {quantity_text(row.tax_rate * 1000)} %" if row.tax_category else "None"


@admin.register(TopUp)
class TopUpAdmin(ReadOnlyModelAdmin[TopUp]):
    menu = Menu(Section.STRIPE, 92, "autorenew")
    list_display = ("organization", "is_enabled", "stopped_because", "retry_at", "capped_until")
    list_select_related = ("organization",)
    search_fields = ("payment_method_id__exact",)
    money_unit = "organization__currency"
    ordering = ("organization",)

    exclude = ("stopped_reason",)
    readonly_fields = ("stopped_because",)

    @admin.display(description="Stopped because", ordering="stopped_reason")
    def stopped_because(self, row: TopUp) -> str:
        return code_words(row.stopped_reason)

    def row_title(self, row: TopUp) -> str:
        return f"Automatic top-up of {row.organization}"


@admin.register(TopUpAttempt)
class TopUpAttemptAdmin(ShowsTax, ReadOnlyModelAdmin[TopUpAttempt]):
    menu = Menu(Section.STRIPE, 93, "sync")
    money_unit = "currency"
    list_display = ("created_at", "organization", "amount_micros", "state", "why", "settled_at")
    list_filter = ("state",)
    list_select_related = ("organization",)
    search_fields = ("=id", "payment_intent_id__exact")
    ordering = ("-created_at", "-id")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("organization", "amount_micros", "state", "why", "is_for_refusal")}),
        ("Tax", {"fields": TAX_FIELDS}),
        ("Card", {"fields": ("payment_method_id", "card_fingerprint", "payment_intent_id")}),
        ("When", {"fields": ("created_at", "sent_at", "action_until", "settled_at", "retry_at")}),
    )

    @admin.display(description="Why it was not paid", ordering="reason")
    def why(self, attempt: TopUpAttempt) -> str:
        return code_words(attempt.reason)

    def row_title(self, row: TopUpAttempt) -> str:
        return f"Top-up of {money_text(row.amount_micros, row.currency)} for {row.organization}"
