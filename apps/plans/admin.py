"""Admin pages of plans and subscriptions. A plan's terms are fixed once it has a subscription."""

from collections.abc import Callable, Collection
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display

from apps.approvals.pages import confirm_action, confirm_row_action, form_fields, reason_and_key
from apps.common.admin import (
    Change,
    Menu,
    ModelAdmin,
    OffersByState,
    Question,
    ReadOnlyModelAdmin,
    Review,
    Section,
    TabularInline,
    confirm_step,
)
from apps.plans import services
from apps.plans.actions import ActivateSubscription, ChangePlan, StartSubscription
from apps.plans.forms import PlanForm, StartForm
from apps.plans.models import FIXED_ONCE_USED, IncludedQuota, Plan, Subscription
from apps.tenants.forms import customer_in_address

STATES = {"trialing": "info", "active": "success", "past_due": "warning", "cancelled": "danger"}


@admin.register(Plan)
class PlanAdmin(ModelAdmin[Plan]):
    menu = Menu(Section.PRICES_AND_USAGE, 40, "loyalty")
    list_display = ("name", "slug", "currency", "list_quota_micros", "cadence", "unit_system", "is_legacy")
    list_filter = ("cadence", "unit_system", "is_legacy", "carries_unit_usage")
    search_fields = ("name", "slug")
    ordering = ("name",)
    readonly_fields = ("created_at", "updated_at")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "slug", "is_legacy")}),
        ("Credit per billing period", {"fields": ("currency", "list_quota_micros")}),
        (
            "Units per allocation period",
            {
                "fields": (
                    "carries_unit_usage",
                    "unit_system",
                    "cadence",
                    "explorer_units_micros",
                    "developer_units_micros",
                    "credits_micros",
                )
            },
        ),
        ("History", {"fields": ("created_at", "updated_at")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> Any:
        used = obj is not None and obj.subscriptions.exists()
        return [*super().get_readonly_fields(request, obj), *self._as_money(FIXED_ONCE_USED if used else ())]

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Plan, form: Any, change: bool) -> None:
        now = timezone.now()
        obj.updated_at = now
        if not change:
            obj.created_at = now
        super().save_model(request, obj, form, change)


class IncludedQuotaInline(TabularInline[IncludedQuota, Subscription]):
    model = IncludedQuota
    money_unit = "subscription__organization__currency"
    fields = readonly_fields = ("period_start", "period_end", "amount_micros", "granted_at")
    ordering = ("-period_start",)
    can_delete = False
    max_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Subscription)
class SubscriptionAdmin(OffersByState[Subscription], ReadOnlyModelAdmin[Subscription]):
    menu = Menu(Section.PRICES_AND_USAGE, 50, "subscriptions")
    found_by = ("pk",)
    list_display = ("organization", "plan", "state", "source", "started_at", "ended_at", "quota_state")
    list_filter = ("status", "source", "plan")
    search_fields = ("=id", "organization__slug", "organization__name")
    list_select_related = ("organization", "plan")
    ordering = ("-started_at", "pk")
    inlines = (IncludedQuotaInline,)
    actions_list = ("start",)
    made_by = "start"
    actions_detail = ("change_plan", "activate", "mark_past_due", "cancel")
    fieldsets = (
        (None, {"fields": ("organization", "plan", "state", "source", "started_at", "ended_at")}),
        ("Quota and allocation", {"fields": ("anchor_month", "quota_granted_until", "quota_error")}),
        ("History", {"fields": ("created_by", "created_at", "updated_at")}),
    )

    @display(description="Status", label=STATES, ordering="status")
    def state(self, subscription: Subscription) -> tuple[str, str]:
        return subscription.status, Subscription.Status(subscription.status).label

    @display(description="Quota", label={"fine": "success", "failed": "danger"})
    def quota_state(self, subscription: Subscription) -> tuple[str, str]:
        return ("failed", "Failed") if subscription.quota_error else ("fine", "OK")

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("plans.change_subscription")

    @action(description="Put an organization on a plan", url_path="start", permissions=["move"], icon="add")
    def start(self, request: HttpRequest) -> HttpResponse:
        return confirm_action(
            request,
            admin=self,
            action=StartSubscription,
            build=lambda cleaned: StartSubscription.of(
                cleaned["organization"],
                cleaned["plan"],
                terms=services.SubscriptionTerms(
                    source=Subscription.Source(cleaned["source"]),
                    trial=cleaned["trial"],
                    started_at=cleaned["started_on"],
                ),
                **reason_and_key(cleaned),
            ),
            form=StartForm,
            initial={"organization": customer_in_address(request)},
            explanation="The full quota of the current billing period is granted at once, and again every period.",
            button="Start",
            back=_list_url(),
        )

    @action(description="Change plan", url_path="change-plan", permissions=["move"], icon="swap_horiz")
    def change_plan(self, request: HttpRequest, object_id: str) -> HttpResponse:
        subscription = self._current(request, object_id)
        return confirm_row_action(
            request,
            subscription,
            ChangePlan,
            admin=self,
            given=form_fields("plan"),
            form=PlanForm,
            explanation="Takes effect at once. A larger quota adds the difference now; a smaller one applies from the "
            "next period.",
            back=_list_url(),
        )

    @action(description="Activate", url_path="activate", permissions=["move"], icon="check_circle")
    def activate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        subscription = self._current(request, object_id)
        return confirm_row_action(
            request,
            subscription,
            ActivateSubscription,
            admin=self,
            explanation="The quota of the current billing period is granted unless it was granted before.",
        )

    @action(description="Mark past due", url_path="past-due", permissions=["move"], icon="schedule")
    def mark_past_due(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._move(request, object_id, services.mark_past_due, "Past due", button="Mark past due")

    @action(description="Cancel", url_path="cancel", permissions=["move"], icon="cancel")
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._move(
            request,
            object_id,
            services.cancel_subscription,
            "Canceled",
            button="Cancel the subscription",
            danger=True,
        )

    def _move(
        self,
        request: HttpRequest,
        object_id: str,
        service: Callable[..., Subscription],
        after: str,
        *,
        button: str,
        danger: bool = False,
    ) -> HttpResponse:
        subscription = self._current(request, object_id)
        question = Question(
            title=button,
            review=lambda _: Review([Change("Status", self.state(subscription)[1], after)]),
            explanation="The quota of the current billing period stays.",
            button=button,
            danger=danger,
        )

        return confirm_step(
            request,
            subscription,
            admin=self,
            question=question,
            perform=lambda _: service(organization=subscription.organization, now=timezone.now()),
            done=f"{subscription.organization}: {after.lower()}.",
        )

    def _current(self, request: HttpRequest, object_id: str) -> Subscription:
        return get_object_or_404(self.get_queryset(request), pk=object_id, ended_at=None)

    def row_title(self, row: Subscription) -> str:
        return f"{row.organization} on {row.plan}"

    def buttons_for(self, row: Subscription) -> Collection[str]:
        """Return the buttons of a subscription that runs, without the one that leads to its own status."""
        own = {"active": "activate", "past_due": "mark_past_due"}.get(row.status)
        return () if row.ended_at else [name for name in self.actions_detail if name != own]


def _list_url() -> str:
    return reverse("admin:plans_subscription_changelist")
