"""Confirmation forms for actions on contracts, installments, and service agreements."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.common.admin import ConfirmForm, MicrosField, day_field, day_text, money_text
from apps.contracts.actions.agreements import AgreementTerms
from apps.contracts.models import InstallmentRefund, ServiceAgreement
from apps.tenants.forms import CustomerConfirmForm, CustomerField, ProjectField
from apps.tenants.models import Project


class RevisionForm(ConfirmForm):
    """A reason and the revision that the page showed, so that a stale page is refused."""

    seen_revision = forms.IntegerField(widget=forms.HiddenInput)


class CancelAtForm(RevisionForm):
    """The first day that the contract no longer covers."""

    day = day_field(label="From", help_text="The first day that is no longer covered. Earlier days stay due.")
    divides_one_time = forms.BooleanField(
        required=False,
        label="Divide one-time amounts too",
        widget=UnfoldBooleanSwitchWidget(),
        help_text="Otherwise a one-time amount whose period has begun is due in full.",
    )
    takes_credit = forms.BooleanField(
        required=False,
        label="Take unspent credit back",
        widget=UnfoldBooleanSwitchWidget(),
        help_text="At most its share of the days that are no longer covered, and only what is unspent. Otherwise the "
        "customer keeps the credit of a period that has begun, and pays for all of it.",
    )


class DetailsForm(RevisionForm):
    """Automatic renewal, and the notes that the customer reads."""

    auto_renew = forms.BooleanField(required=False, label="Renews automatically", widget=UnfoldBooleanSwitchWidget())
    notes = forms.CharField(required=False, max_length=5_000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class BankTransferForm(ConfirmForm):
    """A bank transfer received for an installment."""

    amount = MicrosField(help_text="Amount received. A partial payment is held until the rest arrives.")
    value_date = day_field(help_text="The day from which the bank counts it.")
    reference = forms.CharField(
        max_length=255, widget=UnfoldAdminTextInputWidget(), help_text="The reference on the bank statement."
    )


class ReturnForm(ConfirmForm):
    """A refund sent to the customer by bank transfer."""

    amount = MicrosField(help_text="Taken from the installment's credit and service in proportion.")
    value_date = day_field(help_text="The day from which the bank counts it as sent.")


class UndoRefundForm(ConfirmForm):
    """A refund by bank transfer to undo."""

    refund = forms.ModelChoiceField(queryset=InstallmentRefund.objects.none(), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, refunds: QuerySet[InstallmentRefund], **kwargs: Any) -> None:
        """Build the form for a choice of these refunds."""
        super().__init__(*args, **kwargs)
        self.unit = kwargs.get("unit", "")
        field = self.fields["refund"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = refunds
        field.label_from_instance = self._label  # type: ignore[method-assign]
        field.initial = refunds.first()

    def _label(self, obj: Any) -> str:
        return f"{money_text(obj.amount_micros, self.unit)} on {day_text(obj.created_at)}: {obj.reason}"


class DiscountForm(ConfirmForm):
    """A reduction of what the customer has to pay on an installment."""

    amount = MicrosField(help_text="At most the amount left to pay.")


class GiveUpForm(ConfirmForm):
    """The amount left to pay, in micros, when the page was opened."""

    amount = forms.IntegerField(widget=forms.HiddenInput)


class AgreementForm(RevisionForm, CustomerConfirmForm):
    """The fields of a service agreement; with `customer`, an existing one is changed."""

    organization = CustomerField(ServiceAgreement._meta.get_field("organization"))
    project = ProjectField(
        ServiceAgreement._meta.get_field("project"),
        required=False,
        help_text="One of the organization's projects; leave empty for the whole organization.",
    )
    description = forms.CharField(
        max_length=500, widget=UnfoldAdminTextInputWidget(), help_text="The customer sees this text."
    )
    charge_type = forms.ChoiceField(
        choices=ServiceAgreement.ChargeType.choices,
        initial=ServiceAgreement.ChargeType.MONTHLY,
        widget=UnfoldAdminSelectWidget(),
    )
    amount_micros = MicrosField(label="Amount", help_text="Price of each period.")
    bill_by = forms.ChoiceField(
        choices=ServiceAgreement.BillBy.choices,
        initial=ServiceAgreement.BillBy.WALLET,
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text="An invoice needs a complete billing profile, and adds tax.",
    )
    start_date = day_field(label="Start", help_text="The first period starts here and is billed on this day.")
    end_date = day_field(label="End", required=False, help_text="First day not covered; leave empty for no end.")
    seen_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Media:
        js = ("admin/js/autocomplete.js", "contracts/project.js")

    def clean_project(self) -> Project | None:
        project: Project | None = self.cleaned_data["project"]
        organization = self.cleaned_data.get("organization")
        if project is not None and organization is not None and project.organization_id != organization.pk:
            raise forms.ValidationError(ProjectField.RULE)
        return project

    @staticmethod
    def terms(cleaned: Any) -> AgreementTerms:
        """Convert the cleaned data to the terms that the action takes."""
        project = cleaned["project"]
        return AgreementTerms(
            description=cleaned["description"],
            charge_type=ServiceAgreement.ChargeType(cleaned["charge_type"]),
            amount_micros=cleaned["amount_micros"],
            start_date=cleaned["start_date"],
            end_date=cleaned["end_date"],
            project_id=project.pk if project else None,
            bill_by=ServiceAgreement.BillBy(cleaned["bill_by"] or ServiceAgreement.BillBy.WALLET),
        )
