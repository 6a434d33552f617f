"""Pages of imported files: upload, invalid lines, rows to create, and the import."""

import gzip
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from apps.approvals.actions import person
from apps.backoffice.imports.kinds import KINDS
from apps.backoffice.models import ImportedFile
from apps.backoffice.services.file_imports import import_file, upload_file
from apps.common.admin import (
    Change,
    ConfirmForm,
    FileArguments,
    Menu,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Review,
    Role,
    Section,
    confirm,
    confirm_upload,
    count_text,
    file_field,
)
from apps.common.admin.markup import table

SHOWN = 200


class FileForm(ConfirmForm):
    """The file to upload."""

    file = file_field("CSV with a first line of column names.")


@admin.register(ImportedFile)
class ImportedFileAdmin(OffersByState[ImportedFile], ReadOnlyModelAdmin[ImportedFile]):
    menu = Menu(Section.CUSTOMERS, 70, "upload_file", (Role.BILLING,))
    list_title = "Imports"
    list_display = ("file_name", "kind", "state", "line_count", "created_by", "created_at", "imported_at")
    list_filter = ("kind", ("imported_at", admin.EmptyFieldListFilter))
    search_fields = ("file_name", "sha256")
    ordering = ("-pk",)
    actions_list = ("upload_customers", "upload_contracts")
    actions_detail = ("carry_out",)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("file_name", ("kind", "state", "line_count"), "bad_lines", "good_lines")}),
        (
            "History",
            {"fields": (("created_by", "created_at"), ("imported_by", "imported_at"), "sha256")},
        ),
    )

    @display(description="State", label={"imported": "success", "ready": "info", "bad": "danger"})
    def state(self, file: ImportedFile) -> tuple[str, str]:
        if file.imported_at is not None:
            return "imported", "Imported"
        return ("bad", "Has bad lines") if file.problems else ("ready", "Ready to import")

    @admin.display(description="Bad lines")
    def bad_lines(self, file: ImportedFile) -> SafeString | str:
        rows = [(number, column or "the whole line", reason) for number, column, reason in file.problems]
        return _table(("Line", "Column", "Reason"), rows) if rows else "None"

    @admin.display(description="Lines")
    def good_lines(self, file: ImportedFile) -> SafeString | str:
        if not file.content:
            return "Imported"
        read = KINDS[file.kind].read(gzip.decompress(file.content))
        names = list(read.rows[0].values) if read.rows else []
        return _table(("Line", *names), [(row.number, *row.values.values()) for row in read.rows])

    def buttons_for(self, row: ImportedFile) -> Collection[str]:
        return () if row.imported_at or row.problems else ("carry_out",)

    def has_customers_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(KINDS["customers"].permission)

    def has_contracts_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(KINDS["contracts"].permission)

    def has_kind_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        file = ImportedFile.objects.filter(pk=object_id).first()
        return file is not None and request.user.has_perm(KINDS[file.kind].permission)

    @action(description="Import customers", url_path="customers", permissions=["customers"], icon="upload")
    def upload_customers(self, request: HttpRequest) -> HttpResponse:
        return self._upload(request, "customers", "Import customers")

    @action(description="Import contracts", url_path="contracts", permissions=["contracts"], icon="upload")
    def upload_contracts(self, request: HttpRequest) -> HttpResponse:
        return self._upload(request, "contracts", "Import contracts")

    def _upload(self, request: HttpRequest, kind: str, title: str) -> HttpResponse:
        def store(_: Mapping[str, Any], file: FileArguments) -> ImportedFile:
            return upload_file(kind=kind, created_by=person(request.user), **file)

        columns = KINDS[kind].columns
        needed = KINDS[kind].required
        optional = ", ".join(name for name in columns if name not in needed)
        return confirm_upload(
            request,
            admin=self,
            question=Question(
                title=title,
                form=FileForm,
                explanation=(
                    f"The first line names the columns: {', '.join(needed)}; and, if needed, {optional}. UTF-8 or "
                    "Windows-1252; comma, semicolon or tab. Nothing is created until you have reviewed the lines."
                ),
                button="Check the file",
            ),
            store=store,
        )

    @action(description="Import", url_path="import", permissions=["kind"], icon="download_done")
    def carry_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        file = get_object_or_404(ImportedFile, pk=object_id)

        def perform(_cleaned: Any) -> str:
            import_file(file_id=file.pk, created_by=person(request.user), now=timezone.now())
            return f"{count_text(file.line_count)} {file.kind} were imported."

        drafts = " The contracts become drafts; offer each one separately." if file.kind == "contracts" else ""
        return confirm(
            request,
            admin=self,
            question=Question(
                title="Import the file",
                explanation=f"Imports all lines or none, once.{drafts}",
                review=lambda _: Review([Change(file.get_kind_display(), "", f"{count_text(file.line_count)} more")]),
                button="Import",
                history=[file],
            ),
            perform=perform,
            subject=file,
        )


def _table(heads: Collection[str], rows: Collection[tuple[object, ...]]) -> SafeString:
    """Return a table of texts, with the first rows if there are many."""
    more = f"and {len(rows) - SHOWN:,} more" if len(rows) > SHOWN else ""
    return table(tuple(heads), list(rows)[:SHOWN], more=more)
