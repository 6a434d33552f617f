"""Form fields for days and times, in the reader's zone: a date alone means its start, or for an end the whole day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.common.reader import end_text, moment_words, reader


class DayInput(UnfoldAdminTextInputWidget):
    """The browser's own date input, which sends ISO days; a day in the reader's style is read as well."""

    input_type = "date"

    def format_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value


class DayField(forms.DateField):
    """A day, picked in the browser or typed in the reader's style."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        """Return the day that was typed."""
        self.input_formats = ["%Y-%m-%d", reader().style.day]
        return super().to_python(value)


def day_field(**options: Any) -> forms.DateField:
    """Return a date field that can be typed or picked."""
    return DayField(**options)


class HourInput(UnfoldAdminTextInputWidget):
    """The browser's own time input, named with the reader's zone."""

    input_type = "time"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Name the zone."""
        named = {**(attrs or {}), "aria-label": f"Hour, {reader().zone.key}"}
        context: dict[str, Any] = super().get_context(name, value, named)
        return context

    def format_value(self, value: Any) -> Any:
        return value.isoformat("minutes") if isinstance(value, time) else value


class MomentInput(forms.SplitDateTimeWidget):
    """Date and time inputs side by side; a single text with both is accepted too."""

    template_name = "unfold/widgets/split_datetime.html"

    def __init__(self) -> None:
        forms.MultiWidget.__init__(self, [DayInput(attrs={"aria-label": "Day"}), HourInput()])

    def render(self, *arguments: Any, **options: Any) -> SafeString:
        """Show the reader's zone below the inputs."""
        inputs = super().render(*arguments, **options)
        return format_html('{}<span class="text-subtle">{}</span>', inputs, reader().zone.key.replace("_", " "))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the date and time that were typed."""
        text = data.get(name)
        if text is None:
            return super().value_from_datadict(data, files, name)
        day, _, hour = str(text).strip().replace("T", " ").partition(" ")
        return [day, hour]

    def decompress(self, value: Any) -> tuple[date | None, time | None]:
        """Split a time into date and hour."""
        local = value and value.astimezone(reader().zone)
        return (local.date(), local.time()) if local else (None, None)


class EndInput(MomentInput):
    """The inputs of an end: the end of a day is that day without an hour."""

    def decompress(self, value: Any) -> tuple[date | None, time | None]:
        """Split an end into its last day, and an hour unless that is the end of the day."""
        day, hour = super().decompress(value)
        return (day - timedelta(days=1), None) if day and hour == time.min else (day, hour)


class MomentField(forms.MultiValueField):
    """When something starts, typed in the reader's zone: a date alone means its first moment."""

    widget = MomentInput
    hidden_widget = forms.SplitHiddenDateTimeWidget
    default_error_messages = {"incomplete": "Enter the day as well.", "range": "This day is out of range."}

    def __init__(self, *, required: bool = True, **options: Any) -> None:
        day = DayField(error_messages={"incomplete": "Enter the day as well."})
        hour = forms.TimeField(input_formats=["%H:%M", "%H:%M:%S"], required=False)
        super().__init__(fields=(day, hour), required=required, require_all_fields=False, **options)

    def compress(self, data_list: list[Any]) -> datetime | None:
        """Return the time that the inputs mean."""
        if not data_list:
            return None
        day, hour = data_list
        try:
            return self.of_day(day) if hour is None else _utc(day, hour)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["range"], code="range") from error

    def of_day(self, day: date) -> datetime:
        """Return the time that a date alone means."""
        return _utc(day)

    def words(self, taken: datetime | None) -> str:
        """Write a time that was typed, for a review."""
        return moment_words(taken)


class EndField(MomentField):
    """When something ends, typed in the reader's zone: the first moment after it. A date alone includes that day."""

    widget = EndInput

    def of_day(self, day: date) -> datetime:
        """Return the time that a date alone means."""
        return _utc(day + timedelta(days=1))

    def words(self, taken: datetime | None) -> str:
        """Write the end of a day as that, not as the first moment of the next."""
        local = taken and taken.astimezone(reader().zone)
        if local is None or local.time() != time.min:
            return super().words(taken)
        return f"{end_text(taken)}, {local:%Z}"


def _utc(day: date, hour: time = time.min) -> datetime:
    """Return an hour of a day in the reader's zone."""
    return datetime.combine(day, hour, reader().zone).astimezone(UTC)
