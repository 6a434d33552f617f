"""Usage by dimensions that events name, from day totals: a window's groups, with their total."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import BooleanField, Case, CharField, DateField, F, Q, Sum, Value, When
from django.db.models.functions import TruncMonth

from apps.common.periods import add_months
from apps.pricing.breakdowns import DIMENSIONS, KIND, Breakdown, read_breakdowns
from apps.pricing.models import Meter
from apps.tenants.models import Organization
from apps.usage.errors import BreakdownNotKept
from apps.usage.models import BreakdownTotal, UsageDay

METER: Final = "meter"
# Every meter has these in its day totals.
ALWAYS: Final = ("model", "operation", "event_type", "operator")
GROUPS: Final = (METER, *DIMENSIONS, "event_type", "operator", KIND)
NOT_OTHER: Final = Value(value=False, output_field=BooleanField())
IS_TOTAL: Final = Value(value=True, output_field=BooleanField())
NO_PERIOD: Final = Value(None, output_field=DateField())
NO_VALUE: Final = Value("", output_field=CharField())
INTERVALS: Final = ("none", "day", "month")
SUMS: Final = ("event_count", "quantity_micros", "input_tokens", "output_tokens", "charge_micros")
DAYS_AT_ONCE: Final = 31
ORDERS: Final = {
    "-charge": "-charge_micros",
    "charge": "charge_micros",
    "-events": "-event_count",
    "events": "event_count",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakdownQuery:
    """The dimensions to group by, the UTC days, and the only values wanted, by dimension.

    `by_day` are months, given by their first days, that are read day by day even if the days include all of the month.
    """

    group_by: tuple[str, ...]
    first_day: date
    last_day: date
    interval: str = "none"
    meter: str = ""
    only: Mapping[str, str] = field(default_factory=dict)
    order: str = "-charge"
    by_day: frozenset[date] = frozenset()

    @property
    def months(self) -> list[date]:
        """The whole months among its days, by their first days."""
        found: list[date] = []
        first = self.first_day.replace(day=1)
        while first.year < date.max.year and (end := add_months(first, 1)) - timedelta(days=1) <= self.last_day:
            found += [first] * (first >= self.first_day and first not in self.by_day)
            first = end
        return found

    @property
    def parts(self) -> list["BreakdownQuery"]:
        """The same by spans of days, in order, where each day has groups of its own; otherwise itself."""
        if self.interval != "day":
            return [self]
        days = range(0, (self.last_day - self.first_day).days + 1, DAYS_AT_ONCE)
        firsts = [self.first_day + timedelta(days=each) for each in days]
        lasts = [*(each - timedelta(days=1) for each in firsts[1:]), self.last_day]
        return [replace(self, first_day=first, last_day=last) for first, last in zip(firsts, lasts, strict=True)]

    @property
    def named(self) -> tuple[str, ...]:
        """The dimensions that the sums must distinguish."""
        return tuple(dict.fromkeys(name for name in (*self.group_by, *self.only) if name != METER))


@dataclass(frozen=True, slots=True)
class Group:
    """A group's sums, its day or month and its values by dimension; `is_other` adds up the values without a row."""

    period: date | None
    values: Mapping[str, str]
    is_other: bool
    sums: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """A page of groups, the sums of all groups and of the values without a row, and the first complete day.

    `is_being_filled`: earlier days are still being added.
    """

    groups: Sequence[Group]
    total: Mapping[str, int]
    other: Mapping[str, int]
    since: date | None
    is_being_filled: bool = False


def kept_breakdowns(meter: str = "") -> list[tuple[Meter, Breakdown]]:
    """Return the breakdowns that one meter keeps, or all meters."""
    meters = Meter.objects.order_by("slug")
    rows = meters.filter(slug=meter) if meter else meters
    return [(row, each) for row in rows for each in read_breakdowns(row.breakdowns)]


def broken_down(organization: Organization, asked: BreakdownQuery, *, offset: int, limit: int | None) -> Breakdowns:
    """Return an organization's usage by group, in two statements for any number of events.

    Raises:
        BreakdownNotKept: no meter keeps sums that distinguish these dimensions.
    """
    rows, chosen = asked_sums(organization, asked)
    since = max((each.since for each in chosen.values()), default=None)
    is_being_filled = any(each.counts_from is not None for each in chosen.values())
    # Grouped by kind, the totals need other rows: an event has several kinds, but counts once.
    whole = asked_rows(whole_rows(chosen, asked), organization, asked) if KIND in asked.group_by else rows
    groups, total, other = _page(rows, whole, asked, offset, limit)
    return Breakdowns(groups, total, other, since, is_being_filled)


def asked_sums(organization: Organization, asked: BreakdownQuery) -> tuple[Any, dict[int, Breakdown]]:
    """Return the rows of sums to group, and each meter's breakdown from which they come, empty for day totals.

    Raises:
        BreakdownNotKept: no meter keeps sums that distinguish these dimensions.
    """
    if set(asked.named) <= set(ALWAYS):
        rows: Any = UsageDay.objects.annotate(is_other=NOT_OTHER)
        return asked_rows(rows, organization, asked), {}
    kept = kept_breakdowns(asked.meter)
    chosen = narrowest(kept, asked.named)
    if not chosen:
        texts = [f"{meter.slug} by {each.name.replace(',', ' and ')}" for meter, each in kept]
        raise BreakdownNotKept(f"kept are every meter by {', '.join(ALWAYS)}" + "".join(f"; {text}" for text in texts))
    rows = rows_of(chosen, asked.named, months=() if asked.interval == "day" else asked.months)
    return asked_rows(rows, organization, asked), chosen


