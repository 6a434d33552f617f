"""Admin pages of bulk actions: the progress of each, and the result of each row."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.approvals.models import BulkRow, BulkRun
from apps.common.admin import (
    AmountRangeFilter,
    DayRangeFilter,
    Menu,
    ReadOnlyModelAdmin,
    Role,
    Section,
    count_text,
    micros_column,
)

DESK = (Role.BILLING, Role.APPROVER, Role.ADMINISTRATOR)
RUN_STATES = {"waiting": "warning", "running": "info", "done": "success"}
ROW_STATES = {"done": "success", "refused": "danger"}
COUNTED = tuple(BulkRow.State)


@admin.register(BulkRun)
class BulkRunAdmin(ReadOnlyModelAdmin[BulkRun]):
    menu = Menu(Section.MONEY, 85, "playlist_add_check", DESK)
    list_display = ("title", "amount", "run_state", "progress", "requested_by", "requested_at")
    list_filter = ("state", ("requested_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    list_select_related = ("requested_by", "approval")
    search_fields = ("=id", "title", "reason", "requested_by__username")
    money_unit = "currency"
    amount = staticmethod(micros_column("moved_micros", "Amount", unit="currency", ordering="amount_micros"))
    fieldsets = (
        (None, {"fields": ("title", "reason", "run_state", "progress", "amount", "rows_by_state")}),
        ("Requested", {"fields": ("requested_by", "requested_at", "approval")}),
        ("Performed", {"fields": ("started_at", "ended_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[BulkRun]:
        counts = {f"{state}_count": Count("rows", filter=Q(rows__state=state)) for state in COUNTED}
        return super().get_queryset(request).annotate(**counts)

    @display(description="State", label=RUN_STATES, ordering="state")
    def run_state(self, run: BulkRun) -> tuple[str, str]:
        return run.state, run.get_state_display()

    @admin.display(description="Progress")
    def progress(self, run: Any) -> str:
        done, refused, waiting = (count_text(getattr(run, f"{name}_count")) for name in ("done", "refused", "waiting"))
        return f"{done} of {count_text(run.row_count)} done, {refused} refused, {waiting} to go"

    @admin.display(description="Rows")
    def rows_by_state(self, run: Any) -> SafeString:
        """Link to the rows of each state."""
        page = f"{reverse('admin:approvals_bulkrow_changelist')}?run__id__exact={run.pk}"
        links = [(page, f"All {count_text(run.row_count)}")]
        links += [
            (f"{page}&state__exact={state.value}", f"{count_text(count)} {state.label.lower()}")
            for state in COUNTED
            if (count := getattr(run, f"{state.value}_count"))
        ]
        return format_html_join(", ", '<a class="link" href="{}">{}</a>', links)


@admin.register(BulkRow)
class BulkRowAdmin(ReadOnlyModelAdmin[BulkRow]):
    menu = Menu(Section.MONEY, 86, "checklist")
    list_display = ("about", "amount", "row_state", "outcome", "ended_at", "run")
    list_filter = ("state", ("amount_micros", AmountRangeFilter))
    list_select_related = ("run",)
    linked_by = ("run__id__exact", "organization__id__exact")
    search_fields = ("about", "outcome")
    ordering = ("-run", "position")
    money_unit = "run__currency"
    amount = staticmethod(micros_column("moved_micros", "Amount", unit="run__currency", ordering="amount_micros"))
    fields = ("run", "about", "organization", "amount", "row_state", "outcome", "ended_at")

    @display(description="State", label=ROW_STATES, ordering="state")
    def row_state(self, row: BulkRow) -> tuple[str, str]:
        return row.state, row.get_state_display()
