"""A customer's usage by dimension, for the usage tab and its file: what `GET /v1/usage/breakdown` returns."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from apps.api.usage_breakdown.files import file_lines
from apps.backoffice.chart_ranges import RANGE, chosen_range
from apps.backoffice.components import Cell, Link, Table, amount_of, feet, money
from apps.backoffice.customer_page.money_tabs import SHOWN
from apps.backoffice.customer_page.summary import tab_of
from apps.common.money import divide_half_even
from apps.pricing.breakdowns import KIND
from apps.pricing.rating import PICOS_PER_MICRO
from apps.tenants.models import Organization
from apps.usage import selectors as usage
from apps.usage.selectors.margins import REPORTED_IN

MARGINS = "usage.view_marginalarm"


def breakdown(request: HttpRequest, organization: Organization, now: datetime) -> Table:
    """Return the usage of the chosen range by dimension."""
    choices, by = _choices(request)
    chosen, asked = chosen_range(request), _asked(request, by, now)
    # Breakdowns without kinds have costs in their files.
    with_costs = KIND in asked.group_by and request.user.has_perm(MARGINS)
    found, costs = usage.costed_groups(organization, asked, offset=0, limit=SHOWN + 1, with_costs=with_costs)
    unit, shown = organization.currency, found.groups[:SHOWN]
    rows = [
        [
            Cell(_label(each)),
            Cell(f"{each.sums['event_count']:,}", is_money=True),
            amount_of(each.sums["quantity_micros"]),
            Cell(f"{each.sums['input_tokens']:,}", is_money=True),
            Cell(f"{each.sums['output_tokens']:,}", is_money=True),
            money(each.sums["charge_micros"], unit),
            *([] if costs is None else [_cost(costs.of(each))]),
        ]
        for each in shown
    ]
    columns = [by.replace(",", " / ").capitalize(), "Events", "Quantity", "Tokens in", "Tokens out", "Charged"]
    columns += [] if costs is None else ["Our cost"]
    charges = [each.sums["charge_micros"] for each in shown]
    last = feet(columns, 5, charges, found.total["charge_micros"], unit, is_cut=len(found.groups) > SHOWN)
    since = f" Complete from {found.since} on." if found.since else ""
    since += " Earlier usage is being added." if found.is_being_filled else ""
    cut = (
        " Some days have more values than rows are kept for; the others are added up."
        if found.other["event_count"]
        else ""
    )
    query = {"by": by, RANGE: chosen.name}
    file = f"{reverse('admin:usage_breakdown', args=[organization.pk])}?{urlencode(query)}"
    return Table(
        title=f"Usage by {by.replace(',', ' and ')}, last {chosen.title}",
        columns=columns,
        rows=rows,
        feet=last,
        empty="No usage in this time.",
        explanation=f"Sums by UTC day.{since}{cut}",
        links=[
            *(
                Link(f"By {each.replace(',', ' and ')}", tab_of(organization, "usage", **query | {"by": each}))
                for each in choices
                if each != by
            ),
            Link("As CSV", file),
        ],
    )


def _label(group: usage.Group) -> str:
    if not group.is_other:
        return " / ".join(value or "-" for value in group.values.values())
    return " / ".join(["(all other values)", *(value for name, value in group.values.items() if name == KIND)])


def _cost(margin: usage.Margin) -> Cell:
    """Return a known cost in dollars; empty if no event has one."""
    if not margin.costed_count:
        return Cell("")
    return money(divide_half_even(margin.cost_picos, PICOS_PER_MICRO), REPORTED_IN)


def breakdown_file(request: HttpRequest, organization: Organization, now: datetime) -> Iterator[str]:
    """Return all groups of the chosen range by day or month, for those who may see margins with what they cost us."""
    interval = "month" if chosen_range(request).by_month else "day"
    asked = replace(_asked(request, _choices(request)[1], now), interval=interval)
    return file_lines(organization, asked, with_costs=request.user.has_perm(MARGINS))


def _choices(request: HttpRequest) -> tuple[list[str], str]:
    """Return the kept breakdowns and the requested one, by default that by model."""
    kept = [each.name for _, each in usage.kept_breakdowns()]
    choices = list(dict.fromkeys(["model", "meter", "operation", *kept]))
    wanted = request.GET.get("by", "")
    return choices, wanted if wanted in choices else "model"


def _asked(request: HttpRequest, by: str, now: datetime) -> usage.BreakdownQuery:
    axis = chosen_range(request).axis(now)
    return usage.BreakdownQuery(group_by=tuple(by.split(",")), first_day=axis.starts[0], last_day=axis.end)
