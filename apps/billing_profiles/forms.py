"""Forms of sellers, the tax table, and billing profiles."""

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from email.utils import getaddresses
from itertools import combinations
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.postgres.forms import SimpleArrayField
from django.core.validators import validate_email
from stdnum import bic, iban
from stdnum.exceptions import ValidationError as InvalidNumber
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from apps.billing_profiles.document_numbers import check_pattern, default_pattern, same_numbers
from apps.billing_profiles.models import BillingProfile, NumberRange, Seller, TaxRate
from apps.billing_profiles.services import unfinished
from apps.billing_profiles.tax_choice import percent_text
from apps.billing_profiles.vat_numbers import read_vat_number
from apps.common.admin import ConfirmForm, LongSelect, MicrosField, day_field, day_text
from apps.common.errors import BillingError
from apps.common.territories import country_choices, currency_choices, time_zone_choices

LARGEST_LOGO = 200_000


def country_field(*, required: bool = False, help_text: str = "") -> forms.ChoiceField:
    """Return a field to choose a country."""
    return forms.ChoiceField(choices=country_choices, required=required, help_text=help_text, widget=LongSelect)


def currency_field(**options: Any) -> forms.ChoiceField:
    """Return a field to choose a currency."""
    return forms.ChoiceField(choices=currency_choices, widget=LongSelect, **options)


class TagsField(SimpleArrayField):
    """Tags in lower case, each once, sorted."""

    def __init__(self) -> None:
        super().__init__(
            forms.CharField(max_length=40),
            required=False,
            widget=UnfoldAdminTextInputWidget,
            help_text="Separated by commas, such as vip, pilot.",
        )

    def clean(self, value: Any) -> list[str]:
        return sorted({tag.strip().lower() for tag in super().clean(value) if tag.strip()})


def zone_field(help_text: str) -> forms.ChoiceField:
    """Return a field to choose a time zone."""
    return forms.ChoiceField(choices=time_zone_choices, initial="UTC", help_text=help_text, widget=LongSelect)


class VatNumberMixin:
    """Checks the field `vat_number` against the field `country`."""

    cleaned_data: dict[str, Any]
    add_error: Any

    def clean(self) -> dict[str, Any]:
        """Put the number in its compact form, or report what is wrong with it."""
        cleaned = super().clean() or self.cleaned_data  # type: ignore[misc]
        try:
            number = read_vat_number(cleaned.get("vat_number") or "", cleaned.get("country") or "")
        except BillingError as error:
            self.add_error("vat_number", error.detail)
        else:
            cleaned["vat_number"] = number
        return dict(cleaned)


