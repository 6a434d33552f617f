"""What a PDF says, as a reader of it finds and copies the text."""

import re
from io import BytesIO

from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF with each run of spaces as one space."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))
