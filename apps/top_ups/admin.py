"""Pages of automatic top-up for staff: settings with the customer's consent, and every attempt."""

from django.contrib import admin

from apps.common.admin import Menu, ReadOnlyModelAdmin, Section
from apps.top_ups.models import TopUp, TopUpAttempt


@admin.register(TopUp)
class TopUpAdmin(ReadOnlyModelAdmin[TopUp]):
    menu = Menu(Section.STRIPE, 92, "autorenew")
    list_display = ("organization", "is_enabled", "stopped_reason", "retry_at", "capped_until")
    list_select_related = ("organization",)
    search_fields = ("payment_method_id__exact",)
    ordering = ("organization",)

    def row_title(self, row: TopUp) -> str:
        return f"Automatic top-up of {row.organization}"


@admin.register(TopUpAttempt)
class TopUpAttemptAdmin(ReadOnlyModelAdmin[TopUpAttempt]):
    menu = Menu(Section.STRIPE, 93, "sync")
    list_display = ("id", "organization", "amount_micros", "currency", "state", "reason", "created_at")
    list_filter = ("state",)
    list_select_related = ("organization",)
    search_fields = ("=id", "payment_intent_id__exact")
    ordering = ("-created_at", "-id")
