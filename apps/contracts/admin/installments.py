"""Admin pages of installments: payments, refunds, and actions for money moved outside Stripe."""

from collections.abc import Iterator, Mapping
from typing import Any, Unpack

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from unfold.decorators import action, display

from apps.approvals.pages import (
    Arguments,
    Cleaned,
    PageOptions,
    ReasonAndKey,
    confirm_row_action,
    confirm_row_actions,
    form_fields,
    no_fields,
)
from apps.billing_profiles.filters import BY_CUSTOMER
from apps.billing_profiles.value_dates import today_of
from apps.common.admin import (
    AmountRangeFilter,
    Concern,
    DayRangeFilter,
    Line,
    MatchFilter,
    Menu,
    ReadOnlyModelAdmin,
    Role,
    Section,
    day_text,
    micros_column,
)
from apps.common.admin.pages import ROWS_PER_COLUMN
from apps.contracts.actions import (
    DiscountInstallment,
    RecordBankTransfer,
    RefundInstallment,
    UndoBankRefund,
    VoidInstallment,
    WriteOffInstallment,
)
from apps.contracts.actions.installments import CloseInstallment, InstallmentAction
from apps.contracts.admin.filters import OverdueFilter
from apps.contracts.admin.inlines import (
    ROW_STATES,
    DiscountInline,
    PaymentInline,
    RefundInline,
    RevenueInline,
    SurplusInline,
    days_of,
)
from apps.contracts.confirmations import BankTransferForm, DiscountForm, GiveUpForm, ReturnForm, UndoRefundForm
from apps.contracts.models import Installment
from apps.contracts.selectors import bank_refunds, overdue_installments

State = Installment.State
UNIT = "contract__organization__currency"
WRITTEN_OFF = "It is no longer expected or overdue. A late payment still settles it."
VOIDED = "For an installment billed by mistake: it is withdrawn and can no longer be paid."


