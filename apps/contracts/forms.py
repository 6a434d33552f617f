"""Forms to write, edit, and amend a contract. Field names match `TermProblem.field`."""

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

from apps.common.admin import MicrosField, day_field, day_text
from apps.common.errors import BillingError
from apps.contracts import services
from apps.contracts.agreed_prices import AgreedPrice
from apps.contracts.models import Contract, ContractVersion
from apps.contracts.price_lines import EXAMPLE as PRICE_EXAMPLE
from apps.contracts.price_lines import prices_text, read_prices
from apps.contracts.schedule import build_schedule
from apps.contracts.schedule_text import EXAMPLE, lines_text, read_lines
from apps.contracts.terms import CommercialTerms, CustomLine, Frequency, ScheduledTerms, find_problems
from apps.tenants.forms import CustomerField
from apps.tenants.models import Organization

DISCOUNT = ("discount_percent_micros", "discount_micros", "discount_periods", "discount_until")
PORTIONS = ("credit_portion_micros", "service_portion_micros", "onetime_credit_micros", "onetime_service_micros")


def amount_field(label: str, help_text: str) -> MicrosField:
    """Return a field for an amount in whole units; empty is zero."""
    return MicrosField(label=label, help_text=help_text, required=False)


def count_field(label: str, help_text: str, **options: Any) -> forms.IntegerField:
    """Return a field for a number of months or periods."""
    return forms.IntegerField(label=label, help_text=help_text, widget=UnfoldAdminIntegerFieldWidget(), **options)


class TermsForm(forms.Form):
    """The commercial terms. Subclasses place them on the calendar with `scheduled_terms`."""

    term_months = count_field("Term in months", "A whole number of payment periods.")
    payment_frequency = forms.ChoiceField(
        choices=ContractVersion.PaymentFrequency.choices, widget=UnfoldAdminSelectWidget(), initial=Frequency.MONTHLY
    )
    payment_terms_days = count_field(
        "Days to pay",
        "Days from the start of a period until its installment is due; 0 for at once.",
        required=False,
        min_value=0,
    )
    custom_lines = forms.CharField(
        label="Custom schedule",
        required=False,
        max_length=20_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "placeholder": EXAMPLE}),
        help_text="Instead of the frequency and the portions: one line for each day, with credit, service and a text. "
        "A negative line lowers what else is due on its day, for example as a discount.",
    )
    credit_portion_micros = amount_field(
        "Credit portion", "The part of the total that becomes credit, one-time credit included."
    )
    service_portion_micros = amount_field(
        "Service portion", "The part of the total that pays for services, one-time service included."
    )
    onetime_credit_micros = amount_field("One-time credit", "The part of the credit portion that is due once.")
    onetime_service_micros = amount_field("One-time service", "The part of the service portion that is due once.")
    credit_period_limit = count_field(
        "Periods with credit",
        "Spread the credit over this many of the first periods; leave empty for all.",
        required=False,
        min_value=1,
    )
    service_period_limit = count_field(
        "Periods with service",
        "Spread the service over this many of the first periods; leave empty for all.",
        required=False,
        min_value=1,
    )

    discount_percent_micros = MicrosField(
        label="Discount in percent", required=False, help_text="Lowers the price, never the credit or service."
    )
    discount_micros = amount_field(
        "Discount as an amount", "Instead of a percentage: spread over the discounted installments by their amounts."
    )
    discount_periods = count_field(
        "Discounted installments",
        "Discount this many of the first installments; leave empty for all.",
        required=False,
        min_value=1,
    )
    discount_until = day_field(
        label="Discount until",
        required=False,
        help_text="Instead of a number: discount installments whose period starts before this day.",
    )

    prices = forms.CharField(
        label="Own prices",
        required=False,
        max_length=20_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "placeholder": PRICE_EXAMPLE}),
        help_text="What usage costs this customer while the contract runs. One line for each price: the meter, the "
        "model (leave it empty for any), and the price of one unit. For tokens, enter the price of a million tokens, "
        "or two prices: of a million input and of a million output tokens. The prices are published when the contract "
        "is offered, and end with it.",
    )

    @property
    def currency(self) -> str:
        """The customer's currency; empty while no customer is chosen."""
        customer = self.customer()
        return customer.currency if customer else ""

    @abstractmethod
    def customer(self) -> Organization | None:
        """Return the customer, or None while none is chosen."""

    @property
    def amounts(self) -> list[str]:
        """The names of the fields that hold amounts."""
        found = [name for name, field in self.fields.items() if isinstance(field, MicrosField)]
        return [name for name in found if name != "discount_percent_micros"]

    def show_currency(self) -> None:
        """Show the currency beside each amount."""
        for name in self.amounts:
            field = cast(MicrosField, self.fields[name])
            field.show_unit(self.currency, unit_id=f"{name}-unit")
        cast(MicrosField, self.fields["discount_percent_micros"]).show_unit("%")

    def agreed(self) -> CommercialTerms:
        """Return the terms of a valid form."""
        typed = self.cleaned_data
        discount: dict[str, Any] = {name: typed[name] for name in (*DISCOUNT, "prices")}
        for name in ("discount_percent_micros", "discount_micros"):
            discount[name] = discount[name] or 0
        if lines := typed["custom_lines"]:
            return CommercialTerms(
                term_months=typed["term_months"],
                payment_frequency=Frequency.ONE_TIME,
                credit_portion_micros=sum(line.credit_micros for line in lines),
                service_portion_micros=sum(line.service_micros for line in lines),
                payment_terms_days=typed["payment_terms_days"] or 0,
                custom_lines=lines,
                **discount,
            )
        portions: dict[str, Any] = {name: typed[name] or 0 for name in PORTIONS}
        return CommercialTerms(
            term_months=typed["term_months"],
            payment_frequency=Frequency(typed["payment_frequency"]),
            credit_period_limit=typed["credit_period_limit"],
            service_period_limit=typed["service_period_limit"],
            payment_terms_days=typed["payment_terms_days"] or 0,
            custom_lines=(),
            **portions,
            **discount,
        )

    def clean_custom_lines(self) -> tuple[CustomLine, ...]:
        """Read the lines."""
        return read_lines(self.cleaned_data["custom_lines"])

    def clean_prices(self) -> tuple[AgreedPrice, ...]:
        """Read the prices."""
        return read_prices(self.cleaned_data["prices"])

    # The field that the schedule does not depend on, so that its error does not block a preview.
    NOT_IN_SCHEDULE = frozenset(["reason"])

    @abstractmethod
    def scheduled_terms(self) -> ScheduledTerms:
        """Return the terms placed on the calendar."""

    def makes_a_schedule(self) -> bool:
        """Return whether the input is complete enough for a schedule; other fields may still be missing."""
        return self.is_bound and not self.errors.keys() - self.NOT_IN_SCHEDULE

    def clean(self) -> dict[str, Any] | None:
        """Report every invalid term beside its field."""
        cleaned = super().clean()
        if self.cleaned_data.get("custom_lines") and any(self.cleaned_data.get(name) for name in PORTIONS):
            self.add_error("custom_lines", "Leave the portions and the one-time amounts empty for a custom schedule.")
        if self.makes_a_schedule():
            try:
                terms = self.scheduled_terms()
                for problem in find_problems(terms):
                    self.add_error(problem.field if problem.field in self.fields else None, problem.rule)
                if self.makes_a_schedule():
                    build_schedule(terms)
            except BillingError as error:
                self.refuse(error)
        return cleaned

    def refuse(self, error: BillingError) -> None:
        """Show a service's error beside the field it names."""
        self.add_error(error.field if error.field in self.fields else None, error.detail)


