"""System check of the font for letters that the built-in one lacks."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_font(**_: Any) -> Iterable[CheckMessage]:
    """Check that `PAPER_FONT`, if set, can be embedded in PDFs."""
    if not settings.PAPER_FONT:
        return
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    try:
        TTFont("checked", settings.PAPER_FONT)
    except (TTFError, OSError) as error:
        yield Error(
            f"PAPER_FONT cannot be used: {error}",
            hint="Name a file with TrueType outlines; OpenType fonts with PostScript outlines cannot be embedded.",
            id="papers.E001",
        )
