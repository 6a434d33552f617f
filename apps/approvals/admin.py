"""Requests for a second person: read by all who may, decided on a page of their own by someone else."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.decorators import action, display

from apps.approvals import services
from apps.approvals.independence import refuse_dependent
from apps.approvals.models import Approval
from apps.common.admin import (
    AmountRangeFilter,
    Change,
    ConfirmForm,
    DayRangeFilter,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    confirm,
    money_text,
)

LABELS = {"pending": "warning", "approved": "info", "used": "success", "rejected": "danger"}


@admin.register(Approval)
class ApprovalAdmin(OffersByState[Approval], ReadOnlyModelAdmin[Approval]):
    list_display = ("what", "about", "amount_micros", "state", "requested_by", "requested_at", "expires_at")
    list_filter = ("status", "kind", ("requested_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    list_select_related = ("requested_by", "decided_by")
    search_fields = ("=id", "subject", "requested_by__username")
    money_unit = "currency"
    actions_detail = ("approve", "reject")
    fieldsets = (
        (None, {"fields": ("what", "about", "amount_micros", "state", "reason", "what_exactly")}),
        ("Asked for", {"fields": ("requested_by", "requested_at", "expires_at")}),
        ("Decided", {"fields": ("decided_by", "decided_at", "decision_note", "used_at")}),
    )

    @display(description="What", ordering="kind")
    def what(self, approval: Approval) -> str:
        return approval.kind

    @display(description="About", ordering="subject")
    def about(self, approval: Approval) -> str:
        return approval.subject

    @display(description="State", label=LABELS, ordering="status")
    def state(self, approval: Approval) -> tuple[str, str]:
        if approval.is_expired(timezone.now()):
            return "expired", Approval.Status.EXPIRED.label
        return approval.status, approval.get_status_display()

    @admin.display(description="What exactly")
    def what_exactly(self, approval: Approval) -> str:
        rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", _readable(approval))
        return format_html('<dl class="facts">{}</dl>', rows)

    def fitting(self, row: Approval) -> Collection[str]:
        waits = row.status == Approval.Status.PENDING and not row.is_expired(timezone.now())
        return self.actions_detail if waits else ()

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("approvals.decide_approval")

    @action(description="Approve", url_path="approve", permissions=["decide"], icon="check")
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._decide(request, object_id, agree=True)

    @action(description="Reject", url_path="reject", permissions=["decide"], icon="close")
    def reject(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._decide(request, object_id, agree=False)

    def agree(self, request: HttpRequest, approval: Approval, note: str) -> str:
        """Agree and say what comes next."""
        services.approve(approval_id=approval.pk, by=request.user, now=timezone.now(), note=note)  # type: ignore[arg-type]
        return "Approved: it can now be carried out, once."

    def refuse(self, request: HttpRequest, approval: Approval, note: str) -> str:
        """Refuse; nothing is done."""
        services.reject(approval_id=approval.pk, by=request.user, now=timezone.now(), note=note)  # type: ignore[arg-type]
        return "Rejected: nothing was done."

    def facts(self, approval: Approval) -> list[Change]:
        """Return what is agreed to, before anybody agrees."""
        rows = [("In all", money_text(approval.amount_micros, approval.currency)), *_readable(approval)]
        return [Change(name, "", text) for name, text in rows]

    def _decide(self, request: HttpRequest, object_id: str, *, agree: bool) -> HttpResponse:
        approval = get_object_or_404(self.get_queryset(request), pk=object_id)

        def facts(_: Any) -> list[Change]:
            refuse_dependent(maker=approval.requested_by, decider=request.user, now=timezone.now())  # type: ignore[arg-type]
            return self.facts(approval)

        def perform(cleaned: Any) -> str:
            decide = self.agree if agree else self.refuse
            return decide(request, approval, cleaned["reason"])

        return confirm(
            request,
            admin=self,
            question=Question(
                title=f"{'Approve' if agree else 'Reject'}: {self.what(approval)}",
                form=ConfirmForm,
                explanation=f"{approval.requested_by} asks: {approval.reason}",
                changes=facts,
                button="Approve" if agree else "Reject",
                danger=not agree,
            ),
            perform=perform,
            back=reverse("admin:approvals_approval_change", args=[approval.pk]),
            subject=approval,
        )


def _readable(approval: Approval) -> list[tuple[str, str]]:
    """Return the arguments as label and text, money in whole units; what is empty is left out."""
    return [
        (
            name.removesuffix("_micros").replace("_", " ").capitalize(),
            money_text(value, approval.currency) if name.endswith("_micros") else str(value),
        )
        for name, value in sorted(approval.arguments.items())
        if value not in (None, "", [], {}) and name != "token"  # what tells a second click from the first
    ]
