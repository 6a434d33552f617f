# ruff: noqa: S608 (columns of this module)
"""The month totals that month prices are applied to, added up from the events again, to check and rebuild counters."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from apps.pricing.models import PriceVersion
from apps.pricing.month_prices import Amounts, added
from apps.pricing.rating import Scheme
from apps.pricing.selectors import versions_by_id
from apps.usage.event_calls import months_of
from apps.usage.event_labels import TEXTS
from apps.usage.models import Counter, UsageEvent
from apps.usage.rated_events import month_start

Key = tuple[UUID, date, int]
_READ = (
    *("id", "organization_id", "occurred_at", "price_version_id", "quantity_micros", "input_tokens", "output_tokens"),
    *("amounts", "cost_picos", "cost_currency", "cost_version_id", "voids"),
    *TEXTS,
)


def month_totals(events: str, organization_id: UUID | None = None) -> dict[Key, Amounts]:
    """Return the totals by counter, for versions that have month prices; `events` is the FROM expression to read."""
    by_month = PriceVersion.objects.filter(scheme=Scheme.CELLS, cells__has_key="month_prices")
    versions = versions_by_id(list(by_month.values_list("pk", flat=True)))
    totals: dict[Key, Amounts] = {}
    for event in _events(events, list(versions), organization_id) if versions else ():
        assert event.price_version_id is not None, "only priced events are read"
        key = (event.organization_id, month_start(event.occurred_at), event.price_version_id)
        totals[key] = added(totals.get(key, ()), months_of(versions[event.price_version_id].rule, event))
    return totals


def _events(events: str, versions: list[int], organization_id: UUID | None) -> Iterator[UsageEvent]:
    only = "" if organization_id is None else " AND organization_id = %s"
    parameters: list[Any] = [versions] if organization_id is None else [versions, organization_id]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(_READ)} FROM {events} WHERE state = 'rated' AND price_version_id = ANY(%s){only}",
            parameters,
        )
        while rows := cursor.fetchmany(1_000):
            for row in rows:
                named = dict(zip(_READ, row, strict=True))
                yield UsageEvent(**named | {"amounts": named["amounts"] and json.loads(named["amounts"])})


def wrong_month_totals(events: str) -> Iterator[str]:
    """Yield the counters whose totals differ from those of their events, with the latter."""
    expected = {key: dict(amounts) for key, amounts in month_totals(events).items()}
    rows = Counter.objects.exclude(months={}).values_list("organization", "month", "price_version", "months")
    kept = {(organization, month, version): months for organization, month, version, months in rows.iterator()}
    for key in sorted(expected.keys() | kept.keys(), key=str):
        if (amounts := expected.get(key, {})) != kept.get(key, {}):
            yield f"organization_id={key[0]}, month={key[1]}, price_version_id={key[2]}, events={amounts}"


def refill_month_totals(organization_id: UUID, events: str) -> None:
    """Set an organization's counters to the totals of their events."""
    for (_, month, version), amounts in month_totals(events, organization_id).items():
        counters = Counter.objects.filter(organization=organization_id, month=month, price_version=version)
        counters.update(months=dict(amounts))
