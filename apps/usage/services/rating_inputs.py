"""Lock a batch's organizations and read all data for rating it, in one statement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from apps.common.arrays import UuidArray
from apps.common.queries import fetch_text
from apps.common.values import value_class
from apps.pricing.costs import CostBooks
from apps.pricing.model_names import candidates
from apps.pricing.models import Meter
from apps.pricing.month_prices import amounts_of
from apps.pricing.resolution import PriceIndex
from apps.pricing.selectors import read_prices
from apps.tenants.models import Organization
from apps.usage.models import MonthClose
from apps.usage.rated_events import RatedEvent
from apps.usage.services.characters import CharacterActivity
from apps.usage.services.counters import CounterValues, Key
from apps.usage.services.distinct_ids import KINDS, DaysSeen

Month = tuple[UUID, date]
OPEN = "usage_open(%s::timestamptz, %s::jsonb, %s::uuid[])::text"


@dataclass(slots=True)
class RatingQuery:
    """The data that a batch needs: its organizations, times and months, and the ids it names.

    `ids` are the events' own ids; as many primary keys are drawn for new events. `others` are further ids of the same
    calls.
    """

    organizations: dict[UUID, Organization] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    models: set[str] = field(default_factory=set)
    starts: datetime | None = None
    ends: datetime | None = None
    months: set[Month] = field(default_factory=set)
    characters: set[tuple[UUID, date, str]] = field(default_factory=set)
    seen: set[tuple[UUID, str, str]] = field(default_factory=set)
    ids: Sequence[tuple[UUID, str]] = ()
    others: Sequence[tuple[UUID, str]] = ()
    holds: Sequence[UUID] = ()

    def add(self, organization: Organization, time: datetime, month: date) -> None:
        """Add an organization's prices at a time, and its month."""
        self.organizations[organization.id] = organization
        self.months.add((organization.id, month))
        self.at(time)

    def at(self, time: datetime) -> None:
        """Add the prices at a time."""
        if self.starts is None or time < self.starts:
            self.starts = time
        if self.ends is None or time > self.ends:
            self.ends = time

    def as_parameters(self) -> tuple[str, UuidArray]:
        """Serialize it to the JSON and the digests that `usage_open` takes."""
        places, digests = _by_organization((*self.ids, *self.others))
        query = {
            "organizations": list(self.organizations),
            "currencies": sorted({each.currency for each in self.organizations.values()}),
            "slugs": sorted(self.slugs),
            "models": sorted(self.models),
            "starts": self.starts,
            "ends": self.ends,
            "events": len(self.ids),
            "ids": places,
            "months": [{"organization": pk, "month": month} for pk, month in self.months],
            "characters": [
                {"organization": pk, "month": month, "character": character} for pk, month, character in self.characters
            ],
            "holds": self.holds,
            "seen": [{"organization": pk, "kind": kind, "value": value} for pk, kind, value in self.seen],
        }
        return orjson.dumps(query).decode(), UuidArray.of(digests)


def _by_organization(ids: Iterable[tuple[UUID, str]]) -> tuple[dict[str, tuple[int, int]], list[str]]:
    """Return where each organization's digests begin and end, counted from 1, and the digests in that order."""
    found: dict[UUID, list[str]] = {}
    for pk, digest in ids:
        found.setdefault(pk, []).append(digest)
    places, digests = {}, list[str]()
    for pk, own in found.items():
        places[str(pk)] = len(digests) + 1, len(digests) + len(own)
        digests += own
    return places, digests


@value_class(frozen=True, slots=True)
class KnownEvent:
    """A known event: the fingerprints of it and of its replacements, and whether it was voided.

    `priced_by`, `rank` and `facts` belong to the current content.
    """

    fingerprints: frozenset[str]
    priced_by: str
    rank: int
    facts: int
    is_voided: bool = False