class SellerForm(VatNumberMixin, forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """A seller, with its logo as a file."""

    country = country_field()
    tax_currency = currency_field(help_text="The currency in which tax is declared.")
    time_zone = zone_field("The time zone of the dates on papers.")
    logo_file = forms.FileField(
        label="New logo",
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=f"PNG or JPEG, at most {LARGEST_LOGO // 1000} kB.",
    )

    # Set by the page.
    today: ClassVar[date]

    class Meta:
        model = Seller
        fields: ClassVar[list[str]] = []

    def clean_logo_file(self) -> bytes:
        """Return the image's bytes; empty if no file was chosen."""
        from PIL import Image, UnidentifiedImageError  # most processes never read one

        file = self.cleaned_data["logo_file"]
        if file is None:
            return b""
        if file.size > LARGEST_LOGO:
            raise forms.ValidationError(f"The file has {file.size:,} bytes; at most {LARGEST_LOGO:,} are allowed.")
        content: bytes = file.read()
        try:
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
                image.load()
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
            raise forms.ValidationError("This is not a PNG or JPEG image.") from error
        return content

    def clean_mail_sender(self) -> str:
        """Refuse what is not one address with or without a name, which mail servers would refuse later."""
        typed: str = self.cleaned_data["mail_sender"]
        if not typed:
            return ""
        found = getaddresses([typed])
        try:
            validate_email(found[0][1] if len(found) == 1 and typed.isprintable() else "")
        except forms.ValidationError as error:
            raise forms.ValidationError("Write one address, such as Example GmbH <billing@example.de>.") from error
        return typed

    def clean_closed_through(self) -> date | None:
        """Refuse to close today, or to reopen closed books: their papers and reports have been given out."""
        day: date | None = self.cleaned_data["closed_through"]
        before: date | None = self.initial.get("closed_through")
        if before is not None and (day is None or day < before):
            raise forms.ValidationError(f"The books are closed through {before}; “Reopen books” moves that day back.")
        if day is not None and day >= self.today:
            raise forms.ValidationError("Only days that have ended, in UTC too, can be closed.")
        if self.instance.pk and day is not None and day != before and (reason := unfinished(self.instance.pk, day)):
            raise forms.ValidationError(reason)
        return day


class ReopenForm(ConfirmForm):
    """The new last day of closed books."""

    day = day_field(label="Closed through", required=False, help_text="Empty: no day is closed.")


class ExchangeRateForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """A rate of a day, typed in whole units of the tax currency."""

    currency = currency_field(initial="USD")
    rate_micros = MicrosField(label="Rate", minimum_micros=1, help_text="In the seller's tax currency, such as 0.9234.")


class BankAccountForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """A bank account, with the check digits of its IBAN."""

    currency = currency_field(initial="EUR")

    def clean_iban(self) -> str:
        """Return the compact IBAN."""
        try:
            return iban.validate(self.cleaned_data["iban"])
        except InvalidNumber as error:
            raise forms.ValidationError(str(error)) from error

    def clean_bic(self) -> str:
        """Return the compact BIC."""
        text: str = self.cleaned_data["bic"]
        try:
            return bic.validate(text) if text else ""
        except InvalidNumber as error:
            raise forms.ValidationError(str(error)) from error


class NumberRangeForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """A number range; its pattern is fixed by its first number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["kind"].disabled = self.fields["year"].disabled = True
            self.fields["pattern"].disabled = self.instance.next_number > 1

    def clean_pattern(self) -> str:
        """Refuse a pattern whose numbers could repeat."""
        pattern: str = self.cleaned_data["pattern"]
        if not self.fields["pattern"].disabled:
            try:
                check_pattern(pattern, live=settings.STRIPE_LIVEMODE)
            except BillingError as error:
                raise forms.ValidationError(error.detail) from error
        return pattern


class NumberRangeFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """The ranges of a seller; two kinds that could write the same number in a year are refused.

    A year without a range counts too: it takes the pattern of the year before; the first year takes the default.
    """

    def clean(self) -> None:
        super().clean()
        typed = [(form, getattr(form, "cleaned_data", {})) for form in self.forms]
        rows = [(form, row) for form, row in typed if row.get("pattern") and row.get("year") and row.get("kind")]
        refused = set()
        for year in {row["year"] for _, row in rows}:
            counts: dict[str, tuple[Any, str]] = {
                row["kind"]: (form, row["pattern"]) for form, row in sorted(rows, key=_year) if row["year"] <= year
            }
            for kind in NumberRange.Kind.values:
                counts.setdefault(kind, (None, default_pattern(kind, live=settings.STRIPE_LIVEMODE)))
            for (form, one), (other_form, other) in combinations(counts.values(), 2):
                if same_numbers(one, other):
                    refused.add(other_form or form)
        for form in refused:
            form.add_error("pattern", "Another range would write the same numbers in a year.")


def _year(row: tuple[Any, Mapping[str, Any]]) -> int:
    year: int = row[1]["year"]
    return year


class PercentField(forms.RegexField):
    """A rate in percent, typed as `7.7`; its value is in thousandths of a percent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            r"^\d{1,3}(\.\d{1,3})?$",
            widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
            error_messages={"invalid": "Write a number with at most three decimals, such as 7.7."},
            **options,
        )

    def prepare_value(self, value: Any) -> Any:
        """Write stored thousandths as percent; a text is what was typed."""
        return percent_text(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int:
        """Return the thousandths of a percent; nothing typed is 0."""
        text = super().clean(value)
        thousandths = int(Decimal(text or 0).scaleb(3))
        if thousandths > 100_000:
            raise forms.ValidationError("A rate is at most 100 %.")
        return thousandths

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class TaxRateForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """A row of the tax table."""

    country = country_field(help_text="The customer's country; empty for all countries without a row of their own.")
    rate_thousandths = PercentField(label="Rate in percent", required=False, initial=0)

    class Meta:
        model = TaxRate
        fields: ClassVar[list[str]] = []

    def clean(self) -> dict[str, Any]:
        """Refuse a row that contradicts itself, or overlaps with another for the same sales."""
        cleaned = dict(super().clean() or self.cleaned_data)
        if self.errors:
            return cleaned
        row = {name: cleaned.get(name, getattr(self.instance, name, None)) for name in _OF_A_RATE}
        taxed = row["category"] == TaxRate.Category.STANDARD
        if taxed != bool(row["rate_thousandths"]):
            self.add_error("rate_thousandths", "Required for this category." if taxed else "This category has no rate.")
        if row["category"] not in (TaxRate.Category.STANDARD, TaxRate.Category.ZERO) and not row["reason"]:
            self.add_error("reason", "Say why no tax is due; invoices print it.")
        if row["region"] and not row["country"]:
            self.add_error("region", "Choose the region's country.")
        if row["valid_to"] and row["valid_to"] < row["valid_from"]:
            self.add_error("valid_to", "This is before the first day.")
        if not self.errors:
            self._refuse_overlap(row)
        return cleaned

    def _refuse_overlap(self, row: dict[str, Any]) -> None:
        # Concurrent forms wait for each other here; otherwise the database would refuse the second without a message.
        seller = Seller.objects.select_for_update(no_key=True).get(pk=row["seller"].pk)
        others = TaxRate.objects.filter(seller=seller, **{name: row[name] for name in _KEY}).exclude(
            pk=self.instance.pk
        )
        for other in others:
            ends_before = other.valid_to is not None and other.valid_to < row["valid_from"]
            starts_after = row["valid_to"] is not None and row["valid_to"] < other.valid_from
            if not (ends_before or starts_after):
                last = day_text(other.valid_to) if other.valid_to else "no end"
                self.add_error(
                    "valid_from",
                    f"Another row for the same sales counts from {day_text(other.valid_from)} to {last}; end it first.",
                )


_KEY = ("product", "country", "region", "customer_kind", "needs_vat_number")
_OF_A_RATE = ("seller", *_KEY, "category", "rate_thousandths", "reason", "valid_from", "valid_to")


class BillingProfileForm(VatNumberMixin, forms.ModelForm):  # type: ignore[type-arg]  # as above
    """A customer's billing profile."""

    country = country_field()
    tags = TagsField()

    class Meta:
        model = BillingProfile
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            owner: Any = self.fields["owner"]
            owner.queryset = User.objects.filter(is_staff=True, is_active=True).order_by("username")

    def clean(self) -> dict[str, Any]:
        """Refuse an exemption without a reason or a first day."""
        cleaned = super().clean()
        first, last = cleaned.get("exempt_from"), cleaned.get("exempt_to")
        if cleaned.get("exemption_reason"):
            if first is None and "exempt_from" not in self.errors:
                self.add_error("exempt_from", "Required for an exemption.")
        elif first or last or cleaned.get("exemption_certificate"):
            self.add_error("exemption_reason", "Say why no tax is charged; invoices print it.")
        if first and last and last < first:
            self.add_error("exempt_to", "This is before the first day.")
        return cleaned
