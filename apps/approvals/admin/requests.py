"""Admin pages of approval requests, with the pages to approve or reject them."""

from collections.abc import Collection, Iterable, Iterator
from functools import wraps
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.approvals import services
from apps.approvals.actions import REGISTRY, UNKNOWN_SIZE, action_of
from apps.approvals.independence import refuse_dependent
from apps.approvals.models import Approval
from apps.approvals.selectors import waiting
from apps.approvals.submission import execute
from apps.common.admin import (
    NOBODY,
    AmountRangeFilter,
    Change,
    Concern,
    ConfirmForm,
    DayRangeFilter,
    Line,
    Menu,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Review,
    Role,
    Section,
    confirm,
    micros_column,
    money_text,
    read_by,
)
from apps.common.errors import BillingError
from apps.common.reader import code_words, in_own_style


class ApproveForm(ConfirmForm):
    """A note that may be left empty: the request has a reason, and approving it agrees with that."""

    reason = forms.CharField(
        label="Note",
        required=False,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Optional. Kept with the request.",
    )


LABELS = {"pending": "warning", "approved": "info", "used": "success", "rejected": "danger"}


def _what(approval: Approval) -> str:
    found = REGISTRY.get(approval.kind)
    return found.title if found else approval.kind


_amount = micros_column(
    "known_amount_micros", "Amount", unit="currency", ordering="amount_micros", missing=UNKNOWN_SIZE
)


@wraps(_amount)
def amount_moved(approval: Approval) -> str | None:
    """Return the amount; None where the action moves no money, such as closing a month."""
    return _amount(approval) if approval.known_amount_micros != 0 else None


@admin.register(Approval)
class ApprovalAdmin(OffersByState[Approval], ReadOnlyModelAdmin[Approval]):
    menu = Menu(Section.MONEY, 80, "how_to_reg", (Role.BILLING, Role.APPROVER, Role.ADMINISTRATOR))
    shortcut = "a"
    found_by = ("pk",)
    found_noun = "request"
    concern = Concern(
        title="Approvals waiting",
        rank=10,
        rows=waiting,
        query={"status__exact": "pending"},
        line=lambda row: Line(
            organization=row.organization,
            amount_micros=row.known_amount_micros,
            unit=row.currency,
            day=row.requested_at.date(),
            item=f"{row}: {_what(row)}",
        ),
    )
    list_display = ("what", "subject", "known_amount_micros", "state", "requested_by", "requested_at", "expires_at")
    list_filter = ("status", "kind", ("requested_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    list_select_related = ("requested_by", "decided_by", "organization")
    search_fields = ("=id", "about", "subject_id__exact", "requested_by__username")
    linked_by = ("organization", "organization__id__exact")
    file_columns: ClassVar[dict[str, str]] = {"subject": "about"}
    money_unit = "currency"
    known_amount_micros = staticmethod(amount_moved)
    actions_detail = ("approve", "reject")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "what",
                    "subject",
                    "organization",
                    "known_amount_micros",
                    "state",
                    "reason",
                    "details",
                    "what_was_seen",
                )
            },
        ),
        ("Requested", {"fields": ("requested_by", "requested_at", "expires_at")}),
        ("Decided", {"fields": ("decided_by", "decided_at", "decision_note", "used_at")}),
    )

    @display(description="What", ordering="kind")
    def what(self, approval: Approval) -> str:
        return _what(approval)

    @display(description="About", ordering="about")
    def subject(self, approval: Approval) -> str:
        """Return the target as text, linked to its page."""
        text, page = approval.about or approval.subject_type, page_of_subject(approval)
        return format_html('<a class="link" href="{}">{}</a>', page, text) if page else text

    @display(description="State", label=LABELS, ordering="status")
    def state(self, approval: Approval) -> tuple[str, str]:
        if approval.is_expired(timezone.now()):
            return "expired", Approval.Status.EXPIRED.label
        return approval.status, approval.get_status_display()

    @admin.display(description="Details")
    def details(self, approval: Approval) -> str:
        rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", _readable(approval))
        return format_html('<dl class="facts">{}</dl>', rows) if rows else ""

    @admin.display(description="What the requester saw")
    def what_was_seen(self, approval: Approval) -> str:
        rows = (
            (
                row.what,
                f"{row.before} → {row.after or '-'}" if row.before and not row.is_unchanged else row.after or "-",
            )
            for row in _in_own_style(approval.seen())
        )
        return format_html('<dl class="facts">{}</dl>', format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))

    def page_to_handle(self, request: HttpRequest, row: Approval) -> str:
        """Return the page to approve the request, for a person who may."""
        if self.has_decide_permission(request) and row.requested_by_id != request.user.pk:
            return reverse("admin:approvals_approval_approve", args=[row.pk])
        return super().page_to_handle(request, row)

    def buttons_for(self, row: Approval) -> Collection[str]:
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
        """Approve and perform the action in one transaction; if performing fails, it stays unapproved."""
        by: Any = request.user
        now = timezone.now()
        with transaction.atomic():
            services.approve(approval_id=approval.pk, by=by, now=now, note=note)
            execute(approval.pk, now=now)
        return "Approved and carried out."

    def refuse(self, request: HttpRequest, approval: Approval, note: str) -> str:
        """Reject the request; nothing is performed."""
        services.reject(approval_id=approval.pk, by=request.user, now=timezone.now(), note=note)  # type: ignore[arg-type]
        return "Rejected. Nothing was changed."

    def facts(self, approval: Approval) -> list[Change]:
        """Return the action's details, its current effect, and the figures that differed when it was requested."""
        rows = [("About", approval.about)]
        if (customer := str(approval.organization or "")) != approval.about:
            rows.append(("Customer", customer))
        amount = money_text(approval.amount_micros, approval.currency) if approval.is_size_known else UNKNOWN_SIZE
        rows += [("Total", "" if approval.known_amount_micros == 0 else amount), *_readable(approval)]
        facts = [Change(name, "", text) for name, text in rows if text]
        now = _current_effect(approval)
        with read_by(NOBODY):  # as the request stores what its maker saw
            comparable = _current_effect(approval)
        then = (
            Change(f"{row.what}, when requested", row.before, row.after)
            for row in _in_own_style(each for each in approval.seen() if each not in comparable)
        )
        return [*facts, *now, *then]

    def _decide(self, request: HttpRequest, object_id: str, *, agree: bool) -> HttpResponse:
        approval = get_object_or_404(self.get_queryset(request), pk=object_id)

        def review(_: Any) -> Review:
            refuse_dependent(maker=approval.requested_by, decider=request.user, now=timezone.now())  # type: ignore[arg-type]
            return Review(self.facts(approval))

        def perform(cleaned: Any) -> str:
            decide = self.agree if agree else self.refuse
            return decide(request, approval, cleaned["reason"])

        return confirm(
            request,
            admin=self,
            question=Question(
                title=f"{'Approve' if agree else 'Reject'}: {self.what(approval)}",
                form=ApproveForm if agree else ConfirmForm,
                explanation=f"Requested by {approval.requested_by}: {approval.reason}",
                review=review,
                button="Approve" if agree else "Reject",
                alternative=("Reject", reverse("admin:approvals_approval_reject", args=[object_id])) if agree else None,
                danger=not agree,
            ),
            perform=perform,
            subject=approval,
        )


