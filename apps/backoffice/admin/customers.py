"""Customer pages. An organization is created, suspended and archived by services; it is never deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminSelectWidget,
)

from apps.backoffice import services
from apps.backoffice.admin.customer_budgets import CustomerBudgetsMixin
from apps.backoffice.admin.customer_money import CustomerMoneyMixin
from apps.backoffice.admin.customer_top_ups import CustomerTopUpsMixin
from apps.backoffice.audit_trail import record_action
from apps.backoffice.customer_forms import CustomerForm, NewCustomerForm
from apps.backoffice.customer_page import page
from apps.billing_profiles.filters import CountryFilter, TagFilter
from apps.billing_profiles.selectors import lacking_profile, profile_of
from apps.common.admin import (
    EVERY_ROLE,
    Change,
    Concern,
    ConfirmForm,
    DayRangeFilter,
    Line,
    MatchFilter,
    Menu,
    OffersNextStep,
    Question,
    Review,
    Section,
    confirm,
)
from apps.ledger.models import Account
from apps.plans.selectors import was_ever_subscribed
from apps.tenants import services as tenants
from apps.tenants.exchange_rates import FIELD
from apps.tenants.models import Organization
from apps.wallets import services as wallets
from apps.wallets.accounts import Role

MADE = "Created and changed"
RATE = "Display in US dollars"
LIMIT = "postpaid_limit_micros"
# Further fields of a new customer; later they have their own pages.
NEW: Any = (
    (
        "Billing profile",
        {
            "fields": (
                ("seller", "legal_name"),
                ("kind", "vat_number"),
                ("street", "street_extra"),
                ("postal_code", "city"),
                ("region", "country"),
                ("purchase_order", "tags"),
                ("external_system", "external_id"),
            )
        },
    ),
    ("Contact for billing", {"fields": (("contact_name", "contact_email"),)}),
)
STATUS_LABELS = {"active": "success", "suspended": "warning", "archived": "danger"}


class ListedCountryFilter(CountryFilter):
    customer = ""


class ListedTagFilter(TagFilter):
    customer = ""


class StatusForm(ConfirmForm):
    status = forms.ChoiceField(widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = Organization.TRANSITIONS[Organization.Status(organization.status)]
        field = self.fields["status"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(status.value, status.label) for status in Organization.Status if status in possible]


class LackingProfileFilter(admin.SimpleListFilter):
    """Filter for customers that owe something and cannot be invoiced."""

    title = "invoices"
    parameter_name = "invoices"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("impossible", "Owing, cannot be invoiced")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return not_invoiceable(queryset) if self.value() == "impossible" else queryset


def not_invoiceable(rows: QuerySet[Organization]) -> QuerySet[Organization]:
    """Return postpaid customers that owe something and whose months cannot be invoiced, with `owed_micros`."""
    balance = Account.objects.filter(book_id=OuterRef("pk"), role=Role.RECEIVABLE, unit=OuterRef("currency"))
    owing = rows.filter(billing_mode=Organization.BillingMode.POSTPAID).annotate(
        owed_micros=-Subquery(balance.values("balance_micros")[:1])
    )
    return lacking_profile(owing.filter(owed_micros__gt=0))


@admin.register(Organization)
class OrganizationAdmin(CustomerMoneyMixin, CustomerBudgetsMixin, CustomerTopUpsMixin, OffersNextStep[Organization]):
    menu = Menu(Section.CUSTOMERS, 10, "apartment", EVERY_ROLE)
    shortcut = "o"
    found_by = ("pk", "slug")
    found_icon = "apartment"
    concern = Concern(
        title="Owing customers that cannot be invoiced: complete their billing profiles",
        rank=26,
        rows=lambda _: not_invoiceable(Organization.objects.all()),
        query={"invoices": "impossible"},
        line=lambda row: Line(
            organization=row, amount_micros=row.owed_micros, unit=row.currency, day=row.created_at.date()
        ),
        order="created_at",
        related=(),
    )
    actions = ("grant_to_each",)
    list_display = (
        "name",
        "slug",
        "state",
        "billing_mode",
        "currency",
        "postpaid_limit_micros",
        "owner",
        "tags",
        "created_at",
    )
    hidden_columns = ("postpaid_limit_micros",)
    list_filter = (
        "status",
        "billing_mode",
        "currency",
        "billing_profile__owner",
        ListedCountryFilter,
        ListedTagFilter,
        LackingProfileFilter,
        ("created_at", DayRangeFilter),
        MatchFilter,
    )
    list_select_related = ("billing_profile__owner",)
    search_fields = (
        "id__exact",
        "name",
        "slug",
        "billing_profile__legal_name",
        "billing_profile__vat_number",
        "billing_profile__tags",
    )
    money_unit = "currency"
    ordering = ("name",)
    actions_detail = (
        CustomerMoneyMixin.MONEY,
        CustomerBudgetsMixin.BUDGETS,
        CustomerTopUpsMixin.TOP_UP,
        "change_status",
    )
    next_step = "grant_credit"
    change_form_outer_before_template = "admin/organization/frame.html"
    fieldsets = (
        (None, {"fields": ("name", "slug", "currency", "billing_mode", "anchor_day", "status")}),
        (
            "Limits",
            {
                "fields": (
                    "postpaid_limit_micros",
                    "usage_billing_enabled",
                    "monthly_resource_spend_limit_usd_micros",
                    "pause_on_limit",
                    "resource_email_alerts",
                )
            },
        ),
        (RATE, {"fields": (("usd_rate_micros", "usd_rate_date"), "pegged")}),
        (MADE, {"fields": ("id", "created_at", "updated_at")}),
    )

    @display(description="Status", label=STATUS_LABELS, ordering="status")
    def state(self, organization: Organization) -> tuple[str, str]:
        return organization.status, organization.get_status_display()

    @admin.display(description="Owner", ordering="billing_profile__owner__username")
    def owner(self, organization: Organization) -> str:
        profile = profile_of(organization)
        return str(profile.owner or "") if profile else ""

    @admin.display(description="Tags")
    def tags(self, organization: Organization) -> str:
        profile = profile_of(organization)
        return ", ".join(profile.tags) if profile else ""

    def get_fieldsets(self, request: HttpRequest, obj: Organization | None = None) -> Any:
        """Hide the generated fields of a new customer, and its limit, which is 0 at first."""
        sets = super().get_fieldsets(request, obj)
        if obj is not None:
            return sets
        own = [
            (name, {**options, "fields": [each for each in options["fields"] if each not in (LIMIT, "status")]})
            for name, options in sets
            if name != MADE
        ]
        rate = [each for each in own if each[0] == RATE]
        return [*own[:1], *rate, *NEW, *(each for each in own[1:] if each[0] != RATE)]

    def get_form(
        self, request: HttpRequest, obj: Organization | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return super().get_form(request, obj, change, form=NewCustomerForm if obj is None else CustomerForm, **kwargs)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Organization | None = None) -> dict[str, Any]:
        """Propose the slug of a new customer from its name."""
        return {} if obj else {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Organization | None = None) -> Any:
        frozen = [*super().get_readonly_fields(request, obj), "id", "status", "created_at", "updated_at"]
        if obj is None:
            return frozen
        if was_ever_subscribed(obj):
            frozen.append("anchor_day")
        return [*frozen, "currency", "billing_mode", *self._as_money(["postpaid_limit_micros"])]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the customer in tabs; the form is the Settings tab."""
        organization = self.get_object(request, object_id) if request.method == "GET" else None
        if organization is None or not self.has_view_or_change_permission(request, organization):
            return super().change_view(request, object_id, form_url, extra_context)
        if request.GET.get("tab") == page.SETTINGS:
            above = page.frame(request, organization, timezone.now(), page.SETTINGS)
            return super().change_view(request, object_id, form_url, {**(extra_context or {}), **above})
        self_: Any = self
        actions = self_._get_actions_navigation(
            self.actions_detail, self_.get_actions_detail(request, organization.pk), object_id
        )
        context = {
            **self.admin_site.each_context(request),
            **page.context(request, organization, timezone.now()),
            "opts": self.opts,
            "original": organization,
            "actions_detail": actions,
            "has_view_permission": True,
        }
        return TemplateResponse(request, "admin/organization/page.html", context)

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        now = timezone.now()
        if change:
            obj.updated_at = now
            if FIELD in form.changed_data and "usd_rate_date" not in form.changed_data:
                obj.usd_rate_date = now.date()
            paused_before = Organization.objects.values_list("pause_on_limit", flat=True).get(pk=obj.pk)
            super().save_model(request, obj, form, change)
            if not set(tenants.SPENDING_SWITCHES).isdisjoint(form.changed_data):
                wallets.recount_resources(organization=obj, paused_before=paused_before, now=now)
            return
        made = services.create_customer(customer=form.customer(), now=now)
        obj.pk, obj.created_at, obj.updated_at = made.pk, made.created_at, made.updated_at
        obj._state.adding, obj._state.db = False, made._state.db

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @action(description="Change status", url_path="status", permissions=["change"], icon="toggle_on")
    def change_status(self, request: HttpRequest, object_id: str) -> HttpResponse:
        organization = get_object_or_404(Organization, pk=object_id)

        def perform(cleaned: Any) -> str:
            services.change_status(
                organization_id=organization.pk, status=Organization.Status(cleaned["status"]), now=timezone.now()
            )
            record_action(organization, what="status", status=cleaned["status"], reason=cleaned["reason"])
            return f"{organization} is {cleaned['status']}."

        def review(cleaned: Any) -> Review:
            after = Organization.Status(cleaned["status"]).label
            return Review([Change("Status", organization.get_status_display(), after)])

        return confirm(
            request,
            admin=self,
            question=Question(
                title="Change the status",
                explanation=(
                    "Suspended: sessions stop working at once, and API keys can only finish open reservations; plans "
                    "and contracts continue. Archived: permanent, kept for the books; possible once no plan, contract "
                    "or service agreement is running, and no invoice or unapplied money is open."
                ),
                form=StatusForm,
                form_options={"organization": organization},
                review=review,
                rehearsal=perform,
                button="Change the status",
            ),
            perform=perform,
            back=page_of(organization),
            subject=organization,
        )


def page_of(organization: Organization) -> str:
    return reverse("admin:tenants_organization_change", args=[organization.pk])
