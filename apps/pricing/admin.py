"""Admin pages of meters and price books. The pages of prices are in `apps.usage.admin`."""

from datetime import UTC, timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.common.admin import Menu, ModelAdmin, Role, Section
from apps.common.admin.base import Row
from apps.outbox.services import enqueue
from apps.pricing.breakdowns import (
    DIMENSIONS,
    FILL,
    KIND,
    MOST,
    VALUES_A_DAY,
    BreakdownInvalid,
    breakdown_rows,
    parse_breakdowns,
    read_breakdowns,
    text_of,
)
from apps.pricing.kind_weights import WeightsInvalid, parse_weights, weights_text
from apps.pricing.model_names import normal_model
from apps.pricing.models import FIXED_ONCE_PRICED, Meter, PriceBook, PriceVersion


class MeterForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """Refuse a change that would charge quarantined usage of a priced meter; publish a price for the model instead."""

    breakdowns_text = forms.CharField(
        label="Breakdowns",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=f"One per line: one or two of {', '.join(DIMENSIONS)}, and if the meter counts tokens {KIND} (token "
        f"kind or unit), alone or beside them. At most {MOST}. Past usage is added to a new one in the background. Up "
        f"to {VALUES_A_DAY:,} values per day and {settings.BREAKDOWN_VALUES_A_MONTH:,} per month have their own rows. "
        "Each breakdown makes ingestion slower.",
    )

    weights_text = forms.CharField(
        label="Weights of token kinds",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="One per line, such as cache_read 0.1: a token of this kind consumes a tenth of the units. Other "
        "kinds consume all of them. Fixed once priced.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the meter's breakdowns and weights as lines."""
        super().__init__(*args, **kwargs)
        self.fields["weights_text"].initial = weights_text(self.instance.kind_weights)
        self.fields["weights_text"].disabled = self.instance.pk is not None and is_priced(self.instance)
        self.fields["breakdowns_text"].initial = "\n".join(each["by"] for each in self.instance.breakdowns)

    def clean_breakdowns_text(self) -> str:
        text: str = self.cleaned_data["breakdowns_text"]
        tomorrow = timezone.now().astimezone(UTC).date() + timedelta(days=1)
        try:
            found = parse_breakdowns(text, read_breakdowns(self.instance.breakdowns), tomorrow)
        except BreakdownInvalid as error:
            raise forms.ValidationError(str(error)) from error
        counts = self.cleaned_data.get("counts", self.instance.counts)
        if counts != Meter.Counts.TOKENS and any(each.has_kinds for each in found):
            raise forms.ValidationError("Only usage of a meter that counts tokens has token kinds.")
        self.instance.breakdowns = breakdown_rows(found)
        return text

    def clean_weights_text(self) -> str:
        text: str = self.cleaned_data["weights_text"]
        try:
            self.instance.kind_weights = parse_weights(text)
        except WeightsInvalid as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def clean_unknown_models(self) -> str:
        chosen: str = self.cleaned_data["unknown_models"]
        waits = self.initial.get("unknown_models") == Meter.UnknownModels.QUARANTINE
        if chosen == Meter.UnknownModels.ANY_MODEL and waits and self.instance.pk and is_priced(self.instance):
            raise forms.ValidationError("This meter has published prices: publish a price for the model instead.")
        return chosen


def is_priced(meter: Meter) -> bool:
    """Whether a price of a meter is or was published."""
    return meter.versions.exclude(status=PriceVersion.Status.DRAFT).exists()


class CatalogAdmin(ModelAdmin[Row]):
    """The base of pages of meters and price books: rows are never deleted, and a new row gets its creation time."""

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.created_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(Meter)
class MeterAdmin(CatalogAdmin[Meter]):
    menu = Menu(Section.PRICES_AND_USAGE, 10, "speed", (Role.BILLING, Role.ADMINISTRATOR))
    form = MeterForm
    list_display = ("name", "slug", "kind", "counts", "unit", "is_message", "is_persistent_resource")
    list_filter = ("kind", "counts", "is_persistent_resource")
    search_fields = ("slug", "name")
    ordering = ("slug",)
    readonly_fields = ("created_at", "kept_breakdowns")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "slug", "unit")}),
        ("Quantity", {"fields": ("kind", "counts", "unique_of", "is_message", "is_persistent_resource")}),
        ("What it costs", {"fields": ("unknown_models", "cost_from")}),
        ("Breakdowns of its usage", {"fields": ("breakdowns_text", "kept_breakdowns")}),
        (
            "Allocation that one unit consumes",
            {"fields": ("explorer_units_micros", "developer_units_micros", "credits_micros", "weights_text")},
        ),
        ("History", {"fields": ("created_at",)}),
    )

    @admin.display(description="Complete since")
    def kept_breakdowns(self, meter: Meter) -> str:
        return ". ".join(map(text_of, read_breakdowns(meter.breakdowns))) or "-"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Fill new breakdowns from past usage in the background."""
        before = Meter.objects.get(pk=obj.pk).breakdowns if change else []
        super().save_model(request, obj, form, change)
        known, now = {row["by"] for row in before}, timezone.now()
        for each in read_breakdowns(obj.breakdowns):
            if each.name not in known:
                enqueue(FILL, now=now, arguments={"meter_id": obj.pk, "by": each.name, "begun_at": now.isoformat()})

    def get_readonly_fields(self, request: HttpRequest, obj: Meter | None = None) -> Any:
        priced = obj is not None and is_priced(obj)
        return [*self._as_money(FIXED_ONCE_PRICED if priced else ()), *super().get_readonly_fields(request, obj)]

    def get_form(self, request: HttpRequest, obj: Meter | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Make the choices optional, so that leaving one out keeps the default."""
        form = super().get_form(request, obj, change=change, **kwargs)
        for name in ("unknown_models", "cost_from"):
            if name in form.base_fields:
                form.base_fields[name].required = False
        return form


class PriceBookForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """Require an organization's own book to be in the organization's currency, and a cost book to be ours."""

    def clean_account(self) -> str:
        return normal_model(self.cleaned_data["account"])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        organization = cleaned.get("organization")
        if organization is not None and cleaned.get("purpose") == PriceBook.Purpose.COST:
            self.add_error("organization", "A cost book is ours: leave the organization empty.")
        if cleaned.get("account") and cleaned.get("purpose") != PriceBook.Purpose.COST:
            self.add_error("account", "Only a cost book is for an account of a provider.")
        if organization is not None and cleaned.get("currency") not in (None, organization.currency):
            self.add_error("currency", f"{organization.name} is billed in {organization.currency}.")
        return cleaned


@admin.register(PriceBook)
class PriceBookAdmin(CatalogAdmin[PriceBook]):
    menu = Menu(Section.PRICES_AND_USAGE, 20, "price_change")
    form = PriceBookForm
    list_display = ("name", "purpose", "currency", "organization", "account")
    list_filter = ("purpose", "currency")
    list_select_related = ("organization",)
    search_fields = ("name", "organization__slug", "organization__name")
    ordering = ("organization__name", "currency")
    autocomplete_fields = ("organization",)
    readonly_fields = ("created_at",)
    fields = ("name", "purpose", "currency", "organization", "account", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: PriceBook | None = None) -> Any:
        fixed = ("purpose", "currency", "organization", "account") if obj else ()
        return [*super().get_readonly_fields(request, obj), *fixed]
