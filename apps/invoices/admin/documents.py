"""Admin pages of invoices and credit notes: drafts, and the actions on documents that have a number."""

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display

from apps.approvals.actions import person
from apps.approvals.pages import confirm_action, confirm_row_action, form_amount
from apps.billing_profiles.filters import BY_CUSTOMER
from apps.billing_profiles.value_dates import day_of
from apps.common.admin import (
    EVERY_ROLE,
    NEXT,
    AmountRangeFilter,
    Change,
    Concern,
    DayRangeFilter,
    Line,
    MatchFilter,
    Menu,
    OffersByState,
    Question,
    Review,
    Section,
    confirm,
    confirm_step,
    day_text,
    micros_column,
)
from apps.common.admin.pages import ROWS_PER_COLUMN
from apps.invoices import services
from apps.invoices.actions import (
    CreditInvoice,
    FinalizeInvoice,
    InvoiceAction,
    MarkUncollectible,
    RecordMoney,
    ReopenInvoice,
    VoidInvoice,
    WriteOffInvoice,
)
from apps.invoices.admin.buttons import offered
from apps.invoices.admin.filters import OverdueFilter
from apps.invoices.admin.inlines import (
    ApplicationInline,
    CreditNoteInline,
    LineInline,
    PartyInline,
    TaxInline,
    WriteOffInline,
)
from apps.invoices.admin.mails import MailedDocuments
from apps.invoices.admin.sold_credit import SoldCreditMixin
from apps.invoices.admin.stripe_tax import StripeTaxMixin
from apps.invoices.admin.usage_drafts import UsageDraftMixin
from apps.invoices.errors import InvoiceNotFound
from apps.invoices.forms import CreditForm, DraftForm, ShownAmountForm, TransferForm
from apps.invoices.models import Document
from apps.invoices.paper_content import file_name
from apps.invoices.selectors import overdue_invoices, unpaid_with_amount
from apps.tenants.forms import customer_in_address
from apps.wallets.accounts import Role

State = Document.State
STATES = {
    "draft": "default",
    "held": "warning",
    "open": "info",
    "part_paid": "info",
    "paid": "success",
    "overdue": "warning",
    "uncollectible": "danger",
    "void": "default",
    "final": "default",
}

EXPLANATIONS: dict[type[InvoiceAction], str] = {
    FinalizeInvoice: "The invoice gets its number, becomes due, and never changes again.",
    VoidInvoice: "A credit note for the whole amount withdraws the invoice. The reason is printed on the note.",
    MarkUncollectible: "You no longer expect it to be paid. Nothing is posted, and it can be reopened.",
    WriteOffInvoice: "Everything due becomes our loss. A later payment undoes that much of it.",
    ReopenInvoice: "The unrecovered part of the write-off is due again.",
}


