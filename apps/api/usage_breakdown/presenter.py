"""Present usage by the dimensions of its events, as JSON or CSV."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from apps.api.fields import number
from apps.common.csv_text import csv_line
from apps.common.money import decimal_text
from apps.pricing.breakdowns import KIND
from apps.pricing.costs import PICO_PLACES
from apps.usage.selectors import BreakdownQuery, Breakdowns, Group, GroupCosts, Margin

# The last is the charge of events whose cost is unknown; the others are of events whose cost is known.
COSTS = {
    "chargeUsd": "charge_picos",
    "costUsd": "cost_picos",
    "marginUsd": "margin_picos",
    "chargeWithoutCostUsd": "uncosted_picos",
}
AMOUNTS = {
    "events": "event_count",
    "quantity": "quantity_micros",
    "inputTokens": "input_tokens",
    "outputTokens": "output_tokens",
    "charge": "charge_micros",
}


def breakdown(
    asked: BreakdownQuery, found: Breakdowns, currency: str, costs: GroupCosts | None = None
) -> dict[str, Any]:
    """Present a page of groups with the sums of the whole window, and for operators what they cost us."""
    body: dict[str, Any] = {
        "from": asked.first_day,
        "to": asked.last_day,
        "interval": asked.interval,
        "groupBy": list(asked.group_by),
        "currency": currency,
        "total": _sums(found.total),
        "truncated": bool(found.other["event_count"]),
        "other": _sums(found.other),
    }
    if found.since is not None:
        body["since"] = found.since
    if costs is None:
        return {**body, "data": [_group(each, asked) for each in found.groups]}
    body["total"] |= {"cost": _cost(costs.total)}
    body["costsAreCorrected"] = costs.are_corrected
    return {**body, "data": [{**_group(each, asked), "cost": _cost(costs.of(each))} for each in found.groups]}


def _cost(margin: Margin) -> dict[str, Any]:
    ppm = margin.margin_ppm
    return {
        "events": margin.costed_count,
        **{name: Decimal(getattr(margin, column)).scaleb(-PICO_PLACES) for name, column in COSTS.items()},
        **({} if ppm is None else {"marginPercent": Decimal(ppm).scaleb(-4)}),
    }


def _group(group: Group, asked: BreakdownQuery) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if group.period is not None:
        shown[asked.interval] = f"{group.period:%Y-%m}" if asked.interval == "month" else group.period
    if group.is_other:
        kind = {KIND: group.values[KIND]} if KIND in group.values else {}
        return {**shown, **kind, "isOther": True, **_sums(group.sums)}
    return {**shown, **group.values, **_sums(group.sums)}


def _sums(sums: Mapping[str, int]) -> dict[str, Any]:
    return {
        name: number(sums[column]) if column.endswith("_micros") else sums[column] for name, column in AMOUNTS.items()
    }


def csv_head(asked: BreakdownQuery, *, with_costs: bool) -> str:
    """Return the first line of a file; `is_other` marks the sum of the values without a row of their own."""
    period = [] if asked.interval == "none" else [asked.interval]
    of_costs = ["costedEvents", *COSTS] if with_costs else []
    return csv_line([*period, *asked.group_by, "is_other", *AMOUNTS, "currency", *of_costs])


def csv_rows(asked: BreakdownQuery, found: Breakdowns, costs: GroupCosts | None, currency: str) -> Iterator[str]:
    """Yield the lines of groups in a file."""
    for group in found.groups:
        amounts = [
            decimal_text(group.sums[column]) if column.endswith("_micros") else group.sums[column]
            for column in AMOUNTS.values()
        ]
        when = [] if group.period is None else [f"{group.period:%Y-%m}" if asked.interval == "month" else group.period]
        values = [group.values[name] for name in asked.group_by]
        margin = None if costs is None else costs.of(group)
        cost: list[int | str] = []
        if margin is not None:
            sums = (decimal_text(getattr(margin, column), PICO_PLACES) for column in COSTS.values())
            cost = [margin.costed_count, *sums]
        yield csv_line([*when, *values, "yes" if group.is_other else "", *amounts, currency, *cost])
