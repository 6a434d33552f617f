"""What usage comes to, answered from rollups: no answer here reads events, so a million cost what ten thousand do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.common.money import MICROS_PER_UNIT, divide_half_even
from apps.common.periods import Period, midnight, month_of, window_start
from apps.pricing.models import Meter
from apps.tenants.models import Organization
from apps.usage.models import (
    CharacterMonth,
    Counter,
    MeteredOrganization,
    MinimumCharge,
    Presence,
    PresenceDay,
    UsageDay,
    UsageEvent,
)


@dataclass(frozen=True, slots=True)
class ConsumedUnits:
    """What usage consumed of an allocation, in micros of each unit."""

    explorer_micros: int
    developer_micros: int
    credits_micros: int


@dataclass(frozen=True, slots=True)
class ResourceSpend:
    """Persistent resources in a month, in micros: charged in it, and metered in it (without corrections of others)."""

    charged_micros: int
    metered_micros: int


@dataclass(frozen=True, slots=True)
class UsageTotals:
    """A window's usage. Tokens are whole; distinct ids are exact; the charge is in micros."""

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


@dataclass(frozen=True, slots=True)
class UsageLine:
    """A line of a period's costs; quantity and amount in micros, `operator` empty where usage names none."""

    service: str
    operator: str
    unit: str
    quantity_micros: int
    amount_micros: int


@dataclass(frozen=True, slots=True)
class ActiveCharacters:
    """A month's active characters and what they were charged, in micros."""

    month: date
    high_water_mark: int
    charged_micros: int
    billed_at: datetime | None

    def priced_at(self, now: datetime) -> datetime:
        """Return the moment whose price to show beside it: now, or the last one of a month that is over."""
        return min(now, month_of(midnight(self.month)).end - timedelta(microseconds=1))


def consumed_units(organization: Organization, period: Period) -> ConsumedUnits:
    """Return the explorer units, developer units and legacy credits consumed in a period of whole UTC days."""
    meters = {meter.pk: meter for meter in Meter.objects.all()}
    explorer = developer = credits = 0
    for row in _by_meter(_days_in(organization, period)):
        meter, counted = meters[row["meter_id"]], _counted_micros(row)
        explorer += counted * meter.explorer_units_micros
        developer += counted * meter.developer_units_micros
        credits += counted * meter.credits_micros
    return ConsumedUnits(*(divide_half_even(total, MICROS_PER_UNIT) for total in (explorer, developer, credits)))


def resource_spend(organization: Organization, now: datetime) -> ResourceSpend:
    """Return what meters flagged as persistent resources come to in the UTC month of `now`, in one statement."""
    month = month_of(now)
    counters = Counter.objects.filter(organization=organization, month=month.start.date())
    row = (
        MeteredOrganization.objects.filter(pk=organization.pk)
        .values_list(
            _resources(_days_in(organization, month), "charge_micros"),
            _resources(_minimums_in(organization, month), "amount_micros"),
            _resources(counters, "charge_micros"),
        )
        .first()
    )
    charged, minimums, metered = row or (0, 0, 0)
    return ResourceSpend(charged + minimums, metered)


def usage_totals(organization: Organization, *, days: int, now: datetime) -> UsageTotals:
    """Return the totals of the last `days` UTC days up to now."""
    totals = UsageTotals()
    for row in _by_meter(_window(organization, days, now)):
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
    return _groups(_window(organization, days, now).filter(meter__kind=Meter.Kind.EVENT), "event_type")


def usage_by_operation(organization: Organization, *, days: int, now: datetime) -> list[UsageGroup]:
    """Return a window's service usage by operation; an event without one is of its meter's."""
    return _groups(_window(organization, days, now).filter(meter__kind=Meter.Kind.SERVICE), "operation")


