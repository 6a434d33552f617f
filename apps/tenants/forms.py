"""What staff type to issue a key."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
)

from apps.common.admin import ConfirmForm
from apps.common.errors import BillingError
from apps.tenants import selectors
from apps.tenants.models import ApiKey, Organization


class IssueKeyForm(ConfirmForm):
    """An API key's owner, purpose, scopes and life."""

    organization = forms.CharField(
        required=False,
        label="Organization's slug",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="Leave empty for a platform key, which sends usage for every organization and reads nothing.",
    )
    name = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget(), help_text="What the key is for.")
    scopes = forms.MultipleChoiceField(choices=ApiKey.Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget())
    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=3660,
        label="Days until it expires",
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="Leave empty for a key that works until it is revoked.",
    )

    def __init__(self, *args: Any, may_issue_for_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._may_issue_for_all = may_issue_for_all

    def clean_organization(self) -> Organization | None:
        slug = self.cleaned_data["organization"].strip()
        if not slug and not self._may_issue_for_all:
            raise forms.ValidationError("Name the organization: only who may change them all issues a platform key.")
        try:
            return selectors.organization_with_slug(slug) if slug else None
        except BillingError as error:
            raise forms.ValidationError(error.detail) from error
