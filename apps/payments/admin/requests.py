"""Customers, sessions, payment links and invoices at Stripe."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action

from apps.common.admin import (
    AmountRangeFilter,
    DayRangeFilter,
    Menu,
    Question,
    ReadOnlyModelAdmin,
    Section,
    confirm,
    time_text,
)
from apps.payments import services
from apps.payments.models import CheckoutSession, PaymentLink, StripeCustomer, StripeInvoice
from apps.payments.stripe_dashboard import dashboard_link
from apps.top_ups.admin import TAX_FIELDS, ShowsTax


@admin.register(StripeCustomer)
class StripeCustomerAdmin(ReadOnlyModelAdmin[StripeCustomer]):
    menu = Menu(Section.STRIPE, 90, "badge")
    found_by = ("stripe_id",)
    list_display = ("stripe_id", "organization", "livemode", "created_at", "deleted_at")
    search_fields = ("stripe_id__exact",)
    list_select_related = ("organization",)
    ordering = ("-id",)
    actions_detail = ("recreate",)
    fields = ("at_stripe", "organization", "language", "livemode", "created_at", "deleted_at")

    @admin.display(description="At Stripe")
    def at_stripe(self, customer: StripeCustomer) -> str:
        return dashboard_link("customers", customer.stripe_id)

    def has_recreate_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("backoffice.move_money")

    @action(description="Create again", url_path="recreate", permissions=["recreate"], icon="person_add")
    def recreate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        customer = self.row_or_404(request, object_id)

        def perform(_cleaned: Any) -> str:
            made = services.recreate_customer(organization=customer.organization, now=timezone.now())
            return f"The customer at Stripe is {made}."

        return confirm(
            request,
            admin=self,
            question=Question(
                title=f"Create the customer of {customer.organization} at Stripe again",
                explanation="If the customer still exists at Stripe, nothing changes.",
                button="Create again",
                history=[customer],
            ),
            perform=perform,
            subject=customer,
        )


@admin.register(CheckoutSession)
class CheckoutSessionAdmin(ShowsTax, ReadOnlyModelAdmin[CheckoutSession]):
    menu = Menu(Section.STRIPE, 20, "shopping_cart")
    found_by = ("pk", "stripe_id")
    list_display = ("created_at", "organization", "purpose", "amount_micros", "state", "created_by", "stripe_id")
    hidden_columns = ("stripe_id",)
    list_filter = ("state", "purpose", ("created_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    search_fields = ("stripe_id__exact", "payment_intent_id__exact")
    list_select_related = ("organization",)
    money_unit = "currency"
    ordering = ("-created_at",)
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("organization", "purpose", "amount_micros", "state", "last_failure")}),
        ("For", {"fields": ("contract", "attempt", "saves_method")}),
        ("Tax", {"fields": TAX_FIELDS}),
        ("At Stripe", {"fields": ("stripe_id", "customer_id", "payment_intent_id", "expires_at")}),
        ("History", {"fields": ("created_by", "created_at", "updated_at")}),
    )

    def row_title(self, row: CheckoutSession) -> str:
        return f"{row.get_purpose_display()} of {row.organization}, {time_text(row.created_at)}"


@admin.register(PaymentLink)
class PaymentLinkAdmin(ReadOnlyModelAdmin[PaymentLink]):
    """Payment links, including closed ones, so that staff can see why a link no longer works."""

    menu = Menu(Section.STRIPE, 30, "link")
    found_by = ("stripe_id",)
    list_display = (
        "stripe_id",
        "organization",
        "installment",
        "amount_micros",
        "is_active",
        "created_by",
        "created_at",
    )
    list_filter = ("is_active", ("created_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    search_fields = ("stripe_id__exact", "url__exact", "organization__slug")
    search_help_text = "A link's id or address, or a customer's slug"
    list_select_related = ("organization", "installment")
    money_unit = "currency"
    ordering = ("-created_at", "-id")


@admin.register(StripeInvoice)
class StripeInvoiceAdmin(ReadOnlyModelAdmin[StripeInvoice]):
    menu = Menu(Section.STRIPE, 70, "receipt_long")
    found_by = ("stripe_id",)
    list_display = ("__str__", "organization", "purpose", "document", "amount_micros", "paid_micros", "state", "due_at")
    list_filter = ("state", "purpose", ("created_at", DayRangeFilter), ("amount_micros", AmountRangeFilter))
    search_fields = ("stripe_id__exact", "number__exact")
    list_select_related = ("organization", "document")
    money_unit = "currency"
    ordering = ("-created_at",)
