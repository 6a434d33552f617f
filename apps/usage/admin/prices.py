"""Prices on screen: drafts are edited, published ones never; publishing shows first what it would change."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display

from apps.approvals.services import is_over_limit
from apps.common.admin import Change, ConfirmForm, EndField, OffersByState, Question, confirm, money_text
from apps.pricing.models import PriceVersion
from apps.pricing.services import end_price_version, withdraw_price_version
from apps.usage import services
from apps.usage.admin.price_form import PriceVersionForm
from apps.usage.admin.price_text import price_text, tiers_text
from apps.usage.preview import preview_price

Status = PriceVersion.Status
SHOWN = 20
OFFERED = {Status.DRAFT: ("publish",), Status.PUBLISHED: ("end", "withdraw")}
SHOWN_TERMS = ("scheme", "price", "tiers_shown", "minimum_micros")
TERMS = (
    "scheme",
    "unit_price",
    "micros_per_million",
    "input_micros_per_million",
    "output_micros_per_million",
    "tiers",
    "package_size_micros",
    "package_price_micros",
    "minimum_micros",
)


class EndForm(ConfirmForm):
    """When a price ends."""

    at = EndField(label="Ends at (UTC)", help_text="A day alone is that whole day.")


@admin.register(PriceVersion)
class PriceVersionAdmin(OffersByState[PriceVersion]):
    form = PriceVersionForm
    list_display = ("meter", "model_shown", "book", "scheme", "price", "effective_from", "effective_to", "state")
    list_filter = ("status", "meter", "book__currency", "scheme")
    list_select_related = ("meter", "book")
    search_fields = ("=id", "model", "meter__slug", "book__name", "book__organization__slug")
    ordering = ("-effective_from", "-pk")
    autocomplete_fields = ("book", "meter")
    money_unit = "book__currency"
    actions_detail = ("publish", "end", "withdraw")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("book", "meter", "model", "effective_from", "effective_to", "status")}),
        ("Terms", {"fields": TERMS}),
        ("History", {"fields": ("created_by", "created_at", "published_by", "published_at")}),
    )
    readonly_fields = ("status", "created_by", "created_at", "published_by", "published_at")

    @admin.display(description="Model", ordering="model")
    def model_shown(self, version: PriceVersion) -> str:
        return version.model or "any"

    @admin.display(description="Price")
    def price(self, version: PriceVersion) -> str:
        return price_text(version)

    @admin.display(description="Tiers")
    def tiers_shown(self, version: PriceVersion) -> str:
        return linebreaksbr(tiers_text(version))

    def get_fieldsets(self, request: HttpRequest, obj: PriceVersion | None = None) -> Any:
        """Show a price that can no longer be edited as it reads, not as it is typed."""
        sets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return sets
        return [
            (name, {**options, "fields": SHOWN_TERMS if name == "Terms" else options["fields"]})
            for name, options in sets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: PriceVersion | None = None) -> Any:
        return [*super().get_readonly_fields(request, obj), "price", "tiers_shown"]

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

    def fitting(self, row: PriceVersion) -> Collection[str]:
        return OFFERED.get(Status(row.status), ())

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("pricing.change_priceversion")

    @action(description="Publish", url_path="publish", permissions=["move"], icon="publish")
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        question = Question(
            title="Publish this price",
            explanation="A published price never changes. Above the limit a second person has to agree first.",
            changes=lambda _: _preview(get_object_or_404(self.get_queryset(request), pk=object_id)),
            button="Publish",
            always_review=True,
        )
        return self._ask(request, object_id, question, _publish)

    @action(description="End", url_path="end", permissions=["move"], icon="event_busy")
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        question = Question(
            title="End this price",
            form=EndForm,
            explanation="Usage from then on waits in quarantine unless another price follows.",
            button="End",
            danger=True,
        )

        def perform(version: PriceVersion, cleaned: Any, _: User) -> str:
            ended = end_price_version(version_id=version.pk, at=cleaned["at"], now=timezone.now())
            return f"It ends at {ended.effective_to:%Y-%m-%d %H:%M} UTC."

        return self._ask(request, object_id, question, perform)

    @action(description="Withdraw", url_path="withdraw", permissions=["move"], icon="undo")
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        question = Question(
            title="Withdraw this price",
            explanation="Only before it takes effect. The price that it was to take over from goes on.",
            button="Withdraw",
            danger=True,
        )

        def perform(version: PriceVersion, cleaned: Any, _: User) -> str:
            withdraw_price_version(version_id=version.pk, now=timezone.now())
            return "Withdrawn."

        return self._ask(request, object_id, question, perform)

    def _ask(
        self,
        request: HttpRequest,
        object_id: str,
        question: Question,
        perform: Callable[[PriceVersion, Any, User], str],
    ) -> HttpResponse:
        version = get_object_or_404(self.get_queryset(request), pk=object_id)
        assert isinstance(request.user, User)
        by, back = request.user, reverse("admin:pricing_priceversion_change", args=[version.pk])
        return confirm(
            request,
            admin=self,
            question=question,
            perform=lambda cleaned: perform(version, cleaned, by),
            back=back,
            subject=version,
        )


def _publish(version: PriceVersion, cleaned: Any, by: User) -> str:
    done = services.publish_or_ask(version_id=version.pk, reason=cleaned["reason"], by=by, now=timezone.now())
    if done.waits_for is None:
        return "Published."
    return "It changes more than one person may alone: a second one has been asked. It is published once they agree."


def preview_rows(draft: PriceVersion, now: datetime) -> list[Change]:
    """Return the last 30 days under the draft, the largest changes first, as rows of before and after."""
    preview, unit = preview_price(draft, now), draft.book.currency
    rows = [
        Change(
            change.organization.name,
            money_text(change.before_micros, unit),
            "would wait in quarantine" if change.after_micros is None else money_text(change.after_micros, unit),
        )
        for change in preview.changes[:SHOWN]
    ]
    if len(preview.changes) > SHOWN:
        rows.append(Change("Organizations more", "", f"{len(preview.changes) - SHOWN:,}"))
    return [*rows, Change("All changes over the last 30 days", "", money_text(preview.change_micros, unit))]


def _preview(draft: PriceVersion) -> Sequence[Change]:
    """What publishing would change, and whether it takes two people."""
    now, unit = timezone.now(), draft.book.currency
    change = preview_price(draft, now).change_micros
    needed = "has to agree" if is_over_limit(change, unit) else "is not needed"
    return [*preview_rows(draft, now), Change("A second person", "", needed)]
