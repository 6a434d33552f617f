"""Monthly counters: loaded once per batch, priced event by event, saved in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from apps.common.rows import RowWriter
from apps.pricing.month_prices import Amounts
from apps.pricing.rating import Totals, price_of
from apps.pricing.resolution import Price
from apps.usage.errors import TotalsTooLarge
from apps.usage.models import Counter
from apps.usage.rated_events import RatedEvent

Key = tuple[UUID, date, int]
MOST_MICROS = 2**61
_KEYS = ("organization_id", "month", "price_version_id")
_TOTALS = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "exact_price", "charge_micros", "months")


class OutOfRange(TotalsTooLarge):
    """A counter would exceed its bounds with this event or character; it was left unchanged."""


@dataclass(frozen=True, slots=True)
class CounterValues:
    """A counter's values in the database."""

    event_count: int
    quantity_micros: int
    input_tokens: int
    output_tokens: int
    exact_price: int
    charge_micros: int
    months: Amounts = ()


@dataclass(slots=True)
class RunningCounter:
    """A counter during a batch."""

    price: Price
    totals: Totals = field(default_factory=Totals)
    charge_micros: int = 0
    event_count: int = 0
    changed: bool = False

    def add(self, added: Totals, events: int = 1) -> int:
        """Add the totals of events, or subtract voided ones, and return the change in the charge, in micros.

        Raises:
            OutOfRange: the totals would exceed their bounds.
        """
        totals = self.totals + added
        charge = price_of(self.price.rule, totals)
        most = max(totals.all_micros, charge)
        if most > MOST_MICROS or (totals.months and max(micros for _, micros in totals.months) > MOST_MICROS):
            raise OutOfRange
        moved = charge - self.charge_micros
        self.totals, self.charge_micros, self.changed = totals, charge, True
        self.event_count += events
        return moved


class Counters:
    """The counters of a batch, under their organizations' locks."""

    def __init__(self, prices: Mapping[Key, Price], counted: Mapping[Key, CounterValues]) -> None:
        self._running = {key: RunningCounter(price) for key, price in prices.items()}
        self._by_kind: dict[int, RunningCounter] = {}
        for key, running in self._running.items():
            if (before := counted.get(key)) is not None:
                running.totals = Totals(
                    before.quantity_micros,
                    before.input_tokens,
                    before.output_tokens,
                    before.exact_price,
                    before.months,
                )
                running.charge_micros, running.event_count = before.charge_micros, before.event_count

    def of(self, organization_id: UUID, month: date, price: Price) -> RunningCounter:
        """Return the counter of an organization's month and price."""
        return self._running[organization_id, month, price.version_id]

    def of_event(self, event: RatedEvent, price: Price) -> RunningCounter:
        """Return the counter of an event; events of one kind share it."""
        found = self._by_kind.get(event.kind)
        if found is None:
            found = self._by_kind[event.kind] = self.of(event.organization_id, event.month, price)
        return found

    def put_back(self, organization_id: UUID, month: date, running: RunningCounter) -> None:
        """Restore a counter from an earlier copy."""
        self._running[organization_id, month, running.price.version_id] = running
        self._by_kind.clear()

    def save(self, writer: RowWriter) -> None:
        """Write the changed counters."""
        rows = [
            (
                *key,
                running.price.meter_id,
                running.event_count,
                running.totals.quantity_micros,
                running.totals.input_tokens,
                running.totals.output_tokens,
                running.totals.exact_price,
                running.charge_micros,
                dict(running.totals.months),
            )
            for key, running in sorted(self._running.items())
            if running.changed
        ]
        writer.put(Counter, _KEYS, ("meter_id", *_TOTALS), rows)
