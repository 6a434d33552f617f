"""Parts of pages whose HTML is written without templates."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from unfold.widgets import UnfoldAdminSelectWidget

# An empty cell takes no line on a phone.
BLANK = mark_safe(' class="blank"')


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, more: str = "") -> SafeString:
    """Return a table; a cell that is HTML already stays as it is, and `more` is placed below the rows."""
    head = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in heads))
    lines = [
        format_html(
            "<tr>{}</tr>",
            format_html_join(
                "",
                '<td data-label="{}"{}>{}</td>',
                ((name, "" if cell else BLANK, cell) for name, cell in zip(heads, row, strict=False)),
            ),
        )
        for row in rows
    ]
    body = format_html_join("", "{}", ((line,) for line in lines))
    return format_html(
        '<div class="overflow-x-auto"><table class="plain-rows{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}'
        "</div>",
        " stacked" if len(heads) > 2 else "",
        head,
        body,
        more,
    )


class LongSelect(UnfoldAdminSelectWidget):
    """A select that writes its options in one piece; a template for each would take most of the time of a page."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Write no options to the page."""
        return []

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the template's text with the options."""
        chosen = self.format_value(value)
        rows = ((key, SafeString(" selected" if str(key) in chosen else ""), label) for key, label in self.choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        start, end, rest = super().render(name, value, attrs, renderer).partition("</select>")
        return SafeString(f"{start}{options}{end}{rest}")
