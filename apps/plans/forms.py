"""Forms for putting an organization on a plan."""

from datetime import datetime

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.common.admin import ConfirmForm, day_field
from apps.common.periods import midnight
from apps.plans.models import Plan, Subscription
from apps.tenants.forms import CustomerField


class PlanForm(ConfirmForm):
    """The choice of a plan that is on offer."""

    plan = forms.ModelChoiceField(
        queryset=Plan.objects.filter(is_legacy=False).order_by("name"), widget=UnfoldAdminSelectWidget()
    )


class StartForm(PlanForm):
    """The organization, plan, source, trial flag and start of a new subscription."""

    organization = CustomerField(Subscription._meta.get_field("organization"))
    source = forms.ChoiceField(
        choices=Subscription.Source.choices,
        initial=Subscription.Source.MANUAL,
        widget=UnfoldAdminSelectWidget(),
        help_text="Where the subscription was agreed.",
    )
    trial = forms.BooleanField(required=False, label="On trial", widget=UnfoldBooleanSwitchWidget())
    started_on = day_field(
        required=False,
        label="Since",
        help_text="Leave empty for today. A past day sets when annual allocations start; quota of past periods is not "
        "granted.",
    )
    field_order = ("organization", "plan", "source", "trial", "started_on")

    def clean_started_on(self) -> datetime | None:
        day = self.cleaned_data["started_on"]
        return midnight(day) if day else None
