"""Breakdowns: the sums that a meter keeps by dimensions of its events, as values and as text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

DIMENSIONS: Final = ("project", "key", "user", "agent", "tag", "model", "operation", "service_tier", "region")
MOST: Final = 4  # each writes a row for every value in a batch
WIDEST: Final = 2
KIND: Final = "kind"  # listed beside these dimensions: sums by token kind or unit, too
FILL: Final = "usage.fill_breakdown"  # the task that fills a new breakdown from the usage of the past
# The values per day with rows of their own; one row sums the others. For months: `settings.BREAKDOWN_VALUES_A_MONTH`.
VALUES_A_DAY: Final = 1_000
MOST_VALUES_A_MONTH: Final = 10_000


class BreakdownInvalid(ValueError):
    """A breakdown is unknown, has too many dimensions, or is listed twice."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Sums by up to two dimensions, and if `has_kinds` by token kind or unit, complete for days from `since` on.

    Usage of days from `counts_from` on is counted as it arrives; the past before `since` is still being filled.
    """

    by: tuple[str, ...]
    since: date
    has_kinds: bool = False
    counts_from: date | None = None

    @property
    def name(self) -> str:
        """Its dimensions as one text."""
        return ",".join((*self.by, KIND) if self.has_kinds else self.by)

    @property
    def first_counted(self) -> date:
        """The first day whose usage is counted as it arrives."""
        return self.since if self.counts_from is None else self.counts_from

    def covers(self, names: Iterable[str]) -> bool:
        """Whether it distinguishes these dimensions."""
        return set(names) <= {*self.by, KIND} if self.has_kinds else set(names) <= set(self.by)


def read_breakdowns(rows: Sequence[Mapping[str, Any]]) -> list[Breakdown]:
    """Return a meter's breakdowns from its column."""
    return [
        Breakdown(
            tuple(name for name in row["by"].split(",") if name != KIND),
            date.fromisoformat(row["since"]),
            keeps_kind(row),
            date.fromisoformat(row["from"]) if "from" in row else None,
        )
        for row in rows
    ]


def keeps_kind(row: Mapping[str, Any]) -> bool:
    """Whether a breakdown in a meter's column distinguishes token kinds and units."""
    return KIND in row["by"].split(",")


def breakdown_rows(breakdowns: Iterable[Breakdown]) -> list[dict[str, str]]:
    """Return breakdowns as a meter's column stores them."""
    return [
        {"by": each.name, "since": each.since.isoformat()}
        | ({} if each.counts_from is None else {"from": each.counts_from.isoformat()})
        for each in breakdowns
    ]


def text_of(breakdown: Breakdown) -> str:
    """Return a breakdown with the day from which it is complete."""
    name = breakdown.name.replace(",", " and ")
    filled = "" if breakdown.counts_from is None else "; earlier usage is being added"
    return f"By {name}: complete from {breakdown.since} on{filled}"


def parse_breakdowns(text: str, before: Iterable[Breakdown], since: date) -> list[Breakdown]:
    """Return the breakdowns in a text, one per line; existing ones keep their first day.

    New ones are complete from `since` on, and count all usage that arrives, so that the past can be filled.

    Raises:
        BreakdownInvalid: a dimension is unknown or named twice, a breakdown is listed twice, or there are too many.
    """
    known = {each.name: each for each in before}
    found: list[Breakdown] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        names = sorted(re.split(r"\s*,\s*", line), key=_place)
        by = tuple(name for name in names if name != KIND)
        if len(set(names)) != len(names) or len(by) > WIDEST:
            raise BreakdownInvalid(f"{line}: name one or two different dimensions")
        new = Breakdown(by, since, KIND in names, counts_from=date.min)
        if any(each.name == new.name for each in found):
            raise BreakdownInvalid(f"{line} is listed twice")
        found.append(known.get(new.name, new))
    if len(found) > MOST:
        raise BreakdownInvalid(f"a meter has at most {MOST} breakdowns")
    return found


def _place(name: str) -> int:
    names = (*DIMENSIONS, KIND)
    if name not in names:
        raise BreakdownInvalid(f"{name or 'an empty name'} is not one of {', '.join(names)}")
    return names.index(name)
