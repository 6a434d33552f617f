"""Usage over a window of UTC days that ends now: totals, groups, the newest events, days for charts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from apps.common.money import MICROS_PER_UNIT
from apps.common.periods import window_start
from apps.common.prepared import PreparedRows
from apps.pricing.models import Meter
from apps.tenants.models import Organization
from apps.usage.models import Presence, PresenceDay, UnlistedModel, UsageDay, UsageEvent
from apps.usage.selectors.rows import by_meter, window

UNLISTED_DAYS = 30


@dataclass(frozen=True, slots=True)
class UsageTotals:
    """A window's usage. Tokens are whole; distinct ids are exact.

    The charge, in micros, is what its events and active characters were charged; minimum charges and captured
    reservations are no event's.
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
        """All tokens, told apart or not."""
        return self.input_tokens + self.output_tokens + self.unsplit_tokens


@dataclass(frozen=True, slots=True)
class UsageGroup:
    """A window's events of one event type or operation; `slug` is a meter of it, for the price now."""

    name: str
    slug: str
    event_count: int
    charge_micros: int


def usage_totals(organization: Organization, *, days: int, now: datetime) -> UsageTotals:
    """Return the totals of the last `days` UTC days up to now."""
    totals = UsageTotals()
    for row in by_meter(window(organization, days, now)):
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
        sessions=distinct.get(Presence.Kind.SESSION, 0),
        projects=distinct.get(Presence.Kind.PROJECT, 0),
        characters=distinct.get(Presence.Kind.CHARACTER, 0),
    )


def usage_by_event_type(organization: Organization, *, days: int, now: datetime) -> list[UsageGroup]:
    """Return a window's context engine events by type; an event without one is of its meter's."""
    return _groups(window(organization, days, now).filter(meter__kind=Meter.Kind.EVENT), "event_type")


def usage_by_operation(organization: Organization, *, days: int, now: datetime) -> list[UsageGroup]:
    """Return a window's service usage by operation; an event without one is of its meter's."""
    return _groups(window(organization, days, now).filter(meter__kind=Meter.Kind.SERVICE), "operation")


def usage_by_day(organization: Organization, *, days: int, now: datetime) -> list[Mapping[str, Any]]:
    """Return a window's events and charge by day and meter, for charts, oldest first."""
    rows = window(organization, days, now).order_by("day", "meter__slug").values("day", "meter__slug")
    return list(rows.annotate(events=Sum("event_count"), charge_micros=Sum("charge_micros")))


def unlisted_models(now: datetime) -> QuerySet[UnlistedModel]:
    """Return the models without a price of their own that were charged at the price for any model these 30 days."""
    return UnlistedModel.objects.filter(last_counted_on__gte=window_start(UNLISTED_DAYS, now).date())


def recent_usage_events(organization: Organization, limit: int) -> list[UsageEvent]:
    """Return the newest rated events, newest day first."""
    return _NEWEST.rows(organization_id=organization.pk, limit=limit)


def _newest(*, organization_id: UUID, limit: int) -> QuerySet[UsageEvent]:
    rows = UsageEvent.objects.filter(organization=organization_id, counted_on__isnull=False)
    return rows.order_by("-counted_on", "-pk")[:limit]


_NEWEST = PreparedRows[UsageEvent](_newest, shaped_by=["limit"])


def _groups(rows: QuerySet[UsageDay], by: str) -> list[UsageGroup]:
    grouped = rows.order_by(by, "meter__slug").values_list(by, "meter__slug")
    found: dict[str, UsageGroup] = {}
    for given, slug, count, charge in grouped.annotate(count=Sum("event_count"), charge=Sum("charge_micros")):
        name = given or slug
        before = found.get(name, UsageGroup(name, slug, 0, 0))
        found[name] = replace(
            before, event_count=before.event_count + count, charge_micros=before.charge_micros + charge
        )
    return sorted(found.values(), key=lambda group: group.name)


def _distinct(organization: Organization, days: int, now: datetime) -> dict[str, int]:
    start = window_start(days, now).date()
    rows = PresenceDay.objects.filter(organization=organization, day__gte=start).order_by().values_list("kind")
    return dict(rows.annotate(ids=Sum("id_count")))
