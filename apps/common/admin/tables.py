"""Small tables of texts on a page."""

from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, more: str = "") -> SafeString:
    """Return a table; a cell that is HTML already stays as it is, and `more` stands below the rows."""
    head = format_html_join("", '<th scope="col" class="pr-4 text-left">{}</th>', ((name,) for name in heads))
    lines = [
        format_html("<tr>{}</tr>", format_html_join("", '<td class="pr-4">{}</td>', ((cell,) for cell in row)))
        for row in rows
    ]
    body = format_html_join("", "{}", ((line,) for line in lines))
    return format_html(
        '<div class="overflow-x-auto"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}</div>',
        head,
        body,
        more,
    )