class ContractForm(TermsForm):
    """The fields of a new contract."""

    organization = CustomerField(Contract._meta.get_field("organization"))
    start_date = day_field(label="Start", help_text="Due dates fall on this day of the month.")
    bonus_credits_micros = amount_field(
        "Bonus credits", "Granted once, with the first payment, on top of the contract's total."
    )
    auto_renew = forms.BooleanField(required=False, label="Renews automatically", widget=UnfoldBooleanSwitchWidget())
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

    def scheduled_terms(self) -> ScheduledTerms:
        return self.draft().terms(self.cleaned_data["organization"].currency)

    def draft(self) -> services.ContractDraft:
        """Return the draft of a valid form."""
        typed = self.cleaned_data
        return services.ContractDraft(
            start_date=typed["start_date"],
            agreed=self.agreed(),
            auto_renew=typed["auto_renew"],
            bonus_credits_micros=typed["bonus_credits_micros"] or 0,
            notes=typed["notes"],
        )


class _ExistingContractForm(TermsForm):
    """A form for an existing contract; it is refused if the contract has changed since the page was opened."""

    seen_revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        self.contract = contract
        super().__init__(*args, **kwargs)

    def customer(self) -> Organization:
        return self.contract.organization


class EditForm(_ExistingContractForm, ContractForm):
    """Edit a contract that has no payments; its customer is fixed."""

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, contract=contract, **kwargs)
        self.fields["organization"].disabled = True


class AmendForm(_ExistingContractForm):
    """New terms from a given day; the amounts cover only the new installments."""

    effective_date = day_field(
        label="From",
        help_text="Periods that begin on or after this day are replaced; a one-time amount is due on this day.",
    )
    reason = forms.CharField(
        max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}), help_text="Kept with the new version."
    )
    field_order = ("effective_date",)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, contract=contract, **kwargs)
        self.fields["prices"].help_text = (
            "Prices from this day on, in addition to the contract's earlier ones; a new price of the same meter and "
            "model replaces the earlier one. Enter them as in a new contract."
        )

    def scheduled_terms(self) -> ScheduledTerms:
        return services.amended_terms(
            self.contract, effective_date=self.cleaned_data["effective_date"], agreed=self.agreed()
        )

    def clean_effective_date(self) -> date:
        day: date = self.cleaned_data["effective_date"]
        if not self.contract.start_date <= day <= self.contract.end_date:
            first, last = self.contract.start_date, self.contract.end_date
            raise forms.ValidationError(f"Choose a day in the current term, {day_text(first)} to {day_text(last)}.")
        return day


def initial_terms(version: ContractVersion) -> Mapping[str, Any]:
    """Return a version's terms as initial values of a form."""
    values = {name: getattr(version, name) for name in CommercialTerms.__dataclass_fields__}
    lines = version.lines()
    values |= {"custom_lines": lines_text(lines), "prices": prices_text(version.agreed_prices())}
    return {**values, **(dict.fromkeys(PORTIONS, None) if lines else {})}
