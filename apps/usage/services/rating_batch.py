"""Counting a batch of events that are known to be new: rating, characters, rollups, postings, each in one pass."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from apps.pricing.models import Meter
from apps.pricing.rating import Unpriceable
from apps.pricing.resolution import Price, PriceIndex
from apps.pricing.selectors import meters_by_slug, price_index
from apps.usage.models import UsagePosting
from apps.usage.rated_events import RatedEvent, Reason, place, resolve
from apps.usage.services.characters import Activation, CharacterDay, activations, charge_activations, save_activations
from apps.usage.services.counters import Counters, Key, OutOfRange, closed_months
from apps.usage.services.distinct_ids import note_distinct_ids
from apps.usage.services.future_usage import move_future_characters, note_future_usage
from apps.usage.services.minimums import give_way_to_late_usage
from apps.usage.services.postings import Postings
from apps.usage.services.rollups import note_unlisted_models, roll_up


class RatingBatch:
    """Drafts on their way into the totals; their organizations are locked until the transaction ends.

    `rate` decides, `save` writes. After `rate`, a draft with a reason is not counted.
    """

    def __init__(self, drafts: Sequence[RatedEvent], *, now: datetime) -> None:
        self.drafts, self.now = drafts, now
        self.today: date = now.astimezone(UTC).date()
        self.postings = Postings()
        self.activations: list[Activation] = []
        self._earlier: dict[CharacterDay, datetime] = {}
        self._counters = Counters({})

    def rate(self) -> None:
        """Find what each draft costs, in the order they came."""
        meters = meters_by_slug(draft.type for draft in self.drafts)
        prices = _prices(self.drafts, meters)
        for draft in self.drafts:
            resolve(draft, meters, prices)
        closed = closed_months({(draft.organization_id, draft.month) for draft in self.rated()})
        for draft in self.rated():
            place(draft, closed, self.today)
        counters = Counters(self._counter_keys())
        for draft in self.rated():
            self._price(draft, counters)
        character_meter = next((meter for meter in meters.values() if meter.kind == Meter.Kind.CHARACTER), None)
        self.activations, self._earlier = activations(self.rated(), character_meter, prices, now=self.now)
        self._counters = counters

    def save(self, *, created_by: str) -> None:
        """Write everything but the events themselves, the wallets last."""
        rated = self.rated()
        self._counters.save()
        charge_activations(self.activations, self.postings)
        roll_up(rated, self.activations)
        note_unlisted_models(rated)
        save_activations(self.activations)
        move_future_characters(self._earlier)
        note_future_usage(rated, self.activations, now=self.now)
        note_distinct_ids(rated, now=self.now)
        late = {(draft.organization_id, draft.month): draft.organization for draft in rated if draft.corrects_month}
        give_way_to_late_usage(late, self.postings, self.today)
        self.postings.post(created_by=created_by, now=self.now)

    def rated(self) -> list[RatedEvent]:
        """Return the drafts that are counted."""
        return [draft for draft in self.drafts if not draft.reason]

    def _price(self, draft: RatedEvent, counters: Counters) -> None:
        try:
            if draft.price is not None:
                draft.charge_micros = counters.of(draft.organization_id, draft.month, draft.price).add(draft.totals)
        except (OutOfRange, Unpriceable) as error:
            draft.reason = Reason.TOO_MUCH if isinstance(error, OutOfRange) else Reason.NO_SPLIT
            return
        kind, source = UsagePosting.Kind.USAGE, draft.text("traffic_source")
        posting = self.postings.of(draft.organization, kind, draft.counted_in, source)
        draft.posting_id = posting.add(draft.charge_micros, draft.tokens)

    def _counter_keys(self) -> dict[Key, Price]:
        return {
            (draft.organization_id, draft.month, draft.price.version_id): draft.price
            for draft in self.rated()
            if draft.price is not None
        }


def _prices(drafts: Sequence[RatedEvent], meters: dict[str, Meter]) -> PriceIndex:
    times = [draft.time for draft in drafts]
    return price_index(
        organization_ids={draft.organization_id for draft in drafts},
        currencies={draft.organization.currency for draft in drafts},
        meter_ids={meter.pk for meter in meters.values()},
        start=min(times),
        end=max(times),
    )
