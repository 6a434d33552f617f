"""A price as staff type it: in whole units of its currency, per million units as model prices are published."""

import re
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.common.admin import MicrosField
from apps.common.errors import BillingError
from apps.common.money import InexactAmount, decimal_text, to_micros
from apps.pricing.models import PriceVersion
from apps.pricing.services import check_terms

TIERS_HELP = (
    "One tier a line: up to how many units, the price of a million units, and a fixed amount if it has one; "
    'the last line starts with "rest". For example "1000 2500 0" and then "rest 1500".'
)
_LINE = re.compile(r"\S+")


class TiersField(forms.CharField):
    """Tiers as lines of text, kept as rows of micros."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(_as_line, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        lines = [line for line in (super().to_python(value) or "").splitlines() if line.strip()]
        return [_as_tier(number, line) for number, line in enumerate(lines, start=1)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != (initial or []))
        except forms.ValidationError:
            return True


def _as_line(tier: dict[str, Any]) -> str:
    upper = "rest" if tier["up_to_micros"] is None else decimal_text(tier["up_to_micros"])
    return f"{upper} {decimal_text(tier['micros_per_million'])} {decimal_text(tier.get('flat_micros', 0))}"


def _as_tier(number: int, line: str) -> dict[str, Any]:
    parts = _LINE.findall(line)
    if not 2 <= len(parts) <= 3:
        raise forms.ValidationError(f"Line {number} needs two or three numbers.")
    try:
        upper = None if parts[0] == "rest" else to_micros(parts[0])
        amounts = [to_micros(part) for part in parts[1:]]
    except InexactAmount as error:
        raise forms.ValidationError(f"Line {number}: {error}.") from error
    return {"up_to_micros": upper, "micros_per_million": amounts[0], "flat_micros": amounts[1] if amounts[1:] else 0}


class PriceVersionForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """A draft; what does not make a price is refused beside its field."""

    micros_per_million = MicrosField(
        required=False,
        minimum_micros=0,
        label="Price of a million units",
        help_text="For tokens the blended price: 0.5 is 0.0005 per thousand.",
    )
    input_micros_per_million = MicrosField(required=False, minimum_micros=0, label="A million input tokens")
    output_micros_per_million = MicrosField(required=False, minimum_micros=0, label="A million output tokens")
    tiers = TiersField(help_text=TIERS_HELP)

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        draft = PriceVersion(**{name: value for name, value in cleaned.items() if name in _FIELDS})
        try:
            check_terms(draft)
        except BillingError as error:
            self.add_error(error.field if error.field in self.fields else None, error.detail)
        return cleaned


_FIELDS = frozenset(field.name for field in PriceVersion._meta.fields)
