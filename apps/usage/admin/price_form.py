"""The form of a draft price: for one unit, or for a million tokens, in whole units of its currency."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from apps.common.admin import EndField, MicrosField, MomentField
from apps.common.errors import BillingError
from apps.common.money import InexactAmount, to_micros
from apps.pricing.cell_text import NotATable, read_lines, write_lines
from apps.pricing.cells import read_table, table_rows
from apps.pricing.model_names import normal_model
from apps.pricing.models import PriceVersion
from apps.pricing.price_text import NotAPrice, one_text, read_one, tier_line
from apps.pricing.rating import Scheme
from apps.pricing.services import check_terms

CELLS_HELP = (
    "For model calls, one price per line: a token kind with the price of a million, or a unit with the price of one. "
    "For example: input 1.25; cache_read 0.125; input above=200000 2.5; output tier=priority 20; tier flex 0.5; "
    "output_seconds variant=1080p 0.165; other tiers standard; cost 1.3 USD (a cost in dollars times 1.3); "
    "month input graduated 10000000=1.25 1 (by the month's total: to 10 million at 1.25, then at 1; also volume); "
    "month searches package 1000 5 (5 for each 1,000 begun)."
)
TIERS_HELP = (
    "One tier per line: the last unit that it covers, the price of one unit, and a fixed amount if it has one; "
    'the last line starts with "rest". For example "1000 0.0025" and then "rest 0.0015 5".'
)


def read_price(text: str) -> int:
    """Return the price of one unit in micros per million units.

    Raises:
        ValidationError: it is not a plain number, or has more than twelve decimals.
    """
    try:
        return read_one(text)
    except NotAPrice as error:
        raise forms.ValidationError(str(error), code=error.code) from error


class UnitPriceField(forms.CharField):
    """The price of one unit, kept in micros per million units."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}), **options)

    def prepare_value(self, value: Any) -> Any:
        return one_text(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").strip()
        return read_price(text) if text else None


class TiersField(forms.CharField):
    """Tiers as lines of text, kept as rows of micros."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(tier_line, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = [line for line in str(super().clean(value) or "").splitlines() if line.strip()]
        return [_as_tier(number, line.split()) for number, line in enumerate(lines, start=1)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != (initial or []))
        except forms.ValidationError:
            return True


class CellsField(forms.CharField):
    """A price table as lines of text, kept as rows of yoctos."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 8}), **options)

    def prepare_value(self, value: Any) -> Any:
        return write_lines(read_table(value)) if isinstance(value, dict) else value

    def clean(self, value: Any) -> Any:
        try:
            rows = table_rows(read_lines(str(super().clean(value) or "")))
        except NotATable as error:
            raise forms.ValidationError(str(error)) from error
        except BillingError as error:
            raise forms.ValidationError(error.detail, code=error.code) from error
        return rows

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != (initial or {}))
        except forms.ValidationError:
            return True


def _as_tier(number: int, parts: list[str]) -> dict[str, Any]:
    if not 2 <= len(parts) <= 3:
        raise forms.ValidationError(f"Line {number} needs two or three numbers.")
    try:
        upper = None if parts[0] == "rest" else to_micros(parts[0])
        flat = to_micros(parts[2]) if parts[2:] else 0
    except InexactAmount as error:
        raise forms.ValidationError(f"Line {number}: {error}.") from error
    return {"up_to_micros": upper, "micros_per_million": read_price(parts[1]), "flat_micros": flat}


class PriceVersionForm(forms.ModelForm):  # type: ignore[type-arg]  # it cannot be subscripted at run time
    """A draft price. Terms that are not valid are refused at their field."""

    effective_from = MomentField(label="Effective from", help_text="A date without a time means the start of that day.")
    effective_to = EndField(
        required=False,
        label="Effective to",
        help_text="A date without a time includes that whole day; empty for no end.",
    )
    unit_price = UnitPriceField(
        label="Price of one unit", help_text="Only for the scheme “per unit”; at most twelve decimals."
    )
    micros_per_million = MicrosField(
        required=False,
        minimum_micros=0,
        label="Price of a million tokens",
        help_text="If input and output tokens cost the same.",
    )
    input_micros_per_million = MicrosField(required=False, minimum_micros=0, label="Price of a million input tokens")
    output_micros_per_million = MicrosField(required=False, minimum_micros=0, label="Price of a million output tokens")
    tiers = TiersField(help_text=TIERS_HELP)
    cells = CellsField(label="Price table", help_text=CELLS_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.scheme == Scheme.PER_UNIT:
            self.initial["unit_price"] = self.initial.pop("micros_per_million", None)

    def _get_validation_exclusions(self) -> set[str]:
        """Skip what the columns themselves refuse if a form field has an error already: the price is then unknown, and
        the rule that a scheme has its terms would be named by its constraint.
        """
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded | ({"scheme", "micros_per_million"} if self.errors else set())

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        self._copy_unit_price(cleaned)
        try:
            check_terms(PriceVersion(**{name: value for name, value in cleaned.items() if name in _FIELDS}))
        except BillingError as error:
            refused = forms.ValidationError(error.detail, code=error.code)
            self.add_error(error.field if error.field in self.fields else None, refused)
        return cleaned

    def clean_model(self) -> str:
        return normal_model(self.cleaned_data["model"])

    def _copy_unit_price(self, cleaned: dict[str, Any]) -> None:
        """Copy the price of one unit to the column that holds every price; the scheme decides which field is used."""
        if cleaned["scheme"] == Scheme.PER_UNIT:
            cleaned["micros_per_million"] = cleaned["unit_price"]
        elif cleaned["unit_price"] is not None:
            self.add_error("unit_price", "Only the scheme “per unit” has a price of one unit.")


_FIELDS = frozenset(field.name for field in PriceVersion._meta.fields)
