"""Pages of payment issues: findings that staff must handle."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import action, display

from apps.common.admin import Concern, Line, Menu, Question, ReadOnlyModelAdmin, Role, Section, confirm
from apps.payments.issues import resolve_issue
from apps.payments.models import PaymentIssue, StripeEvent


@admin.register(PaymentIssue)
class PaymentIssueAdmin(ReadOnlyModelAdmin[PaymentIssue]):
    menu = Menu(Section.STRIPE, 80, "report", (Role.BILLING,))
    concern = Concern(
        title="Open payment issues",
        rank=110,
        rows=lambda _: PaymentIssue.objects.filter(resolved_at=None),
        query={"resolved_at__isempty": "1"},
        line=lambda row: Line(
            organization=row.organization,
            amount_micros=row.expected_micros if row.actual_micros is None else row.actual_micros,
            unit=row.currency or (row.organization.currency if row.organization else ""),
            day=row.opened_at.date(),
            item=row.get_kind_display(),
        ),
        order="opened_at",
    )
    list_display = ("subject", "kind", "organization", "labeled_state", "opened_at", "seen_at")
    list_filter = ("kind", ("resolved_at", admin.EmptyFieldListFilter))
    search_fields = ("subject__exact",)
    list_select_related = ("organization",)
    money_unit = "organization__currency"
    ordering = ("-opened_at", "-id")
    actions_detail = ("resolve",)
    fields = (
        "kind",
        "organization",
        "about",
        "detail",
        "expected_micros",
        "actual_micros",
        "currency",
        "opened_at",
        "seen_at",
        "resolved_at",
        "resolved_by",
        "resolution",
    )

    @display(description="State", label={"open": "danger", "resolved": "success"})
    def labeled_state(self, issue: PaymentIssue) -> str:
        return "resolved" if issue.resolved_at else "open"

    @admin.display(description="Subject")
    def about(self, issue: PaymentIssue) -> str:
        """Return the subject, as a link if it is an event that could not be booked."""
        is_event = issue.kind == PaymentIssue.Kind.NOT_BOOKED
        event = StripeEvent.objects.filter(event_id=issue.subject).first() if is_event else None
        if event is None:
            return issue.subject
        address = reverse("admin:payments_stripeevent_change", args=[event.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', address, issue.subject)

    def has_resolve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("payments.change_paymentissue")

    @action(description="Resolve", url_path="resolve", permissions=["resolve"], icon="done")
    def resolve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        issue = self.row_or_404(request, object_id)

        def perform(cleaned: Any) -> str:
            resolve_issue(
                issue_id=issue.pk, resolution=cleaned["reason"], by=f"staff:{request.user}", now=timezone.now()
            )
            return "Resolved."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Resolve",
                explanation="If the problem is found again, a new issue opens.",
                rehearsal=perform,
                button="Resolve",
            ),
            perform=perform,
            subject=issue,
        )
