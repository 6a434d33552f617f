"""The ranges of a chart: 30 or 90 days by day, or twelve months by month; `?range=` in the address chooses one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.http import HttpRequest

from apps.backoffice.charts import Axis
from apps.backoffice.components import Link
from apps.common.admin import day_text, money_text
from apps.common.money import in_smallest_units
from apps.common.periods import add_months

RANGE = "range"


@dataclass(frozen=True, slots=True)
class ChartRange:
    """A number of days or months that end today."""

    name: str
    title: str
    count: int
    by_month: bool = False

    def axis(self, now: datetime) -> Axis:
        """Return the days or months of the range."""
        return self._ending(now.astimezone(UTC).date())

    def axis_before(self, now: datetime) -> Axis:
        """Return the days or months of the range before this one."""
        today = now.astimezone(UTC).date()
        return self._ending(add_months(today, -self.count) if self.by_month else today - timedelta(days=self.count))

    def _ending(self, day: date) -> Axis:
        back = range(self.count - 1, -1, -1)
        if self.by_month:
            return Axis([add_months(day.replace(day=1), -months) for months in back], day, by_month=True)
        return Axis([day - timedelta(days=days) for days in back], day)

    def compared(self, now: datetime, unit: str, sums: Iterable[tuple[str, int, int]]) -> str:
        """Write the rounded sum of each series in the range that ends at `now`, and in the range before it."""
        axis = self.axis_before(now)

        def rounded(amount_micros: int) -> str:
            return money_text(in_smallest_units(amount_micros, unit), unit)

        text = "; ".join(f"{name} {rounded(amount)} (before: {rounded(before)})" for name, amount, before in sums)
        return f"{text}. Before: {day_text(axis.starts[0])} to {day_text(axis.end)}."


RANGES = (
    ChartRange("30", "30 days", 30),
    ChartRange("90", "90 days", 90),
    ChartRange("12m", "12 months", 12, by_month=True),
)


def chosen_range(request: HttpRequest) -> ChartRange:
    """Return the range that the address names, by default the first."""
    return next((each for each in RANGES if each.name == request.GET.get(RANGE)), RANGES[0])


def range_links(request: HttpRequest) -> list[Link]:
    """Return the links that choose a range and keep the rest of the address."""
    chosen, found = chosen_range(request), []
    for each in RANGES:
        query = request.GET.copy()
        query[RANGE] = each.name
        found.append(Link(each.title, f"?{query.urlencode()}", is_current=each is chosen))
    return found
