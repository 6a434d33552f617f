"""What staff type to move an organization onto a plan, to another, or off it."""

from datetime import datetime

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.common.admin import ConfirmForm
from apps.common.errors import BillingError
from apps.common.periods import midnight
from apps.plans.models import Plan, Subscription
from apps.tenants.models import Organization
from apps.tenants.selectors import organization_with_slug


class PlanForm(ConfirmForm):
    """Which plan; only those on offer."""

    plan = forms.ModelChoiceField(
        queryset=Plan.objects.filter(is_legacy=False).order_by("name"), widget=UnfoldAdminSelectWidget()
    )


class StartForm(PlanForm):
    """Who goes on a plan, how, and since when."""

    organization = forms.CharField(
        label="Organization's slug", widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )
    source = forms.ChoiceField(
        choices=Subscription.Source.choices,
        initial=Subscription.Source.MANUAL,
        widget=UnfoldAdminSelectWidget(),
        help_text="Where it was agreed.",
    )
    trial = forms.BooleanField(required=False, label="On trial", widget=UnfoldBooleanSwitchWidget())
    started_on = forms.DateField(
        required=False,
        label="Since",
        widget=UnfoldAdminSingleDateWidget(),
        help_text="Empty for now. A day in the past sets where annual allocations start; past quota is not granted.",
    )
    field_order = ("organization", "plan", "source", "trial", "started_on")

    def clean_organization(self) -> Organization:
        try:
            return organization_with_slug(self.cleaned_data["organization"].strip())
        except BillingError as error:
            raise forms.ValidationError(error.detail) from error

    def clean_started_on(self) -> datetime | None:
        day = self.cleaned_data["started_on"]
        return midnight(day) if day else None