@admin.register(Document)
class DocumentAdmin(StripeTaxMixin, UsageDraftMixin, SoldCreditMixin, OffersByState[Document], MailedDocuments):
    menu = Menu(Section.CONTRACTS, 15, "receipt_long", EVERY_ROLE)
    list_title = "Invoices"
    newest_by = "-created_at"
    found_by = ("pk", "number")
    found_icon = "receipt_long"

    def rows_with_amount(self, amount_micros: int) -> Iterable[Document]:
        """Return the open invoices with this total, or with this amount left to pay."""
        return unpaid_with_amount(amount_micros).select_related("organization").order_by("due_date")[:ROWS_PER_COLUMN]

    concern = Concern(
        title="Overdue invoices",
        rank=25,
        rows=overdue_invoices,
        query={"overdue": "yes"},
        line=lambda row: Line(
            organization=row.organization, amount_micros=row.left_micros, unit=row.currency, day=row.due_date
        ),
        order="due_date",
    )
    left_micros = staticmethod(micros_column("left_micros", "Left to pay", unit="currency"))
    list_display = (
        "name",
        "organization",
        "type",
        "kind",
        "row_state",
        "issue_date",
        "due_date",
        "total_micros",
        "left_micros",
        "seller",
    )
    list_filter = (
        "state",
        OverdueFilter,
        "type",
        "kind",
        "is_held",
        "seller",
        ("issue_date", DayRangeFilter),
        ("due_date", DayRangeFilter),
        ("total_micros", AmountRangeFilter),
        *BY_CUSTOMER,
        MatchFilter,
    )
    linked_by = ("organization", "organization__id__exact", "credited__id__exact")
    list_select_related = ("organization", "seller", "tax_calculation")
    money_unit = "currency"
    search_fields = ("id__exact", "number__exact", "organization__slug", "organization__name")
    ordering = ("-created_at", "pk")
    inlines = (LineInline, TaxInline, PartyInline, ApplicationInline, CreditNoteInline, WriteOffInline)
    readonly_fields = ("left_micros", "tax_by_stripe", "delivery", "mails")
    actions_list = ("sell_credit",)
    actions_detail = (
        "edit",
        "hold",
        "release",
        "add_line",
        "drop_line",
        "ask_tax",
        "finalize",
        "discard",
        "pdf",
        "mail",
        "receive",
        "credit",
        "void",
        "uncollectible",
        "write_off",
        "reopen",
        "report_tax",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "row_state"),
                    ("organization", "seller"),
                    ("type", "kind"),
                    ("credited", "installment", "agreement"),
                    ("finalize_on", "is_held", "hold_reason"),
                    ("issue_date", "due_date", "paid_on"),
                    ("period_start", "period_end", "tax_date"),
                    ("carried_in_micros", "carried_out_micros"),
                    ("exact_micros", "given_micros"),
                    ("net_micros", "tax_micros"),
                    ("total_micros", "tax_by_stripe"),
                    ("paid_micros", "left_micros"),
                    "written_off_micros",
                    ("credited_net_micros", "credited_tax_micros"),
                    ("purchase_order", "buyer_reference"),
                    "note",
                )
            },
        ),
        ("Email", {"fields": ("delivery", "mails")}),
        ("History", {"fields": (("created_by", "created_at"), ("finalized_at", "updated_at"))}),
    )

    @admin.display(description="Number", ordering="number")
    def name(self, row: Document) -> str:
        return self.row_title(row)

    @display(description="State", label=STATES, ordering="state")
    def row_state(self, row: Document) -> tuple[str, str]:
        if row.is_held:
            return "held", "Held draft"
        if row.is_overdue(timezone.now()):
            return "overdue", "Overdue, partly paid" if row.paid_micros else "Overdue"
        return row.state, row.get_state_display()

    def buttons_for(self, row: Document) -> Collection[str]:
        return offered(row)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("invoices.add_document")

    def has_write_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("invoices.change_document")

    def has_money_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("invoices.add_money")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied

        def perform(cleaned: Any) -> HttpResponse:
            document = services.draft_invoice(
                organization=cleaned["organization"],
                terms=DraftForm.terms(cleaned),
                created_by=person(request.user),
                now=timezone.now(),
            )
            self.log_addition(request, document, f"Drafted: {cleaned['reason']}")
            next_page = "finalize" if NEXT in request.POST else "change"
            return HttpResponseRedirect(reverse(f"admin:invoices_document_{next_page}", args=[document.pk]))

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Write an invoice",
                form=DraftForm,
                initial={"organization": customer_in_address(request)},
                explanation="Saves a draft. It has no number and is not due until it is finalized.",
                button="Save draft",
                next_button="Save and finalize",
                makes_drafts=True,
            ),
            perform=perform,
        )

    @action(description="Edit", url_path="edit", permissions=["write"], icon="edit")
    def edit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._document(object_id)
        if row.state != State.DRAFT or row.kind != Document.Kind.MANUAL:
            raise Http404

        return confirm_step(
            request,
            row,
            admin=self,
            question=Question(
                title="Edit the draft",
                form=DraftForm,
                form_options={"customer": row.organization, "lines": list(row.lines.order_by("position"))},
                initial={"note": row.note, "period_start": row.period_start, "period_end": row.last_day},
                explanation="Seller, buyer and tax are updated from today's records.",
                button="Save draft",
                makes_drafts=True,
            ),
            perform=lambda cleaned: services.edit_draft(
                document_id=row.pk, terms=DraftForm.terms(cleaned), now=timezone.now()
            ),
            done="Saved.",
        )

    @action(description="Discard", url_path="discard", permissions=["write"], icon="delete")
    def discard(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._document(object_id)

        def perform(cleaned: Any) -> HttpResponse:
            services.discard_draft(document_id=row.pk, now=timezone.now())
            return HttpResponseRedirect(reverse("admin:invoices_document_changelist"))

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Discard the draft",
                explanation="The draft is deleted; the audit trail keeps it.",
                review=lambda _: Review([Change("State", "Draft", "Discarded")]),
                rehearsal=lambda _: services.discard_draft(document_id=row.pk, now=timezone.now()),
                button="Discard draft",
                danger=True,
                history=[row.organization],
            ),
            perform=perform,
            subject=row,
        )

    @action(description="PDF", url_path="pdf", permissions=["view"], icon="picture_as_pdf")
    def pdf(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._document(object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        try:
            paper = services.paper_of(row, now=timezone.now())
        except InvoiceNotFound as error:
            raise Http404 from error
        name = f'inline; filename="{file_name(row)}"'
        return HttpResponse(bytes(paper.pdf), content_type="application/pdf", headers={"Content-Disposition": name})

    @action(description="Finalize", url_path="finalize", permissions=["write"], icon="task_alt")
    def finalize(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._ask_amount(request, object_id, FinalizeInvoice)

    @action(description="Void", url_path="void", permissions=["write"], icon="block")
    def void(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._ask_amount(request, object_id, VoidInvoice)

    @action(description="Mark uncollectible", url_path="uncollectible", permissions=["write"], icon="thumb_down")
    def uncollectible(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._ask_amount(request, object_id, MarkUncollectible)

    @action(description="Write off", url_path="write-off", permissions=["write"], icon="money_off")
    def write_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._ask_amount(request, object_id, WriteOffInvoice)

    @action(description="Reopen", url_path="take-up", permissions=["write"], icon="undo")
    def reopen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._ask_amount(request, object_id, ReopenInvoice)

    @action(description="Credit note", url_path="credit", permissions=["write"], icon="assignment_return")
    def credit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._document(object_id)

        def given(cleaned: Any) -> dict[str, Any]:
            lines = CreditForm.lines(cleaned)
            return {
                "amount_micros": services.credit_total(row, {each.line_id: each.amount_micros for each in lines}),
                "lines": lines,
                "destination": Role(cleaned["destination"]),
            }

        return confirm_row_action(
            request,
            row,
            CreditInvoice,
            admin=self,
            form=CreditForm,
            form_options={
                "unit": row.currency,
                "lines": list(row.lines.order_by("position")),
                "left": services.left_of_lines(row),
            },
            given=given,
            explanation="The note gets its own number. Its reason is printed on it.",
        )

    @action(description="Record a bank transfer", url_path="receive", permissions=["money"], icon="payments")
    def receive(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._document(object_id)
        return confirm_action(
            request,
            admin=self,
            action=RecordMoney,
            build=partial(TransferForm.action, document_ids=(row.pk,)),
            form=TransferForm,
            form_options={"customer": row.organization},
            initial={
                "amount": row.left_micros + row.written_off_micros,
                "value_date": day_of(row.seller, timezone.now()),
            },
            explanation="For money received by bank. It counts from its value date.",
            button="Record transfer",
            back=reverse("admin:invoices_document_change", args=[row.pk]),
            subject=row,
        )

    def _ask_amount(self, request: HttpRequest, object_id: str, kind: type[InvoiceAction]) -> HttpResponse:
        """Submit an action with the amount that the page showed."""
        row = self._document(object_id)
        amount = row.total_micros if row.state == State.DRAFT else row.left_micros + row.written_off_micros
        return confirm_row_action(
            request,
            row,
            kind,
            admin=self,
            form=ShownAmountForm,
            initial={"amount": amount},
            given=form_amount,
            explanation=EXPLANATIONS[kind],
        )

    def _document(self, object_id: str) -> Document:
        return get_object_or_404(
            Document.objects.select_related("organization", "seller", "tax_calculation"), pk=object_id
        )

    def row_title(self, row: Document) -> str:
        return row.number or f"Draft of {day_text(row.created_at)}"