def active_characters(organization: Organization, *, days: int, now: datetime) -> ActiveCharacters:
    """Return the newest month with active characters that the window touches; the current one where there is none."""
    this_month = month_of(now).start.date()
    first = window_start(days, now).date().replace(day=1)
    months = CharacterMonth.objects.filter(organization=organization, month__range=(first, this_month))
    row = months.order_by("-month").first()
    if row is None:
        return ActiveCharacters(this_month, 0, 0, None)
    return ActiveCharacters(row.month, row.high_water_mark, row.charged_micros, row.billed_at)


def usage_lines(organization: Organization, period: Period) -> list[UsageLine]:
    """Return what a period of whole UTC days was charged for, by meter and operator; the lines add up to all of it."""
    rows = (
        _days_in(organization, period)
        .order_by("meter__slug", "operator")
        .values("meter__slug", "meter__unit", "operator")
        .annotate(quantity=Sum("quantity_micros"), tokens=Sum(F("input_tokens") + F("output_tokens")))
        .annotate(charge=Sum("charge_micros"))
    )
    lines = [
        UsageLine(
            row["meter__slug"],
            row["operator"],
            row["meter__unit"],
            row["quantity"] + row["tokens"] * MICROS_PER_UNIT,
            row["charge"],
        )
        for row in rows
    ]
    minimums = _minimums_in(organization, period).order_by("meter__slug").values_list("meter__slug")
    return lines + [
        UsageLine(slug, "", "minimum charge", MICROS_PER_UNIT, amount)
        for slug, amount in minimums.annotate(total=Sum("amount_micros"))
    ]


def usage_by_day(organization: Organization, *, days: int, now: datetime) -> list[Mapping[str, Any]]:
    """Return a window's events and charge by day and meter, for charts, oldest first."""
    rows = _window(organization, days, now).order_by("day", "meter__slug").values("day", "meter__slug")
    return list(rows.annotate(events=Sum("event_count"), charge_micros=Sum("charge_micros")))


def recent_usage_events(organization: Organization, limit: int) -> list[UsageEvent]:
    """Return the newest rated events, newest day first."""
    rows = UsageEvent.objects.filter(organization=organization, counted_on__isnull=False)
    return list(rows.order_by("-counted_on", "-pk")[:limit])


def _window(organization: Organization, days: int, now: datetime) -> QuerySet[UsageDay]:
    """The window ends now; what a clock up to five minutes ahead has dated tomorrow is in it."""
    start = window_start(days, now).date()
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return UsageDay.objects.filter(organization=organization, day__range=(start, tomorrow))


def _days_in(organization: Organization, period: Period) -> QuerySet[UsageDay]:
    first, end = period.start.date(), period.end.date()
    return UsageDay.objects.filter(organization=organization, day__gte=first, day__lt=end)


def _minimums_in(organization: Organization, period: Period) -> QuerySet[MinimumCharge]:
    first, end = period.start.date(), period.end.date()
    return MinimumCharge.objects.filter(organization=organization, counted_on__gte=first, counted_on__lt=end)


def _by_meter(rows: QuerySet[UsageDay]) -> Iterable[Mapping[str, Any]]:
    grouped = rows.order_by().values("meter_id", "meter__counts", "meter__is_message")
    return grouped.annotate(
        events=Sum("event_count"),
        quantity=Sum("quantity_micros"),
        into=Sum("input_tokens"),
        out=Sum("output_tokens"),
        charge=Sum("charge_micros"),
    )


def _counted_micros(row: Mapping[str, Any]) -> int:
    return int(row["quantity"] + (row["into"] + row["out"]) * MICROS_PER_UNIT)


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


def _resources(rows: "QuerySet[UsageDay] | QuerySet[MinimumCharge] | QuerySet[Counter]", column: str) -> Coalesce:
    """The sum over persistent resources, as part of a larger statement."""
    flagged = rows.filter(meter__is_persistent_resource=True).order_by().values("organization")
    return Coalesce(Subquery(flagged.annotate(total=Sum(column)).values("total")), 0)
