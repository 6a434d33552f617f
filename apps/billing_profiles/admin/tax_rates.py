"""The page of the tax table."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from apps.approvals.actions import person
from apps.billing_profiles.forms import TaxRateForm
from apps.billing_profiles.models import TaxRate
from apps.billing_profiles.tax_choice import percent_text
from apps.common.admin import KeptModelAdmin, Menu, Role, Section, day_text


@admin.register(TaxRate)
class TaxRateAdmin(KeptModelAdmin[TaxRate]):
    """The tax table. A row that a document has used can only be ended; a new row begins on the day after."""

    menu = Menu(Section.MONEY, 95, "percent", (Role.ADMINISTRATOR,))
    list_title = "Tax table"
    form = TaxRateForm
    list_display = (
        "seller",
        "shown_country",
        "product",
        "shown_kind",
        "category",
        "rate",
        "valid_from",
        "valid_to",
        "used",
    )
    list_filter = ("seller", "category", "product", "country")
    list_select_related = ("seller",)
    search_fields = ("country", "reason", "vatex_code")
    ordering = ("seller", "country", "region", "product", "valid_from", "pk")
    readonly_fields = ("rate", "used", "created_by", "created_at")
    fieldsets: ClassVar[Any] = (
        (
            "Sales",
            {
                "fields": (
                    ("seller", "product"),
                    ("country", "region"),
                    ("customer_kind", "needs_vat_number"),
                )
            },
        ),
        ("Tax", {"fields": (("category", "rate_thousandths"), ("reason", "vatex_code"))}),
        ("Days", {"fields": (("valid_from", "valid_to"),)}),
        ("History", {"fields": (("used", "created_by", "created_at"),)}),
    )

    @admin.display(description="Country", ordering="country")
    def shown_country(self, rate: TaxRate) -> str:
        """Return the country, and the region if the rate is only for one."""
        return f"{rate.country}, {rate.region}" if rate.region else rate.country or "All others"

    @admin.display(description="Customers", ordering="customer_kind")
    def shown_kind(self, rate: TaxRate) -> str:
        kind = rate.get_customer_kind_display() or "All"
        return f"{kind} with a VAT number" if rate.needs_vat_number else kind

    @admin.display(description="Rate", ordering="rate_thousandths")
    def rate(self, rate: TaxRate) -> str:
        return f"{percent_text(rate.rate_thousandths)} %"

    def get_readonly_fields(self, request: HttpRequest, obj: TaxRate | None = None) -> Any:
        """Let only the last day of a used row be changed."""
        frozen = super().get_readonly_fields(request, obj)
        if obj is None or not obj.used:
            return frozen
        every = [name for _, part in self.fieldsets for names in part["fields"] for name in names]
        return [*(name for name in every if name != "valid_to"), "rate"]

    def get_fieldsets(self, request: HttpRequest, obj: TaxRate | None = None) -> Any:
        """Show the rate in percent also where it cannot be edited."""
        sections = super().get_fieldsets(request, obj)
        if obj is None or (self.has_change_permission(request, obj) and not obj.used):
            return sections
        tax = ("Tax", {"fields": (("category", "rate"), ("reason", "vatex_code"))})
        return [tax if title == "Tax" else (title, part) for title, part in sections]

    def save_model(self, request: HttpRequest, obj: TaxRate, form: Any, change: bool) -> None:
        if not change:
            obj.created_by, obj.created_at = person(request.user), timezone.now()
        super().save_model(request, obj, form, change)

    def row_title(self, row: TaxRate) -> str:
        return f"{row.get_category_display()}, {row.country or 'all other countries'}, from {day_text(row.valid_from)}"
