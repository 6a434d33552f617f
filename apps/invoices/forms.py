"""Forms of invoices: a draft with its lines, credit notes, and money received."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from apps.approvals.pages import Cleaned, form_amount, reason_and_key
from apps.billing_profiles.models import TaxRate
from apps.common.admin import ConfirmForm, MicrosField, day_field
from apps.common.money import Micros
from apps.invoices.actions import LineCredit, RecordMoney
from apps.invoices.models import Document, DocumentLine, Money
from apps.invoices.models.documents import OUTSTANDING
from apps.invoices.services import DraftTerms, LineTerms
from apps.tenants.forms import CustomerConfirmForm, CustomerField
from apps.tenants.models import Organization
from apps.wallets.accounts import Role

EMPTY_LINES = 4
SOLD = [choice for choice in TaxRate.Product.choices if choice[0] not in ("any", "fee")]
# Where staff can send the paid part of a credit note; Stripe's refunds and disputes make their own notes.
DESTINATIONS = [(each.value, each.label) for each in (Document.ReturnedTo.BANK, Document.ReturnedTo.UNAPPLIED)]


class DraftForm(CustomerConfirmForm):
    """A draft: the customer, the service period, a note, and lines. Empty lines are left out."""

    organization = CustomerField(Document._meta.get_field("organization"))
    period_start = day_field(label="Service from", required=False, help_text="First day of the service.")
    period_end = day_field(
        label="Service to", required=False, help_text="Last day of the service; its tax rates apply."
    )
    note = forms.CharField(
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Printed below the lines.",
    )

    def __init__(
        self, *args: Any, customer: Organization | None = None, lines: Sequence[DocumentLine] = (), **kwargs: Any
    ) -> None:
        """Build the form; with `customer`, it edits an existing draft with these lines."""
        super().__init__(*args, customer=customer, **kwargs)
        data = args[0] if args else kwargs.get("data")
        self.count = max(len(lines) + EMPTY_LINES, _posted(data))
        for number in range(1, self.count + 1):
            self._add_line(number, lines[number - 1] if number <= len(lines) else None)
        chosen = customer or self._chosen(data)
        for name in self.fields:
            if name.startswith("amount_"):
                amount = cast(MicrosField, self.fields[name])
                amount.help_text = "" if chosen else "In the customer's currency."
                amount.show_unit(chosen.currency if chosen else "")
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def _chosen(self, data: Mapping[str, Any] | None) -> Organization | None:
        """Return the customer that was posted, or that the page was opened for."""
        if data is None:
            return cast(Organization | None, self.initial.get("organization"))
        try:
            found = cast(CustomerField, self.fields["organization"]).clean(data.get("organization"))
        except forms.ValidationError:
            return None
        return cast(Organization, found)

    def _add_line(self, number: int, line: DocumentLine | None) -> None:
        text = UnfoldAdminTextInputWidget()
        self.fields[f"text_{number}"] = forms.CharField(
            label=f"Line {number}", required=False, max_length=500, widget=text, initial=line.text if line else ""
        )
        self.fields[f"quantity_{number}"] = forms.CharField(
            label=f"Quantity {number}",
            required=False,
            max_length=100,
            widget=UnfoldAdminTextInputWidget(),
            initial=line.quantity if line else "",
            help_text="As it is printed, such as 12 hours.",
        )
        self.fields[f"amount_{number}"] = MicrosField(
            label=f"Amount {number}", required=False, initial=line.amount_micros if line else None
        )
        self.fields[f"product_{number}"] = forms.ChoiceField(
            label=f"Taxed as {number}",
            choices=SOLD,
            required=False,
            widget=UnfoldAdminSelectWidget(),
            initial=line.product if line else TaxRate.Product.SERVICE,
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(1, self.count + 1):
            text, amount = cleaned.get(f"text_{number}"), cleaned.get(f"amount_{number}")
            if text and amount is None and f"amount_{number}" not in self.errors:
                self.add_error(f"amount_{number}", "Enter the amount of the line.")
            if amount is not None and not text:
                self.add_error(f"text_{number}", "Enter what the amount is for.")
        start, end = cleaned.get("period_start"), cleaned.get("period_end")
        if (start is None) != (end is None):
            self.add_error("period_end", "Enter both days of the service, or neither.")
        if end == date.max:
            self.add_error("period_end", "The service has to end before that day.")
        if start and end and end < start:
            self.add_error("period_end", "The last day is before the first one.")
        return cleaned

    @staticmethod
    def terms(cleaned: Any) -> DraftTerms:
        """Convert the cleaned data to the terms that the service takes."""
        numbers = [name.removeprefix("text_") for name, value in cleaned.items() if name.startswith("text_") and value]
        lines = [
            LineTerms(
                text=cleaned[f"text_{number}"],
                quantity=cleaned[f"quantity_{number}"],
                amount=Micros(cleaned[f"amount_{number}"]),
                product=cleaned[f"product_{number}"] or TaxRate.Product.SERVICE,
                reason=cleaned["reason"],
            )
            for number in numbers
        ]
        end = cleaned["period_end"]
        return DraftTerms(
            lines=lines,
            note=cleaned["note"],
            period_start=cleaned["period_start"],
            period_end=end + timedelta(days=1) if end else None,
        )


def _posted(data: Any) -> int:
    """Return the highest line number in the submitted form, at most a hundred."""
    numbers = [name.removeprefix("text_") for name in data or () if name.startswith("text_")]
    return max((int(each) for each in numbers if each.isascii() and each.isdecimal() and len(each) < 3), default=0)


class SoldCreditForm(CustomerConfirmForm):
    """Credit that a customer pays for later."""

    organization = CustomerField(Document._meta.get_field("organization"))
    amount = MicrosField(label="Credit", help_text="Without tax, which the invoice adds.")


class ShownAmountForm(ConfirmForm):
    """The amount that the page showed, in micros; the service refuses it if it has changed."""

    amount = forms.IntegerField(widget=forms.HiddenInput)


class CreditForm(ConfirmForm):
    """A credit note: an amount for each line, and where the paid part goes."""

    destination = forms.ChoiceField(
        label="The paid part",
        choices=DESTINATIONS,
        initial=Role.UNAPPLIED.value,
        widget=UnfoldAdminSelectWidget(),
        help_text="The note first lowers what is left to pay; this applies to the part that was already paid.",
    )

    def __init__(self, *args: Any, lines: Sequence[DocumentLine], left: dict[int, int], **kwargs: Any) -> None:
        """Build the form with the lines of the invoice, and what is left of each, in micros."""
        super().__init__(*args, **kwargs)
        unit = kwargs.get("unit", "")
        for line in lines:
            if left.get(line.pk):
                field = MicrosField(label=line.text, required=False, help_text="Without tax unless prices include it.")
                field.initial = left[line.pk]
                if unit:
                    field.show_unit(unit)
                self.fields[f"line_{line.pk}"] = field
        self.order_fields([*(name for name in self.fields if name.startswith("line_")), "destination", "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.lines(cleaned):
            self.add_error(None, "Enter an amount for at least one line.")
        return cleaned

    @staticmethod
    def lines(cleaned: Any) -> tuple[LineCredit, ...]:
        """Return the lines to credit with their amounts in micros."""
        typed = ((name.removeprefix("line_"), value) for name, value in cleaned.items() if name.startswith("line_"))
        return tuple(LineCredit(int(pk), value) for pk, value in typed if value)


class PaidInvoicesForm(ConfirmForm):
    """The invoices to pay with a sum of money, by number; the customer is in `organization`."""

    numbers = forms.CharField(
        required=False,
        max_length=1_000,
        label="Invoices",
        widget=UnfoldAdminTextInputWidget(),
        help_text="Their numbers, separated by spaces, in the order in which they take the money. "
        "Leave empty to pay the open ones, the oldest due date first.",
    )
    keep = forms.BooleanField(
        required=False,
        label="Keep as unapplied money",
        widget=UnfoldBooleanWidget(),
        help_text="No invoice is paid now.",
    )

    def clean(self) -> dict[str, Any]:
        """Set `documents` to the named invoices, in the order in which to pay them."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        owner, numbers = cleaned.get("organization"), re.split(r"[\s,;]+", cleaned.get("numbers", "").strip())
        numbers = [each for each in dict.fromkeys(numbers) if each]
        if numbers and cleaned.get("keep"):
            self.add_error("keep", "Enter invoice numbers or keep the money unapplied, not both.")
        if owner is None:
            return cleaned
        rows = Document.objects.filter(organization=owner)
        if numbers:
            found = {each.number: each for each in rows.filter(number__in=numbers)}
            missing = [each for each in numbers if each not in found]
            if missing:
                self.add_error("numbers", f"{owner} has no invoice {', '.join(missing)[:200]}.")
            cleaned["documents"] = [found[each] for each in numbers if each in found]
        elif cleaned.get("keep"):
            cleaned["documents"] = []
        else:
            cleaned["documents"] = list(rows.filter(state__in=OUTSTANDING).order_by("due_date", "issue_date", "number"))
        return cleaned


