"""Which sums a meter keeps by what its events name: pure values, and how staff write them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

DIMENSIONS: Final = ("project", "key", "user", "agent", "tag", "model", "operation", "service_tier", "region")
MOST: Final = 4  # each costs a row for each value in a batch
WIDEST: Final = 2
VALUES_A_DAY: Final = 1_000  # further values of a day are added up as one


class BreakdownInvalid(ValueError):
    """A breakdown names what events do not, too much, or one thing twice."""


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
        """Whether it tells these dimensions apart."""
        return set(names) <= set(self.by)


def read_breakdowns(rows: Sequence[Mapping[str, Any]]) -> list[Breakdown]:
    """Return a meter's breakdowns from its column."""
    return [Breakdown(tuple(row["by"].split(",")), date.fromisoformat(row["since"])) for row in rows]


def breakdown_rows(breakdowns: Iterable[Breakdown]) -> list[dict[str, str]]:
    """Return breakdowns as a meter's column stores them."""
    return [{"by": each.name, "since": each.since.isoformat()} for each in breakdowns]


def parse_breakdowns(text: str, before: Iterable[Breakdown], since: date) -> list[Breakdown]:
    """Return the breakdowns that staff wrote, one a line; those that existed keep their first day.

    Raises:
        BreakdownInvalid: as said.
    """
    known = {each.by: each for each in before}
    found: list[Breakdown] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        by = tuple(sorted(re.split(r"\s*,\s*", line), key=_place))
        if len(set(by)) != len(by) or len(by) > WIDEST:
            raise BreakdownInvalid(f"{line}: name one or two different dimensions")
        if any(each.by == by for each in found):
            raise BreakdownInvalid(f"{line} is there twice")
        found.append(known.get(by, Breakdown(by, since)))
    if len(found) > MOST:
        raise BreakdownInvalid(f"a meter has at most {MOST} breakdowns")
    return found


def _place(name: str) -> int:
    if name not in DIMENSIONS:
        raise BreakdownInvalid(f"{name or 'nothing'} is none of {', '.join(DIMENSIONS)}")
    return DIMENSIONS.index(name)
