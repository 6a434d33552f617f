"""Pages of sellers, with their bank accounts and number ranges."""

import base64
from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import action

from apps.approvals.pages import confirm_row_action
from apps.billing_profiles.actions import ReopenBooks
from apps.billing_profiles.forms import (
    BankAccountForm,
    ExchangeRateForm,
    NumberRangeForm,
    NumberRangeFormSet,
    ReopenForm,
    SellerForm,
)
from apps.billing_profiles.models import ExchangeRate, NumberRange, Seller, SellerBankAccount
from apps.common.admin import KeptModelAdmin, Menu, OffersByState, Role, Section, TabularInline, TimestampedModelAdmin


class BankAccountInline(TabularInline[SellerBankAccount, Seller]):
    model = SellerBankAccount
    form = BankAccountForm
    fields = ("currency", "iban", "bic", "bank_name")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("billing_profiles.change_seller")


class ExchangeRateInline(TabularInline[ExchangeRate, Seller]):
    """Rates into the seller's tax currency. Documents keep the rate that they used, so a wrong one can be deleted."""

    model = ExchangeRate
    form = ExchangeRateForm
    fields = ("currency", "day", "rate_micros", "source")
    ordering = ("-day", "currency")
    extra = 1

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("billing_profiles.change_seller")


class NumberRangeInline(TabularInline[NumberRange, Seller]):
    model = NumberRange
    form = NumberRangeForm
    formset = NumberRangeFormSet
    fields = ("kind", "year", "pattern", "next_number", "last_issue_date")
    readonly_fields = ("next_number", "last_issue_date")
    ordering = ("-year", "kind")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Seller)
class SellerAdmin(OffersByState[Seller], TimestampedModelAdmin[Seller], KeptModelAdmin[Seller]):
    """Our legal entities. Documents keep the seller's data as it was; changes apply from the next draft."""

    menu = Menu(Section.MONEY, 90, "storefront", (Role.ADMINISTRATOR,))
    form = SellerForm
    list_display = ("__str__", "legal_name", "city", "country", "vat_number", "tax_engine", "tax_currency")
    search_fields = ("legal_name", "trade_name", "vat_number")
    ordering = ("legal_name",)
    readonly_fields = ("shown_logo", "created_at", "updated_at")
    inlines = (BankAccountInline, NumberRangeInline, ExchangeRateInline)
    actions_detail = ("reopen_books",)
    fieldsets: ClassVar[Any] = (
        (
            None,
            {
                "fields": (
                    ("legal_name", "trade_name"),
                    ("street", "street_extra"),
                    ("postal_code", "city"),
                    ("region", "country"),
                    ("vat_number", "tax_number"),
                    "register_text",
                )
            },
        ),
        (
            "Papers",
            {
                "fields": (
                    "shown_logo",
                    "logo_file",
                    ("language", "time_zone"),
                    "mail_sender",
                    "terms_text",
                    "footer",
                )
            },
        ),
        (
            "Tax",
            {
                "fields": (
                    ("tax_engine", "tax_currency"),
                    ("untaxed_category", "untaxed_reason"),
                    "prices_include_tax",
                    ("tax_point", "bad_debt_relief"),
                )
            },
        ),
        ("Invoices", {"fields": ("terms_days", "review_days", "credit_notes_share_numbers", "closed_through")}),
        ("History", {"fields": (("created_at", "updated_at"),)}),
    )

    @admin.display(description="Logo")
    def shown_logo(self, seller: Seller) -> str:
        if not seller.logo:
            return "None"
        image = base64.b64encode(bytes(seller.logo)).decode()
        return format_html('<img src="data:image;base64,{}" alt="Logo" style="max-height: 4rem">', image)

    def has_reopen_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(ReopenBooks.permission)

    def buttons_for(self, row: Seller) -> Collection[str]:
        return [each for each in self.actions_detail if row.closed_through or each != "reopen_books"]

    @action(description="Reopen books", url_path="reopen-books", permissions=["reopen"], icon="lock_open")
    def reopen_books(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return confirm_row_action(
            request,
            get_object_or_404(Seller, pk=object_id),
            ReopenBooks,
            admin=self,
            given=lambda cleaned: {"day": cleaned["day"]},
            form=ReopenForm,
            explanation="Papers and tax reports of the closed months were given out, so a second administrator must "
            "approve. Money that was moved to the first open day stays there.",
        )

    def get_form(self, request: HttpRequest, obj: Seller | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Pass today's date to the form, which refuses to close it: the seller's, or that of UTC if it is earlier."""
        form, now = super().get_form(request, obj, change, **kwargs), timezone.now()
        form.today = min(obj.day_of(now), now.date()) if obj else now.date()
        return form

    def save_model(self, request: HttpRequest, obj: Seller, form: Any, change: bool) -> None:
        obj.logo = form.cleaned_data["logo_file"] or obj.logo
        super().save_model(request, obj, form, change)
