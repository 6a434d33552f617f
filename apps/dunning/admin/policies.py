"""Admin pages of dunning policies; one action creates and changes them."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.decorators import action

from apps.approvals.pages import confirm_action
from apps.common.admin import Menu, ReadOnlyInline, ReadOnlyModelAdmin, Section
from apps.dunning.actions import SetPolicy
from apps.dunning.forms import PolicyForm
from apps.dunning.models import DunningPolicy, DunningStep

EXPLANATION = (
    "The days of a step are counted from the oldest due date; each step needs more than the one before. A fee is "
    "charged by an invoice of its own. Open cases continue with the new steps."
)


class StepInline(ReadOnlyInline[DunningStep, DunningPolicy]):
    model = DunningStep
    money_unit = "policy__currency"
    fields = readonly_fields = ("days", "letter", "fee_micros", "restriction")
    ordering = ("position",)
    verbose_name_plural = "Steps"


@admin.register(DunningPolicy)
class DunningPolicyAdmin(ReadOnlyModelAdmin[DunningPolicy]):
    menu = Menu(Section.MONEY, 59, "rule")
    list_display = ("name", "seller", "currency", "is_default", "is_automatic", "is_used", "minimum_micros")
    list_filter = ("seller", "currency", "is_used")
    list_select_related = ("seller",)
    money_unit = "currency"
    search_fields = ("name",)
    ordering = ("seller", "currency", "name")
    inlines = (StepInline,)
    actions_list = ("new",)
    made_by = "new"
    actions_detail = ("change",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "seller", "currency"),
                    ("is_default", "is_used", "is_automatic"),
                    ("minimum_micros", "grace_days"),
                )
            },
        ),
        ("History", {"fields": (("created_at", "updated_at"),)}),
    )

    def has_write_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(SetPolicy.permission)

    @action(description="New policy", url_path="new", permissions=["write"], icon="add")
    def new(self, request: HttpRequest) -> HttpResponse:
        return confirm_action(
            request,
            admin=self,
            action=SetPolicy,
            build=PolicyForm.action,
            form=PolicyForm,
            explanation=EXPLANATION,
            button="Set policy",
            back=reverse("admin:dunning_dunningpolicy_changelist"),
        )

    @action(description="Change", url_path="set", permissions=["write"], icon="edit")
    def change(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(DunningPolicy, pk=object_id)
        names = ("name", "seller", "currency", "is_default", "is_used", "is_automatic", "minimum_micros", "grace_days")
        return confirm_action(
            request,
            admin=self,
            action=SetPolicy,
            build=partial(PolicyForm.action, policy_id=row.pk),
            form=PolicyForm,
            form_options={"policy": row, "steps": list(row.steps.order_by("position")), "unit": row.currency},
            initial={name: getattr(row, name) for name in names},
            explanation=EXPLANATION,
            button="Set policy",
            back=reverse("admin:dunning_dunningpolicy_change", args=[row.pk]),
            subject=row,
        )
