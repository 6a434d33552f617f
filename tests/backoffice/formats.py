"""What a German person's staff pages never show: amounts, days and hours in another style or zone."""

import re

from django.http import HttpResponse

GERMAN = {"style": "GERMAN", "time_zone": "Europe/Berlin"}
# English amounts, ISO days that stand alone, and times in UTC. Keys, JSON and texts that people wrote stay as they are.
FOREIGN = re.compile(
    r"(?<![\d,.])(?:\d{1,3}(?:,\d{3})+|\d+)\.\d\d [A-Z]{3}\b|>\s*\d{4}-\d\d-\d\d(?: \d\d:\d\d)?\s*<|\d\d UTC"
)


def foreign(page: HttpResponse) -> list[str]:
    """Return what a page shows in another style."""
    text = re.sub(r"<(pre|script|style|textarea|select)\b.*?</\1>", "", page.content.decode(), flags=re.S)
    return sorted(set(FOREIGN.findall(text)))
