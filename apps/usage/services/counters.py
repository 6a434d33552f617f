"""The running totals of a month: loaded once per batch, priced as events come, saved in one statement."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from apps.pricing.rating import Totals, price_of
from apps.pricing.resolution import Price
from apps.usage.bulk import find_rows, put_rows
from apps.usage.errors import TotalsTooLarge
from apps.usage.models import Counter, MonthClose

Key = tuple[UUID, date, int]
MOST_MICROS = 2**61
_KEYS = ("organization_id", "month", "price_version_id")
_TOTALS = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "charge_micros")


class OutOfRange(TotalsTooLarge):
    """With this event, or character, a counter would leave its bounds; it was left as it is."""


@dataclass(slots=True)
class Running:
    """A counter while a batch is counted."""

    price: Price
    totals: Totals = field(default_factory=Totals)
    charge_micros: int = 0
    event_count: int = 0
    changed: bool = False

    def add(self, added: Totals) -> int:
        """Count something and return by how much it moved the price, in micros.

        Raises:
            OutOfRange: the totals would leave their bounds.
        """
        totals = self.totals + added
        charge = price_of(self.price.rule, totals)
        if totals.all_micros > MOST_MICROS or charge > MOST_MICROS:
            raise OutOfRange
        moved = charge - self.charge_micros
        self.totals, self.charge_micros, self.changed = totals, charge, True
        self.event_count += 1
        return moved


class Counters:
    """The counters that a batch touches, all under their organizations' locks."""

    def __init__(self, prices: dict[Key, Price]) -> None:
        self._running = {key: Running(price) for key, price in prices.items()}
        columns = (*_KEYS, *_TOTALS)
        for row in find_rows(Counter, _KEYS, columns, self._running):
            running = self._running[row["organization_id"], row["month"], row["price_version_id"]]
            running.totals = Totals(row["quantity_micros"], row["input_tokens"], row["output_tokens"])
            running.charge_micros, running.event_count = row["charge_micros"], row["event_count"]

    def of(self, organization_id: UUID, month: date, price: Price) -> Running:
        """Return the counter of a price in an organization's month."""
        return self._running[organization_id, month, price.version_id]

    def save(self) -> None:
        """Write what has changed."""
        rows = [
            (
                *key,
                running.price.meter_id,
                running.event_count,
                running.totals.quantity_micros,
                running.totals.input_tokens,
                running.totals.output_tokens,
                running.charge_micros,
            )
            for key, running in sorted(self._running.items())
            if running.changed
        ]
        put_rows(Counter, _KEYS, ("meter_id", *_TOTALS), rows)


def closed_months(keys: Collection[tuple[UUID, date]]) -> set[tuple[UUID, date]]:
    """Return which of some organizations' months are closed."""
    columns = ("organization_id", "month", "state")
    rows = find_rows(MonthClose, columns[:2], columns, keys)
    return {(row["organization_id"], row["month"]) for row in rows if row["state"] == MonthClose.State.CLOSED}
