"""Admin pages of dunning cases: the steps done, the next letter, and the actions of staff."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from apps.approvals.actions import person
from apps.approvals.pages import confirm_row_action
from apps.billing_profiles.value_dates import day_of
from apps.common.admin import (
    Change,
    Concern,
    ConfirmForm,
    Line,
    Menu,
    OffersByState,
    Question,
    ReadOnlyInline,
    ReadOnlyModelAdmin,
    Review,
    Role,
    Section,
    confirm_step,
    day_text,
    money_text,
    shown_once,
)
from apps.common.money import Micros
from apps.dunning import services
from apps.dunning.actions import TakeStep
from apps.dunning.forms import HoldForm, PromiseForm
from apps.dunning.letters import letter_text
from apps.dunning.models import DunningCase, DunningEvent
from apps.dunning.rules import FOR_STAFF, Letter
from apps.dunning.selectors import (
    Assessment,
    assess,
    concerned_micros,
    debtor_of,
    steps_with_fee_to_credit,
    waiting_for_staff,
)

STATES = {"running": "info", "waiting": "default", "person": "warning", "closed": "success"}
CHANGES = ("take", "skip", "hold", "promise", "end")


class EventInline(ReadOnlyInline[DunningEvent, DunningCase]):
    model = DunningEvent
    money_unit = "case__currency"
    fields = readonly_fields = (
        *("happened_on", "outcome", "letter", "restriction", "fee", "overdue_micros", "why", "created_by"),
    )
    ordering = ("position",)
    verbose_name_plural = "Steps taken and skipped"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("fee")

    @admin.display(description="Why")
    def why(self, event: DunningEvent) -> str:
        planned = f"Step {event.position + 1}, {event.days} days after the due date"
        return f"{event.reason} ({planned})" if event.reason else planned


class OpenFilter(admin.SimpleListFilter):
    """Filter for open cases, and for those that wait for staff."""

    title = "state"
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Open"), ("person", "Waits for staff")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "person":
            return queryset & waiting_for_staff()
        return queryset.filter(closed_at=None) if self.value() == "yes" else queryset


@admin.register(DunningCase)
class DunningCaseAdmin(OffersByState[DunningCase], ReadOnlyModelAdmin[DunningCase]):
    menu = Menu(Section.MONEY, 58, "notification_important", (Role.BILLING,))
    concern = Concern(
        title="Dunning cases that wait for staff",
        rank=27,
        rows=waiting_for_staff,
        query={"open": "person"},
        line=lambda row: Line(
            organization=row.organization,
            amount_micros=concerned_micros(row),
            unit=row.currency,
            day=row.opened_at.date(),
        ),
        order="opened_at",
    )
    list_display = (
        *("opened_at", "organization", "seller", "row_state", "overdue_micros", "steps_done", "last_on", "next_on"),
    )
    list_filter = (OpenFilter, "wait", "seller")
    linked_by = ("organization", "organization__id__exact")
    list_select_related = ("organization", "seller")
    money_unit = "currency"
    search_fields = ("id__exact", "organization__slug", "organization__name")
    ordering = ("-opened_at", "pk")
    inlines = (EventInline,)
    readonly_fields = ("next_letter", "fees_to_credit", "closed_why")
    actions_detail = CHANGES
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("organization", "seller", "currency"),
                    ("row_state", "problem"),
                    "fees_to_credit",
                    ("overdue_micros", "steps_done"),
                    ("last_on", "next_on"),
                    ("held_until", "hold_reason"),
                    ("promised_on", "promised_micros"),
                    ("paused_postpaid", "suspended_work"),
                )
            },
        ),
        ("Next letter", {"fields": ("next_letter",)}),
        ("History", {"fields": (("opened_at", "closed_at", "closed_by"), "closed_why")}),
    )

    @display(description="State", label=STATES)
    def row_state(self, row: DunningCase) -> tuple[str, str]:
        if row.closed_at:
            return "closed", f"Closed: {row.get_closed_because_display()}"
        if row.wait:
            return "person" if row.wait in FOR_STAFF else "waiting", row.get_wait_display()
        return "running", "Running"

    @admin.display(description="Text")
    @shown_once
    def next_letter(self, row: DunningCase) -> SafeString:
        """Return the letter of the next step as it would be written now."""
        assessment = _assess(row)
        if (
            row.closed_at
            or assessment.step is None
            or assessment.step.letter == Letter.NONE
            or not assessment.documents
        ):
            return SafeString("None.")
        written = letter_text(assessment, assessment.step)
        return format_html("<pre>{}\n\n{}</pre>", written.subject, written.text)

    @admin.display(description="Closed because")
    def closed_why(self, row: DunningCase) -> str:
        return row.closing_text or "-"

    @admin.display(description="Fees to credit")
    @shown_once
    def fees_to_credit(self, row: DunningCase) -> SafeString:
        """Name the fees whose invoices count as paid in time, with links to their pages, where a note is made."""
        events = steps_with_fee_to_credit().filter(case=row).select_related("fee")
        fees = [(reverse("admin:invoices_document_change", args=[each.fee_id]), str(each.fee)) for each in events]
        if not fees:
            return SafeString("None.")
        links = format_html_join(", ", '<a class="text-link" href="{}">{}</a>', fees)
        return format_html("{}: the invoices were paid in time, so make a credit note.", links)

    def buttons_for(self, row: DunningCase) -> Collection[str]:
        if row.closed_at:
            return ()
        return [each for each in CHANGES if each not in ("take", "skip") or row.next_on]

    def has_write_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("dunning.change_dunningcase")

    @action(description="Take the next step", url_path="take", permissions=["write"], icon="play_arrow")
    def take(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = _found(object_id)
        step = _assess(row).step

        return confirm_row_action(
            request,
            row,
            TakeStep,
            admin=self,
            given=lambda _: {"amount_micros": step.fee_micros if step else 0, "position": row.steps_done},
            explanation="Its letter is sent and its fee is invoiced now, before the step is due.",
        )

    @action(description="Skip the next step", url_path="skip", permissions=["write"], icon="skip_next")
    def skip(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = _found(object_id)
        return confirm_step(
            request,
            row,
            admin=self,
            question=Question(
                title="Skip the next step",
                form=ConfirmForm,
                explanation="The step is not taken: no letter, no fee, no pause. The later steps do not change.",
                review=lambda _: Review([Change("Steps done", str(row.steps_done), str(row.steps_done + 1))]),
                button="Skip",
                always_review=True,
            ),
            perform=lambda cleaned: services.skip_step(
                case_id=row.pk,
                position=row.steps_done,
                reason=cleaned["reason"],
                created_by=person(request.user),
                now=timezone.now(),
            ),
            done="Skipped.",
        )

    @action(description="Hold", url_path="hold", permissions=["write"], icon="pause")
    def hold(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = _found(object_id)
        return confirm_step(
            request,
            row,
            admin=self,
            question=Question(
                title="Hold the case",
                form=HoldForm,
                review=lambda cleaned: Review(
                    [Change("Held through", str(row.held_until or "no"), str(cleaned["until"]))]
                ),
                button="Hold",
            ),
            perform=lambda cleaned: services.hold_case(
                case_id=row.pk, until=cleaned["until"], reason=cleaned["reason"], now=timezone.now()
            ),
            done="Held.",
        )

    @action(description="Promise to pay", url_path="promise", permissions=["write"], icon="handshake")
    def promise(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = _found(object_id)
        return confirm_step(
            request,
            row,
            admin=self,
            question=Question(
                title="Record a promise to pay",
                form=PromiseForm,
                form_options={"unit": row.currency},
                initial={"amount": row.overdue_micros},
                review=lambda cleaned: Review(
                    [
                        Change("Promised for", str(row.promised_on or "no"), str(cleaned["on"])),
                        Change("Amount", "", money_text(cleaned["amount"], row.currency)),
                    ]
                ),
                button="Record the promise",
            ),
            perform=lambda cleaned: services.note_promise(
                case_id=row.pk, on=cleaned["on"], amount=Micros(cleaned["amount"]), now=timezone.now()
            ),
            done="Recorded.",
        )

    @action(description="End the case", url_path="end", permissions=["write"], icon="stop")
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = _found(object_id)
        return confirm_step(
            request,
            row,
            admin=self,
            question=Question(
                title="End the case",
                form=ConfirmForm,
                explanation="Its invoices stay overdue, and its pauses end. Only an invoice that falls due later opens "
                "another case.",
                review=lambda _: Review([Change("State", "Open", "Closed by hand")]),
                button="End the case",
                danger=True,
            ),
            perform=lambda cleaned: services.end_case(
                case_id=row.pk, reason=cleaned["reason"], created_by=person(request.user), now=timezone.now()
            ),
            done="Ended.",
        )

    def row_title(self, row: DunningCase) -> str:
        return f"Dunning of {row.organization} since {day_text(row.opened_at)}"


def _found(object_id: str) -> DunningCase:
    return get_object_or_404(DunningCase.objects.select_related("organization", "seller"), pk=object_id)


def _assess(row: DunningCase) -> Assessment:
    return assess(debtor_of(row), day_of(row.seller, timezone.now()), None if row.closed_at else row)