@value_class(frozen=True, slots=True)
class RatingData:
    """The data read: meters and prices, closed months, counters, and which of the requested ids are known.

    `known` is by the digest of the event's own id, to which `ids` leads from every requested id. `event_ids` are new
    primary keys, one per requested event. `holds` has the dimensions of each requested hold.
    """

    meters: dict[str, Meter]
    prices: PriceIndex
    costs: CostBooks
    closed: frozenset[Month]
    counters: dict[Key, CounterValues]
    characters: dict[tuple[UUID, date, str], CharacterActivity]
    seen: dict[tuple[UUID, str, str], DaysSeen]
    ids: dict[tuple[UUID, str], str]
    known: dict[tuple[UUID, str], KnownEvent]
    event_ids: list[int]
    holds: dict[UUID, dict[str, str]]

    @property
    def character_meter(self) -> Meter | None:
        """The meter that counts characters, or None."""
        return next((meter for meter in self.meters.values() if meter.kind == Meter.Kind.CHARACTER), None)


def rating_query(events: Iterable[RatedEvent]) -> RatingQuery:
    """Return the data that rating these events needs."""
    asked, known = RatingQuery(), set[tuple[object, ...]]()
    for event in events:
        alike = (id(event.texts), id(event.organization), event.type, event.month)
        if alike in known:
            asked.at(event.time)
            continue
        known.add(alike)
        asked.add(event.organization, event.time, event.month)
        asked.slugs.add(event.type)
        if model := event.text("model"):
            asked.models.update(candidates(event.text("provider"), model))
        if character := event.text("character"):
            asked.characters.add((event.organization_id, event.month, character))
        for kind in KINDS:
            if value := event.texts.get(kind):
                asked.seen.add((event.organization_id, kind, value))
    return asked


def open_usage(asked: RatingQuery, *, now: datetime) -> RatingData:
    """Lock the organizations until the transaction ends, then read the requested data."""
    read = orjson.loads(fetch_text(OPEN, [now, *asked.as_parameters()]))
    meters, prices, costs = read_prices(read["prices"])
    ids, known = _known_events(read["known"] or (), asked.organizations)
    return RatingData(
        meters=meters,
        prices=prices,
        costs=costs,
        closed=frozenset(_month(row) for row in read["months"] or () if row[2] == MonthClose.State.CLOSED),
        counters={(*_month(row), row[2]): _counted(row[3:]) for row in read["counters"] or ()},
        characters={
            (*_month(row), row[2]): CharacterActivity(datetime.fromisoformat(row[3]), date.fromisoformat(row[4]))
            for row in read["characters"] or ()
        },
        seen={(UUID(row[0]), row[1], row[2]): _days_seen(row[3:]) for row in read["seen"] or ()},
        ids=ids,
        known=known,
        event_ids=read["events"],
        holds={UUID(pk): dimensions for pk, dimensions in (read["holds"] or {}).items()},
    )


def _month(row: Sequence[Any]) -> Month:
    return UUID(row[0]), date.fromisoformat(row[1])


def _known_events(
    rows: Iterable[Sequence[Any]], organizations: Iterable[UUID]
) -> tuple[dict[tuple[UUID, str], str], dict[tuple[UUID, str], KnownEvent]]:
    """Return the `ids` and `known` of `RatingData`."""
    ids, known = {}, {}
    owners = {str(pk): pk for pk in organizations}
    for owner, *digests, rank, facts, corrections in rows:
        organization_id = owners[owner]
        asked, own, first, priced_by = [each.replace("-", "") for each in digests]
        ids[organization_id, asked] = own
        replaced = [first, *[each and each.replace("-", "") for each in corrections or ()]]
        fingerprints = frozenset([each for each in replaced if each is not None])
        known[organization_id, own] = KnownEvent(fingerprints, priced_by, rank, facts, replaced[-1] is None)
    return ids, known


def _counted(row: Sequence[Any]) -> CounterValues:
    events, quantity_micros, input_tokens, output_tokens, exact_price, charge_micros, months = row
    amounts = amounts_of(months) if months else ()
    return CounterValues(events, quantity_micros, input_tokens, output_tokens, int(exact_price), charge_micros, amounts)


def _days_seen(row: Sequence[str | None]) -> DaysSeen:
    last, last_from, previous, previous_from, earlier = row
    assert last is not None, "an id has been seen at least once"
    return DaysSeen(
        date.fromisoformat(last),
        datetime.fromisoformat(last_from) if last_from else None,
        date.fromisoformat(previous) if previous else None,
        datetime.fromisoformat(previous_from) if previous_from else None,
        date.fromisoformat(earlier) if earlier else None,
    )
