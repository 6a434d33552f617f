"""Rate usage that waited for a price, once staff have added it: quarantined events and active characters."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat, Lower

from apps.common.rows import RowWriter
from apps.common.transactions import serialized
from apps.pricing.model_names import Alias
from apps.tenants.models import Organization
from apps.usage.event_calls import more_amounts
from apps.usage.event_labels import TEXTS
from apps.usage.event_reader import MAX_BATCH
from apps.usage.models import ActiveCharacter, CharacterMonth, MeteredOrganization, UsageEvent
from apps.usage.rated_events import HELD, RatedEvent, find_price
from apps.usage.services.characters import Activation, charge_activations
from apps.usage.services.event_rows import COUNTED, NAMED, counted_values, named_values
from apps.usage.services.future_usage import price_future_characters
from apps.usage.services.locks import lock_organizations
from apps.usage.services.minimums import Month, adjust_minimums
from apps.usage.services.postings import Postings
from apps.usage.services.rating_batch import RatingBatch
from apps.usage.services.rating_inputs import RatingData, RatingQuery, open_usage
from apps.usage.services.rollups import roll_up

Row = TypeVar("Row", UsageEvent, ActiveCharacter)


@dataclass(frozen=True, slots=True)
class RerateResult:
    """The numbers of rated and still waiting rows, and the charge per organization in micros."""

    rated: int
    waiting: int
    charges: Mapping[UUID, int] = field(default_factory=dict, compare=False)

    @property
    def charged_micros(self) -> int:
        """The sum of the absolute charges, in micros."""
        return sum(map(abs, self.charges.values()))

    def __add__(self, other: "RerateResult") -> "RerateResult":
        charges = dict(self.charges)
        for pk, charge in other.charges.items():
            charges[pk] = charges.get(pk, 0) + charge
        return RerateResult(self.rated + other.rated, self.waiting + other.waiting, charges)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingUsage:
    """A selection of usage that waits for a price: by currency, by chosen events, or up to a newest row.

    `newest_event` and `newest_character` are the ids of the newest rows included; None includes all. `named` limits it
    to events whose name an alias of a meter covers.
    """

    currency: str | None = None
    event_pks: Collection[int] | None = None
    newest_event: int | None = None
    newest_character: int | None = None
    named: Alias | None = None

    def events(self) -> QuerySet[UsageEvent]:
        """Return the selected quarantined events."""
        rows = UsageEvent.objects.filter(state=UsageEvent.State.QUARANTINED)
        if self.event_pks is not None:
            rows = rows.filter(pk__in=self.event_pks)
        if self.named is not None:
            rows = _named(rows, self.named)
        return self._narrowed(rows, self.newest_event)

    def characters(self) -> QuerySet[ActiveCharacter]:
        """Return the selected active characters without a price; none if events were chosen."""
        rows = ActiveCharacter.objects.filter(price_version__isnull=True)
        is_of_events = self.event_pks is not None or self.named is not None
        return rows.none() if is_of_events else self._narrowed(rows, self.newest_character)

    def _narrowed(self, rows: QuerySet[Row], newest: int | None) -> QuerySet[Row]:
        rows = rows if self.currency is None else rows.filter(organization__currency=self.currency)
        return rows if newest is None else rows.filter(pk__lte=newest)


def _named(rows: QuerySet[UsageEvent], alias: Alias) -> QuerySet[UsageEvent]:
    full = Concat(Lower("provider"), Value("/"), "model")
    if alias.expression is None:
        named = Q(model=alias.name) | Q(full_name=alias.name)
    else:
        named = Q(model__regex=alias.expression.pattern) | Q(full_name__regex=alias.expression.pattern)
    return rows.alias(full_name=full).filter(named, meter=alias.meter_id)


@serialized
def rate_selection(selection: WaitingUsage, *, created_by: str, now: datetime) -> RerateResult:
    """Rate the selection in one transaction; its organizations are locked in key order."""
    organizations = {
        *selection.events().values_list("organization_id", flat=True).distinct(),
        *selection.characters().values_list("organization_id", flat=True).distinct(),
    }
    lock_organizations(organizations, now=now)
    return _rate_events(selection, created_by, now) + _rate_characters(selection, created_by, now)


def rerate_quarantined(*, created_by: str, now: datetime, event_pks: Collection[int] | None = None) -> RerateResult:
    """Rate quarantined events, all or some, at the prices of their own times, batch by batch.

    Events of closed months become corrections in the open one. Events without a price stay, with the current reason.
    """
    return _rate_events(WaitingUsage(event_pks=event_pks), created_by, now)


def _rate_events(selection: WaitingUsage, created_by: str, now: datetime) -> RerateResult:
    done, last = RerateResult(0, 0), 0
    while batch := _next(selection.events(), last):
        done, last = done + _rerate(event_pks=batch, created_by=created_by, now=now), batch[-1]
    return done


def _next(rows: QuerySet[Any], last: int) -> list[int]:
    return list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:MAX_BATCH])


@serialized
def _rerate(*, event_pks: Collection[int], created_by: str, now: datetime) -> RerateResult:
    rows = UsageEvent.objects.filter(pk__in=event_pks, state=UsageEvent.State.QUARANTINED)
    lock_organizations(rows.values_list("organization_id", flat=True), now=now)  # another run may be rating them
    events = list(rows.select_related("organization").order_by("pk"))
    if not events:
        return RerateResult(0, 0)
    batch = RatingBatch.opened([_rated_event(event) for event in events], now=now)
    batch.rate()
    values = [_rated_row(event, rated) for event, rated in zip(events, batch.events, strict=True)]
    writer = RowWriter()
    writer.update(UsageEvent, ("id", "recorded_at"), (*NAMED, *COUNTED), values)
    # A day that is being added to a breakdown may have these events yet to come, although they are counted now.
    begun_again: list[tuple[UUID, dict[str, object]]] = [(pk, {}) for pk in {event.organization_id for event in events}]
    writer.update(MeteredOrganization, ("organization_id",), ("filling",), begun_again)
    batch.save(writer, created_by=created_by)
    rated = len(batch.counted())
    return RerateResult(rated, len(events) - rated, batch.postings.charges())


def _rated_row(event: UsageEvent, rated: RatedEvent) -> tuple[object, ...]:
    """Return the event's key, with the time by which the database finds its partition, and its counted values."""
    names = named_values(rated, event.model, event.model_sent or event.model)
    return (event.pk, event.recorded_at, *names, *counted_values(rated))


