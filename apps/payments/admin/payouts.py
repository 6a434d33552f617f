"""Payouts of Stripe and the balance transactions that they pay, on screen."""

from django.contrib import admin

from apps.common.admin import (
    DayRangeFilter,
    Menu,
    ReadOnlyInline,
    ReadOnlyModelAdmin,
    Role,
    Section,
    ValueFilter,
    code_words,
    money_text,
)
from apps.payments.models import BalanceTransaction, Payout, PayoutPart


class PartInline(ReadOnlyInline[PayoutPart, Payout]):
    model = PayoutPart
    money_unit = "payout__currency"
    fields = readonly_fields = ("customer", "amount_micros", "posted_at", "undone_at")
    ordering = ("-amount_micros", "pk")
    verbose_name_plural = "Customers"

    @admin.display(description="Customer")
    def customer(self, row: PayoutPart) -> str:
        return str(row.organization or "No customer")


@admin.register(Payout)
class PayoutAdmin(ReadOnlyModelAdmin[Payout]):
    menu = Menu(Section.STRIPE, 55, "account_balance", (Role.BILLING,))
    list_title = "Payouts"
    found_by = ("stripe_id",)
    money_unit = "currency"
    list_display = ("stripe_id", "amount_micros", "status_words", "arrival_date", "split_at", "undone_at")
    list_filter = (("status", ValueFilter), ("arrival_date", DayRangeFilter))
    search_fields = ("stripe_id__exact",)
    ordering = ("-arrival_date", "-pk")
    inlines = (PartInline,)
    fields = (
        ("stripe_id", "status_words"),
        ("amount_micros", "currency"),
        ("arrival_date", "is_automatic"),
        ("created_at", "split_at", "undone_at"),
    )

    @admin.display(description="At Stripe", ordering="status")
    def status_words(self, row: Payout) -> str:
        return code_words(row.status)

    def row_title(self, row: Payout) -> str:
        return f"Payout of {money_text(row.amount_micros, row.currency)}"


@admin.register(BalanceTransaction)
class BalanceTransactionAdmin(ReadOnlyModelAdmin[BalanceTransaction]):
    menu = Menu(Section.STRIPE, 56, "receipt")
    list_title = "Balance transactions"
    found_by = ("stripe_id",)
    money_unit = "currency"
    list_display = (
        "stripe_id",
        "type_words",
        "organization",
        "amount_micros",
        "fee_micros",
        "payout",
        "created_at",
        "booked_at",
    )
    list_select_related = ("organization", "payout")
    linked_by = ("organization", "organization__id__exact", "payout__id__exact")
    search_fields = ("stripe_id__exact", "payment_intent_id__exact")
    keyset = ("id",)
    fields = (
        ("stripe_id", "type_words", "category_words"),
        ("organization", "source_id", "payment_intent_id"),
        ("amount_micros", "fee_micros", "currency"),
        ("is_exchanged", "payout"),
        ("created_at", "fetched_at", "booked_at"),
    )

    @admin.display(description="Type")
    def type_words(self, row: BalanceTransaction) -> str:
        return code_words(row.type)

    @admin.display(description="Category")
    def category_words(self, row: BalanceTransaction) -> str:
        return code_words(row.category)

    def row_title(self, row: BalanceTransaction) -> str:
        kind = code_words(row.type)
        return f"{kind} of {money_text(row.amount_micros, row.currency)} at Stripe"
