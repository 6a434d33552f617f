"""The home page's chart: what all customers of a currency were charged and granted, by day or month."""

from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import DateField, F, Sum
from django.db.models.functions import Cast, TruncMonth

from apps.backoffice.chart_ranges import ChartRange
from apps.backoffice.charts import Axis, bars_over_time
from apps.backoffice.components import Picture
from apps.backoffice.explain.links import why
from apps.backoffice.home.currencies import ALL, REPORTING_CURRENCY, kept_a_minute, of_currency
from apps.common.money import convert
from apps.wallets.models import CHARGES, DayTotal, EntryType

CHARGED, GRANTED = "Charged", "Granted"


def movement_chart(currency: str, range_: ChartRange, now: datetime) -> Picture:
    """Draw the charges and grants of a currency, or of `ALL` in the reporting currency; at most a minute old."""
    return kept_a_minute(f"movement.{range_.name}", partial(_drawn, range_), currency, now)


def _drawn(range_: ChartRange, currency: str, now: datetime) -> Picture:
    unit = REPORTING_CURRENCY if currency == ALL else currency
    axis = range_.axis(now)
    moved, before = moved_by_bar(currency, axis), moved_by_bar(currency, range_.axis_before(now))
    name = f"Charged and granted, last {range_.title}"
    chart = bars_over_time(
        name,
        axis,
        moved,
        unit=unit,
        stacked=False,
        lead=lambda start, side: why("movements", side.lower(), currency, f"{start:%Y-%m}" if axis.by_month else start),
    )
    sums = ((side, sum(moved[side].values()), sum(before[side].values())) for side in moved)
    return Picture(title=name, chart=chart, explanation=range_.compared(now, unit, sums))


def moved_by_bar(currency: str, axis: Axis) -> dict[str, dict[date, int]]:
    """Return what was charged and granted, by the day or month of an axis, in micros."""
    rows = DayTotal.objects.filter(
        of_currency(currency, "organization__currency"),
        day__gte=axis.starts[0],
        day__lte=axis.end,
        kind__in=[*CHARGES, EntryType.GRANT],
    )
    # The total of all currencies is converted for each customer, as its explanation does.
    owner = {"owner": F("organization"), "rate": F("organization__usd_rate_micros")} if currency == ALL else {}
    bar = Cast(TruncMonth("day"), DateField()) if axis.by_month else F("day")
    sums: Any = rows.order_by().values("kind", start=bar, **owner).annotate(total=Sum("amount_micros"))
    found: dict[str, dict[date, int]] = {CHARGED: {}, GRANTED: {}}
    for row in sums:
        side, sign = (GRANTED, 1) if row["kind"] == EntryType.GRANT else (CHARGED, -1)
        amount = convert(row["total"], row["rate"]) if owner else row["total"]
        found[side][row["start"]] = found[side].get(row["start"], 0) + sign * int(amount)
    return found
