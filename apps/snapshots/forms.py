"""What staff choose to say where an organization's figures are read."""

from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.common.admin import ConfirmForm
from apps.common.errors import BillingError
from apps.tenants.models import Organization
from apps.tenants.selectors import organization_with_slug

OWN_LEDGER = "Its own ledger"


class SourceForm(ConfirmForm):
    """The organization, one of the upstreams that the settings name, and the account there."""

    organization = forms.CharField(
        label="Organization's slug", widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )
    upstream = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget())
    external_account = forms.CharField(
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="The account's id at the upstream; empty for the own ledger.",
    )
    field_order = ("organization", "upstream", "external_account")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", OWN_LEDGER), *((name, name) for name in sorted(settings.SNAPSHOT_UPSTREAMS))]
        self.fields["upstream"].choices = choices  # type: ignore[attr-defined]

    def clean_organization(self) -> Organization:
        try:
            return organization_with_slug(self.cleaned_data["organization"].strip())
        except BillingError as error:
            raise forms.ValidationError(error.detail) from error
