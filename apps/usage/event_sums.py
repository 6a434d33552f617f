"""Events of a batch that differ only in their amounts, their ids, and their times while no price changes.

Their meter and prices are determined once, and their amounts are added up before any total is updated.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from apps.common.money import MICROS_PER_UNIT
from apps.pricing.breakdowns import keeps_kind
from apps.pricing.costs import CostBooks
from apps.pricing.models import Meter
from apps.pricing.resolution import PriceIndex
from apps.usage.event_kinds import add_kinds, parts_of
from apps.usage.rated_events import (
    TOKENS,
    RatedEvent,
    Terms,
    UsageDate,
    apply_terms,
    find_terms,
    find_usage_date,
    utc_day,
)
from apps.wallets.budgets.scopes import Dimensions


@dataclass(slots=True)
class EventSum:
    """Rated events that differ only in their amounts: the first of them, and their totals.

    `ahead` are those ahead of the clock, `earliest` is the first time, and `work` the dimensions for budgets. `kinds`
    has the sums by token kind or unit, if a breakdown of their meter needs them.
    """

    first: RatedEvent
    work: Dimensions
    earliest: datetime
    rows: int = 0
    events: int = 0
    quantity_micros: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    charge_micros: int = 0
    cost_picos: int = 0
    ahead: list[RatedEvent] = field(default_factory=list)
    kinds: dict[str, list[int]] = field(default_factory=dict)

    def add(self, event: RatedEvent) -> None:
        """Add an event."""
        totals = event.totals
        self.rows += 1
        self.events += 1 if event.voids is None else -1
        self.quantity_micros += totals.quantity_micros
        self.input_tokens += totals.input_tokens
        self.output_tokens += totals.output_tokens
        self.charge_micros += event.charge_micros
        self.cost_picos += event.cost.picos
        self.earliest = min(self.earliest, event.time)

    @property
    def tokens(self) -> int:
        """The number of tokens counted, whether split into input and output or not."""
        unsplit = self.quantity_micros // MICROS_PER_UNIT if self.first.counts == TOKENS else 0
        return self.input_tokens + self.output_tokens + unsplit

    @property
    def sums(self) -> tuple[int, ...]:
        """The number of events, quantity, tokens in and out, charge and cost."""
        amounts = (self.quantity_micros, self.input_tokens, self.output_tokens, self.charge_micros, self.cost_picos)
        return (self.events, *amounts)


def resolve_events(
    events: Sequence[RatedEvent],
    meters: Mapping[str, Meter],
    prices: PriceIndex,
    costs: CostBooks,
    closed: Collection[tuple[UUID, date]],
    today: date,
) -> None:
    """Resolve the events, and set the day and month that each one counts in.

    Events with the same texts share one texts object.
    """
    moments = sorted(prices.moments | costs.moments)
    known: dict[tuple[object, ...], tuple[int, Terms, UsageDate]] = {}
    for event in events:
        span = bisect_right(moments, event.time)
        kind = (id(event.texts), id(event.organization), event.type, event.credential, span, utc_day(event.time))
        found = known.get(kind)
        if found is None:
            terms = find_terms(event, meters, prices, costs)
            found = known[kind] = len(known), terms, find_usage_date(event, closed, today)
        event.kind, terms, date = found
        apply_terms(event, terms)
        event.counted_on, event.counted_in, event.corrects_month = date.day, date.month, date.corrects


def add_up(events: Iterable[RatedEvent], now: datetime) -> list[EventSum]:
    """Add up the rated events that are alike and have costs in one currency, in order of arrival."""
    found: dict[tuple[int, str], EventSum] = {}
    with_kinds: dict[tuple[int, str], bool] = {}
    for event in events:
        key = (event.kind, event.cost.currency)
        group = found.get(key)
        if group is None:
            group = found[key] = EventSum(event, event.work, event.time)
            with_kinds[key] = _keeps_kinds(event.meter)
        group.add(event)
        if with_kinds[key]:
            add_kinds(group.kinds, parts_of(event))
        if event.time > now:
            group.ahead.append(event)
    return list(found.values())


def _keeps_kinds(meter: Meter | None) -> bool:
    return meter is not None and meter.counts == TOKENS and any(map(keeps_kind, meter.breakdowns))
