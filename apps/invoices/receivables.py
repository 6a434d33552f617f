"""Aging of receivables: unpaid amounts of invoices by the number of days since the due date. Plain values."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

AGES = ("Not due", "1-30", "31-60", "61-90", "Over 90")
_LAST_DAYS = (0, 30, 60, 90)


def age_of(due: date, day: date) -> int:
    """Return the index in `AGES` of an amount that was due on a date, as of a day."""
    days = (day - due).days
    return sum(days > last for last in _LAST_DAYS)


@dataclass(slots=True)
class Aging:
    """What a customer owes in one currency by age, in micros; uncollectible amounts and unapplied money are kept
    apart.
    """

    organization_id: UUID | None
    name: str
    currency: str
    by_age: list[int] = field(default_factory=lambda: [0] * len(AGES))
    uncollectible_micros: int = 0
    unapplied_micros: int = 0

    @property
    def total_micros(self) -> int:
        """What is left of all invoices except uncollectible ones."""
        return sum(self.by_age)

    @property
    def net_micros(self) -> int:
        """The total less the customer's unapplied money."""
        return self.total_micros - self.unapplied_micros

    def add(self, other: "Aging") -> None:
        """Add another customer's figures."""
        self.by_age = [mine + others for mine, others in zip(self.by_age, other.by_age, strict=True)]
        self.uncollectible_micros += other.uncollectible_micros
        self.unapplied_micros += other.unapplied_micros


def totals(rows: Iterable[Aging]) -> dict[str, Aging]:
    """Return the sums of rows by currency, in the order of the currencies."""
    found: dict[str, Aging] = {}
    for row in sorted(rows, key=lambda each: each.currency):
        found.setdefault(row.currency, Aging(None, "Total", row.currency)).add(row)
    return found
