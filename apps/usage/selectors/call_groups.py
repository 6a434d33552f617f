# ruff: noqa: S608 (columns and names of this module and of the models)
"""Model calls added up by everything that can change their price, so that a price table prices each group exactly."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from apps.pricing.cells import STANDARD, Call
from apps.pricing.terms import MATCHED
from apps.pricing.token_kinds import DETAILS, SENT_UNITS, split
from apps.usage.partitions import SIGN, TABLE

_DIMENSIONS = MATCHED
_AMOUNTS = (*DETAILS, *SENT_UNITS)
_KEYS = ("organization_id", "month", "model", "service_tier", *_DIMENSIONS, "band", "names")


@dataclass(frozen=True, slots=True)
class CallGroup:
    """Calls of one organization, month and model that every table prices alike, and their charge.

    `call` counts -1 for each row that voids an event; `rows` is the number of rows.
    """

    organization_id: UUID
    month: date
    model: str
    call: Call
    rows: int
    quantity_micros: int
    input_tokens: int
    output_tokens: int
    charge_micros: int
    cost_picos: int
    labels: tuple[Any, ...] = ()


def call_groups(
    *, where: str, parameters: Sequence[Any], bands: Iterable[int], labels: Sequence[str] = ()
) -> Iterator[CallGroup]:
    """Yield the groups of the events that meet a condition; `bands` are the sizes above which some price differs.

    The events of a group also agree in the columns `labels`. Groups have a cost only if `cost_currency` is among these.
    """
    sizes = [above + 1 for above in sorted({0, *bands})]
    keys = ", ".join((*_KEYS, *labels))
    sums = ", ".join(f"SUM((amounts ->> '{name}')::bigint)" for name in _AMOUNTS)
    statement = f"""
        SELECT {keys}, SUM({SIGN}), COUNT(*), COALESCE(SUM(quantity_micros), 0)::bigint,
            COALESCE(SUM(input_tokens), 0)::bigint, COALESCE(SUM(output_tokens), 0)::bigint,
            SUM(charge_micros)::bigint, COALESCE(SUM(cost_picos), 0),
            CASE WHEN COUNT(cost_picos) = COUNT(*) THEN SUM(cost_picos) END, {sums}
        FROM (
            SELECT *,
                date_trunc('month', COALESCE(counted_on, (occurred_at AT TIME ZONE 'UTC')))::date AS month,
                width_bucket(abs(COALESCE(input_tokens, 0)), %s::bigint[]) AS band,
                ARRAY(SELECT jsonb_object_keys(COALESCE(amounts, '{{}}')) ORDER BY 1) AS names
            FROM {TABLE} WHERE {where}
        ) AS event GROUP BY {keys}
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [sizes, *parameters])
        for row in cursor.fetchall():
            yield _group(row, sizes, labels)


def _group(row: Sequence[Any], sizes: Sequence[int], labels: Sequence[str]) -> CallGroup:
    named = dict(zip((*_KEYS, *labels), row, strict=False))
    currency = named.get("cost_currency", "")
    count, rows, quantity, into, out, charge, first_cost, cost, *amounts = row[len(_KEYS) + len(labels) :]
    found = {name: int(amount) for name, amount in zip(_AMOUNTS, amounts, strict=True) if amount}
    tokens = split(into, out, {name: amount for name, amount in found.items() if name in DETAILS})
    if quantity:
        tokens["unsplit"] = quantity // 1_000_000
    call = Call(
        tokens,
        {name: amount for name, amount in found.items() if name not in DETAILS},
        named["service_tier"] or STANDARD,
        {name: named[name] for name in _DIMENSIONS},
        int(cost) if currency and cost is not None else None,
        count,
        sizes[named["band"] - 1] if named["band"] else 0,
        currency,
    )
    return CallGroup(
        named["organization_id"],
        named["month"],
        named["model"],
        call,
        rows,
        quantity,
        into,
        out,
        charge,
        int(first_cost),
        tuple(row[len(_KEYS) : len(_KEYS) + len(labels)]),
    )
