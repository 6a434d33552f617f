"""Form fields for days and times in UTC: a date alone means its start, or for an end the whole day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.common.periods import midnight


class DayInput(UnfoldAdminTextInputWidget):
    """The browser's own date input."""

    input_type = "date"

    def format_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


def day_field(**options: Any) -> forms.DateField:
    """Return a date field that can be typed or picked."""
    return forms.DateField(widget=DayInput(), input_formats=["%Y-%m-%d"], **options)


class HourInput(UnfoldAdminTextInputWidget):
    """The browser's own time input."""

    input_type = "time"

    def format_value(self, value: Any) -> Any:
        return value.isoformat("minutes") if isinstance(value, time) else value


class MomentInput(forms.SplitDateTimeWidget):
    """Date and time inputs side by side; a single text with both is accepted too."""

    template_name = "unfold/widgets/split_datetime.html"

    def __init__(self) -> None:
        forms.MultiWidget.__init__(
            self, [DayInput(attrs={"aria-label": "Day"}), HourInput(attrs={"aria-label": "Hour, UTC"})]
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the date and time that were typed."""
        text = data.get(name)
        if text is None:
            return super().value_from_datadict(data, files, name)
        day, _, hour = str(text).strip().replace("T", " ").partition(" ")
        return [day, hour]

    def decompress(self, value: Any) -> tuple[date | None, time | None]:
        """Split a time into date and hour."""
        return (value.astimezone(UTC).date(), value.astimezone(UTC).time()) if value else (None, None)


class MomentField(forms.MultiValueField):
    """When something starts, in UTC: a date alone means its first moment."""

    widget = MomentInput
    hidden_widget = forms.SplitHiddenDateTimeWidget
    default_error_messages = {"incomplete": "Enter the day as well.", "range": "This day is out of range."}

    def __init__(self, *, required: bool = True, **options: Any) -> None:
        day = forms.DateField(input_formats=["%Y-%m-%d"], error_messages={"incomplete": "Enter the day as well."})
        hour = forms.TimeField(input_formats=["%H:%M", "%H:%M:%S"], required=False)
        super().__init__(fields=(day, hour), required=required, require_all_fields=False, **options)

    def compress(self, data_list: list[Any]) -> datetime | None:
        """Return the time that the inputs mean."""
        if not data_list:
            return None
        day, hour = data_list
        try:
            return self.of_day(day) if hour is None else datetime.combine(day, hour, UTC)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["range"], code="range") from error

    def of_day(self, day: date) -> datetime:
        """Return the time that a date alone means."""
        return midnight(day)


class EndField(MomentField):
    """When something ends, in UTC: the first moment after it. A date alone includes that whole day."""

    def of_day(self, day: date) -> datetime:
        """Return the time that a date alone means."""
        return midnight(day + timedelta(days=1))


def moment_words(moment: datetime | None) -> str:
    """Write a time for people, with its hour."""
    return "-" if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"
