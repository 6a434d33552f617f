"""What staff are asked before an action on a contract, an installment or a service agreement."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.common.admin import ConfirmForm, MicrosField
from apps.contracts.actions.agreements import AgreementTerms
from apps.contracts.forms import day_field
from apps.contracts.models import ServiceAgreement
from apps.tenants.forms import CustomerField, ProjectField
from apps.tenants.models import Organization, Project


class SeenForm(ConfirmForm):
    """A reason, and the revision that the page was opened on."""

    seen_revision = forms.IntegerField(widget=forms.HiddenInput)


class DetailsForm(SeenForm):
    """Whether the contract renews by itself, and what the customer reads."""

    auto_renew = forms.BooleanField(required=False, label="Renews by itself", widget=UnfoldBooleanSwitchWidget())
    notes = forms.CharField(required=False, max_length=5_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class BankTransferForm(ConfirmForm):
    """What came by bank transfer for an installment."""

    amount = MicrosField(help_text="What came; a part of what is left to pay is kept aside until the rest comes.")
    reference = forms.CharField(
        max_length=255, widget=UnfoldAdminTextInputWidget(), help_text="What the bank statement calls it."
    )


class ReturnForm(ConfirmForm):
    """What goes back to the customer by bank transfer."""

    amount = MicrosField(help_text="Taken from the installment's credit and service in their proportion.")


class DiscountForm(ConfirmForm):
    """What of an installment need not be paid."""

    amount = MicrosField(help_text="At most what is left to pay.")


class GiveUpForm(ConfirmForm):
    """What was left to pay when the page was opened."""

    amount = forms.IntegerField(widget=forms.HiddenInput)


class AgreementForm(SeenForm):
    """All that is written of a service agreement."""

    organization = CustomerField(ServiceAgreement._meta.get_field("organization"))
    project = ProjectField(
        ServiceAgreement._meta.get_field("project"),
        required=False,
        help_text="One of the organization's projects; empty for the organization as a whole.",
    )
    description = forms.CharField(
        max_length=500, widget=UnfoldAdminTextInputWidget(), help_text="As the customer reads it."
    )
    charge_type = forms.ChoiceField(
        choices=ServiceAgreement.ChargeType.choices,
        initial=ServiceAgreement.ChargeType.MONTHLY,
        widget=UnfoldAdminSelectWidget(),
    )
    amount_micros = MicrosField(label="Amount", help_text="What each period costs.")
    start_date = day_field(label="Start", help_text="The first period starts here and is billed on this day.")
    end_date = day_field(label="End", required=False, help_text="First day that is not covered; empty for no end.")
    seen_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Media:
        js = ("admin/js/autocomplete.js", "contracts/project.js")

    def __init__(self, *args: Any, customer: Organization | None = None, **kwargs: Any) -> None:
        """Make the form; `customer` is whose agreement is changed, which stays."""
        super().__init__(*args, unit=customer.currency if customer else "", **kwargs)
        if customer is not None:
            self.fields["organization"].disabled = True
            self.initial["organization"] = customer

    def unit_typed(self) -> str:
        currency: str = self.cleaned_data["organization"].currency
        return currency

    def clean_project(self) -> Project | None:
        project: Project | None = self.cleaned_data["project"]
        organization = self.cleaned_data.get("organization")
        if project is not None and organization is not None and project.organization_id != organization.pk:
            raise forms.ValidationError(ProjectField.RULE)
        return project

    @staticmethod
    def terms(cleaned: Any) -> AgreementTerms:
        """Return what was typed, for the action."""
        project = cleaned["project"]
        return AgreementTerms(
            description=cleaned["description"],
            charge_type=ServiceAgreement.ChargeType(cleaned["charge_type"]),
            amount_micros=cleaned["amount_micros"],
            start_date=cleaned["start_date"],
            end_date=cleaned["end_date"],
            project_id=project.pk if project else None,
        )
