"""The form for choosing where an organization's figures are read."""

from typing import Any

from django import forms
from django.conf import settings
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.common.admin import ConfirmForm
from apps.snapshots.models import CollectionSource
from apps.tenants.forms import CustomerField

OWN_LEDGER = "Its own ledger"


class SourceForm(ConfirmForm):
    """The organization, a configured upstream or the own ledger, and the account at the upstream."""

    organization = CustomerField(CollectionSource._meta.get_field("organization"))
    upstream = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget())
    external_account = forms.CharField(
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="The account's ID at the upstream. Empty for the own ledger.",
    )
    field_order = ("organization", "upstream", "external_account")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", OWN_LEDGER), *((name, name) for name in sorted(settings.SNAPSHOT_UPSTREAMS))]
        self.fields["upstream"].choices = choices  # type: ignore[attr-defined]
