"""Our costs and margins of the groups of a breakdown, from the same sums; for staff and operators only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Q

from apps.pricing.breakdowns import KIND, Breakdown
from apps.tenants.models import Organization, UsdRate
from apps.usage.models import CostCorrection
from apps.usage.selectors.breakdowns import (
    NOT_OTHER,
    BreakdownQuery,
    Breakdowns,
    Group,
    asked_rows,
    asked_sums,
    broken_down,
    grouping,
    whole_rows,
)
from apps.usage.selectors.margins import Margin, sums_by_rate

# The dimensions by which cost corrections are stored; groups by any other dimension have the costs as first known.
_CORRECTED: Final = frozenset(["model", "key"])


@dataclass(frozen=True, slots=True)
class GroupCosts:
    """The margins of the groups of a breakdown by their period, values and `is_other`, and that of all."""

    by_group: Mapping[tuple[Any, ...], Margin]
    total: Margin
    are_corrected: bool

    def of(self, group: Group) -> Margin:
        """Return the margin of a group."""
        period = () if group.period is None else (group.period,)
        return self.by_group.get((*period, *group.values.values(), group.is_other), Margin())


def costed_groups(
    organization: Organization, asked: BreakdownQuery, *, offset: int, limit: int | None, with_costs: bool
) -> tuple[Breakdowns, GroupCosts | None]:
    """Return a page of an organization's usage by group, and if asked what it cost us, from the same rows of sums.

    Raises:
        BreakdownNotKept: no meter keeps sums that distinguish these dimensions.
    """
    if not with_costs:
        return broken_down(organization, asked, offset=offset, limit=limit), None
    asked = at_rates(organization, asked)
    return broken_down(organization, asked, offset=offset, limit=limit), group_costs(organization, asked)


def group_costs(organization: Organization, asked: BreakdownQuery) -> GroupCosts:
    """Return what an organization's usage cost us by group, in three statements for any number of events.

    Costs by kind include no corrections, whose kinds are not known. `asked` is a query of `at_rates`.

    Raises:
        BreakdownNotKept: no meter keeps sums that distinguish these dimensions.
    """
    rows, chosen = asked_sums(organization, asked)
    are_corrected = set(asked.named) <= _CORRECTED
    found: dict[tuple[Any, ...], Margin] = {}
    total = Margin()
    by_kind = KIND in asked.group_by  # an event has several kinds, but counts once
    for key, row in _summed(rows, organization, asked):
        for margin in (found.setdefault(key, Margin()), *([] if by_kind else [total])):
            margin.count(row, is_correction=False)
    whole = asked_rows(whole_rows(chosen, asked), organization, asked) if by_kind else rows.none()
    for _, row in _summed(whole, organization, asked):
        total.count(row, is_correction=False)
    for key, row in _summed(_corrections(organization, asked, chosen), organization, asked) if are_corrected else ():
        place = key if key in found else (*key[:-1], True)
        for margin in (found.setdefault(place, Margin()), total):
            margin.count(row, is_correction=True)
    return GroupCosts(found, total, are_corrected)


def at_rates(organization: Organization, asked: BreakdownQuery) -> BreakdownQuery:
    """Return the query that reads months by their days if the customer's rate in dollars changed within them."""
    if asked.interval == "day":
        return asked  # its rows are days anyway
    changed = UsdRate.objects.filter(organization=organization, day__range=(asked.first_day, asked.last_day))
    days = changed.exclude(day__day=1).values_list("day", flat=True)
    return replace(asked, by_day=frozenset(day.replace(day=1) for day in days))


def _corrections(organization: Organization, asked: BreakdownQuery, chosen: Mapping[int, Breakdown]) -> Any:
    rows = asked_rows(CostCorrection.objects.annotate(is_other=NOT_OTHER), organization, asked)
    of_meters = [Q(meter=meter_id, day__gte=each.since) for meter_id, each in chosen.items()]
    return rows.filter(reduce(or_, of_meters)) if of_meters else rows


def _summed(
    rows: Any, organization: Organization, asked: BreakdownQuery
) -> Iterable[tuple[tuple[Any, ...], Mapping[str, Any]]]:
    """Yield the sums of each group and currency of its cost, as a margin counts them."""
    keys = grouping(asked)
    customer = {"organization__currency": organization.currency}
    for row in sums_by_rate(rows, keys):
        yield tuple(row[name] for name in keys), customer | row
