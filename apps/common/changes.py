"""A figure with its old and new value as texts, for reviews of actions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that an action changes: its name, and its old and new value, written for people."""

    what: str
    before: str
    after: str

    @property
    def is_unchanged(self) -> bool:
        """Whether the old value stays, so that it is shown once."""
        return bool(self.before) and self.before == self.after
