"""Present usage by the dimensions of its events, as JSON or CSV."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.api.fields import number
from apps.common.csv_text import csv_line
from apps.common.money import decimal_text
from apps.usage.selectors import BreakdownQuery, Breakdowns, Group

AMOUNTS = {
    "events": "event_count",
    "quantity": "quantity_micros",
    "inputTokens": "input_tokens",
    "outputTokens": "output_tokens",
    "charge": "charge_micros",
}


def breakdown(asked: BreakdownQuery, found: Breakdowns, currency: str) -> dict[str, Any]:
    """Present a page of groups with the sums of the whole window."""
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
    return {**body, "data": [_group(each, asked) for each in found.groups]}


def _group(group: Group, asked: BreakdownQuery) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if group.period is not None:
        shown[asked.interval] = f"{group.period:%Y-%m}" if asked.interval == "month" else group.period
    if group.is_other:
        return {**shown, "isOther": True, **_sums(group.sums)}
    return {**shown, **group.values, **_sums(group.sums)}


def _sums(sums: Mapping[str, int]) -> dict[str, Any]:
    return {
        name: number(sums[column]) if column.endswith("_micros") else sums[column] for name, column in AMOUNTS.items()
    }


def csv_lines(asked: BreakdownQuery, found: Breakdowns, currency: str) -> Iterator[str]:
    """Yield the lines of a file with all groups; a column marks the sums of values without a row."""
    period = [] if asked.interval == "none" else [asked.interval]
    yield csv_line([*period, *asked.group_by, "is_other", *AMOUNTS, "currency"])
    for group in found.groups:
        amounts = [
            decimal_text(group.sums[column]) if column.endswith("_micros") else group.sums[column]
            for column in AMOUNTS.values()
        ]
        when = [] if group.period is None else [f"{group.period:%Y-%m}" if asked.interval == "month" else group.period]
        values = [group.values[name] for name in asked.group_by]
        yield csv_line([*when, *values, "yes" if group.is_other else "", *amounts, currency])
