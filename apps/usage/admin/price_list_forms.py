"""Forms of price lists: the file and its price book, and the customers who keep the old prices."""

from datetime import date, datetime
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from apps.common.admin import ConfirmForm, MicrosField, MomentField, file_field
from apps.common.periods import midnight
from apps.contracts.models import RUNNING, Contract
from apps.pricing.csv_list import COLUMNS
from apps.pricing.markups import MarkupInvalid, Markups, read_markups
from apps.pricing.models import Meter, PriceBook
from apps.tenants.models import Organization


class ImportForm(ConfirmForm):
    """A price list in LiteLLM's JSON or as CSV, and the price book that it is for."""

    file = file_field(
        "LiteLLM's model_prices_and_context_window.json, or CSV with the columns "
        f"{', '.join(COLUMNS)}: a row for each price, per 1, 1K or 1M.",
        accept=".json,.csv,application/json,text/csv",
        label="Price list",
    )
    book = forms.ModelChoiceField(PriceBook.objects.order_by("name"), widget=UnfoldAdminSelectWidget)
    meter = forms.ModelChoiceField(
        Meter.objects.filter(counts=Meter.Counts.TOKENS).order_by("slug"), widget=UnfoldAdminSelectWidget
    )
    effective_from = MomentField(
        label="Effective from",
        help_text="The planned time; prices are compared with those in force then. Another time can be chosen when the "
        "list is published. A date without a time means the start of that day.",
    )
    markup_percent = forms.RegexField(
        r"^-?\d{1,4}(\.\d{1,4})?$",
        label="Markup in percent",
        initial="0",
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": "Write a number with at most four decimals."},
        help_text="Added to every price of the list.",
    )
    markups = forms.CharField(
        label="Markups by model",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="One per line, in percent, instead of the markup above: gpt-5 25, openai/* 12.5, or "
        "provider:openai 15 for the models that the list says are OpenAI's. A name comes before a provider.",
    )
    rate = MicrosField(
        label="One dollar in the book's currency",
        required=False,
        minimum_micros=1,
        help_text="The list is in dollars. Only for a book in another currency, for example 0.92 for euros.",
    )
    step = MicrosField(
        label="Round to",
        required=False,
        minimum_micros=1,
        help_text="Prices of a million tokens become multiples of this, for example 0.01; empty for exact prices.",
    )
    ends_gone = forms.BooleanField(
        label="End the prices of models that are not in the list",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Their usage then waits for a price, or costs the price for any model. Otherwise they keep theirs.",
    )
    other_tiers_standard = forms.BooleanField(
        label="Other service tiers at the standard price",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Otherwise usage of a service tier that the list does not price waits for a price.",
    )

    def clean_markups(self) -> Markups:
        try:
            return read_markups(self.cleaned_data["markups"])
        except MarkupInvalid as error:
            raise forms.ValidationError(str(error)) from error


class PublishForm(ConfirmForm):
    """When the prices of a list take effect: `starts_at`, None for as soon as possible."""

    when = forms.ChoiceField(
        label="In force",
        choices=[("soon", "as soon as possible"), ("later", "from the time below")],
        widget=UnfoldAdminSelectWidget,
        help_text="As soon as possible is ten minutes after the publication; for a cost book, at once.",
    )
    starts_at = MomentField(
        label="From", required=False, help_text="A date without a time means the start of that day."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == "soon":
            return cleaned | {"starts_at": None}
        if "starts_at" in cleaned and cleaned["starts_at"] is None:
            self.add_error("starts_at", "Enter when its prices take effect.")
        return cleaned


class KeptPricesForm(ConfirmForm):
    """Customers who keep the old prices, each with the day from which the list applies."""

    customers = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text="One customer per line, by slug. The slug alone: permanently. With a day, such as 2027-06-30: until "
        "that day begins in UTC. With the word contract: until the running contract ends. This list replaces the "
        "earlier one.",
    )

    def clean_customers(self) -> dict[Organization, datetime | None]:
        lines = [line.split(maxsplit=1) for line in self.cleaned_data["customers"].splitlines() if line.strip()]
        customers = Organization.objects.in_bulk({slug for slug, *_ in lines}, field_name="slug")
        found: dict[Organization, datetime | None] = {}
        for slug, *end in lines:
            if slug not in customers:
                raise forms.ValidationError(f"There is no customer {slug[:60]}.")
            found[customers[slug]] = _end_of(customers[slug], "".join(end).strip())
        return found


def _end_of(organization: Organization, text: str) -> datetime | None:
    if not text:
        return None
    if text == "contract":
        contract = Contract.objects.filter(organization=organization, status__in=RUNNING).first()
        if contract is None:
            raise forms.ValidationError(f"{organization.slug} has no running contract.")
        return midnight(contract.end_date)
    try:
        return midnight(date.fromisoformat(text))
    except ValueError as error:
        raise forms.ValidationError(f"{organization.slug}: {text[:40]} is not a date.") from error
