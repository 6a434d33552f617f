"""Charges and costs of usage in US dollars, from sums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import CharField, DecimalField, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from apps.common.money import MICROS_PER_UNIT, divide_half_even
from apps.pricing.cells import PARTS_PER_MILLION
from apps.pricing.rating import PICOS_PER_MICRO
from apps.tenants.selectors import usd_rate_of
from apps.usage.models import BYOK, CostCorrection, UsageDay, VendorBill
from apps.usage.selectors.breakdowns import kept_breakdowns, narrowest, rows_of

REPORTED_IN = "USD"


class MarginGrouping(StrEnum):
    """The grouping of a margin report."""

    CUSTOMER = "customer"
    MODEL = "model"
    DAY = "day"
    KEY = "key"


_COLUMNS = {
    MarginGrouping.CUSTOMER: ("organization_id", "organization__name"),
    MarginGrouping.MODEL: ("meter__slug", "model"),
    MarginGrouping.DAY: ("day",),
    MarginGrouping.KEY: ("organization__name", "key"),
}
_SUMS = ("event_count", "charge_micros", "cost_picos")


@dataclass(slots=True)
class Margin:
    """Charges and costs in picos (10^-12) of a US dollar.

    `charge` covers only events with a known cost, so that charge and cost are of the same events; `uncosted` is the
    charge of the others. `first_cost` excludes the corrections of costs.
    """

    event_count: int = 0
    costed_count: int = 0
    charge_picos: int = 0
    uncosted_picos: int = 0
    cost_picos: int = 0
    first_cost_picos: int = 0

    @property
    def margin_picos(self) -> int:
        """The charges less the costs."""
        return self.charge_picos - self.cost_picos

    @property
    def margin_ppm(self) -> int | None:
        """The margin in millionths of the charge, half to even; None without a charge."""
        if not self.charge_picos:
            return None
        whole = abs(self.charge_picos)
        sign = 1 if self.charge_picos > 0 else -1
        return divide_half_even(sign * self.margin_picos * PARTS_PER_MILLION, whole)

    def is_below(self, limit_ppm: int, least_micros: int) -> bool:
        """Whether charge or cost reaches the least amount and the margin is below the limit, without rounding."""
        if self.charge_picos + self.cost_picos < least_micros * PICOS_PER_MICRO:
            return False
        return self.margin_picos * PARTS_PER_MILLION < limit_ppm * self.charge_picos

    def count(self, row: Mapping[str, Any], *, is_correction: bool) -> None:
        """Add a sum of events, or a cost run's change of one.

        Charge and cost are converted at the customer's rate of the day. A cost in a currency other than the dollar and
        the customer's own cannot be converted and is unknown.
        """
        count, charge, cost = row["sum_event_count"], row["sum_charge_micros"], int(row["sum_cost_picos"])
        rate = row["usd_rate_micros"]
        charge_picos = charge * rate
        if not is_correction:
            self.event_count += count
            self.uncosted_picos += charge_picos
        currency = row["cost_currency"]
        if currency not in (REPORTED_IN, row["organization__currency"]):
            return
        self.costed_count += count
        self.uncosted_picos -= charge_picos
        self.charge_picos += charge_picos
        cost_picos = cost if currency == REPORTED_IN else divide_half_even(cost * rate, MICROS_PER_UNIT)
        self.cost_picos += cost_picos
        self.first_cost_picos += 0 if is_correction else cost_picos


@dataclass(frozen=True, slots=True)
class MarginLine:
    """The margin of a customer, a model or a day: `label` is its text, `organization_id` the customer's."""

    label: str
    organization_id: UUID | None
    figures: Margin = field(default_factory=Margin)


