"""What staff type to make vouchers and to change them."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.common.admin import ConfirmForm, EndField, MicrosField, MomentField
from apps.common.errors import BillingError
from apps.plans.models import Plan
from apps.tenants.models import Organization
from apps.vouchers.code_lists import LARGEST_FILE, decode
from apps.vouchers.models import Batch
from apps.vouchers.terms import MOST_CODES, MOST_REDEMPTIONS, BatchTerms, VoucherKind


def _text(**attrs: str) -> UnfoldAdminTextInputWidget:
    return UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", **attrs})


def _number(label: str, *, most: int, initial: int | None = None, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=most,
        initial=initial,
        required=initial is not None,
        help_text=help_text,
        widget=UnfoldAdminIntegerFieldWidget(),
    )


class TermsForm(ConfirmForm):
    """The terms that all vouchers have."""

    kind = forms.ChoiceField(
        choices=Batch.Kind.choices,
        widget=UnfoldAdminSelectWidget(),
        label="What a code gives",
        help_text="Credit in the wallet, or less to pay on the next unpaid installment of a contract.",
    )
    amount_micros = MicrosField(label="Amount", minimum_micros=1, help_text="What one redemption gives.")
    currency = forms.RegexField(
        r"^[A-Za-z]{3}\Z", initial="USD", widget=_text(), help_text="Only organizations billed in it can redeem."
    )
    max_redemptions = _number(
        "Redemptions of one code", most=MOST_REDEMPTIONS, initial=1, help_text="How often it can be redeemed in all."
    )
    max_per_organization = _number(
        "By the same organization",
        most=MOST_REDEMPTIONS,
        initial=1,
        help_text="How often one can redeem the same code.",
    )
    max_codes_per_organization = _number(
        "Codes of this batch per organization", most=MOST_REDEMPTIONS, help_text="Leave empty for as many as it has."
    )
    starts_at = MomentField(
        label="Works from (UTC)", required=False, help_text="A day alone is its first hour; leave empty for at once."
    )
    expires_at = EndField(
        label="Works until before (UTC)",
        required=False,
        help_text="A day alone is that whole day; with an hour, the first moment it no longer works. Empty for ever.",
    )
    credit_days = _number(
        "Days the credit lives", most=36_500, help_text="From its redemption; leave empty for credit without an end."
    )
    organizations = forms.CharField(
        required=False,
        label="Only for these organizations",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Slugs, one per line. Leave this and the plans empty to let everybody redeem.",
    )
    plans = forms.ModelMultipleChoiceField(
        Plan.objects.order_by("name"),
        required=False,
        label="Only for those on these plans",
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    tag = forms.CharField(required=False, max_length=60, widget=_text(), help_text="What reports add up by.")
    note = forms.CharField(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_organizations(self) -> list[Organization]:
        slugs = self.cleaned_data["organizations"].replace(",", " ").split()
        found = {organization.slug: organization for organization in Organization.objects.filter(slug__in=slugs)}
        missing = [slug for slug in slugs if slug not in found]
        if missing:
            raise forms.ValidationError(f"No organization has the slug {', '.join(missing[:5])}.")
        return [found[slug] for slug in dict.fromkeys(slugs)]


class BatchForm(TermsForm):
    """A batch of generated codes."""

    count = _number("How many codes", most=MOST_CODES, initial=100)
    code_prefix = forms.RegexField(
        r"^[A-Za-z0-9]{0,16}\Z",
        required=False,
        label="Prefix",
        widget=_text(),
        help_text="Up to 16 letters and digits that every code begins with.",
    )
    field_order = ("count", "code_prefix")

    def clean_code_prefix(self) -> str:
        return str(self.cleaned_data["code_prefix"]).upper()


class ChosenForm(TermsForm):
    """One voucher with a chosen code."""

    code = forms.CharField(max_length=64, widget=_text(), help_text="3 to 64 letters and digits, like WELCOME.")
    field_order = ("code",)


class ImportForm(TermsForm):
    """A list of codes from elsewhere, pasted or as a file; the file's text goes on to the next page."""

    file = forms.FileField(
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text="CSV or text, as a spreadsheet writes it. A heading such as Code says which column has the codes.",
    )
    codes = forms.CharField(
        required=False,
        label="Or the codes themselves",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 10, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One code per line, up to 20,000. The next page says what is new, before anything is kept.",
    )
    field_order = ("file", "codes")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file, pasted = cleaned.get("file"), cleaned.get("codes")
        if self.errors.keys() & {"file", "codes"}:
            return cleaned
        if bool(file) == bool(pasted):
            self.add_error("codes", "Upload a file or paste the codes, not both." if file else "There are no codes.")
        elif file:
            self._take(file, cleaned)
        return cleaned

    def _take(self, file: Any, cleaned: dict[str, Any]) -> None:
        try:
            text = decode(file.read(LARGEST_FILE + 1))
        except BillingError as error:
            self.add_error("file", error.detail)
            return
        cleaned["codes"] = text
        data = cast(QueryDict, self.data).copy()
        data["codes"] = text
        self.data = data


class ExtendForm(ConfirmForm):
    """A later end."""

    expires_at = EndField(
        label="Works until before (UTC)",
        required=False,
        help_text="A day alone is that whole day. Leave empty to let the codes work for ever.",
    )


class LimitForm(ConfirmForm):
    """Another limit."""

    max_redemptions = _number("Redemptions in all", most=MOST_REDEMPTIONS, initial=1)


def terms_of(cleaned: Any) -> BatchTerms:
    """Return the terms that a form was filled in with."""
    return BatchTerms(
        kind=VoucherKind(cleaned["kind"]),
        amount_micros=cleaned["amount_micros"],
        currency=cleaned["currency"],
        count=cleaned.get("count", 1),
        prefix=cleaned.get("code_prefix", ""),
        max_redemptions=cleaned["max_redemptions"],
        max_per_organization=cleaned["max_per_organization"],
        max_codes_per_organization=cleaned["max_codes_per_organization"],
        starts_at=cleaned["starts_at"],
        expires_at=cleaned["expires_at"],
        credit_days=cleaned["credit_days"],
        organization_ids=tuple(organization.pk for organization in cleaned["organizations"]),
        plan_ids=tuple(plan.pk for plan in cleaned["plans"]),
        tag=cleaned["tag"],
        note=cleaned["note"],
    )
