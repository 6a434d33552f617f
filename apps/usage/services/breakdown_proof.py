"""Compare the kinds of breakdowns with the parts of their events, each divided again."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from django.db.models import Sum

from apps.pricing.breakdowns import Breakdown, read_breakdowns
from apps.pricing.models import Meter
from apps.usage.models import BreakdownTotal
from apps.usage.services.breakdown_refill import KEYS, BreakdownSums, rated_events
from apps.usage.services.rollups import SUMS

Sums = dict[tuple[Any, ...], list[int]]


def wrong_kinds(events: str, limit: int) -> list[str]:
    """Return what differs by organization, day, meter, breakdown and kind, as text; at most `limit` differences."""
    kept = {
        meter.pk: found
        for meter in Meter.objects.exclude(breakdowns=[])
        if (found := [each for each in read_breakdowns(meter.breakdowns) if each.has_kinds])
    }
    return list(islice(_differences(events, kept), limit)) if kept else []


def _differences(events: str, kept: dict[int, list[Breakdown]]) -> Iterator[str]:
    seen = set()
    rows = rated_events(events, "TRUE", [], kept)
    for organization_id, found in groupby(rows, key=lambda pair: pair[0].organization_id):
        seen.add(organization_id)
        sums = BreakdownSums(kept)
        for event, parts in found:
            sums.add(event, parts, with_months=False)
        yield from _compared(organization_id, _by_kind(sums.rows.items()), kept)
    others = BreakdownTotal.objects.exclude(kind="").exclude(organization__in=seen).filter(meter__in=kept)
    for organization_id in others.order_by("organization").values_list("organization", flat=True).distinct():
        yield from _compared(organization_id, {}, kept)


def _by_kind(rows: Iterable[tuple[tuple[Any, ...], list[int]]]) -> Sums:
    found: Sums = {}
    for key, amounts in rows:
        named = dict(zip(KEYS, key, strict=True))
        if named["kind"]:
            place = (named["day"], named["meter_id"], named["by"], named["kind"])
            before = found.get(place, [0] * len(SUMS))
            found[place] = [one + other for one, other in zip(before, amounts, strict=True)]
    return found


def _compared(organization_id: UUID, expected: Sums, kept: dict[int, list[Breakdown]]) -> Iterator[str]:
    stored: Sums = {}
    since = {(meter_id, each.name): each.since for meter_id, found in kept.items() for each in found}
    rows = BreakdownTotal.objects.filter(organization=organization_id, is_month=False).exclude(kind="")
    summed = {f"sum_{name}": Sum(name) for name in SUMS}
    for row in rows.order_by().values_list("day", "meter", "by", "kind").annotate(**summed):
        day, meter_id, by, kind, *sums = row
        stored[day, meter_id, by, kind] = [int(each) for each in sums]
    for key in sorted(expected.keys() | stored.keys()):
        if key[1:3] not in since or key[0] < since[key[1:3]]:
            continue
        one, other = (sums.get(key, [0] * len(SUMS)) for sums in (expected, stored))
        if one != other:
            yield f"organization_id={organization_id}, day={key[0]}, by={key[2]}, kind={key[3]}: {one} is {other}"
