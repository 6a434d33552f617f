"""Forms to create and change vouchers."""

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
    """The terms common to all kinds of batches."""

    kind = forms.ChoiceField(
        choices=Batch.Kind.choices,
        widget=UnfoldAdminSelectWidget(),
        label="What a code gives",
        help_text="Credit in the wallet, or a discount on the next unpaid contract installment.",
    )
    amount_micros = MicrosField(label="Amount", minimum_micros=1, help_text="Value of one redemption.")
    currency = forms.RegexField(
        r"^[A-Za-z]{3}\Z",
        initial="USD",
        widget=_text(),
        help_text="Only organizations billed in this currency can redeem.",
    )
    max_redemptions = _number(
        "Redemptions per code", most=MOST_REDEMPTIONS, initial=1, help_text="Maximum redemptions of each code."
    )
    max_per_organization = _number(
        "Redemptions per code and organization",
        most=MOST_REDEMPTIONS,
        initial=1,
        help_text="Maximum redemptions of the same code by one organization.",
    )
    max_codes_per_organization = _number(
        "Redemptions in this batch per organization", most=MOST_REDEMPTIONS, help_text="Leave empty for no limit."
    )
    starts_at = MomentField(
        label="Valid from", required=False, help_text="A date alone means 00:00. Leave empty to start immediately."
    )
    expires_at = EndField(
        label="Valid until",
        required=False,
        help_text="A date alone includes that whole day; a time is the first moment it is invalid. Empty for no end.",
    )
    credit_days = _number(
        "Credit expires after (days)", most=36_500, help_text="Counted from redemption; leave empty for no expiry."
    )
    organizations = forms.CharField(
        required=False,
        label="Only for these organizations",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Slugs, one per line. Leave this and the plans empty to let every organization redeem.",
    )
    plans = forms.ModelMultipleChoiceField(
        Plan.objects.order_by("name"),
        required=False,
        label="Only for organizations on these plans",
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    tag = forms.CharField(required=False, max_length=60, widget=_text(), help_text="Reports are grouped by tag.")
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

    count = _number("Number of codes", most=MOST_CODES, initial=100)
    code_prefix = forms.RegexField(
        r"^[A-Za-z0-9]{0,16}\Z",
        required=False,
        label="Prefix",
        widget=_text(),
        help_text="Up to 16 letters and digits at the start of every code.",
    )
    field_order = ("count", "code_prefix")

    def clean_code_prefix(self) -> str:
        return str(self.cleaned_data["code_prefix"]).upper()


class CustomCodeForm(TermsForm):
    """One voucher with a custom code."""

    code = forms.CharField(max_length=64, widget=_text(), help_text="3 to 64 letters and digits, such as WELCOME.")
    field_order = ("code",)


class ImportForm(TermsForm):
    """A list of existing codes, pasted or as a file; a file's text is carried to the confirmation page."""

    file = forms.FileField(
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text="CSV or text. In a list with several columns, a heading such as Code marks the code column.",
    )
    codes = forms.CharField(
        required=False,
        label="Or paste the codes",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 10, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One code per line, up to 20,000. The next page shows which are new, before anything is saved.",
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
    """The new end of a batch's validity."""

    expires_at = EndField(
        label="Valid until",
        required=False,
        help_text="A date alone includes that whole day. Leave empty for no end.",
    )


class LimitForm(ConfirmForm):
    """The new redemption limit of a code."""

    max_redemptions = _number("Maximum redemptions", most=MOST_REDEMPTIONS, initial=1)


def terms_of(cleaned: Any) -> BatchTerms:
    """Convert a form's cleaned data to terms."""
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
