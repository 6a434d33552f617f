"""Rate a batch of new events: prices, characters, rollups and postings, each in one pass."""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import UTC, date, datetime
from uuid import UUID

from apps.common.rows import RowWriter
from apps.pricing.models import FIGURES
from apps.pricing.rating import Unpriceable
from apps.pricing.resolution import Price
from apps.usage.event_sums import EventSum, add_up, resolve_events
from apps.usage.figures import KEYS, TOLD, Figures
from apps.usage.models import MonthFigure, MonthValue, UsagePosting
from apps.usage.rated_events import RatedEvent, Reason, cost_of_event
from apps.usage.services.call_days import note_calls
from apps.usage.services.characters import Activation, CharacterDay, activations, charge_activations, save_activations
from apps.usage.services.counters import Counters, Key, OutOfRange, RunningCounter
from apps.usage.services.distinct_ids import note_distinct_ids
from apps.usage.services.future_usage import move_future_characters, note_future_usage
from apps.usage.services.minimums import adjust_minimums
from apps.usage.services.postings import PendingPosting, Postings
from apps.usage.services.rating_inputs import RatingData, open_usage, rating_query
from apps.usage.services.rollups import note_breakdowns, note_unknown_models, roll_up


class RatingBatch:
    """A batch of events, and the data read for them under their organizations' locks.

    `rate` computes and `save` writes; call `rate` first. After `rate`, an event with a reason is not counted. A caller
    that decides event by event calls `prepare`, `price` and `activate` instead of `rate`, `write` instead of `save`.
    """

    def __init__(self, events: Sequence[RatedEvent], read: RatingData, *, now: datetime) -> None:
        self.events, self.now, self._read = events, now, read
        self.today: date = now.astimezone(UTC).date()
        self.postings = Postings()
        self.activations: list[Activation] = []
        self._added: list[EventSum] | None = None  # the sums of the rated events; set once all are rated
        self._earlier: dict[CharacterDay, datetime] = {}
        self._counters = Counters({}, {})
        self._before: RunningCounter | None = None
        self._figures: Figures | None = None
        self.withdrawn: list[RatedEvent] = []  # quarantined events that were voided before they had a price

    @classmethod
    def opened(cls, events: Sequence[RatedEvent], *, now: datetime) -> "RatingBatch":
        """Lock the events' organizations, read what the batch needs, and return it."""
        return cls(events, open_usage(rating_query(events), now=now), now=now)

    def rate(self) -> None:
        """Compute each event's charge, in order of arrival."""
        self.prepare()
        for event in self.counted():
            self._charge(event)
        rated, posted = self.counted(), {}
        self._added = add_up(rated, self.now)
        for group in self._added:
            posting = self._posting(group.first)
            posted[group.first.kind] = posting.add(
                group.charge_micros, group.first.counted_on, group.work, group.tokens, items=group.rows
            )
        for event in rated:
            event.posting_id = posted[event.kind]
        self.activate()

    def prepare(self) -> None:
        """Find each event's meter, price, day and month."""
        read = self._read
        resolve_events(self.events, read.meters, read.prices, read.costs, read.closed, self.today)
        self._counters = Counters(self._counter_keys(), read.counters)
        of_figures = [event for event in self.counted() if event.counts in FIGURES]
        self._figures = Figures(of_figures) if of_figures else None

    def activate(self) -> None:
        """Find the characters that appear for the first time."""
        read = self._read
        self.activations, self._earlier = activations(
            self._new(self._all_added()), read.character_meter, read.prices, read.characters, now=self.now
        )

    def save(self, writer: RowWriter, *, created_by: str) -> None:
        """Run the given writes and the batch's totals, postings and wallet charges; the events are the caller's.

        It takes one statement; late usage takes more, because the minimums of closed months are adjusted in between.
        """
        waiting = [event for event in self.events if event.reason == Reason.UNKNOWN_MODEL]
        self.write(writer, waiting=[*waiting, *self.withdrawn])
        self.postings.post(writer, created_by=created_by, now=self.now)

    def write(self, writer: RowWriter, waiting: Sequence[RatedEvent] = ()) -> None:
        """Add the batch's totals to the given writes.

        With late usage, they are run at once, to adjust the minimums of closed months. `waiting` are the events that
        are kept until their model has a price.
        """
        rated, added = self.counted(), self._all_added()
        self._counters.save(writer)
        if self._figures is not None:
            figures, values = self._figures.changed()
            writer.put(MonthFigure, KEYS, TOLD, figures)
            writer.put(MonthValue, (*KEYS, "value"), ("event_count",), values)
        charge_activations(self.activations, self._read.counters, self.postings, writer)
        roll_up(added, self.activations, writer)
        note_breakdowns(added, writer)
        note_calls(rated, writer)
        note_unknown_models([*rated, *waiting], writer)
        save_activations(self.activations, writer)
        move_future_characters(self._earlier, writer)
        note_future_usage(added, self.activations, writer, now=self.now)
        note_distinct_ids(self._new(added), self._read.seen, writer, now=self.now)
        firsts = [group.first for group in added]
        late = {(event.organization_id, event.month): event.organization for event in firsts if event.corrects_month}
        adjust_minimums(late, self.postings, self.today, writer)

    def _all_added(self) -> list[EventSum]:
        """Return the sums of the rated events; a caller that decides event by event computes them each time."""
        return add_up(self.counted(), self.now) if self._added is None else self._added

    @staticmethod
    def _new(added: Iterable[EventSum]) -> list[EventSum]:
        """Return the events that void nothing; sessions and characters stay counted after a void."""
        return [group for group in added if group.first.voids is None]

    def counted(self) -> list[RatedEvent]:
        """Return the events that are counted."""
        return [event for event in self.events if not event.reason]

    def price(self, event: RatedEvent, hold_id: UUID) -> None:
        """Charge an event through its month's counter, in the posting of the hold that it captures."""
        self._charge(event, keeps_before=True)
        if not event.reason:
            posting = self._posting(event, hold_id)
            event.posting_id = posting.add(event.charge_micros, event.counted_on, event.work, event.tokens)

    def _posting(self, event: RatedEvent, hold_id: UUID | None = None) -> PendingPosting:
        kind, source = UsagePosting.Kind.USAGE, event.text("traffic_source")
        return self.postings.of(event.organization, kind, event.counted_in, source, hold_id=hold_id)

    def _charge(self, event: RatedEvent, *, keeps_before: bool = False) -> None:
        """Add an event to its month's counter; its charge is the increase of the counter's price."""
        if self._figures is not None and event.counts in FIGURES:
            self._figures.count(event)
            if event.voids is None or event.cost.version_id is not None:  # a voiding event already has the negated cost
                event.cost = cost_of_event(event)
        try:
            if event.price is not None:
                counter = self._counters.of_event(event, event.price)
                self._before = copy(counter) if keeps_before else None
                event.charge_micros = counter.add(event.totals, event.sign)
        except (OutOfRange, Unpriceable) as error:
            if self._figures is not None and event.counts in FIGURES:
                self._figures.undo()
            event.reason = Reason.TOO_MUCH if isinstance(error, OutOfRange) else Reason.NO_SPLIT

    def take_back(self, event: RatedEvent, hold_id: UUID, reason: str) -> None:
        """Undo the pricing of the event that was priced last, because it may not capture its hold."""
        if event.price is not None and self._before is not None:
            self._counters.put_back(event.organization_id, event.month, self._before)
        if self._figures is not None and event.counts in FIGURES:
            self._figures.undo()
        self.postings.drop_hold(hold_id)
        event.charge_micros, event.posting_id, event.reason = 0, None, reason

    def _counter_keys(self) -> dict[Key, Price]:
        firsts = {event.kind: event for event in self.counted() if event.price is not None}
        return {
            (event.organization_id, event.month, event.price.version_id): event.price
            for event in firsts.values()
            if event.price is not None
        }