def page_of_subject(approval: Approval) -> str:
    """Return the URL of the page or list of a request's target; empty if there is none."""
    name, given = approval.subject_type.replace(".", "_"), [approval.subject_id] if approval.subject_id else []
    try:
        return reverse(f"admin:{name}_{'change' if given else 'changelist'}", args=given)
    except NoReverseMatch:
        return ""


def _in_own_style(changes: Iterable[Change]) -> Iterator[Change]:
    """Return stored changes with their amounts and days in the reader's style."""
    return (Change(row.what, in_own_style(row.before), in_own_style(row.after)) for row in changes)


def _current_effect(approval: Approval) -> list[Change]:
    """Return what performing the action would change now, or why it would be refused."""
    try:
        return action_of(approval).preview(by=approval.requested_by, now=timezone.now())
    except BillingError as error:
        return [Change("Current effect", "", f"it would be refused: {error.detail or error.title}")]


def _readable(approval: Approval) -> list[tuple[str, str]]:
    """Return the arguments as labels and texts, amounts in whole units; ids and empty values are omitted."""
    kind = REGISTRY.get(approval.kind)
    hidden = kind.hidden if kind else ()
    told = {name: value for name, value in approval.arguments.items() if name not in hidden}
    return list(_lines(told, approval.currency))


def _lines(arguments: dict[str, Any], currency: str) -> Iterator[tuple[str, str]]:
    for name, value in sorted(arguments.items()):
        if isinstance(value, dict):
            yield from _lines(value, currency)
        elif value not in (None, "", [], {}) and not name.endswith(("_id", "_ids")) and name != "seen_revision":
            label = code_words(name.removesuffix("_micros"))
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield label, money_text(value, currency) if name.endswith("_micros") else text
