"""Forms of bank statements: the upload, what a line pays, and the format of CSV files."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
)

from apps.bank.models import BankLine, CsvFormat
from apps.billing_profiles.models import SellerBankAccount
from apps.common.admin import ConfirmForm, file_field
from apps.invoices.forms import PaidInvoicesForm
from apps.invoices.models import Document
from apps.tenants.forms import CustomerField
from apps.tenants.models import Organization


class BankFileForm(ConfirmForm):
    """A file of the bank."""

    file = file_field("CAMT.053, MT940, or CSV in the account's format; at most 10 MB.")
    account = forms.ModelChoiceField(
        queryset=SellerBankAccount.objects.select_related("seller").order_by("seller__legal_name", "currency"),
        required=False,
        widget=UnfoldAdminSelectWidget(),
        help_text="Only for a CSV file; other files name their account.",
    )


class IdsField(forms.CharField):
    """Ids of rows, separated by commas; hidden."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> tuple[UUID, ...]:
        text: str = super().clean(value)
        try:
            return tuple(dict.fromkeys(UUID(each) for each in text.split(",") if each))
        except ValueError as error:
            raise forms.ValidationError("Open the page again.") from error


class ProposedForm(ConfirmForm):
    """The invoices of a proposal, as the page showed them."""

    documents = IdsField(max_length=4_000)

    def clean_documents(self) -> list[Document]:
        """Return the invoices in their order, which are one customer's."""
        wanted = self.cleaned_data["documents"]
        found = Document.objects.select_related("organization").in_bulk(wanted)
        if not found or len(found) < len(wanted) or len({each.organization_id for each in found.values()}) > 1:
            raise forms.ValidationError("Open the page again.")
        return [found[each] for each in wanted]


class AssignForm(PaidInvoicesForm):
    """The customer that a line belongs to, and the invoices that it pays."""

    organization = CustomerField(BankLine._meta.get_field("organization"), label="Customer")
    field_order = ("organization", "numbers", "keep", "reason")


class MoneyForm(ConfirmForm):
    """The recorded money that a line belongs to, as the page showed it; hidden."""

    what = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    money = forms.UUIDField(required=False, widget=forms.HiddenInput)
    document = forms.UUIDField(required=False, widget=forms.HiddenInput)


class SureLinesForm(ConfirmForm):
    """The sure lines of an account, each with the invoices that it pays; a line whose proposal changed is refused."""

    lines = forms.MultipleChoiceField(
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        error_messages={"invalid_choice": "A proposal has changed since you opened the page: open it again."},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        """Build the form for a choice of these lines; all are ticked at first."""
        super().__init__(*args, **kwargs)
        field = self.fields["lines"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(choices)
        field.initial = [value for value, _ in choices]


class CsvFormatForm(forms.ModelForm):  # type: ignore[type-arg]
    """The format of an account's CSV files."""

    class Meta:
        model = CsvFormat
        fields = (
            *("account", "delimiter", "decimal_mark", "days", "booking_date", "value_date", "amount", "debit"),
            *("text", "party_name", "party_iban", "bank_reference", "end_to_end_id"),
        )

    def clean(self) -> dict[str, Any]:
        """Refuse two purposes for one column."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        names = [
            cleaned.get(name) for name in self.fields if name not in ("account", "delimiter", "decimal_mark", "days")
        ]
        used = [name for name in names if name]
        if len(set(used)) < len(used):
            self.add_error(None, "Two fields name the same column.")
        return cleaned


def customer_of(documents: Sequence[Document]) -> Organization:
    """Return the customer of the invoices of a proposal."""
    return documents[0].organization
