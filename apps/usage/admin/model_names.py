"""Names of models on screen: unknown names, each with the nearest priced name, and aliases."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.approvals.actions import Action
from apps.approvals.pages import confirm_action
from apps.common.admin import (
    Concern,
    ConfirmForm,
    EndField,
    Line,
    Menu,
    Question,
    ReadOnlyModelAdmin,
    Role,
    Section,
    confirm,
    moment_words,
)
from apps.pricing.model_names import Alias, PricedNames, aliased, candidates
from apps.pricing.models import Meter, ModelAlias
from apps.pricing.selectors import aliases_in_force, priced_models
from apps.pricing.services import AliasTerms, end_alias
from apps.tenants.filters import CustomerFilter
from apps.usage.actions import NameModel
from apps.usage.admin.filters import RecentFilter
from apps.usage.models import ReportFinding, UnknownModel
from apps.usage.selectors import unknown_models_charged


class NameForm(ConfirmForm):
    """An alias and the model that it stands for."""

    meter = forms.ModelChoiceField(Meter.objects.order_by("slug"), widget=UnfoldAdminSelectWidget)
    name = forms.CharField(
        label="Name or pattern",
        max_length=128,
        widget=UnfoldAdminTextInputWidget,
        help_text="As callers send it, or provider/name. In a pattern, * stands for any text and # for a digit. "
        "With * under “Stands for”, openai/* removes the provider and *-####-##-## a date; both may change prices.",
    )
    target = forms.CharField(
        label="Stands for",
        max_length=128,
        widget=UnfoldAdminTextInputWidget,
        help_text="A model with a price. If the pattern has a *, a * here is the text that matched it.",
    )


def _ask(request: HttpRequest, page: Any, back: str, initial: dict[str, Any], subject: Any = None) -> HttpResponse:
    def build(cleaned: Any) -> Action:
        by: Any = request.user
        return NameModel.of(
            AliasTerms(meter_id=cleaned["meter"].pk, name=cleaned["name"], target=cleaned["target"]),
            reason=cleaned["reason"],
            key=f"staff:{cleaned['token']}",
            by=by,
            now=timezone.now(),
        )

    return confirm_action(
        request,
        admin=page,
        action=NameModel,
        build=build,
        form=NameForm,
        initial=initial,
        explanation=(
            "Usage of the name is then counted and charged as the model, and events waiting under it are charged at "
            "the prices of their own times. An alias cannot be changed, only ended."
        ),
        button="Create this alias",
        back=back,
        subject=subject,
    )


@admin.register(UnknownModel)
class UnknownModelAdmin(ReadOnlyModelAdmin[UnknownModel]):
    """Models without their own price; their usage waits or was charged at the price for any model."""

    menu = Menu(Section.PRICES_AND_USAGE, 70, "help_center", (Role.SUPPORT, Role.BILLING))
    concern = Concern(
        title="Models charged at the price for any model",
        rank=60,
        rows=unknown_models_charged,
        query={"recent": "yes"},
        line=lambda row: Line(
            organization=row.organization,
            amount_micros=row.charge_micros,
            unit=row.organization.currency,
            day=row.last_seen_on,
        ),
        order="last_seen_on",
    )
    list_display = (
        "name_shown",
        "nearest",
        "organization",
        "waiting_count",
        "event_count",
        "tokens",
        "charge_micros",
        "last_seen_on",
    )
    list_filter = (CustomerFilter, "meter", RecentFilter)
    list_select_related = ("organization", "meter")
    money_unit = "organization__currency"
    search_fields = ("=model",)
    ordering = ("-last_seen_on", "-pk")
    fields = (
        *("model", "nearest", "provider", "meter", "organization", "waiting_count", "event_count"),
        *("tokens", "charge_micros", "first_seen_on", "last_seen_on"),
    )
    actions_detail = ("give_name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnknownModel]:
        self._priced: dict[int, tuple[dict[str, datetime], PricedNames]] = {}
        self._aliases: dict[int, list[Alias]] = {}
        self._may_name = self.has_name_permission(request)
        return super().get_queryset(request)

    @admin.display(description="Model", ordering="model")
    def name_shown(self, row: UnknownModel) -> str:
        return f"{row.provider}/{row.model}" if row.provider else row.model

    @admin.display(description="Is an alias of")
    def nearest(self, row: UnknownModel) -> str:
        """Return the model that the name is now an alias of, or the start of its own prices; otherwise the most similar
        priced model, as a link to the form that makes the name its alias.
        """
        if known := self._aliased(row):
            return known
        if start := self._priced_models(row)[0].get(row.model):
            return f"itself: priced from {moment_words(start)}"
        name = self._nearest(row)
        if not self._may_name:
            return name or "-"
        link = reverse("admin:usage_unknownmodel_give_name", args=[row.pk])
        return format_html('<a class="underline" href="{}">{}</a>', link, f"{name}?" if name else "Choose a model")

    def _aliased(self, row: UnknownModel) -> str:
        now = timezone.now()
        if row.meter_id not in self._aliases:
            self._aliases[row.meter_id] = aliases_in_force(row.meter_id, now)
        return aliased(self._aliases[row.meter_id], candidates(row.provider, row.model), now)

    def _nearest(self, row: UnknownModel) -> str:
        return self._priced_models(row)[1].nearest(row.model)

    def _priced_models(self, row: UnknownModel) -> tuple[dict[str, datetime], PricedNames]:
        if row.meter_id not in self._priced:
            starts = priced_models(row.meter_id, timezone.now())
            self._priced[row.meter_id] = starts, PricedNames(starts)
        return self._priced[row.meter_id]

    def has_name_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(NameModel.permission)

    @action(description="Is an alias of", url_path="name", permissions=["name"], icon="link")
    def give_name(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        initial = {"meter": row.meter_id, "name": row.model, "target": self._nearest(row)}
        back = reverse("admin:usage_unknownmodel_changelist")
        return _ask(request, self, back, initial, row)


@admin.register(ReportFinding)
class ReportFindingAdmin(ReadOnlyModelAdmin[ReportFinding]):
    """Findings in reports of calls: unknown members, values that differ from the counted event, units that are free."""

    menu = Menu(Section.PRICES_AND_USAGE, 71, "troubleshoot")
    list_display = (
        *("kind", "name", "meter_slug", "model", "organization", "report_count", "tokens", "last_event_id"),
        *("first_seen_on", "last_seen_on"),
    )
    list_filter = (CustomerFilter, "kind")
    list_select_related = ("organization",)
    search_fields = ("=model", "=name")
    ordering = ("-last_seen_on", "-pk")
    fields = list_display


class EndNameForm(ConfirmForm):
    """When an alias ends."""

    at = EndField(label="Ends at", help_text="At least ten minutes ahead.")


@admin.register(ModelAlias)
class ModelAliasAdmin(ReadOnlyModelAdmin[ModelAlias]):
    """Aliases of models: names and patterns."""

    menu = Menu(Section.PRICES_AND_USAGE, 72, "link")
    made_by = "give_name"
    list_display = ("name", "target", "meter", "effective_from", "effective_to", "created_by")
    list_filter = ("meter",)
    list_select_related = ("meter",)
    search_fields = ("name", "target")
    ordering = ("-pk",)
    fields = (
        *("meter", "name", "target", "effective_from", "effective_to"),
        *("reason", "created_by", "created_at", "approval"),
    )
    actions_list = ("give_name",)
    actions_detail = ("end",)

    def has_name_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(NameModel.permission)

    @action(description="Create an alias of a model", url_path="name", permissions=["name"], icon="add_link")
    def give_name(self, request: HttpRequest) -> HttpResponse:
        return _ask(request, self, reverse("admin:pricing_modelalias_changelist"), {})

    @action(description="End", url_path="end", permissions=["name"], icon="link_off")
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)

        def perform(cleaned: Any) -> str:
            ended = end_alias(alias_id=row.pk, at=cleaned["at"], now=timezone.now())
            return f"{ended.name} ends at {moment_words(ended.effective_to)}."

        return confirm(
            request,
            admin=self,
            question=Question(
                title="End an alias of a model",
                form=EndNameForm,
                explanation="From then on, usage of the name waits for a price or costs the price for any model.",
                rehearsal=perform,
                button="End",
                danger=True,
                history=[row],
            ),
            perform=perform,
            subject=row,
        )
