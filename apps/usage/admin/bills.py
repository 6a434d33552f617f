"""Vendors' bills on screen, beside the costs computed from usage."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.approvals.actions import person
from apps.common.admin import (
    ConfirmForm,
    Menu,
    MicrosField,
    Question,
    ReadOnlyModelAdmin,
    Section,
    confirm,
    day_field,
)
from apps.common.money import decimal_text
from apps.pricing.costs import PICO_PLACES
from apps.pricing.models import Meter
from apps.pricing.rating import PICOS_PER_MICRO
from apps.usage.models import VendorBill
from apps.usage.selectors.margins import with_computed_costs
from apps.usage.services import enter_vendor_bill


class BillForm(ConfirmForm):
    """What a vendor billed."""

    vendor = forms.CharField(max_length=64, widget=UnfoldAdminTextInputWidget)
    meter = forms.ModelChoiceField(Meter.objects.order_by("slug"), widget=UnfoldAdminSelectWidget)
    models_begin_with = forms.CharField(
        label="Models begin with",
        max_length=128,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="For the models of one vendor, such as gpt-. Empty: all models of the meter.",
    )
    account = forms.CharField(
        max_length=64,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="The account that was billed, as usage names it as its provider. Empty: usage through all accounts.",
    )
    first_day = day_field(label="First day (UTC)")
    last_day = day_field(label="Last day (UTC)")
    currency = forms.RegexField(r"^[A-Z]{3}$", widget=UnfoldAdminTextInputWidget, help_text="For example USD.")
    amount = MicrosField(label="Billed", minimum_micros=0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day is before the first.")
        return cleaned


@admin.register(VendorBill)
class VendorBillAdmin(ReadOnlyModelAdmin[VendorBill]):
    """What vendors billed us, beside the cost that usage of the same days has here."""

    menu = Menu(Section.PRICES_AND_USAGE, 68, "receipt")
    list_display = (
        *("vendor", "meter", "models_begin_with", "account", "first_day", "last_day", "currency", "billed"),
        *("computed", "unexplained", "created_by"),
    )
    list_select_related = ("meter",)
    search_fields = ("=vendor",)
    ordering = ("-first_day", "-pk")
    fields = (*list_display, "reason", "created_at")
    actions_list = ("enter",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[VendorBill]:
        return with_computed_costs(super().get_queryset(request))

    @admin.display(description="Billed", ordering="amount_micros")
    def billed(self, bill: VendorBill) -> str:
        return decimal_text(bill.amount_micros)

    @admin.display(description="Computed from usage")
    def computed(self, bill: Any) -> str:
        return decimal_text(int(bill.computed_picos), PICO_PLACES)

    @admin.display(description="Unexplained")
    def unexplained(self, bill: Any) -> str:
        return decimal_text(bill.amount_micros * PICOS_PER_MICRO - int(bill.computed_picos), PICO_PLACES)

    def has_enter_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("pricing.change_priceversion")

    @action(description="Enter a bill", url_path="enter", permissions=["enter"], icon="add")
    def enter(self, request: HttpRequest) -> HttpResponse:
        def perform(cleaned: Any) -> str:
            by: Any = request.user
            names = ("vendor", "meter", "models_begin_with", "account", "first_day", "last_day", "currency", "reason")
            bill = VendorBill(**{name: cleaned[name] for name in names}, amount_micros=cleaned["amount"])
            enter_vendor_bill(bill=bill, created_by=person(by), now=timezone.now())
            return f"The bill from {bill.vendor} was entered."

        question = Question(
            title="Enter a vendor's bill",
            form=BillForm,
            explanation=(
                "The bill is shown beside the cost computed from usage of the same days. The difference is never "
                "spread over customers, and nobody is charged. To correct a bill, enter it again: the newest counts."
            ),
            button="Enter",
        )
        return confirm(request, admin=self, question=question, perform=perform)
