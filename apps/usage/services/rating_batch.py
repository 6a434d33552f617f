"""Rate a batch of new events: prices, characters, rollups and postings, each in one pass."""

from collections.abc import Iterable, Sequence
from copy import copy
from datetime import UTC, date, datetime
from uuid import UUID

from apps.common.rows import Writing
from apps.pricing.models import FIGURES
from apps.pricing.rating import Unpriceable
from apps.pricing.resolution import Price
from apps.usage.event_sums import EventSum, add_up, resolve_drafts
from apps.usage.figures import KEYS, TOLD, Figures
from apps.usage.models import MonthFigure, MonthValue, UsagePosting
from apps.usage.rated_events import RatedEvent, Reason, cost_of_event
from apps.usage.services.call_days import note_calls
from apps.usage.services.characters import Activation, CharacterDay, activations, charge_activations, save_activations
from apps.usage.services.counters import Counters, Key, OutOfRange, Running
from apps.usage.services.distinct_ids import note_distinct_ids
from apps.usage.services.future_usage import move_future_characters, note_future_usage
from apps.usage.services.minimums import adjust_minimums
from apps.usage.services.postings import Pending, Postings
from apps.usage.services.rating_inputs import Opened, asked_for, open_usage
from apps.usage.services.rollups import note_breakdowns, note_unknown_models, roll_up