def narrowest(kept: Iterable[tuple[Meter, Breakdown]], named: Iterable[str]) -> dict[int, Breakdown]:
    """Return each meter's breakdown with the fewest dimensions that distinguishes these; among equals, the oldest."""
    found: dict[int, Breakdown] = {}
    for meter, each in kept:
        if each.covers(named):
            before = found.get(meter.pk)
            if before is None or _width(each) < _width(before):
                found[meter.pk] = each
    return found


def _width(breakdown: Breakdown) -> tuple[int, date]:
    return len(breakdown.by) + breakdown.has_kinds, breakdown.since


def rows_of(
    chosen: Mapping[int, Breakdown], named: Collection[str], other: str = "", months: Sequence[date] = ()
) -> Any:
    """Return the complete days of the breakdown chosen for each meter, with the named dimensions as columns.

    Rows that add up the values without their own row are marked `other`. `months` are the months, by their first
    days, whose month rows are read instead of their days. If the kind is named, the rows count the parts of events.
    """
    others = When(is_other=True, then=Value(other))
    of_meters = (Q(meter=meter_id, by=each.name) & _days(each, months) for meter_id, each in chosen.items())
    rows: Any = BreakdownTotal.objects.filter(reduce(or_, of_meters))
    rows = rows.exclude(kind="") if KIND in named else rows.filter(kind="")
    for name in named:
        if name == KIND:
            continue
        values = (When(meter=pk, then=F(f"value_{each.by.index(name) + 1}")) for pk, each in chosen.items())
        rows = rows.annotate(**{name: Case(others, *values)})
    return rows


def whole_rows(chosen: Mapping[int, Breakdown], asked: BreakdownQuery) -> Any:
    """Return the rows that count whole events beside those by kind; only a window of one kind has no others."""
    named = tuple(name for name in asked.named if name != KIND or KIND in asked.only)
    return rows_of(chosen, named, months=() if asked.interval == "day" else asked.months)


def _days(breakdown: Breakdown, months: Sequence[date]) -> Q:
    days, complete = Q(is_month=False, day__gte=breakdown.since), [day for day in months if day >= breakdown.since]
    if not complete:
        return days
    for first in complete:
        days &= Q(day__lt=first) | Q(day__gte=add_months(first, 1))
    return Q(is_month=True, day__in=complete) | days


def asked_rows(rows: Any, organization: Organization, asked: BreakdownQuery) -> Any:
    """Return an organization's rows among those of a table of sums, with the columns by which to group them."""
    rows = rows.filter(organization=organization, day__range=(asked.first_day, asked.last_day), **asked.only)
    rows = rows.filter(meter__slug=asked.meter) if asked.meter else rows
    if asked.interval == "none":
        return rows
    return rows.annotate(period=F("day") if asked.interval == "day" else TruncMonth("day"))


def grouping(asked: BreakdownQuery) -> list[str]:
    """Return the columns by which to group the rows: the period if there is one, the dimensions, and `is_other`."""
    first = [] if asked.interval == "none" else ["period"]
    return [*first, *("meter__slug" if name == METER else name for name in asked.group_by), "is_other"]


def _page(
    rows: Any, whole: Any, asked: BreakdownQuery, offset: int, limit: int | None
) -> tuple[list[Group], dict[str, int], dict[str, int]]:
    """Return some groups of the rows, the sums of `whole`, and of those of its rows that add up values without a row.

    One statement reads both: the sums are its rows marked `is_total`.
    """
    keys = grouping(asked)
    names = dict(zip(asked.group_by, keys[-1 - len(asked.group_by) : -1], strict=True))
    first = keys[:1] if asked.interval != "none" else []
    sums = {f"sum_{name}": Sum(name) for name in SUMS}
    order = ORDERS[asked.order]
    sign, column = ("-", order[1:]) if order.startswith("-") else ("", order)
    found = rows.order_by().values(*keys).annotate(is_total=NOT_OTHER, **sums)
    found = found.order_by(*first, f"{sign}sum_{column}", *names.values(), "is_other")
    found = found[offset:] if limit is None else found[offset : offset + limit]
    read = list(found.union(_total_rows(whole, keys, sums), all=True))
    groups = [
        Group(row.get("period"), {name: row[column] for name, column in names.items()}, row["is_other"], _summed([row]))
        for row in read
        if not row["is_total"]
    ]
    totals = [row for row in read if row["is_total"]]
    return groups, _summed(totals), _summed(row for row in totals if row["is_other"])


def _total_rows(whole: Any, keys: Sequence[str], sums: Mapping[str, Sum]) -> Any:
    """Return the sums of rows with their own values and of those without, with the columns of a page of groups."""
    columns = {f"no_{name}": NO_PERIOD if name == "period" else NO_VALUE for name in keys[:-1]}
    totals = whole.order_by().values("is_other").annotate(is_total=IS_TOTAL, **columns, **sums)
    return totals.values_list(*columns, "is_other", "is_total", *sums)


def _summed(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Add up the sums of rows; those of no usage at all are NULL."""
    read = list(rows)
    return {name: sum(int(row[f"sum_{name}"] or 0) for row in read) for name in SUMS}
