"""What a German person's staff pages never show: amounts, days and hours in another style or zone."""

import re

from django.http import HttpResponse

GERMAN = {"style": "GERMAN", "time_zone": "Europe/Berlin"}
# English amounts, ISO days that stand alone, and times in UTC. Keys, JSON and texts that people wrote stay as they are.
FOREIGN = re.compile(
    r"(?<![\d,.])(?:\d{1,3}(?:,\d{3})+|\d+)\.\d\d [A-Z]{3}\b|>\s*\d{4}-\d\d-\d\d(?: \d\d:\d\d)?\s*<|\d\d UTC"
)


# How rows keep amounts and actors, which pages write in words.
STORED = re.compile(r"\b[Mm]icros\b|\b(?:staff|system):\w+")


def foreign(page: HttpResponse) -> list[str]:
    """Return what a page shows in another style, or as it is stored."""
    text = re.sub(r"<(pre|script|style|textarea|select)\b.*?</\1>", "", page.content.decode(), flags=re.S)
    return sorted({*FOREIGN.findall(text), *STORED.findall(re.sub(r"<[^>]*>", " ", text))})
