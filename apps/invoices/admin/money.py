"""Admin pages of money received: the invoices that it paid, and its unapplied part."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action

from apps.approvals.pages import Cleaned, confirm_action, confirm_row_action, form_amount
from apps.billing_profiles.filters import BY_CUSTOMER
from apps.billing_profiles.value_dates import today_of
from apps.common.admin import (
    AmountRangeFilter,
    Concern,
    DayRangeFilter,
    Line,
    MatchFilter,
    Menu,
    OffersByState,
    ReadOnlyInline,
    ReadOnlyModelAdmin,
    Role,
    Section,
    day_text,
    micros_column,
    money_text,
)
from apps.invoices.actions import ApplyMoney, PayBackMoney, RecordMoney, ReturnMoney
from apps.invoices.admin.filters import UnappliedFilter
from apps.invoices.admin.inlines import link
from apps.invoices.forms import AnyTransferForm, ApplyForm, PayBackForm, ReturnForm
from apps.invoices.models import Application, Document, Money
from apps.invoices.models.documents import OUTSTANDING
from apps.invoices.selectors import with_unapplied
from apps.tenants.forms import customer_in_address

UNIT = "organization__currency"


def dated_amount(cleaned: Cleaned) -> Mapping[str, Any]:
    """Return the amount and the value date of a form as arguments of an action."""
    return {**form_amount(cleaned), "value_date": cleaned["value_date"]}


class AppliedInline(ReadOnlyInline[Application, Money]):
    model = Application
    money_unit = "document__currency"
    fields = readonly_fields = ("created_at", "invoice", "amount_micros", "net_micros", "tax_micros", "created_by")
    ordering = ("created_at", "pk")
    verbose_name_plural = "Applied to invoices"

    @admin.display(description="Invoice")
    def invoice(self, row: Application) -> str:
        return link("document", row.document)


@admin.register(Money)
class MoneyAdmin(OffersByState[Money], ReadOnlyModelAdmin[Money]):
    menu = Menu(Section.MONEY, 25, "account_balance_wallet", (Role.BILLING, Role.APPROVER))
    list_title = "Money received"
    newest_by = "-pk"
    found_by = ("pk", "reference")
    concern = Concern(
        title="Unapplied money",
        rank=45,
        rows=lambda _: with_unapplied(Money.objects.all()),
        query={"unapplied": "yes"},
        line=lambda row: Line(
            organization=row.organization,
            amount_micros=row.unapplied_micros,
            unit=row.organization.currency,
            day=row.value_date,
        ),
        order="value_date",
        alarm=False,
    )
    unapplied_micros = staticmethod(micros_column("unapplied_micros", "Unapplied", unit=UNIT))
    list_display = (
        "value_date",
        "organization",
        "reference",
        "source",
        "amount_micros",
        "applied_micros",
        "paid_back_micros",
        "unapplied_micros",
    )
    list_filter = (
        UnappliedFilter,
        "source",
        ("value_date", DayRangeFilter),
        ("amount_micros", AmountRangeFilter),
        *BY_CUSTOMER,
        MatchFilter,
    )
    linked_by = ("organization", "organization__id__exact")
    list_select_related = ("organization",)
    money_unit = UNIT
    search_fields = ("id__exact", "reference", "organization__slug", "organization__name")
    ordering = ("-value_date", "pk")
    inlines = (AppliedInline,)
    readonly_fields = ("unapplied_micros",)
    actions_list = ("record",)
    made_by = "record"
    actions_detail = ("apply", "sell", "pay_back", "take_back")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("organization", "source", "credit_note"),
                    ("value_date", "reference"),
                    ("amount_micros", "applied_micros"),
                    ("paid_back_micros", "unapplied_micros"),
                    "returned_at",
                )
            },
        ),
        ("History", {"fields": (("created_by", "received_at"),)}),
    )

    def row_title(self, row: Money) -> str:
        """Return amount, payer and day; the reference is a field."""
        amount = money_text(row.amount_micros, row.organization.currency)
        return f"{amount} from {row.organization}, {day_text(row.value_date)}"

    def buttons_for(self, row: Money) -> Collection[str]:
        return [
            *(["apply", "sell", "pay_back"] if row.unapplied_micros else []),
            *(["take_back"] if row.source == Money.Source.BANK and row.returned_at is None else []),
        ]

    def has_record_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("invoices.add_money")

    def has_write_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("invoices.change_money")

    def has_sell_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("invoices.add_document")

    @action(description="Record a bank transfer", url_path="record", permissions=["record"], icon="add")
    def record(self, request: HttpRequest) -> HttpResponse:
        customer = customer_in_address(request)
        return confirm_action(
            request,
            admin=self,
            action=RecordMoney,
            build=AnyTransferForm.action_on_named,
            form=AnyTransferForm,
            initial={
                "organization": customer,
                "value_date": today_of(customer.pk if customer else None, timezone.now()),
            },
            explanation="It pays the invoices you name, or the customer's open ones. The rest is unapplied.",
            button="Record transfer",
            back=reverse("admin:invoices_money_changelist"),
        )

    @action(description="Apply to an invoice", url_path="apply", permissions=["write"], icon="link")
    def apply(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._money(object_id)
        invoices = Document.objects.filter(organization=row.organization, state__in=OUTSTANDING).order_by(
            "due_date", "pk"
        )
        return confirm_row_action(
            request,
            row,
            ApplyMoney,
            admin=self,
            given=lambda cleaned: {**form_amount(cleaned), "document_id": cleaned["invoice"].pk},
            form=ApplyForm,
            form_options={"unit": row.organization.currency, "invoices": invoices},
            initial={"amount": row.unapplied_micros},
            explanation="The money is applied to the invoice.",
        )

    @action(description="Turn into credit", url_path="sell", permissions=["sell"], icon="add_card")
    def sell(self, request: HttpRequest, object_id: str) -> HttpResponse:
        address = reverse("admin:invoices_document_sell_credit")
        return HttpResponseRedirect(f"{address}?{urlencode({'money': self._money(object_id).pk})}")

    @action(description="Pay back", url_path="pay-back", permissions=["write"], icon="undo")
    def pay_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._money(object_id)
        return confirm_row_action(
            request,
            row,
            PayBackMoney,
            admin=self,
            given=dated_amount,
            form=PayBackForm,
            form_options={"unit": row.organization.currency},
            initial={"amount": row.unapplied_micros, "value_date": today_of(row.organization_id, timezone.now())},
            explanation="This records a bank transfer that you send yourself.",
        )

    @action(description="Returned by the bank", url_path="take-back", permissions=["write"], icon="money_off")
    def take_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._money(object_id)
        return confirm_row_action(
            request,
            row,
            ReturnMoney,
            admin=self,
            given=dated_amount,
            form=ReturnForm,
            initial={"amount": row.amount_micros, "value_date": today_of(row.organization_id, timezone.now())},
            explanation="The bank took the transfer back: the invoices that it paid are due again.",
        )

    def _money(self, object_id: str) -> Money:
        return get_object_or_404(Money.objects.select_related("organization"), pk=object_id)