class TransferForm(CustomerConfirmForm):
    """A bank transfer received; with `customer`, the customer is fixed."""

    organization = CustomerField(Money._meta.get_field("organization"))
    amount = MicrosField(
        help_text="Amount received. Anything above the amount due becomes the customer's unapplied money."
    )
    value_date = day_field(help_text="The day from which the bank counts it.")
    reference = forms.CharField(
        max_length=255, widget=UnfoldAdminTextInputWidget(), help_text="The reference on the bank statement."
    )

    @staticmethod
    def action(cleaned: Cleaned, *, document_ids: tuple[UUID, ...] | None = None) -> RecordMoney:
        """Return the action that records the transfer, for these invoices or for the customer's oldest open ones."""
        customer: Organization = cleaned["organization"]
        return RecordMoney(
            organization_id=customer.pk,
            currency=customer.currency,
            value_date=cleaned["value_date"],
            reference=cleaned["reference"],
            document_ids=document_ids,
            **form_amount(cleaned),
            **reason_and_key(cleaned),
        )


class AnyTransferForm(PaidInvoicesForm, TransferForm):
    """A bank transfer received from any customer, and what it pays."""

    field_order = ("organization", "amount", "value_date", "reference", "numbers", "keep", "reason")

    @classmethod
    def action_on_named(cls, cleaned: Cleaned) -> RecordMoney:
        """Return the action that records the transfer, for the invoices that were named."""
        is_told = cleaned["keep"] or cleaned["numbers"]
        return cls.action(cleaned, document_ids=tuple(row.pk for row in cleaned["documents"]) if is_told else None)