def margins(
    by: MarginGrouping,
    *,
    first_day: date,
    last_day: date,
    organization_id: UUID | None = None,
    with_unknown: bool = True,
) -> list[MarginLine]:
    """Return the margins in a window of UTC days: days in order, other groupings with the lowest margin first.

    The grouping by key has only usage of meters that keep a breakdown by key. Work on customers' own keys is excluded,
    and without `with_unknown` also usage with unknown cost. It takes two statements for any number of events.
    """
    lines: dict[tuple[Any, ...], MarginLine] = {}
    days, corrections = _read(by)
    if not with_unknown:
        days = days.exclude(cost_currency="")
    of_customer = {} if organization_id is None else {"organization": organization_id}
    for rows, is_correction in ((days, False), (corrections, True)):
        for row in _summed(rows.filter(day__range=(first_day, last_day), **of_customer), by):
            key = tuple(row[name] for name in _COLUMNS[by])
            if key not in lines:
                lines[key] = MarginLine(_label(by, key), key[0] if by is MarginGrouping.CUSTOMER else None)
            lines[key].figures.count(row, is_correction=is_correction)
    if by is MarginGrouping.DAY:
        return [lines[key] for key in sorted(lines)]
    return sorted(lines.values(), key=lambda line: (line.figures.margin_picos, line.label))


def _read(by: MarginGrouping) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """Return the sums of usage, and the changes by cost runs.

    Grouped by key, both cover meters that keep a breakdown by key, from its first complete day on.
    """
    if by is not MarginGrouping.KEY:
        return UsageDay.objects.exclude(billing_mode=BYOK), CostCorrection.objects.all()
    chosen = narrowest(kept_breakdowns(), ("key",))
    if not chosen:
        return CostCorrection.objects.none(), CostCorrection.objects.none()
    of_days = (Q(meter=meter_id, day__gte=each.since) for meter_id, each in chosen.items())
    return rows_of(chosen, ("key",), "(other keys)"), CostCorrection.objects.filter(reduce(or_, of_days))


def with_computed_costs(bills: QuerySet[VendorBill]) -> QuerySet[Any]:
    """Return vendors' bills with `computed_picos`: the cost of the billed usage in their currency, as corrected."""
    billed = {
        "meter": OuterRef("meter"),
        "model__startswith": OuterRef("models_begin_with"),
        "cost_currency": OuterRef("currency"),
        "day__range": (OuterRef("first_day"), OuterRef("last_day")),
    }
    days: QuerySet[Any] = UsageDay.objects.exclude(cost_currency="")
    through = Q(billed_account="") | Q(provider__iexact=OuterRef("account"))
    costs, corrections = (
        Subquery(
            rows.alias(billed_account=ExpressionWrapper(OuterRef("account"), CharField()))
            .filter(through, **billed)
            .order_by()
            .values("meter")
            .annotate(total=Sum("cost_picos"))
            .values("total")
        )
        for rows in (days, CostCorrection.objects.all())
    )
    zero = Value(0, DecimalField(max_digits=38, decimal_places=0))
    return bills.annotate(computed_picos=Coalesce(costs, zero) + Coalesce(corrections, zero))


def total_of(lines: Iterable[MarginLine]) -> Margin:
    """Return the sum of some margins."""
    total = Margin()
    for line in lines:
        for name in Margin.__dataclass_fields__:
            setattr(total, name, getattr(total, name) + getattr(line.figures, name))
    return total


def _summed(rows: QuerySet[Any], by: MarginGrouping) -> QuerySet[Any, Any]:
    return sums_by_rate(rows, (*_COLUMNS[by], "organization_id", "organization__currency"))


def sums_by_rate(rows: QuerySet[Any], names: Iterable[str]) -> QuerySet[Any, Any]:
    """Return the sums of rows by some columns, the currency of the cost, and the rate of their day."""
    keys = dict.fromkeys((*names, "cost_currency", "usd_rate_micros"))
    rated = rows.order_by().annotate(usd_rate_micros=usd_rate_of("day"))
    summed: QuerySet[Any, Any] = rated.values(*keys).annotate(**{f"sum_{name}": Sum(name) for name in _SUMS})
    return summed


def _label(by: MarginGrouping, key: tuple[Any, ...]) -> str:
    if by in (MarginGrouping.MODEL, MarginGrouping.KEY):
        return " ".join(part for part in key if part)
    return str(key[-1])
