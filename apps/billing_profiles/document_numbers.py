"""Numbers of documents by a pattern such as `EX-{year}-{n:05}`."""

import re

from apps.billing_profiles.errors import InvalidPattern

_NUMBER = re.compile(r"\{n(?::0(?P<width>[1-9]))?\}")
_AROUND = re.compile(r"(.*?)(\d*)\{n\}(\d*)(.*)", re.ASCII)
_LITERAL = re.compile(r"[A-Za-z0-9/._-]*", re.ASCII)
_YEAR = "{year}"
TEST_PREFIX = "TEST-"
DEFAULTS = {
    "invoice": "INV-{year}-{n:05}",
    "credit_note": "CN-{year}-{n:05}",
    "receipt": "REC-{year}-{n:05}",
    "order_form": "OF-{year}-{n:05}",
}
"""The patterns of a seller's first ranges, by kind."""


def number_text(pattern: str, year: int, number: int) -> str:
    """Write a number: `EX-{year}-{n:05}` gives EX-2026-00017. Numbers beyond the width are written in full."""
    return _NUMBER.sub(lambda found: str(number).zfill(int(found["width"] or 1)), pattern.replace(_YEAR, str(year)))


def default_pattern(kind: str, *, live: bool) -> str:
    """Return the pattern of a seller's first range of a kind."""
    return DEFAULTS[kind] if live else TEST_PREFIX + DEFAULTS[kind]


def check_pattern(pattern: str, *, live: bool) -> None:
    """Refuse a pattern whose numbers could repeat, or look like live ones in test mode.

    Raises:
        InvalidPattern: it does not have `{year}` and `{n}` once each, has other characters than letters, digits and / .
            _ -, or does not begin with TEST- in test mode.
    """
    literal = _NUMBER.sub("", pattern, count=1).replace(_YEAR, "", 1)
    if len(_NUMBER.findall(pattern)) != 1 or pattern.count(_YEAR) != 1 or not _LITERAL.fullmatch(literal):
        raise InvalidPattern(
            "Write {year} once and {n} once, as {n} or padded as {n:05}; otherwise letters, digits and / . _ - only.",
            field="pattern",
        )
    if not live and not pattern.startswith(TEST_PREFIX):
        raise InvalidPattern(f"In test mode, numbers must begin with {TEST_PREFIX}.", field="pattern")


def same_numbers(one: str, other: str) -> bool:
    """Return whether two patterns could write the same number in a year.

    Digits next to the number read as a part of it: `1{n}` with 2 is 12, as is `{n}` with 12. `1{n}` is never `2{n}`.
    """
    before, first, last, after = _parts(one)
    other_before, other_first, other_last, other_after = _parts(other)
    return (
        (before, after) == (other_before, other_after)
        and (first.startswith(other_first) or other_first.startswith(first))
        and (last.endswith(other_last) or other_last.endswith(last))
    )


def _parts(pattern: str) -> tuple[str, str, str, str]:
    """Return the text before the number, the digits directly before it, the digits directly after it, and the rest."""
    found = _AROUND.fullmatch(_NUMBER.sub("{n}", pattern))
    assert found is not None, "a checked pattern has one number"
    before, first, last, after = found.groups()
    return before, first, last, after
