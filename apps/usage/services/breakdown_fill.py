"""Fill a breakdown that staff added from the usage of the past, day by day of each customer, while usage goes on.

From the moment when a breakdown is added, all usage is counted as it arrives, that of past days too. A slice then locks
a customer, deletes a day's rows, and counts its events again. Whatever was counted before the slice is among these
events, and whatever comes after it is added to their sums, so each counts once. A slice can be repeated.

A slice counts a limited number of events. `MeteredOrganization.filling` has how far a longer day was counted, and the
newest event when it was begun; the next slice goes on from there. If events that were waiting are rated meanwhile, or
totals are rebuilt, the day is begun again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from apps.common.periods import add_months
from apps.common.transactions import serialized
from apps.pricing.breakdowns import Breakdown, breakdown_rows, read_breakdowns
from apps.pricing.models import Meter
from apps.usage.models import ArchivedMonth, MeteredOrganization, UsageDay
from apps.usage.services.breakdown_refill import DayPart, refill_day, refill_month
from apps.usage.services.locks import lock_organizations

SLICES = 200
LAST = date.max  # no day of the customer is left


@dataclass(frozen=True, slots=True)
class Reached:
    """The last customer and day that were filled; customers are filled in the order of their ids.

    Of the customer's next day, the events up to the one with the id `newest` were added.
    """

    organization_id: UUID
    day: date
    newest: int = 0


def fill_breakdown(
    *, meter_id: int, by: str, after: Reached | None, now: datetime, slices: int = SLICES
) -> Reached | None:
    """Fill some of a meter's breakdown; return how far it got, or None if nothing is left to fill.

    At the end the meter says from which day on the breakdown is complete: since the meter exists, or for all days
    whose events are not archived.
    """
    breakdown = _being_filled(Meter.objects.get(pk=meter_id), by)
    if breakdown is None:
        return None
    if after is None:
        _forget_parts()
    first, left = _first_day(), slices
    for organization_id, day, is_last in _days(meter_id, breakdown, first, after):
        part = None
        while left > 0:
            left -= 1
            if day != LAST:
                part = _fill(
                    organization_id=organization_id, meter_id=meter_id, by=by, day=day, with_month=is_last, now=now
                )
            if part is None:
                break
        if part is not None:
            return Reached(organization_id, day - timedelta(days=1), part)
        if left == 0:
            return Reached(organization_id, day)
    _finish(meter_id=meter_id, by=by, first=first)
    return None


def _being_filled(meter: Meter, by: str) -> Breakdown | None:
    found = (each for each in read_breakdowns(meter.breakdowns) if each.name == by and each.counts_from is not None)
    return next(found, None)


def _days(meter_id: int, breakdown: Breakdown, first: date, after: Reached | None) -> Iterator[tuple[UUID, date, bool]]:
    """Yield each customer's days with usage, and whether a day is the customer's last one of its month."""
    customers = MeteredOrganization.objects.order_by("pk").values_list("pk", flat=True)
    for organization_id in customers if after is None else customers.filter(pk__gte=after.organization_id):
        start = first
        if after is not None and organization_id == after.organization_id:
            if after.day == LAST:
                continue
            start = max(first, after.day + timedelta(days=1))
        used = UsageDay.objects.filter(organization=organization_id, meter=meter_id, day__gte=start)
        days = list(used.filter(day__lt=breakdown.since).order_by("day").values_list("day", flat=True).distinct())
        for day, following in pairwise([*days, LAST]):
            yield organization_id, day, following.replace(day=1) != day.replace(day=1)
        yield organization_id, LAST, False


@serialized
def _fill(*, organization_id: UUID, meter_id: int, by: str, day: date, with_month: bool, now: datetime) -> int | None:
    """Fill the next part of a customer's day, and after the last day of a month, or one of several parts, the month.

    Return the newest event that was added, or None if nothing of the day is left, or staff removed the breakdown.
    """
    lock_organizations([organization_id], now=now)
    meter, customer = _locked(meter_id), MeteredOrganization.objects.get(pk=organization_id)
    breakdown = _being_filled(meter, by)
    if breakdown is None:
        return None
    days = customer.filling.pop(_name(meter_id, by), {})
    begun = days.pop(str(day), None)
    part = refill_day(organization_id, meter, breakdown, day, begun and DayPart(*begun))
    if part is not None:
        days[str(day)] = [part.newest, part.last]
    if days:
        customer.filling[_name(meter_id, by)] = days
    if part is not None or begun is not None:
        customer.save(update_fields=["filling"])
    if part is None and (with_month or begun is not None):
        refill_month(organization_id, meter, breakdown, day.replace(day=1))
    return None if part is None else part.newest


def _name(meter_id: int, by: str) -> str:
    return f"{meter_id}:{by}"


def _locked(meter_id: int) -> Meter:
    """Lock a meter, so that no day is begun while its breakdown is finished."""
    meter: Meter = Meter.objects.select_for_update(no_key=True).get(pk=meter_id)
    return meter


def _has_parts(meter_id: int, by: str) -> bool:
    """Whether a day of the breakdown is unfinished."""
    return MeteredOrganization.objects.filter(filling__has_key=_name(meter_id, by)).exists()


def _forget_parts() -> None:
    """Forget all unfinished days, so that none is left of a breakdown that was removed; another's are begun again."""
    MeteredOrganization.objects.exclude(filling={}).update(filling={})


@transaction.atomic
def _finish(*, meter_id: int, by: str, first: date) -> None:
    meter = _locked(meter_id)
    breakdown = _being_filled(meter, by)
    if breakdown is None or _has_parts(meter_id, by):
        return  # with a part, another worker that got the same message began a day again, and will finish
    since = max(first, _first_day()) if ArchivedMonth.objects.exists() else _begun(meter)
    done = Breakdown(breakdown.by, min(since, breakdown.since), breakdown.has_kinds)
    meter.breakdowns = breakdown_rows(done if each.name == by else each for each in read_breakdowns(meter.breakdowns))
    meter.save(update_fields=["breakdowns"])


def _first_day() -> date:
    """Return the first day of which no event was archived.

    Events may be received minutes before their own time, so the first day of a month may have events in the month
    before.
    """
    last = ArchivedMonth.objects.order_by("-month").first()
    return date.min if last is None else add_months(last.month, 1).replace(day=2)


def _begun(meter: Meter) -> date:
    """Return the first day of the month in which a meter was made, or of its first usage if that was before."""
    made: date = meter.created_at.date()
    used: date | None = UsageDay.objects.filter(meter=meter).aggregate(first=Min("day"))["first"]
    return min(made, used or made).replace(day=1)
