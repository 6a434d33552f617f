"""Admin pages of outbox messages and scheduled jobs; parked messages can be sent again."""

import json
from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from unfold.decorators import action, display

from apps.common.admin import (
    Concern,
    ConfirmForm,
    KeptModelAdmin,
    Menu,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Role,
    Section,
    confirm,
)
from apps.outbox import services
from apps.outbox.models import Heartbeat, OutboxMessage

State = OutboxMessage.State
LABELS = {State.PENDING: "warning", State.SENT: "info", State.DONE: "success", State.PARKED: "danger"}


@admin.register(OutboxMessage)
class OutboxMessageAdmin(OffersByState[OutboxMessage], ReadOnlyModelAdmin[OutboxMessage]):
    menu = Menu(Section.OPERATIONS, 10, "outbox", (Role.ADMINISTRATOR,))
    list_title = "Background work"
    concern = Concern(
        title="Background work that failed",
        rank=120,
        rows=lambda _: OutboxMessage.objects.filter(state=OutboxMessage.State.PARKED),
        query={"state__exact": "parked"},
    )
    list_display = ("id", "task", "labeled_state", "attempts", "available_at", "done_at", "error")
    list_filter = ("state",)
    search_fields = ("=id", "key__exact")
    search_help_text = "The message's number or key"
    keyset = ("id",)
    actions = ("retry",)
    actions_detail = ("retry_one",)
    fieldsets = (
        (None, {"fields": ("task", "labeled_state", "key", "readable_arguments", "last_error")}),
        ("Attempts", {"fields": ("attempts", "sends", "available_at", "next_send_at")}),
        ("Times", {"fields": ("created_at", "sent_at", "started_at", "done_at")}),
    )

    def buttons_for(self, row: OutboxMessage) -> Collection[str]:
        return ("retry_one",) if row.state == State.PARKED else ()

    @display(description="State", label=LABELS)
    def labeled_state(self, message: OutboxMessage) -> tuple[str, str]:
        return message.state, message.get_state_display()

    @admin.display(description="Last error")
    def error(self, message: OutboxMessage) -> str:
        return Truncator(message.last_error).chars(80)

    @admin.display(description="Arguments")
    def readable_arguments(self, message: OutboxMessage) -> str:
        return format_html("<pre>{}</pre>", json.dumps(message.arguments, indent=2, sort_keys=True))

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.replay_work")

    @admin.action(description="Send parked messages again", permissions=["retry"])
    def retry(self, request: HttpRequest, messages: QuerySet[OutboxMessage]) -> HttpResponse:
        parked = list(messages.filter(state=State.PARKED).values_list("pk", flat=True))
        return self._retry(request, parked, back=reverse("admin:outbox_outboxmessage_changelist"))

    @action(description="Send again", url_path="retry", permissions=["retry"], icon="replay")
    def retry_one(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self._retry(
            request, [int(object_id)], back=reverse("admin:outbox_outboxmessage_change", args=[object_id])
        )

    def _retry(self, request: HttpRequest, message_ids: list[int], *, back: str) -> HttpResponse:
        def perform(_cleaned: Any) -> str:
            count = services.retry_parked(message_ids=message_ids, now=timezone.now())
            return f"{count} sent again."

        return confirm(
            request,
            admin=self,
            question=Question(
                title=f"Send parked messages again: {len(message_ids)}",
                form=ConfirmForm,
                explanation="Their attempts start again from zero. Steps that already succeeded are not repeated.",
                button="Send again",
                history=OutboxMessage.objects.filter(pk__in=message_ids),
            ),
            perform=perform,
            back=back,
        )


@admin.register(Heartbeat)
class HeartbeatAdmin(KeptModelAdmin[Heartbeat]):
    """Scheduled jobs. Code decides when they run; staff may switch one off, and see how it last ran."""

    menu = Menu(Section.OPERATIONS, 20, "favorite", (Role.ADMINISTRATOR,))
    concern = Concern(title="Failed jobs", rank=130, rows=lambda _: Heartbeat.objects.exclude(last_error=""))
    list_display = ("job", "schedule", "is_on", "labeled_outcome", "started_at", "finished_at", "last_error")
    list_filter = ("is_on",)
    search_fields = ("job",)
    ordering = ("job",)
    fields = ("job", "schedule", "is_on", "started_at", "finished_at", "last_error")
    readonly_fields = ("job", "schedule", "started_at", "finished_at", "last_error")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @display(description="Last run", label={"failed": "danger", "succeeded": "success", "not finished": "info"})
    def labeled_outcome(self, beat: Heartbeat) -> str:
        if beat.last_error:
            return "failed"
        if beat.started_at is None:
            return "-"
        return "succeeded" if beat.finished_at and beat.finished_at >= beat.started_at else "not finished"
