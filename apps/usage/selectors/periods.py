"""Usage of a month or a period: units consumed, persistent resources, lines of costs, active characters."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from apps.common.money import MICROS_PER_UNIT, divide_half_even
from apps.common.periods import Period, midnight, month_of, window_start
from apps.common.queries import Query, fetch
from apps.pricing.models import Meter
from apps.tenants.models import Organization
from apps.usage.models import CharacterMonth, FutureUsage, MinimumCharge, UnitAlert, UsageDay, UsagePosting
from apps.usage.selectors.call_days import tokens_by_kind
from apps.usage.selectors.day_totals import by_meter, days_in
from apps.wallets.models import Consumption


@dataclass(frozen=True, slots=True)
class ConsumedUnits:
    """Units consumed of an allocation, in micros of each unit."""

    explorer_micros: int
    developer_micros: int
    credits_micros: int

    @property
    def by_unit(self) -> Mapping[str, int]:
        """The units by the names that the API and a plan's allocation have for them."""
        return {
            "explorer_units": self.explorer_micros,
            "developer_units": self.developer_micros,
            "credits": self.credits_micros,
        }


@dataclass(frozen=True, slots=True)
class ResourceSpend:
    """The cost of persistent resources in a month, in micros: charged in it, and metered in it (no corrections)."""

    charged_micros: int
    metered_micros: int


@dataclass(frozen=True, slots=True)
class UsageLine:
    """A line of a period's costs; quantity and amount in micros, `operator` empty if the usage names none."""

    service: str
    operator: str
    unit: str
    quantity_micros: int
    amount_micros: int


@dataclass(frozen=True, slots=True)
class ActiveCharacters:
    """A month's active characters and the charge for them, in micros."""

    month: date
    high_water_mark: int
    charged_micros: int
    billed_at: datetime | None

    def priced_at(self, now: datetime) -> datetime:
        """Return the time whose price to show: now, or the last moment of the month if that is over."""
        return min(now, month_of(midnight(self.month)).end - timedelta(microseconds=1))


def consumed_units(organization: Organization, period: Period) -> ConsumedUnits:
    """Return the explorer units, developer units and legacy credits consumed in a period of whole UTC days.

    A meter may give its token kinds weights.
    """
    meters = {meter.pk: meter for meter in Meter.objects.all()}
    weighted = _weighted_micros(organization, period, [meter for meter in meters.values() if meter.kind_weights])
    explorer = developer = credits = 0
    for row in by_meter(days_in(organization, period)):
        meter = meters[row["meter_id"]]
        counted = weighted.get(meter.pk, row["quantity"] + (row["into"] + row["out"]) * MICROS_PER_UNIT)
        explorer += counted * meter.explorer_units_micros
        developer += counted * meter.developer_units_micros
        credits += counted * meter.credits_micros
    return ConsumedUnits(*(divide_half_even(total, MICROS_PER_UNIT) for total in (explorer, developer, credits)))


def _weighted_micros(organization: Organization, period: Period, meters: Sequence[Meter]) -> dict[int, int]:
    """Return the weighted tokens of some meters, in micros of a token, by the meter's id."""
    if not meters:
        return {}
    tokens = tokens_by_kind(organization, period.start.date(), period.end.date(), [meter.pk for meter in meters])
    weights = {meter.pk: meter.kind_weights for meter in meters}
    return {
        meter_id: sum(count * weights[meter_id].get(kind, MICROS_PER_UNIT) for kind, count in kinds.items())
        for meter_id, kinds in tokens.items()
    }


def resource_spend(organization: Organization, now: datetime) -> ResourceSpend:
    """Return the cost of meters flagged as persistent resources in the UTC month of `now`, in one statement."""
    return fetch(resources_query(organization, now))


def resources_query(organization: Organization, now: datetime) -> Query[ResourceSpend]:
    """Return the query of `resource_spend`."""
    month = month_of(now)
    values = (organization.pk, month.start.date(), month.end.date())
    return Query("usage_resources(%s, %s, %s)", values, _resources)


