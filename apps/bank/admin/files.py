"""Pages of bank files (upload, review, import), of their statements, and of CSV formats."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from apps.approvals.actions import person
from apps.bank import services
from apps.bank.forms import BankFileForm, CsvFormatForm
from apps.bank.models import BankFile, BankStatement, CsvFormat
from apps.bank.services.files import AccountStatement
from apps.bank.statements import StatementLine
from apps.common.admin import (
    Change,
    DayRangeFilter,
    FileArguments,
    Menu,
    ModelAdmin,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Review,
    Role,
    Section,
    confirm,
    confirm_upload,
    count_text,
    day_text,
    money_text,
)
from apps.common.admin.markup import table
from apps.common.errors import BillingError

SHOWN = 200


@admin.register(BankFile)
class BankFileAdmin(OffersByState[BankFile], ReadOnlyModelAdmin[BankFile]):
    menu = Menu(Section.MONEY, 21, "upload_file", (Role.BILLING,))
    list_title = "Bank files"
    list_display = ("file_name", "format", "state", "line_count", "created_by", "created_at", "imported_at")
    list_filter = ("format", ("imported_at", admin.EmptyFieldListFilter))
    search_fields = ("file_name", "sha256__exact")
    ordering = ("-pk",)
    actions_list = ("upload",)
    made_by = "upload"
    actions_detail = ("carry_out",)
    readonly_fields = ("state", "statements")
    fieldsets = (
        (None, {"fields": (("file_name", "format", "state"), "statements")}),
        ("History", {"fields": (("created_by", "created_at"), ("imported_by", "imported_at"), "sha256")}),
    )

    @display(description="State", label={"imported": "success", "ready": "info"})
    def state(self, file: BankFile) -> tuple[str, str]:
        return ("imported", "Imported") if file.imported_at is not None else ("ready", "Ready to import")

    @admin.display(description="Statements")
    def statements(self, file: BankFile) -> SafeString | str:
        if file.imported_at is not None:
            rows = file.statements.select_related("account").order_by("pk")
            return table(
                ("Account", "Statement", "From", "To", "Opens with", "Closes with", "Lines", "New", ""),
                [
                    (
                        each.account.iban,
                        each.reference,
                        day_text(each.first_day),
                        day_text(each.last_day),
                        _balance(each.opening_micros, each.account.currency),
                        _balance(each.closing_micros, each.account.currency),
                        each.line_count,
                        each.new_count,
                        each.warning,
                    )
                    for each in rows
                ],
            )
        try:
            read = services.read_bank_file(file)
        except BillingError as error:
            return error.detail
        return format_html_join("", "{}", ((_shown(each),) for each in read))

    def buttons_for(self, row: BankFile) -> Collection[str]:
        return () if row.imported_at else ("carry_out",)

    def has_upload_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("bank.add_bankfile")

    @action(description="Upload a bank file", url_path="upload", permissions=["upload"], icon="upload")
    def upload(self, request: HttpRequest) -> HttpResponse:
        def store(cleaned: Mapping[str, Any], file: FileArguments) -> BankFile:
            return services.upload_bank_file(account=cleaned["account"], created_by=person(request.user), **file)

        return confirm_upload(
            request,
            admin=self,
            question=Question(
                title="Upload a bank file",
                form=BankFileForm,
                explanation="The file is read and shown. Nothing is imported until you confirm.",
                button="Check the file",
            ),
            store=store,
        )

    @action(description="Import", url_path="import", permissions=["upload"], icon="download_done")
    def carry_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        file = get_object_or_404(BankFile, pk=object_id)

        def perform(_cleaned: Any) -> HttpResponse:
            services.import_bank_file(file_id=file.pk, created_by=person(request.user), now=timezone.now())
            return HttpResponseRedirect(reverse("admin:bank_bankline_changelist"))

        def review(_cleaned: Any) -> Review:
            read = services.read_bank_file(file)
            return Review(
                [
                    Change(
                        f"{each.account.iban}, {day_text(each.statement.first_day)} to "
                        f"{day_text(each.statement.last_day)}",
                        "",
                        f"{count_text(len(each.statement.lines))} lines; "
                        f"{each.warning or 'those imported before are left out'}",
                    )
                    for each in read
                ]
            )

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Import the bank file",
                explanation="Imports all lines or none, once. Nothing is booked yet: a person confirms each line.",
                review=review,
                button="Import",
                history=[file],
            ),
            perform=perform,
            subject=file,
        )


@admin.register(BankStatement)
class BankStatementAdmin(ReadOnlyModelAdmin[BankStatement]):
    menu = Menu(Section.MONEY, 22, "description")
    list_title = "Bank statements"
    money_unit = "account__currency"
    list_display = (
        "account",
        "reference",
        "first_day",
        "last_day",
        "opening_micros",
        "closing_micros",
        "line_count",
        "new_count",
        "warning",
    )
    list_filter = ("account", ("last_day", DayRangeFilter))
    list_select_related = ("account",)
    ordering = ("-last_day", "-pk")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("account", "reference", "file"),
                    ("first_day", "last_day"),
                    ("opening_micros", "closing_micros"),
                    ("line_count", "new_count"),
                    "warning",
                    "imported_at",
                )
            },
        ),
    )


@admin.register(CsvFormat)
class CsvFormatAdmin(ModelAdmin[CsvFormat]):
    """The format of a bank account's CSV files."""

    menu = Menu(Section.MONEY, 92, "table_chart")
    list_title = "CSV formats of banks"
    form = CsvFormatForm
    list_display = ("account", "delimiter", "decimal_mark", "days", "booking_date", "amount")
    list_select_related = ("account",)
    ordering = ("account",)


def _balance(micros: int | None, currency: str) -> str:
    return "" if micros is None else money_text(micros, currency)


def _shown(read: AccountStatement) -> SafeString:
    """Return a statement that is not imported yet, with its first lines."""
    statement, currency = read.statement, read.account.currency
    facts = [
        ("Account", f"{read.account.iban}, {read.account.seller}"),
        ("Statement", statement.reference or "without number"),
        ("Days", f"{day_text(statement.first_day)} to {day_text(statement.last_day)}"),
        ("Opens with", _balance(statement.opening_micros, currency) or "not stated"),
        ("Closes with", _balance(statement.closing_micros, currency) or "not stated: look at each line"),
        *([("Warning", read.warning)] if read.warning else []),
    ]
    heads = ("Booked", "Value date", "Amount", "From or to", "IBAN", "Text", "Reference")
    rows = [_cells(line, currency) for line in statement.lines[:SHOWN]]
    more = len(statement.lines) - SHOWN
    return table(("", ""), facts) + table(heads, rows, more=f"and {count_text(more)} more" if more > 0 else "")


def _cells(line: StatementLine, currency: str) -> tuple[object, ...]:
    return (
        line.booking_date,
        line.value_date,
        money_text(line.amount_micros, currency),
        line.party_name,
        line.party_iban,
        line.text,
        line.bank_reference or line.end_to_end_id,
    )
