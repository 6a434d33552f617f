"""Usage over a window of UTC days that ends now: totals, groups, the newest events, days for charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from operator import add
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum, Value

from apps.common.money import MICROS_PER_UNIT
from apps.common.periods import window_start
from apps.common.queries import Query, fetch
from apps.pricing.models import Meter
from apps.tenants.models import Organization
from apps.usage.models import DistinctId, DistinctIdDay, UnknownModel
from apps.usage.selectors.day_totals import ahead, signed, window, window_by_meter

UNKNOWN_DAYS = 30


@dataclass(frozen=True, slots=True)
class UsageTotals:
    """A window's usage: whole tokens, messages, the charge in micros, and numbers of distinct ids.

    The charge is that of events and active characters, without minimum charges and captured holds.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    unsplit_tokens: int = 0
    messages: int = 0
    charge_micros: int = 0
    sessions: int = 0
    projects: int = 0
    characters: int = 0

    @property
    def tokens(self) -> int:
        """All tokens, split into input and output or not."""
        return self.input_tokens + self.output_tokens + self.unsplit_tokens


@dataclass(frozen=True, slots=True)
class UsageGroup:
    """A window's events of one event type or operation; `slug` is one of its meters, to look up the price now."""

    name: str
    slug: str
    event_count: int
    charge_micros: int


