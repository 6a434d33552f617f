"""Read the members of an upstream's answer. Each reader raises a CollectionProblem that names an invalid member."""

import re
from datetime import datetime, timedelta
from typing import Any

from apps.common.money import InexactAmount, Micros, to_micros
from apps.common.strict_json import read_moment
from apps.snapshots.errors import CollectionProblem

BAD_ANSWER = "bad_answer"
_DECIMAL = re.compile(r"[+-]?[0-9]{1,13}(\.[0-9]{1,6}0*)?", re.ASCII)
_TEXT = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}")
CLOCK_SKEW = timedelta(minutes=5)


def bad(detail: str) -> CollectionProblem:
    """Return the error for an invalid answer."""
    return CollectionProblem(BAD_ANSWER, detail)


def amount(source: dict[str, Any], field: str) -> Micros:
    """Return a decimal string, in whole units, as micros."""
    value = source.get(field)
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise bad(f"{field} is not a decimal string of at most six decimals")
    try:
        return to_micros(value)
    except InexactAmount as error:
        raise bad(f"{field} is out of range") from error


def text(source: dict[str, Any], field: str) -> str:
    """Return a printable string of 1 to 200 characters."""
    value = source.get(field)
    if not isinstance(value, str) or not _TEXT.fullmatch(value):
        raise bad(f"{field} is not a printable text of at most 200 characters")
    return value


def whole(source: dict[str, Any], field: str) -> int:
    """Return a whole number."""
    value = source.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        raise bad(f"{field} is not a whole number")
    return value


def moment(source: dict[str, Any], field: str, now: datetime) -> datetime:
    """Return an RFC 3339 timestamp in UTC; it needs an offset and may be at most five minutes in the future."""
    value = source.get(field)
    try:
        found = read_moment(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise bad(f"{field} is not a timestamp with an offset")
    if found > now + CLOCK_SKEW:
        raise bad(f"{field} is in the future")
    return found
