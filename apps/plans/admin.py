"""Plans and who is on them. What a plan means is fixed once someone is on it; a subscription moves by its services."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from apps.common.admin import ModelAdmin, ReadOnlyModelAdmin, TabularInline
from apps.plans.models import IncludedQuota, Plan, Subscription

FIXED_ONCE_USED = ("slug", "currency", "unit_system", "cadence")


@admin.register(Plan)
class PlanAdmin(ModelAdmin[Plan]):
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
        return [*super().get_readonly_fields(request, obj), *(FIXED_ONCE_USED if used else ())]

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
    fields = readonly_fields = ("period_start", "period_end", "amount_micros", "granted_at")
    ordering = ("-period_start",)
    can_delete = False
    max_num = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyModelAdmin[Subscription]):
    list_display = ("organization", "plan", "status", "source", "started_at", "ended_at", "quota_granted_until")
    list_filter = ("status", "source", "plan")
    search_fields = ("organization__slug__exact", "=id")
    list_select_related = ("organization", "plan")
    ordering = ("-started_at", "pk")
    inlines = (IncludedQuotaInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        return super().get_queryset(request).select_related("organization", "plan")
