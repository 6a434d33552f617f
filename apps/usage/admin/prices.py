"""Prices on screen. Only drafts can be edited; publishing shows the changes first."""

from collections.abc import Collection
from typing import Any, ClassVar, Unpack

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import action, display

from apps.approvals.pages import Arguments, PageOptions, confirm_row_action, form_fields, no_fields
from apps.common.admin import ConfirmForm, EndField, Menu, OffersByState, OffersNextStep, Role, Section, time_text
from apps.pricing.models import PRICE_FIELDS, PriceBook, PriceVersion
from apps.pricing.price_text import filled_text, price_text, tiers_text
from apps.usage.actions import EndPrice, PriceAction, PublishPrice, WithdrawPrice
from apps.usage.admin.price_form import PriceVersionForm

Status = PriceVersion.Status
OFFERED = {Status.DRAFT: ("publish",), Status.PUBLISHED: ("end", "withdraw")}
SHOWN_TERMS = ("scheme", "price", "tiers_shown", "cells_shown", "minimum_micros")
TERMS = (
    "scheme",
    "unit_price",
    *PRICE_FIELDS,
)


class EndForm(ConfirmForm):
    """When a price ends."""

    at = EndField(label="Ends at", help_text="A date without a time includes that whole day.")


@admin.register(PriceVersion)
class PriceVersionAdmin(OffersNextStep[PriceVersion], OffersByState[PriceVersion]):
    menu = Menu(Section.PRICES_AND_USAGE, 30, "sell", (Role.BILLING, Role.APPROVER, Role.ADMINISTRATOR))
    shortcut = "p"
    form = PriceVersionForm
    list_display = ("meter", "model_shown", "book", "scheme", "price", "effective_from", "effective_to", "state")
    list_filter = ("status", "meter", "book__currency", "scheme")
    search_fields = ("=id", "model", "meter__slug", "book__name", "book__organization__slug")
    ordering = ("-effective_from", "-pk")
    autocomplete_fields = ("book", "meter")
    money_unit = "book__currency"
    linked_by = ("price_list__id__exact",)
    actions_detail = ("publish", "end", "withdraw")
    next_step = "publish"
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("book", "meter", "model", "effective_from", "effective_to", "status")}),
        ("Terms", {"fields": TERMS}),
        ("History", {"fields": ("created_by", "created_at", "published_by", "published_at", "approval_shown")}),
    )
    readonly_fields = ("status", "created_by", "created_at", "published_by", "published_at", "approval_shown")

    @admin.display(description="Model", ordering="model")
    def model_shown(self, version: PriceVersion) -> str:
        return version.model or "any"

    @admin.display(description="Price")
    def price(self, version: PriceVersion) -> str:
        return price_text(version)

    @admin.display(description="Approved in")
    def approval_shown(self, version: PriceVersion) -> str:
        if not version.approval:
            return ""
        page = reverse("admin:approvals_approval_change", args=[version.approval])
        return format_html('<a href="{}">Request {}</a>', page, version.approval)

    @admin.display(description="Tiers")
    def tiers_shown(self, version: PriceVersion) -> str:
        return linebreaksbr(tiers_text(version))

    @admin.display(description="Price table")
    def cells_shown(self, version: PriceVersion) -> str:
        table = version.rule.table
        return format_html("<pre>{}</pre>", filled_text(table)) if table else "-"

    def get_fieldsets(self, request: HttpRequest, obj: PriceVersion | None = None) -> Any:
        """Show the terms of a price that cannot be edited as text, not as form fields."""
        sets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return sets
        terms = self._names_to_show(request, obj, SHOWN_TERMS)
        return [(name, {**options, "fields": terms} if name == "Terms" else options) for name, options in sets]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceVersion]:
        """Join the meter and the book, which a price's name shows."""
        return super().get_queryset(request).select_related("meter", "book")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[PriceVersion], search_term: str
    ) -> tuple[QuerySet[PriceVersion], bool]:
        """Search prices; in a field for a cost, only published ones of cost books."""
        if request.path == reverse("admin:autocomplete") and request.GET.get("field_name") == "cost_version":
            queryset = queryset.filter(book__purpose=PriceBook.Purpose.COST, status=Status.PUBLISHED)
        return super().get_search_results(request, queryset, search_term)

    def get_readonly_fields(self, request: HttpRequest, obj: PriceVersion | None = None) -> Any:
        return [*super().get_readonly_fields(request, obj), "price", "tiers_shown", "cells_shown"]

    @display(description="State", label={"draft": "info", "published": "success", "withdrawn": "warning"})
    def state(self, version: PriceVersion) -> tuple[str, Any]:
        return version.status, version.get_status_display()

    def has_change_permission(self, request: HttpRequest, obj: PriceVersion | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.status == Status.DRAFT)

    def has_delete_permission(self, request: HttpRequest, obj: PriceVersion | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and obj.status == Status.DRAFT

    def save_model(self, request: HttpRequest, obj: PriceVersion, form: Any, change: bool) -> None:
        if not change:
            obj.created_by, obj.created_at = f"staff:{request.user.get_username()}", timezone.now()
        super().save_model(request, obj, form, change)

    def buttons_for(self, row: PriceVersion) -> Collection[str]:
        return OFFERED.get(Status(row.status), ())

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("pricing.change_priceversion")

    @action(description="Publish", url_path="publish", permissions=["move"], icon="publish")
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._ask(
            request, object_id, PublishPrice, explanation="A published price never changes.", button="Publish"
        )

    @action(description="End", url_path="end", permissions=["move"], icon="event_busy")
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = "From then on, usage without another price waits in quarantine."
        return self._ask(
            request, object_id, EndPrice, explanation=explanation, button="End", form=EndForm, given=form_fields("at")
        )

    @action(description="Withdraw", url_path="withdraw", permissions=["move"], icon="undo")
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = "Possible only before it takes effect. The price that it would replace stays in force."
        return self._ask(request, object_id, WithdrawPrice, explanation=explanation, button="Withdraw")

    def _ask(
        self,
        request: HttpRequest,
        object_id: str,
        kind: type[PriceAction],
        *,
        given: Arguments = no_fields,
        **shown: Unpack[PageOptions],
    ) -> HttpResponse:
        version = get_object_or_404(self.get_queryset(request), pk=object_id)
        return confirm_row_action(
            request, version, kind, admin=self, given=lambda cleaned: {"now": timezone.now(), **given(cleaned)}, **shown
        )

    def row_title(self, row: PriceVersion) -> str:
        return f"{row.meter}, {row.model or 'any model'}, from {time_text(row.effective_from)}"
