"""Admin page of stored PDFs with their hashes, and of those that lack an e-invoice or letters."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from unfold.decorators import action

from apps.common.admin import (
    Concern,
    ConfirmForm,
    Line,
    Menu,
    Question,
    ReadOnlyModelAdmin,
    Section,
    confirm_step,
    day_text,
)
from apps.invoices import services
from apps.invoices.models import DocumentPaper


def with_problems(_now: Any = None) -> QuerySet[DocumentPaper]:
    """Return the papers that lack a wanted e-invoice or a font for their letters, unless staff handled that."""
    return DocumentPaper.objects.exclude(xml_problem="", letters_outside="").filter(handled_at=None)


class ProblemFilter(admin.SimpleListFilter):
    """Filter for papers without the e-invoice that the customer wants, or without a font for their letters."""

    title = "problem"
    parameter_name = "problem"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Open")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset & with_problems() if self.value() == "yes" else queryset


@admin.register(DocumentPaper)
class DocumentPaperAdmin(ReadOnlyModelAdmin[DocumentPaper]):
    menu = Menu(Section.CONTRACTS, 16, "picture_as_pdf")
    concern = Concern(
        title="Papers with a problem",
        rank=46,
        rows=with_problems,
        query={"problem": "yes"},
        line=lambda row: Line(
            organization=row.organization,
            amount_micros=row.document.total_micros,
            unit=row.document.currency,
            day=row.drawn_at.date(),
            item=str(row.document),
        ),
        order="drawn_at",
        related=("document", "organization"),
    )
    list_display = ("document", "organization", "drawn_at", "sha256", "xml_problem", "letters_outside")
    hidden_columns = ("sha256",)
    list_filter = (ProblemFilter,)
    list_select_related = ("document", "organization")
    search_fields = ("document__number__exact", "sha256__exact")
    ordering = ("-drawn_at", "pk")
    actions_detail = ("handled",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("document", "organization"),
                    ("drawn_at", "sha256"),
                    ("xml_problem", "letters_outside"),
                    "handled_at",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[DocumentPaper]:
        return super().get_queryset(request).defer("pdf", "xml")

    def has_handle_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("invoices.change_document")

    @action(description="Dealt with", url_path="handled", permissions=["handle"], icon="done")
    def handled(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(DocumentPaper.objects.defer("pdf", "xml"), pk=object_id)
        return confirm_step(
            request,
            row,
            admin=self,
            question=Question(
                title="Dealt with",
                form=ConfirmForm,
                explanation="The paper stays as it is. It no longer counts among the items that staff must handle.",
                button="Dealt with",
            ),
            perform=lambda _: services.mark_paper_handled(paper_id=row.pk, now=timezone.now()),
            done="Dealt with.",
        )

    def row_title(self, row: DocumentPaper) -> str:
        return f"{row.document}, drawn {day_text(row.drawn_at)}"