class RatingBatch:
    """A batch of drafts, and the data read for them under their organizations' locks.

    `rate` computes and `save` writes; call `rate` first. After `rate`, a draft with a reason is not counted. A caller
    that decides event by event calls `prepare`, `price` and `activate` instead of `rate`, `write` instead of `save`.
    """

    def __init__(self, drafts: Sequence[RatedEvent], read: Opened, *, now: datetime) -> None:
        self.drafts, self.now, self._read = drafts, now, read
        self.today: date = now.astimezone(UTC).date()
        self.postings = Postings()
        self.activations: list[Activation] = []
        self._added: list[EventSum] | None = None  # the rated drafts once all are
        self._earlier: dict[CharacterDay, datetime] = {}
        self._counters = Counters({}, {})
        self._before: Running | None = None
        self._figures: Figures | None = None
        self.withdrawn: list[RatedEvent] = []  # events that waited until now and were voided

    @classmethod
    def opened(cls, drafts: Sequence[RatedEvent], *, now: datetime) -> "RatingBatch":
        """Lock the drafts' organizations, read what the batch needs, and return it."""
        return cls(drafts, open_usage(asked_for(drafts), now=now), now=now)

    def rate(self) -> None:
        """Compute each draft's charge, in order of arrival."""
        self.prepare()
        for draft in self.rated():
            self._charge(draft)
        rated, posted = self.rated(), {}
        self._added = add_up(rated, self.now)
        for group in self._added:
            posting = self._posting(group.first)
            posted[group.first.kind] = posting.add(
                group.charge_micros, group.first.counted_on, group.work, group.tokens, items=group.rows
            )
        for draft in rated:
            draft.posting_id = posted[draft.kind]
        self.activate()

    def prepare(self) -> None:
        """Find each draft's meter, price, day and month."""
        read = self._read
        resolve_drafts(self.drafts, read.meters, read.prices, read.costs, read.closed, self.today)
        self._counters = Counters(self._counter_keys(), read.counters)
        of_figures = [draft for draft in self.rated() if draft.counts in FIGURES]
        self._figures = Figures(of_figures) if of_figures else None

    def activate(self) -> None:
        """Find the characters that appear for the first time."""
        read = self._read
        self.activations, self._earlier = activations(
            self._new(self._all_added()), read.character_meter, read.prices, read.characters, now=self.now
        )

    def save(self, writing: Writing, *, created_by: str) -> None:
        """Run the given writes and the batch's totals, postings and wallet charges; the events are the caller's.

        It is one statement, unless there is late usage: then the minimums of closed months are adjusted in between.
        """
        waiting = [draft for draft in self.drafts if draft.reason == Reason.UNKNOWN_MODEL]
        self.write(writing, waiting=[*waiting, *self.withdrawn])
        self.postings.post(writing, created_by=created_by, now=self.now)

    def write(self, writing: Writing, waiting: Sequence[RatedEvent] = ()) -> None:
        """Add the batch's totals to the given writes.

        Late usage runs them at once, to adjust the minimums of closed months. `waiting` are the drafts that are kept
        until their model has a price.
        """
        rated, added = self.rated(), self._all_added()
        self._counters.save(writing)
        if self._figures is not None:
            figures, values = self._figures.changed()
            writing.put(MonthFigure, KEYS, TOLD, figures)
            writing.put(MonthValue, (*KEYS, "value"), ("event_count",), values)
        charge_activations(self.activations, self._read.counters, self.postings, writing)
        roll_up(added, self.activations, writing)
        note_breakdowns(added, writing)
        note_calls(rated, writing)
        note_unknown_models([*rated, *waiting], writing)
        save_activations(self.activations, writing)
        move_future_characters(self._earlier, writing)
        note_future_usage(added, self.activations, writing, now=self.now)
        note_distinct_ids(self._new(added), self._read.seen, writing, now=self.now)
        firsts = [group.first for group in added]
        late = {(draft.organization_id, draft.month): draft.organization for draft in firsts if draft.corrects_month}
        adjust_minimums(late, self.postings, self.today, writing)

    def _all_added(self) -> list[EventSum]:
        """Return the rated drafts added up; a caller that decides event by event has them added up each time."""
        return add_up(self.rated(), self.now) if self._added is None else self._added

    @staticmethod
    def _new(added: Iterable[EventSum]) -> list[EventSum]:
        """Return the events that void nothing; sessions and characters stay counted after a void."""
        return [group for group in added if group.first.voids is None]

    def rated(self) -> list[RatedEvent]:
        """Return the drafts that are counted."""
        return [draft for draft in self.drafts if not draft.reason]

    def price(self, draft: RatedEvent, hold_id: UUID) -> None:
        """Charge a draft through its month's counter, in the posting of the hold that it captures."""
        self._charge(draft, keeps_before=True)
        if not draft.reason:
            posting = self._posting(draft, hold_id)
            draft.posting_id = posting.add(draft.charge_micros, draft.counted_on, draft.work, draft.tokens)

    def _posting(self, draft: RatedEvent, hold_id: UUID | None = None) -> Pending:
        kind, source = UsagePosting.Kind.USAGE, draft.text("traffic_source")
        return self.postings.of(draft.organization, kind, draft.counted_in, source, hold_id=hold_id)

    def _charge(self, draft: RatedEvent, *, keeps_before: bool = False) -> None:
        """Add a draft to its month's counter; its charge is what that adds to the counter's price."""
        if self._figures is not None and draft.counts in FIGURES:
            self._figures.count(draft)
            if draft.voids is None or draft.cost.version_id is not None:  # what takes back a told cost has it
                draft.cost = cost_of_event(draft)
        try:
            if draft.price is not None:
                counter = self._counters.of(draft.organization_id, draft.month, draft.price)
                self._before = copy(counter) if keeps_before else None
                draft.charge_micros = counter.add(draft.totals, draft.sign)
        except (OutOfRange, Unpriceable) as error:
            if self._figures is not None and draft.counts in FIGURES:
                self._figures.undo()
            draft.reason = Reason.TOO_MUCH if isinstance(error, OutOfRange) else Reason.NO_SPLIT

    def take_back(self, draft: RatedEvent, hold_id: UUID, reason: str) -> None:
        """Undo the pricing of the last priced draft, because it may not capture its hold."""
        if draft.price is not None and self._before is not None:
            self._counters.put_back(draft.organization_id, draft.month, self._before)
        if self._figures is not None and draft.counts in FIGURES:
            self._figures.undo()
        self.postings.drop_hold(hold_id)
        draft.charge_micros, draft.posting_id, draft.reason = 0, None, reason

    def _counter_keys(self) -> dict[Key, Price]:
        return {
            (draft.organization_id, draft.month, draft.price.version_id): draft.price
            for draft in self.rated()
            if draft.price is not None
        }
