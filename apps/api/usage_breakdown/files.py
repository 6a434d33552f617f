"""A breakdown as a CSV file with all groups, also for the customer's page of staff."""

from collections.abc import Iterator
from itertools import chain

from apps.api.usage_breakdown.presenter import csv_head, csv_rows
from apps.common.csv_text import MARK
from apps.tenants.models import Organization
from apps.usage.selectors import BreakdownQuery, Breakdowns, GroupCosts, costed_groups

Part = tuple[BreakdownQuery, Breakdowns, GroupCosts | None]


def file_lines(organization: Organization, asked: BreakdownQuery, *, with_costs: bool) -> Iterator[str]:
    """Return the lines of the file. It is read in parts, because 400 days can have 1,001 groups each.

    Raises:
        BreakdownNotKept: no meter keeps sums that distinguish these dimensions.
    """
    parts = _read(organization, asked, with_costs=with_costs)
    first = next(parts)  # before anything is sent
    rows = (csv_rows(*part, organization.currency) for part in chain([first], parts))
    return chain([MARK, csv_head(asked, with_costs=with_costs)], chain.from_iterable(rows))


def _read(organization: Organization, asked: BreakdownQuery, *, with_costs: bool) -> Iterator[Part]:
    for part in asked.parts:
        yield part, *costed_groups(organization, part, offset=0, limit=None, with_costs=with_costs)
