"""What a move of money changes, written for people: one row of before and after. Plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that an action moves: its name, and its value before and after, written for people."""

    what: str
    before: str
    after: str