class ApplyForm(ConfirmForm):
    """An open invoice to pay with unapplied money."""

    invoice = forms.ModelChoiceField(queryset=Document.objects.none(), widget=UnfoldAdminSelectWidget())
    amount = MicrosField(help_text="At most the unapplied amount and the amount left to pay.")

    def __init__(self, *args: Any, invoices: Any, **kwargs: Any) -> None:
        """Build the form for a choice of these invoices."""
        super().__init__(*args, **kwargs)
        field = self.fields["invoice"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = invoices


class PayBackForm(ConfirmForm):
    """Unapplied money paid back by bank."""

    amount = MicrosField(help_text="At most the unapplied amount.")
    value_date = day_field(help_text="The day from which the bank counts it.")


class ReturnForm(ShownAmountForm):
    """A transfer that the bank took back."""

    value_date = day_field(help_text="The day from which the bank counts it.")


class UsageLineForm(ConfirmForm):
    """A line, or a reduction, that staff add to a draft for usage."""

    text = forms.CharField(max_length=500, widget=UnfoldAdminTextInputWidget(), help_text="As it is printed.")
    amount = MicrosField(help_text="Without tax unless prices include it.")
    product = forms.ChoiceField(
        label="Taxed as", choices=SOLD, initial=TaxRate.Product.USAGE.value, widget=UnfoldAdminSelectWidget()
    )
    is_reduction = forms.BooleanField(label="Reduction", required=False, help_text="Lowers the invoice.")


class DropLineForm(ConfirmForm):
    """Choose a line that staff added to a draft for usage, to remove it."""

    line = forms.ModelChoiceField(queryset=DocumentLine.objects.none(), widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        """Build the form for a choice of these lines."""
        super().__init__(*args, **kwargs)
        field = self.fields["line"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = lines