def _resources(found: tuple[int, int, int]) -> ResourceSpend:
    charged, minimums, metered = found
    return ResourceSpend(charged + minimums, metered)


def active_characters(organization: Organization, *, days: int, now: datetime) -> ActiveCharacters:
    """Return the newest month in the window with active characters; the current one if there is none."""
    this_month = month_of(now).start.date()
    first = window_start(days, now).date().replace(day=1)
    months = CharacterMonth.objects.filter(organization=organization, month__range=(first, this_month))
    for row in months.order_by("-month")[:2]:
        count, charge = row.high_water_mark, row.charged_micros
        if row.month == this_month:
            still_ahead = _characters_ahead(organization, now)
            count, charge = count - still_ahead[0], charge - still_ahead[1]
        if count:
            return ActiveCharacters(row.month, count, charge, row.billed_at)
    return ActiveCharacters(this_month, 0, 0, None)


def _characters_ahead(organization: Organization, now: datetime) -> tuple[int, int]:
    """The number of this month's characters that are active only ahead of the clock, and the charge for them."""
    rows = FutureUsage.objects.filter(organization=organization, counts_from__gt=now, counts_from__lt=month_of(now).end)
    found = rows.exclude(character="").aggregate(count=Count("pk"), charge=Coalesce(Sum("charge_micros"), 0))
    return int(found["count"]), int(found["charge"])


def usage_lines(organization: Organization, period: Period) -> list[UsageLine]:
    """Return the charges of a period of whole UTC days by meter and operator; the lines add up to the total."""
    return usage_lines_by_organization([organization.pk], period)[organization.pk]


def usage_lines_by_organization(organization_ids: Collection[UUID], period: Period) -> dict[UUID, list[UsageLine]]:
    """Return the lines of some organizations, in two statements."""
    first, end = period.start.date(), period.end.date()
    own = {"organization__in": organization_ids}
    found: dict[UUID, list[UsageLine]] = {pk: [] for pk in organization_ids}
    days = UsageDay.objects.filter(**own, day__gte=first, day__lt=end).order_by("meter__slug", "operator")
    rows = (
        days.values("organization", "meter__slug", "meter__unit", "operator")
        .annotate(quantity=Sum("quantity_micros"), tokens=Sum(F("input_tokens") + F("output_tokens")))
        .annotate(charge=Sum("charge_micros"))
    )
    for row in rows:
        counted = row["quantity"] + row["tokens"] * MICROS_PER_UNIT
        line = UsageLine(row["meter__slug"], row["operator"], row["meter__unit"], counted, row["charge"])
        found[row["organization"]].append(line)
    minimums = MinimumCharge.objects.filter(**own, counted_on__gte=first, counted_on__lt=end).order_by("meter__slug")
    totals = minimums.values_list("organization", "meter__slug").annotate(total=Sum("amount_micros"))
    for pk, slug, amount in totals:
        found[pk].append(UsageLine(slug, "", "minimum charge", MICROS_PER_UNIT, amount))
    return found


def unit_alerts(organization: Organization) -> list[UnitAlert]:
    """Return an organization's thresholds of units, by unit and in ascending order."""
    return list(UnitAlert.objects.filter(organization=organization).order_by("unit", "threshold_micros"))


def paid_by_promotions(organization: Organization, period: Period) -> int:
    """Return the amount of usage charged in a period that promotional credit paid, less credits back, in micros.

    Promotional credit is credit that nobody paid for.
    """
    posted = UsagePosting.objects.filter(organization=organization, transfer__isnull=False)
    posted = posted.filter(created_at__gte=period.start, created_at__lt=period.end)
    used = Consumption.objects.filter(organization=organization, grant__is_paid=False)
    used = used.filter(transfer__in=posted.values("transfer"))
    return int(used.aggregate(total=Sum("amount_micros"))["total"] or 0)