def _rated_event(event: UsageEvent) -> RatedEvent:
    return RatedEvent(
        key=event.pk,
        organization=event.organization,
        type=event.meter_slug,
        time=event.occurred_at,
        quantity_micros=event.quantity_micros,
        input_tokens=event.input_tokens,
        output_tokens=event.output_tokens,
        texts={name: getattr(event, name) for name in TEXTS},
        billing_mode=event.billing_mode,
        more=more_amounts(event),
        held_for=event.reason if event.reason in HELD else "",
        waited_for=event.reason,
        credential=event.credential,
        names=(event.event_id, event.source),
    )


def price_characters(*, created_by: str, now: datetime) -> RerateResult:
    """Charge active characters that had no price when they appeared, at the price of that time, batch by batch."""
    return _rate_characters(WaitingUsage(), created_by, now)


def _rate_characters(selection: WaitingUsage, created_by: str, now: datetime) -> RerateResult:
    done, last = RerateResult(0, 0), 0
    while batch := _next(selection.characters(), last):
        done, last = done + _price_characters(character_pks=batch, created_by=created_by, now=now), batch[-1]
    return done


@serialized
def _price_characters(*, character_pks: Collection[int], created_by: str, now: datetime) -> RerateResult:
    rows = ActiveCharacter.objects.filter(price_version__isnull=True, pk__in=character_pks)
    lock_organizations(rows.values_list("organization_id", flat=True), now=now)
    found = list(rows.select_related("organization").order_by("pk"))
    if not found:
        return RerateResult(0, 0)
    asked = RatingQuery()
    for row in found:
        asked.add(row.organization, row.activated_at, row.month)
    opened = open_usage(asked, now=now)
    activations = [each for each in _activations(found, opened, now) if each[1].price is not None]
    new, postings, writer = [activation for _, activation in activations], Postings(), RowWriter()
    charge_activations(new, opened.counters, postings, writer)
    roll_up([], new, writer)
    price_future_characters(new, writer, now=now)
    values = [
        (
            pk,
            each.meter and each.meter.pk,
            each.counted_on,
            each.price and each.price.version_id,
            each.charge_micros,
            each.posting_id,
        )
        for pk, each in activations
    ]
    columns = ("meter_id", "counted_on", "price_version_id", "charge_micros", "posting_id")
    writer.update(ActiveCharacter, ("id",), columns, values)
    _add_to_open_months(new, writer)
    adjust_minimums(_closed_months(new), postings, now.astimezone(UTC).date(), writer)
    postings.post(writer, created_by=created_by, now=now)
    return RerateResult(len(activations), len(found) - len(activations), postings.charges())


def _activations(rows: list[ActiveCharacter], opened: RatingData, now: datetime) -> list[tuple[int, Activation]]:
    today = now.astimezone(UTC).date()
    late = {row.pk for row in rows if (row.organization_id, row.month) in opened.closed}
    return [(row.pk, _activation(row, opened, today if row.pk in late else row.counted_on)) for row in rows]


def _activation(row: ActiveCharacter, opened: RatingData, counted_on: date) -> Activation:
    meter = opened.character_meter
    return Activation(
        organization=row.organization,
        month=row.month,
        character=row.character,
        meter=meter,
        activated_at=row.activated_at,
        active_from=row.activated_at,
        counted_on=counted_on,
        late=row.late,
        traffic_source="",
        price=find_price(opened.prices, row.organization, meter, "", row.activated_at) if meter else None,
    )


def _add_to_open_months(activations: list[Activation], writer: RowWriter) -> None:
    """Add the characters' charges to their month, unless it is closed."""
    charged: dict[tuple[object, object], int] = {}
    for each in activations:
        if not each.late and not _is_late(each):
            key = (each.organization.pk, each.month)
            charged[key] = charged.get(key, 0) + each.charge_micros
    rows = [(*key, 0, total) for key, total in charged.items()]
    writer.add(CharacterMonth, ("organization_id", "month"), ("high_water_mark", "charged_micros"), rows)


def _closed_months(activations: list[Activation]) -> dict[Month, Organization]:
    """Return the months that were closed before these characters were priced."""
    return {(each.organization.pk, each.month): each.organization for each in activations if _is_late(each)}


def _is_late(activation: Activation) -> bool:
    return activation.counted_on.replace(day=1) != activation.month