def usage_totals(organization: Organization, *, days: int, now: datetime) -> UsageTotals:
    """Return the totals of the last `days` UTC days up to now."""
    totals = UsageTotals()
    for row in window_by_meter(organization, days, now):
        counts_tokens = row["meter__counts"] == Meter.Counts.TOKENS
        totals = replace(
            totals,
            input_tokens=totals.input_tokens + row["into"],
            output_tokens=totals.output_tokens + row["out"],
            unsplit_tokens=totals.unsplit_tokens + (row["quantity"] // MICROS_PER_UNIT if counts_tokens else 0),
            messages=totals.messages + (row["events"] if row["meter__is_message"] else 0),
            charge_micros=totals.charge_micros + row["charge"],
        )
    distinct = _distinct(organization, days, now)
    return replace(
        totals,
        sessions=distinct.get(DistinctId.Kind.SESSION, 0),
        projects=distinct.get(DistinctId.Kind.PROJECT, 0),
        characters=distinct.get(DistinctId.Kind.CHARACTER, 0),
    )


def usage_by_event_type(organization: Organization, *, days: int, now: datetime) -> list[UsageGroup]:
    """Return a window's context engine events by type; events without one are under their meter's slug."""
    return _groups(organization, days, now, Meter.Kind.EVENT, "event_type")


def usage_by_operation(organization: Organization, *, days: int, now: datetime) -> list[UsageGroup]:
    """Return a window's service usage by operation; events without one are under their meter's slug."""
    return _groups(organization, days, now, Meter.Kind.SERVICE, "operation")


def usage_by_day(organization: Organization, *, days: int, now: datetime) -> list[Mapping[str, Any]]:
    """Return a window's events and charge by day and meter, for charts, oldest first."""
    come, not_come = (
        rows.order_by()
        .values_list("day", "meter__slug")
        .annotate(events=signed("event_count", sign), charge=signed("charge_micros", sign))
        for rows, sign in _signed_rows(organization, days, now)
    )
    found: dict[tuple[date, str], tuple[int, int]] = {}
    for day, slug, events, charge in come.union(not_come, all=True):
        before = found.get((day, slug), (0, 0))
        found[day, slug] = (before[0] + events, before[1] + charge)
    return [
        {"day": day, "meter__slug": slug, "events": events, "charge_micros": charge}
        for (day, slug), (events, charge) in sorted(found.items())
        if events or charge
    ]


@dataclass(frozen=True, slots=True)
class DayCost:
    """The charge of usage on a UTC day, in micros, with its events and whole tokens."""

    day: date
    event_count: int
    input_tokens: int
    output_tokens: int
    charge_micros: int


def cost_by_day(organization: Organization, *, days: int, now: datetime) -> list[DayCost]:
    """Return a window's usage by day, oldest first, without days that had none."""
    columns = ("event_count", "input_tokens", "output_tokens", "charge_micros")
    come, not_come = (
        rows.order_by().values_list("day").annotate(**{f"sum_{name}": signed(name, sign) for name in columns})
        for rows, sign in _signed_rows(organization, days, now)
    )
    found: dict[date, tuple[int, ...]] = {}
    for day, *sums in come.union(not_come, all=True):
        found[day] = tuple(map(add, found.get(day, (0,) * len(columns)), map(int, sums)))
    return [DayCost(day, *sums) for day, sums in sorted(found.items()) if any(sums)]


def _signed_rows(organization: Organization, days: int, now: datetime) -> list[tuple[Any, int]]:
    """The window's rows with sign 1, and those still ahead of the clock with sign -1."""
    return [(window(organization, days, now), 1), (ahead(organization, now), -1)]


def unknown_models_charged(now: datetime) -> QuerySet[UnknownModel]:
    """Return the models charged at the price for any model in the last 30 days while others have their own."""
    return UnknownModel.objects.filter(event_count__gt=0, last_seen_on__gte=window_start(UNKNOWN_DAYS, now).date())


class RecentEvent(NamedTuple):
    """A rated event in a list; quantity and charge in micros, None for quantities that its meter does not count."""

    event_id: str
    source: str
    meter_slug: str
    quantity_micros: int | None
    input_tokens: int | None
    output_tokens: int | None
    charge_micros: int
    occurred_at: datetime
    recorded_at: datetime


def recent_usage_events(organization: Organization, limit: int) -> list[RecentEvent]:
    """Return the newest rated events, at most 100, newest day first."""
    return fetch(recent_events_query(organization, limit))


def recent_events_query(organization: Organization, limit: int) -> Query[list[RecentEvent]]:
    """Return the query of `recent_usage_events`."""
    return Query("usage_newest_events(%s, %s)", (organization.pk, limit), _recent_events)


def _recent_events(rows: Sequence[Sequence[Any]] | None) -> list[RecentEvent]:
    return [
        RecentEvent._make([*plain, datetime.fromisoformat(occurred), datetime.fromisoformat(recorded)])
        for *plain, occurred, recorded in rows or ()
    ]


def _groups(organization: Organization, days: int, now: datetime, kind: str, by: str) -> list[UsageGroup]:
    come, not_come = (
        rows.filter(meter__kind=kind)
        .order_by()
        .values_list(by, "meter__slug")
        .annotate(count=signed("event_count", sign), charge=signed("charge_micros", sign))
        for rows, sign in _signed_rows(organization, days, now)
    )
    found: dict[str, UsageGroup] = {}
    for given, slug, count, charge in sorted(come.union(not_come, all=True)):
        name = given or slug
        before = found.get(name, UsageGroup(name, slug, 0, 0))
        found[name] = replace(
            before, event_count=before.event_count + count, charge_micros=before.charge_micros + charge
        )
    come_so_far = (group for group in found.values() if group.event_count or group.charge_micros)
    return sorted(come_so_far, key=lambda group: group.name)


def _distinct(organization: Organization, days: int, now: datetime) -> dict[str, int]:
    """Count the ids whose newest day is in the window, without those whose days in it are all ahead of the clock."""
    start = window_start(days, now).date()
    seen: Any = DistinctIdDay.objects.filter(organization=organization, day__gte=start).order_by().values_list("kind")
    future = DistinctId.objects.filter(
        _is_first_in_window("last_day", "previous_day", start, now)
        | _is_first_in_window("previous_day", "earlier_day", start, now),
        organization=organization,
        last_day_from__gt=now,
    )
    rows = seen.annotate(ids=Sum("id_count")).union(
        future.order_by().values_list("kind").annotate(ids=Count("pk") * Value(-1)), all=True
    )
    found: dict[str, int] = {}
    for kind, ids in rows:
        found[kind] = found.get(kind, 0) + int(ids)
    return found


def _is_first_in_window(day: str, day_before: str, start: date, now: datetime) -> Q:
    """Whether this day is an id's first day in the window and is still ahead of the clock."""
    has_none_before = Q(**{day_before: None}) | Q(**{f"{day_before}__lt": start})
    return has_none_before & Q(**{f"{day}__gte": start, f"{day}_from__gt": now})
