"""A figure with its old and new value as texts, for reviews of actions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that an action changes: its name, and its old and new value, written for people."""

    what: str
    before: str
    after: str
