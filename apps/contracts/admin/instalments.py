"""Instalments on screen: what was paid on each, and what staff do by hand when money came or went another way."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display

from apps.common.admin import (
    Change,
    DayRangeFilter,
    Question,
    ReadOnlyModelAdmin,
    confirm,
    micros_column,
    money_text,
)
from apps.contracts import services
from apps.contracts.admin.filters import OverdueFilter
from apps.contracts.admin.inlines import (
    ROW_STATES,
    DiscountInline,
    PaymentInline,
    RefundInline,
    RevenueInline,
    SurplusInline,
    state_of,
)
from apps.contracts.models import Installment
from apps.contracts.questions import BankTransferForm, GiveUpForm, ReturnForm

State = Installment.State
UNIT = "contract__organization__currency"
CLOSED = {services.MoveKind.WRITE_OFF: State.WRITTEN_OFF, services.MoveKind.VOID: State.VOID}


@admin.register(Installment)
class InstallmentAdmin(ReadOnlyModelAdmin[Installment]):
    remaining_micros = staticmethod(
        micros_column("remaining_micros", "Left to pay", unit=UNIT, ordering="amount_micros")
    )

    list_display = (
        "organization",
        "due_date",
        "period",
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
    )
    linked_by = ("contract__organization__id__exact", "contract__id__exact", "contract__organization__currency")
    list_select_related = ("contract__organization",)
    money_unit = UNIT
    search_fields = ("id__exact", "contract__id__exact", "contract__organization__slug", "payments__reference__exact")
    ordering = ("due_date", "pk")
    inlines = (PaymentInline, SurplusInline, DiscountInline, RefundInline, RevenueInline)
    actions_detail = ("bank_transfer", "give_back", "void", "write_off")
    readonly_fields = ("remaining_micros",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("organization", "contract"),
                    ("row_state", "is_one_time"),
                    ("due_date", "period"),
                    ("amount_micros", "credit_micros", "service_micros"),
                    ("discount_micros", "paid_micros"),
                    ("remaining_micros", "refunded_micros"),
                )
            },
        ),
        ("What it brought", {"fields": (("settled_at", "overdue_at"), ("grant", "service_transfer"))}),
    )

    @admin.display(description="Organization", ordering="contract__organization__name")
    def organization(self, row: Installment) -> str:
        return row.contract.organization.name

    @display(description="State", label=ROW_STATES, ordering="state")
    def row_state(self, row: Installment) -> tuple[str, str]:
        return state_of(row)

    def _allows(self, request: HttpRequest, object_id: Any, states: tuple[State, ...]) -> bool:
        if not request.user.has_perm("contracts.change_installment"):
            return False
        if object_id is None:
            return True
        rows: dict[str, Any] = request.__dict__.setdefault("_instalment_states", {})
        key = str(object_id)
        if key not in rows:
            found = Installment.objects.filter(pk=key).exclude(contract__status="draft") if key.isdecimal() else None
            rows[key] = found.values_list("state", flat=True).first() if found is not None else None
        return rows[key] in states

    def has_receive_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._allows(request, object_id, (State.DUE, State.PROCESSING, State.PARTIALLY_PAID, State.WRITTEN_OFF))

    def has_return_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        given = (State.PAID, State.PARTIALLY_PAID, State.VOID, State.WRITTEN_OFF)
        return self._allows(request, object_id, given)

    def has_give_up_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._allows(request, object_id, (State.DUE, State.PROCESSING, State.PARTIALLY_PAID))

    @action(description="Record a bank transfer", url_path="bank-transfer", permissions=["receive"], icon="payments")
    def bank_transfer(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._installment(request, object_id)
        question = Question(
            title="Record a bank transfer",
            form=BankTransferForm,
            initial={"amount": row.remaining_micros},
            changes=lambda cleaned: receiving(row, cleaned["amount"]),
            explanation="Money that did not come through Stripe. Paid in full, the instalment grants its credit.",
            button="Record it",
        )
        return self._ask(request, question, services.MoveKind.BANK_TRANSFER, row)

    @action(description="Give money back", url_path="give-back", permissions=["return"], icon="undo")
    def give_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._installment(request, object_id)
        question = Question(
            title="Give money back by bank transfer",
            form=ReturnForm,
            initial={"amount": row.paid_micros - row.refunded_micros},
            changes=lambda cleaned: returning(row, cleaned["amount"]),
            explanation=(
                "Send the money yourself; this books it. Credit goes back as far as it is unspent, the rest becomes a "
                "visible debt. What was paid at Stripe is refunded at Stripe instead."
            ),
            button="Book it",
            danger=True,
        )
        return self._ask(request, question, services.MoveKind.GIVE_BACK, row)

    @action(description="Write off", url_path="write-off", permissions=["give_up"], icon="money_off")
    def write_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = "It is given up and no longer overdue. Money that comes after all still settles it."
        return self._give_up(request, object_id, services.MoveKind.WRITE_OFF, "Write it off", explanation)

    @action(description="Void", url_path="void", permissions=["give_up"], icon="block")
    def void(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = "It was asked for by mistake: it is withdrawn and cannot be paid any more."
        return self._give_up(request, object_id, services.MoveKind.VOID, "Void it", explanation)

    def _give_up(
        self, request: HttpRequest, object_id: str, kind: services.MoveKind, button: str, explanation: str
    ) -> HttpResponse:
        row = self._installment(request, object_id)
        question = Question(
            title=services.MOVE_TITLES[kind],
            form=GiveUpForm,
            initial={"amount": row.remaining_micros},
            changes=lambda _: closing(row, CLOSED[kind]),
            explanation=explanation,
            button=button,
            danger=True,
        )
        return self._ask(request, question, kind, row)

    def _installment(self, request: HttpRequest, object_id: str) -> Installment:
        return get_object_or_404(self.get_queryset(request).select_related("contract__organization"), pk=object_id)

    def _ask(self, request: HttpRequest, question: Question, kind: services.MoveKind, row: Installment) -> HttpResponse:
        def perform(cleaned: Any) -> str:
            move = services.Move(
                kind=kind,
                installment_id=row.pk,
                amount=cleaned["amount"],
                reason=cleaned["reason"],
                key=f"staff:{cleaned['token']}",
                reference=cleaned.get("reference", ""),
            )
            waiting = services.submit_move(move=move, by=cast(User, request.user), now=timezone.now())
            said = "Asked for" if waiting else "Done"
            self.log_change(request, row, f"{question.title}, {said.lower()}: {cleaned['reason']}")
            return f"Request {waiting.pk} waits for a second person, who carries it out." if waiting else "Done."

        return confirm(request, admin=self, question=question, perform=perform, back=_page_of(row), subject=row)


def receiving(row: Installment, amount: int) -> list[Change]:
    """Say what recording money changes."""
    left = row.remaining_micros - amount
    state = "Paid" if left == 0 else State.PARTIALLY_PAID.label
    return [
        Change("State", state_of(row)[1], state if left >= 0 else "More than is left to pay"),
        Change("Received", _money(row, row.paid_micros), _money(row, row.paid_micros + amount)),
        Change("Left to pay", _money(row, row.remaining_micros), _money(row, left)),
        Change("Credit granted", _money(row, 0), _money(row, row.credit_micros if left == 0 else 0)),
    ]


def returning(row: Installment, amount: int) -> list[Change]:
    """Say what giving money back changes."""
    kept = row.paid_micros - row.refunded_micros
    return [Change("Kept of what was received", _money(row, kept), _money(row, kept - amount))]


def closing(row: Installment, state: State) -> list[Change]:
    """Say what closing an unpaid instalment changes."""
    changes = [
        Change("State", state_of(row)[1], state.label),
        Change("Left to pay", _money(row, row.remaining_micros), _money(row, 0)),
    ]
    if row.paid_micros:
        changes.append(Change("Received, to be given back", _money(row, row.paid_micros), _money(row, row.paid_micros)))
    return changes


def _money(row: Installment, amount: int) -> str:
    return money_text(amount, row.contract.organization.currency)


def _page_of(row: Installment) -> str:
    return reverse("admin:contracts_installment_change", args=[row.pk])
