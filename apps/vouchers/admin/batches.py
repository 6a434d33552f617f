"""Admin pages of batches: list, page with progress and journal, and the report."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.decorators import action, display

from apps.common.admin import (
    Menu,
    OffersByState,
    ReadOnlyModelAdmin,
    Role,
    Section,
    TabularInline,
    count_text,
    day_text,
    money_text,
)
from apps.vouchers.admin.batch_actions import BATCH_ACTIONS, BatchActionsMixin, actions_for
from apps.vouchers.admin.batch_create import BatchCreateMixin
from apps.vouchers.models import Batch, BatchEvent
from apps.vouchers.reports import ReportLine, report_by_batch, report_by_tag

STATES = {
    "awaiting": "warning",
    "generating": "info",
    "active": "success",
    "disabled": "warning",
    "revoked": "danger",
    "cancelled": "danger",
}
AMOUNTS = ("issued", "redeemed", "spent", "expired", "revoked", "outstanding", "redeemable")
REPORTED_BATCHES = 200
REFRESH_SECONDS = 2


class BatchEventInline(TabularInline[BatchEvent, Batch]):
    model = BatchEvent
    verbose_name_plural = "Journal"
    fields = readonly_fields = ("done_at", "action", "voucher", "reason", "done_by")
    ordering = ("-pk",)
    can_delete = False
    max_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Batch)
class BatchAdmin(BatchCreateMixin, BatchActionsMixin, OffersByState[Batch], ReadOnlyModelAdmin[Batch]):
    menu = Menu(Section.CONTRACTS, 40, "style", (Role.BILLING, Role.APPROVER))
    shortcut = "v"
    found_by = ("pk", "tag", "prefix")
    list_display = (
        "created_at",
        "tag",
        "origin",
        "state_label",
        "amount_micros",
        "progress",
        "expires_at",
        "created_by",
    )
    list_filter = ("state", "origin", "kind", "currency")
    search_fields = ("id__exact", "tag", "=prefix", "created_by")
    keyset = ("created_at", "id")
    money_unit = "currency"
    linked_by = ("tag",)
    actions_list = ("make_batch", "make_chosen", "make_import", "report")
    made_by = "make_batch"
    actions_detail = BATCH_ACTIONS
    inlines = (BatchEventInline,)
    fieldsets = (
        (None, {"fields": ("state", "progress", "kind", "origin", "tag", "note", "lists")}),
        ("Value", {"fields": ("amount_micros", "worth", "became")}),
        (
            "Terms",
            {
                "fields": (
                    "prefix",
                    "max_redemptions",
                    "max_per_organization",
                    "max_codes_per_organization",
                    "starts_at",
                    "expires_at",
                    "credit_days",
                    "organizations",
                    "plans",
                )
            },
        ),
        (
            "History",
            {
                "fields": (
                    "created_by",
                    "created_at",
                    "generated_at",
                    "downloaded_by",
                    "downloaded_at",
                )
            },
        ),
    )

    @display(description="State", label=STATES, ordering="state")
    def state_label(self, batch: Batch) -> tuple[str, str]:
        return batch.state, batch.get_state_display()

    @admin.display(description="Codes")
    def progress(self, batch: Batch) -> str:
        text = f"{count_text(batch.generated_count)} of {count_text(batch.code_count)}"
        if batch.state != Batch.State.GENERATING:
            return count_text(batch.generated_count) if batch.generated_count == batch.code_count else text
        bar = '<progress max="{}" value="{}" aria-label="Codes generated">{}</progress> {}'
        return format_html(bar, batch.code_count, batch.generated_count, text, text)

    @admin.display(description="Lists")
    def lists(self, batch: Batch) -> str:
        pages = [
            ("Codes", "admin:vouchers_voucher_changelist"),
            ("Redemptions", "admin:vouchers_redemption_changelist"),
        ]
        links = [(f"{reverse(page)}?batch={batch.pk}", name) for name, page in pages]
        return format_html_join(", ", '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', links)

    @admin.display(description="Maximum cost of all codes")
    def worth(self, batch: Batch) -> str:
        return money_text(batch.worth_micros, batch.currency)

    @admin.display(description="Outcome")
    def became(self, batch: Batch) -> str:
        line, unit = report_by_batch(Batch.objects.filter(pk=batch.pk), timezone.now())[0], batch.currency
        facts = [("Redemptions", count_text(line.redemption_count))]
        facts += [(name.capitalize(), money_text(getattr(line, f"{name}_micros"), unit)) for name in AMOUNTS]
        return format_html('<dl class="facts">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", facts))

    def buttons_for(self, row: Batch) -> Collection[str]:
        return actions_for(row)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a batch; the page refreshes while codes are being generated."""
        answer = super().change_view(request, object_id, form_url, extra_context)
        batch = _batch_with(object_id)
        if batch is not None and batch.state == Batch.State.GENERATING:
            answer["Refresh"] = str(REFRESH_SECONDS)
        return answer

    def has_report_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @action(description="Report", url_path="report", permissions=["report"], icon="summarize")
    def report(self, request: HttpRequest) -> HttpResponse:
        tag, now = request.GET.get("tag", ""), timezone.now()
        batches = Batch.objects.exclude(state=Batch.State.CANCELED)
        if tag:
            batches = batches.filter(tag=tag)
        newest = batches.order_by("-created_at", "pk").values("pk")[:REPORTED_BATCHES]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Voucher report",
            "tag": tag,
            "most": REPORTED_BATCHES,
            "heads": ("Codes", "Redemptions", *map(str.capitalize, AMOUNTS)),
            "tables": [
                ("By tag", _shown(report_by_tag(batches, now))),
                ("By batch", _shown(report_by_batch(Batch.objects.filter(pk__in=[row["pk"] for row in newest]), now))),
            ],
        }
        return TemplateResponse(request, "admin/vouchers/report.html", context)

    def row_title(self, row: Batch) -> str:
        return f"{row.name} of {day_text(row.created_at)}"


def _batch_with(object_id: Any) -> Batch | None:
    try:
        return Batch.objects.filter(pk=object_id).first()
    except ValidationError:
        return None


def _shown(lines: list[ReportLine]) -> list[dict[str, Any]]:
    return [
        {
            "label": line.label,
            "batch_id": line.batch_id,
            "cells": [
                ("Codes", count_text(line.code_count)),
                ("Redemptions", count_text(line.redemption_count)),
                *((name.capitalize(), money_text(getattr(line, f"{name}_micros"), line.currency)) for name in AMOUNTS),
            ],
        }
        for line in lines
    ]
