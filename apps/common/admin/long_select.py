"""A select for hundreds of choices."""

from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget


class LongSelect(UnfoldAdminSelectWidget):
    """A select that writes its options in one piece; a template for each would take most of the time of a page."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Leave the options out of what the template writes."""
        return []

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the template's text with the options."""
        chosen = self.format_value(value)
        rows = ((key, SafeString(" selected" if str(key) in chosen else ""), label) for key, label in self.choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        start, end, rest = super().render(name, value, attrs, renderer).partition("</select>")
        return SafeString(f"{start}{options}{end}{rest}")
