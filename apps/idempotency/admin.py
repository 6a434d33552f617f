"""Admin page of idempotent calls. Responses stay encrypted."""

from django.contrib import admin
from unfold.decorators import display

from apps.common.admin import DayRangeFilter, Menu, ReadOnlyModelAdmin, Section
from apps.idempotency.models import IdempotentCall


@admin.register(IdempotentCall)
class IdempotentCallAdmin(ReadOnlyModelAdmin[IdempotentCall]):
    menu = Menu(Section.OPERATIONS, 30, "repeat")
    list_title = "Stored API responses"
    found_by = ("pk",)
    list_display = ("created_at", "method", "path", "labeled_state", "status", "attempt", "caller", "key")
    list_filter = ("state", ("created_at", DayRangeFilter))
    search_fields = ("id__exact", "key__exact")
    search_help_text = "The client's Idempotency-Key or the call's id"
    keyset = ("created_at", "id")
    fieldsets = (
        (None, {"fields": ("method", "path", "labeled_state", "status", "content_type")}),
        ("Client", {"fields": ("caller", "key", "request_sha256")}),
        ("Times", {"fields": ("created_at", "attempt", "lease_ends_at", "completed_at", "id")}),
    )

    @display(description="State", label={"running": "warning", "done": "success"})
    def labeled_state(self, call: IdempotentCall) -> tuple[str, str]:
        return call.state, call.get_state_display()
