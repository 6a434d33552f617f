"""Breakdowns: the sums that a meter keeps by dimensions of its events, as values and as text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

DIMENSIONS: Final = ("project", "key", "user", "agent", "tag", "model", "operation", "service_tier", "region")
MOST: Final = 4  # each writes a row for every value in a batch
WIDEST: Final = 2
# The values per day with rows of their own; one row sums the others. For months: `settings.BREAKDOWN_VALUES_A_MONTH`.
VALUES_A_DAY: Final = 1_000
MOST_VALUES_A_MONTH: Final = 10_000


class BreakdownInvalid(ValueError):
    """A breakdown is unknown, has too many dimensions, or is listed twice."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Sums by one or two dimensions, complete for days from `since` on."""

    by: tuple[str, ...]
    since: date

    @property
    def name(self) -> str:
        """Its dimensions as one text."""
        return ",".join(self.by)

    def covers(self, names: Iterable[str]) -> bool:
        """Whether it distinguishes these dimensions."""
        return set(names) <= set(self.by)


def read_breakdowns(rows: Sequence[Mapping[str, Any]]) -> list[Breakdown]:
    """Return a meter's breakdowns from its column."""
    return [Breakdown(tuple(row["by"].split(",")), date.fromisoformat(row["since"])) for row in rows]


def breakdown_rows(breakdowns: Iterable[Breakdown]) -> list[dict[str, str]]:
    """Return breakdowns as a meter's column stores them."""
    return [{"by": each.name, "since": each.since.isoformat()} for each in breakdowns]


def parse_breakdowns(text: str, before: Iterable[Breakdown], since: date) -> list[Breakdown]:
    """Return the breakdowns in a text, one per line; existing ones keep their first day.

    Raises:
        BreakdownInvalid: a dimension is unknown or named twice, a breakdown is listed twice, or there are too many.
    """
    known = {each.by: each for each in before}
    found: list[Breakdown] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        by = tuple(sorted(re.split(r"\s*,\s*", line), key=_place))
        if len(set(by)) != len(by) or len(by) > WIDEST:
            raise BreakdownInvalid(f"{line}: name one or two different dimensions")
        if any(each.by == by for each in found):
            raise BreakdownInvalid(f"{line} is listed twice")
        found.append(known.get(by, Breakdown(by, since)))
    if len(found) > MOST:
        raise BreakdownInvalid(f"a meter has at most {MOST} breakdowns")
    return found


def _place(name: str) -> int:
    if name not in DIMENSIONS:
        raise BreakdownInvalid(f"{name or 'an empty name'} is not one of {', '.join(DIMENSIONS)}")
    return DIMENSIONS.index(name)
