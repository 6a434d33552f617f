"""Buttons of drafts for usage: hold or release the draft, add or drop a line."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action

from apps.approvals.pages import confirm_row_action, form_fields
from apps.common.admin import Change, Question, Review, confirm, confirm_step, day_text
from apps.invoices import services
from apps.invoices.actions import AddUsageLine
from apps.invoices.forms import DropLineForm, UsageLineForm

USAGE_DRAFT = "usage_draft"
HELD = "held_draft"


class UsageDraftMixin:
    """Buttons of drafts for usage; mixed into the admin of documents."""

    _document: Any
    _page: Any
    log_change: Any

    @action(description="Hold", url_path="hold", permissions=["write"], icon="pause")
    def hold(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._document(object_id)
        return confirm_step(
            request,
            row,
            admin=self,
            question=Question(
                title="Hold the draft",
                explanation="It is not finalized until somebody releases it.",
                review=lambda _: Review([Change("Finalized automatically", day_text(row.finalize_on), "no")]),
                button="Hold draft",
            ),
            perform=lambda cleaned: services.hold_draft(
                document_id=row.pk, reason=cleaned["reason"], now=timezone.now()
            ),
            done="Held.",
        )

    @action(description="Release", url_path="release", permissions=["write"], icon="play_arrow")
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._document(object_id)
        return confirm_step(
            request,
            row,
            admin=self,
            question=Question(
                title="Release the draft",
                explanation="It is finalized once its review days are over.",
                review=lambda _: Review([Change("Finalized automatically", "no", day_text(row.finalize_on))]),
                button="Release draft",
            ),
            perform=lambda _: services.release_draft(document_id=row.pk, now=timezone.now()),
            done="Released.",
        )

    @action(description="Add a line", url_path="add-line", permissions=["write"], icon="playlist_add")
    def add_line(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._document(object_id)

        def given(cleaned: Any) -> dict[str, Any]:
            return {"amount_micros": cleaned["amount"], **form_fields("text", "product", "is_reduction")(cleaned)}

        return confirm_row_action(
            request,
            row,
            AddUsageLine,
            admin=self,
            form=UsageLineForm,
            form_options={"unit": row.currency},
            given=given,
            explanation="The reason is not printed.",
        )

    @action(description="Drop a line", url_path="drop-line", permissions=["write"], icon="playlist_remove")
    def drop_line(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._document(object_id)

        def perform(cleaned: Any) -> str:
            services.drop_line(document_id=row.pk, line_id=cleaned["line"].pk, now=timezone.now())
            self.log_change(request, row, f"Dropped {cleaned['line']}: {cleaned['reason']}")
            return "Dropped."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Drop a line",
                form=DropLineForm,
                form_options={"lines": row.lines.filter(is_given=True).order_by("position")},
                explanation="Only lines that staff added can be dropped.",
                button="Drop line",
                makes_drafts=True,
            ),
            perform=perform,
            subject=row,
        )
