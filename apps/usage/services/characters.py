"""Active characters: distinct per month, counted in a high-water mark, each charged once on first appearance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from apps.common.money import MICROS_PER_UNIT
from apps.common.rows import RowWriter
from apps.pricing.models import Meter
from apps.pricing.rating import Totals
from apps.pricing.resolution import Price, PriceIndex
from apps.tenants.models import Organization
from apps.usage.event_sums import EventSum
from apps.usage.models import ActiveCharacter, CharacterMonth, UsagePosting
from apps.usage.rated_events import RatedEvent, find_price, month_start, resource_of
from apps.usage.services.counters import Counters, CounterValues
from apps.usage.services.counters import Key as CounterKey
from apps.usage.services.postings import Postings
from apps.wallets.budgets.scopes import Dimensions

ONE = Totals(MICROS_PER_UNIT)
Key = tuple[UUID, date, str]
# The organization, the UTC day whose totals include the activation, and the character.
CharacterDay = tuple[UUID, date, str]
_KEYS = ("organization_id", "month", "character")


@dataclass(slots=True, kw_only=True)
class Activation:
    """A character's first appearance in a month.

    `activated_at` is the time of the first accepted event, which sets its price. `active_from` is the earliest time of
    the batch's events that name it.
    """

    organization: Organization
    month: date
    character: str
    meter: Meter | None
    activated_at: datetime
    active_from: datetime
    counted_on: date
    late: bool
    traffic_source: str
    price: Price | None
    charge_micros: int = 0
    posting_id: UUID | None = None

    @property
    def work(self) -> Dimensions:
        """Its dimensions for budgets: only the meter, since a character does not belong to one project, user or key."""
        return Dimensions(meter=self.meter.slug if self.meter else "", resource=resource_of(self.meter))


@dataclass(frozen=True, slots=True)
class CharacterActivity:
    """A character active in its month: the time of the event that activated it, and the day it counts on."""

    activated_at: datetime
    counted_on: date


def activations(
    added: Iterable[EventSum],
    meter: Meter | None,
    prices: PriceIndex,
    known: Mapping[Key, CharacterActivity],
    *,
    now: datetime,
) -> tuple[list[Activation], dict[CharacterDay, datetime]]:
    """Return the characters not yet `known` in their month, in order of arrival, with their prices.

    Any rated usage that names a character activates it, whatever its meter and billing mode. Also return the earliest
    time in this usage of characters that are only known from an event ahead of the clock.
    """
    first: dict[Key, RatedEvent] = {}
    earliest: dict[Key, datetime] = {}
    for group in added:
        event = group.first
        if event.text("character"):
            key = (event.organization_id, event.month, event.text("character"))
            first.setdefault(key, event)
            earliest[key] = min(group.earliest, earliest.get(key, group.earliest))
    new = [_activation(event, earliest[key], meter, prices) for key, event in first.items() if key not in known]
    ahead = {
        (key[0], active.counted_on, key[2]): earliest[key]
        for key, active in known.items()
        if key in earliest and active.activated_at > now
    }
    return new, ahead


def _activation(event: RatedEvent, active_from: datetime, meter: Meter | None, prices: PriceIndex) -> Activation:
    return Activation(
        organization=event.organization,
        month=month_start(event.time),
        character=event.text("character"),
        meter=meter,
        activated_at=event.time,
        active_from=active_from,
        counted_on=event.counted_on,
        late=event.corrects_month is not None,
        traffic_source=event.text("traffic_source"),
        price=find_price(prices, event.organization, meter, "", event.time) if meter else None,
    )


def charge_activations(
    new: Sequence[Activation], counted: Mapping[CounterKey, CounterValues], postings: Postings, writer: RowWriter
) -> None:
    """Charge each activation that has a price, through its month's counter.

    Raises:
        TotalsTooLarge: a counter would exceed its bounds.
    """
    keys = {(each.organization.pk, each.month, each.price.version_id): each.price for each in new if each.price}
    counters = Counters(keys, counted)
    for each in new:
        if each.price is not None:
            each.charge_micros = counters.of(each.organization.pk, each.month, each.price).add(ONE)
            posting = postings.of(
                each.organization, UsagePosting.Kind.CHARACTER, each.counted_on.replace(day=1), each.traffic_source
            )
            each.posting_id = posting.add(each.charge_micros, each.counted_on, each.work)
    counters.save(writer)


def save_activations(new: Sequence[Activation], writer: RowWriter) -> None:
    """Write the activations, and raise the high-water marks of open months."""
    columns = (
        *_KEYS,
        "meter_id",
        "activated_at",
        "counted_on",
        "late",
        "price_version_id",
        "charge_micros",
        "posting_id",
    )
    writer.insert(ActiveCharacter, columns, [_row(each) for each in new])
    marks: dict[tuple[UUID, date], list[int]] = {}
    for each in new:
        if not each.late:
            mark = marks.setdefault((each.organization.pk, each.month), [0, 0])
            mark[0] += 1
            mark[1] += each.charge_micros
    rows = [(*key, *mark) for key, mark in sorted(marks.items())]
    writer.add(CharacterMonth, ("organization_id", "month"), ("high_water_mark", "charged_micros"), rows)


def _row(each: Activation) -> tuple[object, ...]:
    return (
        each.organization.pk,
        each.month,
        each.character,
        each.meter and each.meter.pk,
        each.activated_at,
        each.counted_on,
        each.late,
        each.price and each.price.version_id,
        each.charge_micros,
        each.posting_id,
    )
