"""Forms to issue an API key and to link an identity, and fields to choose a customer or project."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
)

from apps.common.admin import ConfirmForm, RowSearch
from apps.tenants.models import ApiKey, IdentityLink, Organization, Project


class CustomerField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A customer, searched by name or slug.

    `column` is the foreign key that the form fills; users who may view customers may search them.
    """

    def __init__(self, column: Any, **options: Any) -> None:
        """Build the field for a foreign key to a customer."""
        options = {"label": "Organization", "widget": RowSearch(column, admin.site), **options}
        super().__init__(Organization.objects.all(), **options)


class ProjectField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A project, searched by name or slug. The form checks that it belongs to the right customer.

    `column` is the foreign key that the form fills; users who may view projects may search them.
    """

    RULE = "Choose one of the organization's own projects."

    def __init__(self, column: Any, **options: Any) -> None:
        """Build the field for a foreign key to a project."""
        options = {"widget": RowSearch(column, admin.site), "error_messages": {"invalid_choice": self.RULE}, **options}
        super().__init__(Project.objects.all(), **options)


def customer_in_address(request: HttpRequest) -> Organization | None:
    """Return the customer named by slug or id in the URL's query, as the initial value of a form."""
    named = request.GET.get("organization", "")
    try:
        return Organization.objects.filter(pk=UUID(named)).first()
    except ValueError:
        return Organization.objects.filter(slug=named).first() if named.isprintable() else None


class CustomerConfirmForm(ConfirmForm):
    """A form with a field `organization`, in whose currency amounts are typed; `customer` fixes the organization."""

    def __init__(self, *args: Any, customer: Organization | None = None, **kwargs: Any) -> None:
        """Build the form, for one customer if it is given."""
        super().__init__(*args, unit=customer.currency if customer else "", **kwargs)
        if customer is not None:
            self.fields["organization"].disabled = True
            self.initial["organization"] = customer

    def unit_typed(self) -> str:
        currency: str = self.cleaned_data["organization"].currency
        return currency


class IssueKeyForm(ConfirmForm):
    """An API key's owner, purpose, scopes, and expiry."""

    organization = CustomerField(
        ApiKey._meta.get_field("organization"),
        required=False,
        help_text="Leave empty for a platform key, which works for every organization and has platform scopes only.",
    )
    name = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget(), help_text="What the key is for.")
    scopes = forms.MultipleChoiceField(choices=ApiKey.Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget())
    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=3660,
        label="Days until it expires",
        widget=UnfoldAdminIntegerFieldWidget(),
        help_text="Leave empty for a key that is valid until it is revoked.",
    )

    def __init__(self, *args: Any, may_issue_for_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._may_issue_for_all = may_issue_for_all

    def clean_organization(self) -> Organization | None:
        organization: Organization | None = self.cleaned_data["organization"]
        if organization is None and not self._may_issue_for_all:
            raise forms.ValidationError(
                "Choose an organization: you do not have the permission to issue a platform key."
            )
        return organization


class IdentityForm(ConfirmForm):
    """Links an identity provider's organization to a customer."""

    organization = CustomerField(IdentityLink._meta.get_field("organization"))
    issuer = forms.CharField(
        max_length=255, widget=UnfoldAdminTextInputWidget(), help_text="Exactly the token's `iss`."
    )
    external_organization_id = forms.CharField(
        max_length=255,
        label="External organization id",
        widget=UnfoldAdminTextInputWidget(),
        help_text="Clerk's `org_…` id.",
    )
