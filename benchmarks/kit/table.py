"""The figures and their goals, and the results of a run as a table and as JSON."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure of the table. `at_least` and `at_most` bound it; without either it is only shown."""

    path: str
    figure: str
    at_least: float | None = None
    at_most: float | None = None

    def is_met_by(self, value: float) -> bool | None:
        """Return whether a value reaches the goal; None without a goal."""
        if self.at_least is not None:
            return value >= self.at_least
        return value <= self.at_most if self.at_most is not None else None

    @property
    def text(self) -> str:
        """The bound as the table shows it."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else ""


OF_LIMIT = "limit's processor time / its own"
# By the name of the path that measures them, in the order of the table.
GOALS: Mapping[str, tuple[Goal, ...]] = {
    "movements": (
        Goal("hold", OF_LIMIT, at_least=0.45),
        Goal("charge", OF_LIMIT, at_least=0.45),
        Goal("hold and capture", OF_LIMIT, at_least=0.45),
        Goal("grant", OF_LIMIT),
        Goal("voucher", OF_LIMIT, at_least=0.45),
    ),
    "ingest": (
        Goal("ingest of 500", "raw processor time / its own", at_least=0.6),
        Goal("ingest of 500, repeated", "the first time's processor time / its own", at_least=1.2),
        Goal("ingest of 500 calls", "processor time / that of 500 plain events"),
        Goal("ingest of one", "processor time / a hold's", at_most=4),
    ),
    "webhook": (
        Goal("webhook taken", OF_LIMIT, at_least=0.5),
        Goal("top-up settled", OF_LIMIT, at_least=0.5),
        Goal("webhook without broker", "ms, 99 of 100 answers", at_most=500),
    ),
    "summary": (
        Goal("summary", OF_LIMIT, at_least=0.5),
        Goal("summary, in views", "processor time / an empty view's", at_most=8),
        Goal("ledger page", OF_LIMIT),
        Goal("profile", OF_LIMIT),
        Goal("usage of a month", OF_LIMIT),
        Goal("unit usage", OF_LIMIT),
    ),
    "credentials": (
        Goal("empty view of ours", "processor time / an empty view's"),
        Goal("API key", "ms of processor time added", at_most=0.06),
        Goal("session token", "ms of processor time added", at_most=0.06),
        Goal("API key beside a read", "ms of processor time added"),
        Goal("session token beside a read", "ms of processor time added"),
    ),
    "crowd": (
        Goal("spread", "calls a second / raw"),
        Goal("hot organization", "calls a second / raw", at_least=0.7),
        Goal("hot, commit of 2 ms", "calls a second / raw", at_least=3),
    ),
    "open_loop": (
        Goal("reservations at 300/s", "ms, 99 of 100 answers", at_most=10),
        Goal("reservations at 300/s, in views", "99 of 100 answers' ms / an empty view's", at_most=4),
    ),
    "month": (Goal("month close", "processor time / one statement each", at_most=3),),
    "reads": (
        Goal("reads", "processor time, large / small, worst", at_most=1.15),
        Goal("reads, halfway", "processor time, large / small, worst", at_most=1.15),
    ),
    "lists": (Goal("lists", "processor time, large / small, worst", at_most=1.15),),
    "memory": (
        Goal("worker memory", "MB / bare Django and DRF", at_most=1.6),
        Goal("worker growth", "MB in 100,000 requests", at_most=3),
    ),
    "refusals": (Goal("refused key", "p-value that both times are the same", at_least=0.01),),
    "slow_bodies": (
        Goal("slow bodies", "answers a second / without them"),
        Goal("slow bodies, connections", "connections unanswered", at_most=0),
    ),
    "codes": (
        Goal("codes made", "s for 100,000 codes", at_most=60),
        Goal("codes' memory", "MB at most", at_most=200),
    ),
}


@dataclass(frozen=True, slots=True)
class Measurement:
    """A measured value for a goal. `is_judged` is False if a quick run is too short for it."""

    value: float
    note: str = ""
    is_judged: bool = True
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Table:
    """The rows of a run, printed as they are found."""

    is_quick: bool
    rows: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)  # by name in GOALS, preparation included
    errors: dict[str, str] = field(default_factory=dict)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    load_before: float = field(default_factory=lambda: os.getloadavg()[0])

    def print_head(self) -> None:
        """Print the names of the columns."""
        print(f"{'path':24}{'figure':>10}  {'goal':9}{'met':5}figure", flush=True)

    def add(self, name: str, found: Mapping[str, Measurement]) -> None:
        """Take and print the rows of what was measured under a name of GOALS."""
        goals = GOALS[name]
        assert set(found) == {goal.path for goal in goals}, (name, list(found))
        for goal in goals:
            self._add(goal, found[goal.path])

    def _add(self, goal: Goal, found: Measurement) -> None:
        is_met = goal.is_met_by(found.value) if found.is_judged else None
        self.rows.append(
            {
                "path": goal.path,
                "figure": goal.figure,
                "value": round(found.value, 4),
                "atLeast": goal.at_least,
                "atMost": goal.at_most,
                "isMet": is_met,
                "note": found.note,
                "details": found.details,
            }
        )
        met = {True: "yes", False: "NO", None: ""}[is_met]
        said = f"{goal.figure}{found.note and f' ({found.note})'}"
        print(f"{goal.path:24}{found.value:10.3f}  {goal.text:9}{met:5}{said}", flush=True)

    def as_json(self) -> dict[str, Any]:
        """Return the run as JSON."""
        return {
            "startedAt": self.started_at.isoformat(timespec="seconds"),
            "seconds": round((datetime.now(UTC) - self.started_at).total_seconds()),
            "isQuick": self.is_quick,
            "machine": {
                "processors": os.cpu_count(),
                "loadBefore": round(self.load_before, 2),
                "kernel": platform.release(),
                "python": platform.python_version(),
            },
            "secondsByGroup": self.seconds,
            "errors": self.errors,
            "rows": self.rows,
        }

    def write(self, file: Path) -> None:
        """Write the JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self.as_json(), indent=1) + "\n")
