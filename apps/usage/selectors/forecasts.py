"""Forecasts of usage until a period ends, from day totals."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db.models import Min, Q, Sum

from apps.common.periods import Period, billing_period, month_of
from apps.pricing.models import FIGURES
from apps.pricing.selectors import charging
from apps.tenants.models import Organization
from apps.usage.forecast import MOST_DAYS, ExpectedCharge, below_minimum, expected
from apps.usage.models import UsageDay

CHANGES = 20


@dataclass(frozen=True, slots=True)
class SpanForecast:
    """A period, the charge of its usage so far, in micros, and the expected charge."""

    period: Period
    so_far_micros: int
    expected: ExpectedCharge | None

    def plus(self, amount_micros: int) -> "SpanForecast":
        """Return it with a fixed amount added to what is expected."""
        return replace(self, expected=self.expected and self.expected.plus(amount_micros))


@dataclass(frozen=True, slots=True)
class PriceAhead:
    """A price that takes effect before the month ends; the forecast ignores it."""

    meter: str
    model: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class UsageForecast:
    """The charges of the last full days, oldest first, and the forecasts for the billing period and the UTC month.

    A month's greatest, latest or distinct count is expected to stay as it is, so the days leave it out.
    `minimum_micros` is the expected addition by monthly minimums; the month's forecast includes it.
    """

    days: Sequence[int]
    billing: SpanForecast
    month: SpanForecast
    minimum_micros: int
    prices_ahead: Sequence[PriceAhead]


def usage_forecast(organization: Organization, now: datetime) -> UsageForecast:
    """Return the forecast of an organization's usage, in four statements."""
    today = now.astimezone(UTC).date()
    billing, month = billing_period(organization.anchor_day, now), month_of(now)
    first = min(billing.start.date(), month.start.date(), today - timedelta(days=MOST_DAYS))
    charges, figures = _charges(organization, first, today)
    of_day = _by_day(charges)
    full = _full_days(organization, today)
    flowing = _by_day({place: micros for place, micros in charges.items() if place[1] not in figures})
    days = [flowing.get(day, 0) for day in full]
    least = _minimums(organization, charges, figures, full, month, now)
    standing = sum(
        micros for (day, meter_id, _), micros in charges.items() if meter_id in figures and day >= month.start.date()
    )
    of_billing, of_month = _span(billing, of_day, days, now), _span(month, of_day, days, now)
    if billing.end > month.end:  # the figures of the next month are expected to be those of this one
        of_billing = of_billing.plus(standing)
    return UsageForecast(days, of_billing, of_month.plus(least), least, _ahead(organization, charges, now, month))


def _charges(
    organization: Organization, first: date, today: date
) -> tuple[dict[tuple[date, int, str], int], frozenset[int]]:
    """Return the charges by day, meter and model, and the meters whose charge is that of a figure of the month."""
    rows = UsageDay.objects.filter(organization=organization, day__range=(first, today)).order_by()
    names = ("day", "meter_id", "meter__counts", "model")
    grouped = list(rows.values_list(*names).annotate(charge=Sum("charge_micros")))
    figures = frozenset(meter_id for _, meter_id, counts, _, _ in grouped if counts in FIGURES)
    return {(day, meter_id, model): int(charge) for day, meter_id, _, model, charge in grouped}, figures


def _by_day(charges: Mapping[tuple[date, int, str], int]) -> dict[date, int]:
    of_day: dict[date, int] = {}
    for (day, _, _), micros in charges.items():
        of_day[day] = of_day.get(day, 0) + micros
    return of_day


def _full_days(organization: Organization, today: date) -> list[date]:
    """Return the last full UTC days since the first usage, at most seven."""
    first = UsageDay.objects.filter(organization=organization, day__lt=today).aggregate(first=Min("day"))["first"]
    days = (today - timedelta(days=back) for back in range(MOST_DAYS, 0, -1))
    return [day for day in days if first is not None and day >= first]


def _span(period: Period, of_day: dict[date, int], days: Sequence[int], now: datetime) -> SpanForecast:
    so_far = sum(micros for day, micros in of_day.items() if period.start.date() <= day)
    return SpanForecast(period, so_far, expected(so_far, days, period.end - now))


def _minimums(
    organization: Organization,
    charges: Mapping[tuple[date, int, str], int],
    figures: Collection[int],
    full: Sequence[date],
    month: Period,
    now: datetime,
) -> int:
    """Return the expected addition by minimums: each price with usage this month is compared with that usage."""
    in_force = charging([organization.pk], [organization.currency]).filter(
        Q(effective_to__isnull=True) | Q(effective_to__gt=now), effective_from__lte=now
    )
    # The tables are not loaded, since a list may have thousands of prices.
    prices = list(in_force.values_list("meter_id", "model", "book__organization", "minimum_micros"))
    own = {(meter_id, model) for meter_id, model, owner, _ in prices if owner is not None}
    named = {(meter_id, model) for meter_id, model, _, _ in prices if model}
    total = 0
    for of_meter, of_model, owner, minimum_micros in prices:
        if not minimum_micros or (owner is None and (of_meter, of_model) in own):
            continue
        mine = {
            (day, model): micros
            for (day, meter_id, model), micros in charges.items()
            if meter_id == of_meter and (model == of_model if of_model else (meter_id, model) not in named)
        }
        used = [micros for (day, _), micros in mine.items() if day >= month.start.date()]
        if used:
            rated = () if of_meter in figures else full  # a figure of the month stays as it is
            days = [sum(micros for (day, _), micros in mine.items() if day == each) for each in rated]
            found = expected(sum(used), days, month.end - now)
            total += below_minimum(minimum_micros, found.likely_micros if found else sum(used))
    return total


def _ahead(
    organization: Organization, charges: Iterable[tuple[date, int, str]], now: datetime, month: Period
) -> list[PriceAhead]:
    """Return the prices that change before the month ends, of models that the organization used and of any model."""
    rows = charging([organization.pk], [organization.currency])
    models = {"", *(model for _, _, model in charges)}
    rows = rows.filter(effective_from__gt=now, effective_from__lt=month.end, model__in=models)
    found = rows.order_by("effective_from", "pk").values_list("meter__slug", "model", "effective_from")
    return [PriceAhead(*each) for each in found[:CHANGES]]
