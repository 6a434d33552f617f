"""What staff type to write, edit and amend a contract. Field names are those the terms' problems name."""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.common.admin import DayInput, MicrosField
from apps.common.errors import BillingError
from apps.contracts import services
from apps.contracts.models import Contract, ContractVersion
from apps.contracts.terms import CommercialTerms, Frequency, ScheduledTerms, find_problems
from apps.tenants.forms import CustomerField
from apps.tenants.models import Organization


def day_field(**options: Any) -> forms.DateField:
    """Return a field for a day, typed or picked."""
    return forms.DateField(widget=DayInput(), input_formats=["%Y-%m-%d"], **options)


def amount_field(label: str, help_text: str) -> MicrosField:
    """Return a field for an amount in whole units; empty is zero."""
    return MicrosField(label=label, help_text=help_text, required=False)


def count_field(label: str, help_text: str, **options: Any) -> forms.IntegerField:
    """Return a field for a number of months or periods."""
    return forms.IntegerField(label=label, help_text=help_text, widget=UnfoldAdminIntegerFieldWidget(), **options)


class TermsForm(forms.Form):
    """What is agreed. Whoever subclasses says where it stands in time, with `place`."""

    term_months = count_field("Term in months", "A whole number of payment periods.")
    payment_frequency = forms.ChoiceField(
        choices=ContractVersion.PaymentFrequency.choices, widget=UnfoldAdminSelectWidget(), initial=Frequency.MONTHLY
    )
    credit_portion_micros = amount_field("Credit portion", "What of the total becomes credit, one-time part included.")
    service_portion_micros = amount_field("Service portion", "What of it pays for services, one-time part included.")
    onetime_credit_micros = amount_field("One-time credit", "The part of the credit portion that is due once.")
    onetime_service_micros = amount_field("One-time service", "The part of the service portion that is due once.")
    credit_period_limit = count_field(
        "Periods with credit",
        "How many of the first periods share the credit; leave empty for all of them.",
        required=False,
        min_value=1,
    )
    service_period_limit = count_field(
        "Periods with service",
        "How many of the first periods share the service; leave empty for all of them.",
        required=False,
        min_value=1,
    )

    @property
    def currency(self) -> str:
        """The currency of the customer, empty while none is chosen."""
        customer = self.customer()
        return customer.currency if customer else ""

    @abstractmethod
    def customer(self) -> Organization | None:
        """Return whose contract it is, None while nobody is chosen."""

    @property
    def amounts(self) -> list[str]:
        """The names of the fields that hold amounts."""
        return [name for name, field in self.fields.items() if isinstance(field, MicrosField)]

    def show_currency(self) -> None:
        """Show the currency beside each amount."""
        for name in self.amounts:
            field = cast(MicrosField, self.fields[name])
            field.show_unit(self.currency, unit_id=f"{name}-unit")

    def agreed(self) -> CommercialTerms:
        """Return what was typed; the form is valid."""
        typed = self.cleaned_data
        amounts = ("credit_portion_micros", "service_portion_micros", "onetime_credit_micros", "onetime_service_micros")
        return CommercialTerms(
            term_months=typed["term_months"],
            payment_frequency=Frequency(typed["payment_frequency"]),
            credit_period_limit=typed["credit_period_limit"],
            service_period_limit=typed["service_period_limit"],
            **{name: typed[name] or 0 for name in amounts},
        )

    # What may be missing while the schedule is looked at.
    ASIDE = frozenset(["reason", "notes"])

    @abstractmethod
    def place(self) -> ScheduledTerms:
        """Return the terms where they stand in time."""

    def makes_a_schedule(self) -> bool:
        """Say whether a schedule follows from what was typed, whatever else is still missing."""
        return self.is_bound and not self.errors.keys() - self.ASIDE

    def clean(self) -> dict[str, Any] | None:
        """Name every term that cannot be, beside its field."""
        cleaned = super().clean()
        if self.makes_a_schedule():
            try:
                for problem in find_problems(self.place()):
                    self.add_error(problem.field if problem.field in self.fields else None, problem.rule)
            except BillingError as error:
                self.refuse(error)
        return cleaned

    def refuse(self, error: BillingError) -> None:
        """Show what a service refused beside the field it names."""
        self.add_error(error.field if error.field in self.fields else None, error.detail)


class ContractForm(TermsForm):
    """All that is written of a contract."""

    organization = CustomerField(Contract._meta.get_field("organization"))
    start_date = day_field(label="Start", help_text="Every due date falls on its day of the month.")
    bonus_credits_micros = amount_field("Bonus credits", "Given on top, once, with the first payment.")
    auto_renew = forms.BooleanField(required=False, label="Renews by itself", widget=UnfoldBooleanSwitchWidget())
    notes = forms.CharField(
        required=False,
        max_length=5_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Shown to the customer with the contract.",
    )
    field_order = ("organization", "start_date")

    def customer(self) -> Organization | None:
        chosen = self.cleaned_data.get("organization") if self.is_bound else self.initial.get("organization")
        return cast("Organization | None", chosen)

    def place(self) -> ScheduledTerms:
        return self.draft().terms(self.cleaned_data["organization"].currency)

    def draft(self) -> services.ContractDraft:
        """Return what was typed, for the service; the form is valid."""
        typed = self.cleaned_data
        return services.ContractDraft(
            start_date=typed["start_date"],
            agreed=self.agreed(),
            auto_renew=typed["auto_renew"],
            bonus_credits_micros=typed["bonus_credits_micros"] or 0,
            notes=typed["notes"],
        )


class _OfContract(TermsForm):
    """A form opened on a contract as it was; what changed since then refuses it."""

    seen_revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        self.contract = contract
        super().__init__(*args, **kwargs)

    def customer(self) -> Organization:
        return self.contract.organization


class EditForm(_OfContract, ContractForm):
    """A contract that nothing was paid on, written anew; its customer stays."""

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, contract=contract, **kwargs)
        self.fields["organization"].disabled = True


class AmendForm(_OfContract):
    """Other terms from a day on; the amounts are those of the new rows alone."""

    effective_date = day_field(
        label="From", help_text="Periods that begin on this day or later are replaced; a one-time amount is due on it."
    )
    reason = forms.CharField(
        max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}), help_text="Kept with the new version."
    )
    field_order = ("effective_date",)

    def place(self) -> ScheduledTerms:
        return services.amended_terms(
            self.contract, effective_date=self.cleaned_data["effective_date"], agreed=self.agreed()
        )

    def clean_effective_date(self) -> date:
        day: date = self.cleaned_data["effective_date"]
        if not self.contract.start_date <= day <= self.contract.end_date:
            first, last = self.contract.start_date, self.contract.end_date
            raise forms.ValidationError(f"Choose a day of the current term, {first} to {last}.")
        return day


def typed_from(version: ContractVersion) -> Mapping[str, Any]:
    """Return a version's terms as a form shows them."""
    return {name: getattr(version, name) for name in CommercialTerms.__dataclass_fields__}
