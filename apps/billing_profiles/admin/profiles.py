"""The page of a customer's billing profile, which leads back to the customer."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from apps.billing_profiles.forms import BillingProfileForm
from apps.billing_profiles.models import BillingProfile, ExternalId
from apps.common.admin import KeptModelAdmin, Menu, Role, Section, TabularInline, TimestampedModelAdmin


class ExternalIdInline(TabularInline[ExternalId, BillingProfile]):
    model = ExternalId
    fields = ("system", "value")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("billing_profiles.change_billingprofile")


@admin.register(BillingProfile)
class BillingProfileAdmin(TimestampedModelAdmin[BillingProfile], KeptModelAdmin[BillingProfile]):
    """The data of a customer that invoices need. Changes apply from the next draft."""

    menu = Menu(Section.CUSTOMERS, 15, "badge", (Role.BILLING,))
    found_by = ("vat_number",)
    form = BillingProfileForm
    list_display = ("organization", "legal_name", "seller", "country", "vat_number", "shown_tags", "owner")
    list_filter = ("seller", "kind", "country", "owner")
    list_select_related = ("organization", "seller", "owner")
    search_fields = (
        "legal_name",
        "organization__name",
        "organization__slug",
        "vat_number",
        "tags",
    )
    ordering = ("legal_name", "organization")
    autocomplete_fields = ("organization",)
    inlines = (ExternalIdInline,)
    readonly_fields = ("created_at", "updated_at")
    fieldsets: ClassVar[Any] = (
        (
            None,
            {
                "fields": (
                    ("organization", "seller"),
                    ("legal_name", "kind"),
                    ("street", "street_extra"),
                    ("postal_code", "city"),
                    ("region", "country"),
                    "vat_number",
                )
            },
        ),
        (
            "Tax exemption",
            {"fields": (("exemption_reason", "exemption_certificate"), ("exempt_from", "exempt_to"))},
        ),
        (
            "Invoices",
            {
                "fields": (
                    ("terms_days", "language"),
                    ("delivery", "e_invoice"),
                    ("purchase_order", "buyer_reference"),
                )
            },
        ),
        ("On our side", {"fields": (("owner", "tags"),)}),
        ("History", {"fields": (("created_at", "updated_at"),)}),
    )

    @admin.display(description="Tags")
    def shown_tags(self, profile: BillingProfile) -> str:
        return ", ".join(profile.tags)

    def get_readonly_fields(self, request: HttpRequest, obj: BillingProfile | None = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["organization"] if obj else [])]

    def response_post_save_add(self, request: HttpRequest, obj: BillingProfile) -> HttpResponseRedirect:
        return _customer(obj)

    def response_post_save_change(self, request: HttpRequest, obj: BillingProfile) -> HttpResponseRedirect:
        return _customer(obj)


def _customer(profile: BillingProfile) -> HttpResponseRedirect:
    page = reverse("admin:tenants_organization_change", args=[profile.organization_id])
    return HttpResponseRedirect(f"{page}?tab=billing")
