"""Pages of bank lines: open ones first, with their proposals and the actions that settle them."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from apps.approvals.actions import person
from apps.approvals.pages import Cleaned, confirm_action, confirm_row_action, no_fields, reason_and_key
from apps.bank import services
from apps.bank.actions import ConfirmLine, ConfirmLines, LinkLine, SetLineAside, SettleDebit
from apps.bank.admin.proposal_texts import DEBIT_TEXTS, choices_of, confirmations, line_text, proposal_table
from apps.bank.debits import DebitKind
from apps.bank.forms import AssignForm, MoneyForm, ProposedForm, SureLinesForm, customer_of
from apps.bank.models import BankLine
from apps.bank.models.statements import OPEN, UNMATCHED
from apps.bank.services.proposals import proposals_of, reason_to_ignore, sure_lines
from apps.billing_profiles.models import SellerBankAccount
from apps.common.admin import (
    AmountRangeFilter,
    Change,
    Concern,
    DayRangeFilter,
    Line,
    Menu,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Review,
    Role,
    Section,
    WithoutReason,
    confirm,
    confirm_step,
    day_text,
)
from apps.common.admin.pages import ROWS_PER_COLUMN
from apps.invoices.models import Document, Money
from apps.tenants.models import Organization

State = BankLine.State
STATES = {"new": "warning", "proposed": "info", "confirmed": "success", "set_aside": "warning", "ignored": "default"}
GRADES = {"sure": "success", "likely": "info", "none": "default"}


class UnsettledFilter(admin.SimpleListFilter):
    """Filter for lines that staff must settle."""

    title = "open lines"
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Open")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state__in=OPEN) if self.value() == "yes" else queryset


@admin.register(BankLine)
class BankLineAdmin(OffersByState[BankLine], ReadOnlyModelAdmin[BankLine]):
    menu = Menu(Section.MONEY, 24, "account_balance", (Role.BILLING,))
    list_title = "Bank lines"
    found_by = ("bank_reference", "end_to_end_id", "party_iban")
    found_icon = "account_balance"

    def rows_with_amount(self, amount_micros: int) -> Iterable[BankLine]:
        """Return the newest lines with this amount."""
        rows = BankLine.objects.filter(amount_micros=amount_micros).select_related("account")
        return rows.order_by("-value_date")[:ROWS_PER_COLUMN]

    concern = Concern(
        title="Bank lines to match",
        rank=42,
        rows=lambda _: BankLine.objects.filter(state__in=OPEN),
        query={"waits": "yes"},
        line=lambda row: Line(
            organization=row.organization,
            amount_micros=row.amount_micros,
            unit=row.account.currency,
            day=row.value_date,
        ),
        order="value_date",
        related=("organization", "account"),
    )
    money_unit = "account__currency"
    list_display = (
        "value_date",
        "amount_micros",
        "party_name",
        "text",
        "row_state",
        "row_grade",
        "organization",
        "account",
    )
    list_filter = (
        UnsettledFilter,
        "state",
        "grade",
        "account",
        ("value_date", DayRangeFilter),
        ("amount_micros", AmountRangeFilter),
    )
    linked_by = ("organization", "organization__id__exact", "statement__id__exact")
    list_select_related = ("account", "organization")
    search_fields = ("party_iban__exact", "end_to_end_id__exact", "party_name", "text", "bank_reference")
    ordering = ("decided_at", "-value_date", "-pk")
    actions_list = ("confirm_sure", "match_again")
    # The table of proposals leads to "link" and "settle", which have no button of their own.
    actions_detail = ("confirm_line", "assign", "set_aside", "ignore", "reopen", "link", "settle")
    readonly_fields = ("row_state", "row_grade", "proposals")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("row_state", "row_grade"),
                    ("amount_micros", "account"),
                    ("booking_date", "value_date"),
                    ("party_name", "party_iban"),
                    "text",
                    ("bank_reference", "end_to_end_id"),
                    ("is_reversal", "return_code"),
                    "proposals",
                )
            },
        ),
        ("Decided", {"fields": (("organization", "money", "document"), "reason", ("decided_by", "decided_at"))}),
        ("History", {"fields": (("statement", "created_at"),)}),
    )

    @display(description="State", label=STATES, ordering="state")
    def row_state(self, line: BankLine) -> tuple[str, str]:
        return line.state, line.get_state_display()

    @display(description="Match", label=GRADES, ordering="score")
    def row_grade(self, line: BankLine) -> tuple[str, str]:
        if line.state not in UNMATCHED:
            return "none", "-"
        return line.grade, line.get_grade_display()

    @admin.display(description="Proposals")
    def proposals(self, line: BankLine) -> SafeString | str:
        return proposal_table(line) if line.state in OPEN else "Decided"

    def buttons_for(self, row: BankLine) -> Collection[str]:
        came = row.amount_micros > 0
        if row.state == State.IGNORED:
            return ("reopen",)
        if row.state not in OPEN:
            return ()
        waits = row.state in UNMATCHED
        return [
            *(["confirm_line", "assign"] if came else []),
            *(["set_aside"] if came and waits else []),
            *(["ignore"] if waits else []),
        ]

    def has_write_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("bank.change_bankline")

    @action(description="Confirm", url_path="confirm", permissions=["write"], icon="task_alt")
    def confirm_line(self, request: HttpRequest, object_id: str) -> HttpResponse:
        line = self._line(object_id)
        documents = request.GET.get("documents", "")
        if not documents and request.method == "GET":
            best = proposals_of(line).payments[:1] if line.state in OPEN else []
            documents = ",".join(str(claim.id) for each in best for claim in each.claims)
        shown = Document.objects.select_related("organization").in_bulk(_ids(documents))
        names = ", ".join(f"{each} of {each.organization}" for each in shown.values())
        return confirm_action(
            request,
            admin=self,
            action=ConfirmLine,
            build=lambda cleaned: self._confirmation(line, cleaned, customer_of(cleaned["documents"])),
            form=ProposedForm,
            initial={"documents": documents},
            explanation=f"{line_text(line)} It pays {names or 'the invoices shown'}; the rest is unapplied money.",
            button="Confirm",
            back=self._page(line),
            subject=line,
        )

    @action(description="Choose a customer", url_path="assign", permissions=["write"], icon="person_search")
    def assign(self, request: HttpRequest, object_id: str) -> HttpResponse:
        line = self._line(object_id)
        return confirm_action(
            request,
            admin=self,
            action=ConfirmLine,
            build=lambda cleaned: self._confirmation(line, cleaned, cleaned["organization"]),
            form=AssignForm,
            explanation=f"{line_text(line)} What remains after its invoices is the customer's unapplied money.",
            button="Confirm",
            back=self._page(line),
            subject=line,
        )

    @action(description="Set aside", url_path="set-aside", permissions=["write"], icon="help")
    def set_aside(self, request: HttpRequest, object_id: str) -> HttpResponse:
        line = self._line(object_id)
        return confirm_row_action(
            request,
            line,
            SetLineAside,
            admin=self,
            given=no_fields,
            explanation="It is booked in our own book as unidentified, until its customer is found.",
        )

    @action(description="Ignore", url_path="ignore", permissions=["write"], icon="block")
    def ignore(self, request: HttpRequest, object_id: str) -> HttpResponse:
        line = self._line(object_id)
        return confirm_step(
            request,
            line,
            admin=self,
            question=Question(
                title="Ignore a bank line",
                initial={"reason": reason_to_ignore(line)},
                explanation="For our own transfers, Stripe's payouts, and bank charges. Nothing is booked.",
                review=lambda _: Review([Change("Bank line", line.get_state_display(), "Ignored")]),
                button="Ignore",
            ),
            perform=lambda cleaned: services.ignore_line(
                line_id=line.pk, reason=cleaned["reason"], created_by=person(request.user), now=timezone.now()
            ),
            done="Ignored.",
        )

    @action(description="Reopen", url_path="take-up", permissions=["write"], icon="undo")
    def reopen(self, request: HttpRequest, object_id: str) -> HttpResponse:
        line = self._line(object_id)
        return confirm_step(
            request,
            line,
            admin=self,
            question=Question(
                title="Reopen a bank line",
                review=lambda _: Review([Change("Bank line", line.get_state_display(), "Not matched")]),
                button="Reopen",
            ),
            perform=lambda _: services.reopen_line(
                line_id=line.pk, created_by=person(request.user), now=timezone.now()
            ),
            done="Reopened.",
        )

    @action(description="Link", url_path="tie", permissions=["write"], icon="link")
    def link(self, request: HttpRequest, object_id: str) -> HttpResponse:
        line = self._line(object_id)
        return confirm_action(
            request,
            admin=self,
            action=LinkLine,
            build=lambda cleaned: LinkLine.of(
                line, **_of_money(cleaned), money_id=cleaned["money"], **reason_and_key(cleaned)
            ),
            form=MoneyForm,
            initial={"money": request.GET.get("money", "")},
            explanation=f"{line_text(line)} It was recorded by hand; nothing more is booked.",
            button="Link",
            back=self._page(line),
            subject=line,
        )

    @action(description="Book it", url_path="settle", permissions=["write"], icon="undo")
    def settle(self, request: HttpRequest, object_id: str) -> HttpResponse:
        line = self._line(object_id)
        return confirm_action(
            request,
            admin=self,
            action=SettleDebit,
            build=lambda cleaned: SettleDebit.of(
                line,
                **_of_money(cleaned),
                what=_kind(cleaned),
                money_id=cleaned["money"],
                document_id=cleaned["document"],
                **reason_and_key(cleaned),
            ),
            form=MoneyForm,
            initial={name: request.GET.get(name, "") for name in ("what", "money", "document")},
            explanation=f"{line_text(line)} {DEBIT_TEXTS.get(_known_kind(request), '')}.",
            button="Book it",
            back=self._page(line),
            subject=line,
        )

    @action(description="Confirm sure matches", url_path="confirm-sure", permissions=["write"], icon="done_all")
    def confirm_sure(self, request: HttpRequest) -> HttpResponse:
        account = self._account(request)
        found = sure_lines(account)
        return confirm_action(
            request,
            admin=self,
            action=ConfirmLines,
            build=lambda cleaned: confirmations(account, found, cleaned),
            form=SureLinesForm,
            form_options={"choices": choices_of(account, found)},
            explanation=(
                f"{account}: {len(found)} line{pluralize(found)} with a sure match. "
                "Clear those that you want to check one by one."
                if found
                else f"{account}: no line has a sure match."
            ),
            button="Confirm",
            back=reverse("admin:bank_bankline_changelist"),
            subject=None,
        )

    @action(description="Match again", url_path="match", permissions=["write"], icon="refresh")
    def match_again(self, request: HttpRequest) -> HttpResponse:
        def perform(_cleaned: Cleaned) -> str:
            changed = services.match_lines(now=timezone.now())
            return f"The match of {changed} lines has changed."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Match open lines again",
                form=WithoutReason,
                explanation="Uses the invoices that are open now. A job does the same every half hour.",
                review=lambda _: Review([]),
                button="Match again",
            ),
            perform=perform,
        )

    def _confirmation(self, line: BankLine, cleaned: Cleaned, customer: Organization) -> ConfirmLine:
        documents = tuple(each.pk for each in cleaned["documents"])
        return ConfirmLine.of(line, organization_id=customer.pk, document_ids=documents, **reason_and_key(cleaned))

    def _account(self, request: HttpRequest) -> SellerBankAccount:
        """Return the account named in the address, else the first one that has a sure match, else the first one."""
        wanted = request.GET.get("account", "")
        rows = SellerBankAccount.objects.select_related("seller")
        if wanted:
            if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 10):
                raise Http404
            return get_object_or_404(rows, pk=int(wanted))
        waiting = BankLine.objects.filter(state__in=UNMATCHED, grade=BankLine.Grade.SURE).values("account")
        account = rows.filter(pk__in=waiting).order_by("pk").first() or rows.order_by("pk").first()
        if account is None:
            raise Http404
        return account

    def _line(self, object_id: str) -> BankLine:
        return get_object_or_404(BankLine.objects.select_related("account__seller", "organization"), pk=object_id)

    def _page(self, line: BankLine) -> str:
        return reverse("admin:bank_bankline_change", args=[line.pk])

    def row_title(self, row: BankLine) -> str:
        return f"{day_text(row.value_date)} {row.party_name or row.text[:40] or row.bank_reference or 'bank line'}"


def _of_money(cleaned: Cleaned) -> dict[str, Any]:
    """Return the customer of the money, or of the credit note, that a form names."""
    rows: Any = Money if cleaned.get("money") else Document
    key = cleaned.get("money") or cleaned.get("document")
    row = get_object_or_404(rows, pk=key)
    return {"organization_id": row.organization_id}


def _kind(cleaned: Cleaned) -> DebitKind:
    try:
        return DebitKind(cleaned["what"])
    except ValueError as error:
        raise Http404 from error


def _known_kind(request: HttpRequest) -> DebitKind:
    kind = request.POST.get("what", request.GET.get("what", ""))
    return DebitKind(kind) if kind in set(DebitKind) else DebitKind.KNOWN


def _ids(text: str) -> list[UUID]:
    found = []
    for each in text.split(","):
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found