@admin.register(Installment)
class InstallmentAdmin(ReadOnlyModelAdmin[Installment]):
    menu = Menu(Section.CONTRACTS, 20, "calendar_month", (Role.VIEWER, Role.BILLING, Role.APPROVER, Role.ADMINISTRATOR))
    shortcut = "i"
    concern = Concern(
        title="Overdue installments",
        rank=20,
        rows=lambda _: overdue_installments(Installment.objects.all()),
        query={"overdue": "yes"},
        line=lambda row: Line(
            organization=row.organization,
            amount_micros=row.remaining_micros,
            unit=row.organization.currency,
            day=row.pay_by,
        ),
        order="pay_by",
    )
    explained_by = ("installment", "pk")

    def rows_with_id(self, text: str) -> Iterator[Installment]:
        """Return the installments with a payment that has this reference, from the payer's bank or from Stripe."""
        rows = Installment.objects.filter(payments__reference=text) if text else Installment.objects.none()
        yield from rows.select_related("organization").distinct()[:ROWS_PER_COLUMN]

    def rows_with_amount(self, amount_micros: int) -> Iterator[Installment]:
        """Return the overdue installments with this amount left to pay."""
        left = F("amount_micros") - F("discount_micros") - F("paid_micros")
        rows = overdue_installments(Installment.objects.alias(left=left).filter(left=amount_micros))
        yield from rows.select_related("organization").order_by("pay_by")[:ROWS_PER_COLUMN]

    actions = ("write_off_each", "void_each")
    remaining_micros = staticmethod(
        micros_column("remaining_micros", "Left to pay", unit=UNIT, ordering="amount_micros")
    )

    list_display = (
        "organization",
        "due_date",
        "days",
        "amount_micros",
        "credit_micros",
        "service_micros",
        "remaining_micros",
        "row_state",
        "contract",
    )
    list_filter = (
        "state",
        OverdueFilter,
        "is_one_time",
        ("due_date", DayRangeFilter),
        ("amount_micros", AmountRangeFilter),
        *BY_CUSTOMER,
        MatchFilter,
    )
    linked_by = ("contract__organization__id__exact", "contract__id__exact", "contract__organization__currency")
    list_select_related = ("organization", "contract__organization")
    money_unit = UNIT
    search_fields = ("id__exact", "contract__id__exact", "contract__organization__slug", "payments__reference__exact")
    ordering = ("due_date", "pk")
    inlines = (PaymentInline, SurplusInline, DiscountInline, RefundInline, RevenueInline)
    actions_detail = ("bank_transfer", "refund", "undo_refund", "discount", "void", "write_off")
    readonly_fields = ("remaining_micros",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("organization", "contract"),
                    ("row_state", "is_one_time", "is_invoiced"),
                    ("due_date", "pay_by", "days"),
                    ("amount_micros", "credit_micros", "service_micros"),
                    ("discount_micros", "agreed_discount_micros"),
                    ("canceled_credit_micros", "canceled_service_micros"),
                    ("paid_micros",),
                    ("remaining_micros", "refunded_micros"),
                )
            },
        ),
        ("Settlement", {"fields": (("settled_at", "overdue_at"), ("grant", "service_transfer"))}),
    )

    @admin.display(description="Period", ordering="period_start")
    def days(self, row: Installment) -> str:
        return days_of(row)

    @display(description="State", label=ROW_STATES, ordering="state")
    def row_state(self, row: Installment) -> tuple[str, str]:
        return row.shown_state(timezone.now().date())

    def _allows(
        self, request: HttpRequest, object_id: Any, states: tuple[State, ...], *, beside_invoice: bool = True
    ) -> bool:
        if not request.user.has_perm("contracts.change_installment"):
            return False
        if object_id is None:
            return True
        rows: dict[str, tuple[str, bool] | None] = request.__dict__.setdefault("_installment_states", {})
        key = str(object_id)
        if key not in rows:
            found = Installment.objects.filter(pk=key).exclude(contract__status="draft") if key.isdecimal() else None
            rows[key] = found.values_list("state", "is_invoiced").first() if found is not None else None
        row = rows[key]
        return row is not None and row[0] in states and (beside_invoice or not row[1])

    def has_receive_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        given = (State.DUE, State.PROCESSING, State.PARTIALLY_PAID, State.WRITTEN_OFF)
        return self._allows(request, object_id, given, beside_invoice=False)

    def has_return_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        given = (State.PAID, State.PARTIALLY_PAID, State.VOID, State.WRITTEN_OFF)
        return self._allows(request, object_id, given, beside_invoice=False)

    def has_discount_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._allows(request, object_id, (State.DUE, State.PARTIALLY_PAID))

    def has_give_up_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._allows(request, object_id, (State.DUE, State.PROCESSING, State.PARTIALLY_PAID))

    @action(description="Record a bank transfer", url_path="bank-transfer", permissions=["receive"], icon="payments")
    def bank_transfer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._installment(request, object_id)
        return self._ask(
            request,
            RecordBankTransfer,
            row,
            form=BankTransferForm,
            amount=row.remaining_micros,
            explanation="For money received outside Stripe. An installment that is paid in full grants its credit.",
            button="Record transfer",
            given=form_fields("reference", "value_date"),
        )

    @action(description="Refund by bank transfer", url_path="give-back", permissions=["return"], icon="undo")
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._installment(request, object_id)
        return self._ask(
            request,
            RefundInstallment,
            row,
            form=ReturnForm,
            amount=row.paid_micros - row.refunded_micros,
            explanation=(
                "This records a bank transfer that you send yourself. Unspent credit is taken back; the rest becomes "
                "debt. Refund payments made at Stripe in Stripe instead."
            ),
            button="Record refund",
            given=form_fields("value_date"),
        )

    def has_undo_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not request.user.has_perm("contracts.change_installment"):
            return False
        row = Installment.objects.filter(pk=object_id).first() if str(object_id).isdecimal() else None
        return object_id is None or (row is not None and bank_refunds(row).exists())

    @action(description="Undo a refund", url_path="undo-refund", permissions=["undo"], icon="settings_backup_restore")
    def undo_refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._installment(request, object_id)

        def given(cleaned: Cleaned) -> Mapping[str, Any]:
            return {"refund_id": cleaned["refund"].pk, "amount_micros": cleaned["refund"].amount_micros}

        return confirm_row_action(
            request,
            row,
            UndoBankRefund,
            admin=self,
            given=given,
            form=UndoRefundForm,
            form_options={"unit": row.contract.organization.currency, "refunds": bank_refunds(row)},
            explanation="For a refund that was recorded by mistake or came back. What it took is restored.",
            button="Undo refund",
        )

    @action(description="Discount", url_path="discount", permissions=["discount"], icon="percent")
    def discount(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._installment(request, object_id)
        return self._ask(
            request,
            DiscountInstallment,
            row,
            form=DiscountForm,
            amount=row.remaining_micros,
            explanation=(
                "The customer pays this much less, at our cost. A discount of the whole remainder settles the "
                "installment, which then grants its credit."
            ),
            button="Apply discount",
        )

    @action(description="Write off", url_path="write-off", permissions=["give_up"], icon="money_off")
    def write_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._give_up(request, object_id, WriteOffInstallment, explanation=WRITTEN_OFF, button="Write off")

    @action(description="Void", url_path="void", permissions=["give_up"], icon="block")
    def void(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._give_up(request, object_id, VoidInstallment, explanation=VOIDED, button="Void installment")

    def _give_up(
        self, request: HttpRequest, object_id: str, kind: type[CloseInstallment], *, explanation: str, button: str
    ) -> HttpResponse:
        row = self._installment(request, object_id)
        amount = row.remaining_micros
        return self._ask(request, kind, row, form=GiveUpForm, amount=amount, explanation=explanation, button=button)

    def has_give_up_each_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("contracts.change_installment")

    @admin.action(description="Write off", permissions=["give_up_each"])
    def write_off_each(self, request: HttpRequest, rows: QuerySet[Installment]) -> HttpResponse:
        return self._give_up_each(request, rows, WriteOffInstallment, explanation=WRITTEN_OFF)

    @admin.action(description="Void", permissions=["give_up_each"])
    def void_each(self, request: HttpRequest, rows: QuerySet[Installment]) -> HttpResponse:
        return self._give_up_each(request, rows, VoidInstallment, explanation=VOIDED)

    def _give_up_each(
        self, request: HttpRequest, rows: QuerySet[Installment], kind: type[CloseInstallment], *, explanation: str
    ) -> HttpResponse:
        def build(row: Installment, said: ReasonAndKey, _: Any) -> CloseInstallment:
            return kind.of(row, amount_micros=row.remaining_micros, **said)

        chosen = rows.select_related("contract__organization")
        return confirm_row_actions(request, chosen, kind, build, admin=self, explanation=explanation)

    def _installment(self, request: HttpRequest, object_id: str) -> Installment:
        return get_object_or_404(self.get_queryset(request).select_related("contract__organization"), pk=object_id)

    def _ask(
        self,
        request: HttpRequest,
        kind: type[InstallmentAction],
        row: Installment,
        *,
        amount: int,
        given: Arguments = no_fields,
        **shown: Unpack[PageOptions],
    ) -> HttpResponse:
        shown["form_options"] = {"unit": row.contract.organization.currency}
        shown["initial"] = {"amount": amount, "value_date": today_of(row.organization_id, timezone.now())}
        return confirm_row_action(
            request,
            row,
            kind,
            admin=self,
            given=lambda cleaned: {"amount_micros": cleaned["amount"], **given(cleaned)},
            **shown,
        )

    def row_title(self, row: Installment) -> str:
        return f"Installment of {day_text(row.due_date)}"
