"""Close a month, once per organization: charge minimums, bill characters, store the final totals.

Organizations are closed in chunks, one transaction each. If a chunk fails, its organizations are closed one by one, so
that only the failing one is left out, recorded, and retried by the next run. Closed ones are skipped.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Sum

from apps.common.money import from_micros
from apps.common.periods import Period, add_months, midnight, month_of
from apps.common.rows import RowWriter
from apps.common.transactions import all_or_nothing, serialized
from apps.notices.services import notice_message
from apps.outbox.services import add_messages, enqueue_many
from apps.tenants.models import Organization
from apps.usage.errors import MonthIsClosed, MonthNotOver
from apps.usage.models import CharacterMonth, Counter, MinimumCharge, MonthClose, UsageDay
from apps.usage.services.locks import lock_organizations
from apps.usage.services.minimums import charge_minimums, minimum_groups
from apps.usage.services.postings import Postings
from apps.usage.services.usage_invoices import customers_to_invoice

logger = logging.getLogger(__name__)
CHUNK = 500
INVOICE = "usage.draft_invoice"


class _MonthTotals(NamedTuple):
    """The totals of an organization's month, in the order of its columns of MonthClose."""

    event_count: int
    usage_micros: int
    minimum_micros: int
    character_count: int


_VALUES = ("state", "attempts", "error", *_MonthTotals._fields, "closed_at", "closed_by")


@dataclass(slots=True)
class CloseResult:
    """The result of a run: the number of organizations closed, and the ids of those that failed."""

    closed: int = 0
    failed: list[UUID] = field(default_factory=list)


def close_month(*, month: Period, closed_by: str, now: datetime) -> CloseResult:
    """Close a month for every organization that has it open.

    Raises:
        MonthNotOver: the month has not ended.
    """
    if now < month.end:
        raise MonthNotOver(f"{month.start:%Y-%m} ends on {month.end:%Y-%m-%d} at midnight UTC")
    result, last = CloseResult(), None
    while chunk := _open_organizations(month.start.date(), after=last):
        _close_together_or_each(chunk, month, closed_by, now, result)
        last = chunk[-1]
    return result


@serialized
def close_month_of(
    *, organization: Organization, month: Period, hold_reason: str, closed_by: str, now: datetime
) -> None:
    """Close a month for one customer; with a `hold_reason` the draft of its invoice is held.

    Raises:
        MonthNotOver: the month has not ended. MonthIsClosed: it is closed.
    """
    if now < month.end:
        raise MonthNotOver(f"{month.start:%Y-%m} ends on {month.end:%Y-%m-%d} at midnight UTC", field="month")
    ids = [organization.pk]
    if not _close(organization_ids=ids, month=month, closed_by=closed_by, now=now, hold_reason=hold_reason):
        raise MonthIsClosed(f"{month.start:%Y-%m} is closed for {organization}", field="month")


def lacking_minimum(organization: Organization, month: Period) -> int:
    """Return what closing the month would charge, in micros: the sum by which its usage is below its minimums."""
    found = minimum_groups([organization.pk], [month.start.date()])
    return sum(max(0, group.lacking_micros) for group in found.values())


def months_to_close(*, ended_before: datetime) -> list[Period]:
    """Return the newest month that ended by a time, and older ones with usage that are open for some organization."""
    newest = month_of(month_of(ended_before).start - timedelta(days=1))
    closes = MonthClose.objects.filter(
        organization=OuterRef("organization"), month=OuterRef("month"), state=MonthClose.State.CLOSED
    )
    left = Counter.objects.filter(~Exists(closes), month__lt=newest.end.date())
    months = {newest.start.date(), *left.order_by().values_list("month", flat=True).distinct()}
    return [month_of(midnight(month)) for month in sorted(months)]


def month_left_open(seller_id: int, day: date) -> str:
    """Return which month of usage, of those that ended by a day, is open for a customer of a seller; empty if none is.

    Late usage, minimums and characters are charged on the last day of a month as long as it is open.
    """
    newest = month_of(month_of(midnight(day + timedelta(days=1))).start - timedelta(days=1))
    closed = MonthClose.objects.filter(state=MonthClose.State.CLOSED)
    closes = closed.filter(organization=OuterRef("organization"), month=OuterRef("month"))
    of_seller = {"organization__billing_profile__seller": seller_id, "month__lte": newest.start.date()}
    used = Counter.objects.filter(~Exists(closes), **of_seller).order_by("month")
    found = used.values_list("month", "organization__name").first()
    if found is None:
        closes = closed.filter(organization=OuterRef("pk"), month=newest.start.date())
        left = Organization.objects.filter(~Exists(closes), billing_profile__seller=seller_id)
        name = left.filter(created_at__lt=newest.end).order_by("name").values_list("name", flat=True).first()
        found = (newest.start.date(), name) if name else None
    return f"The usage of {found[1]} in {found[0]:%Y-%m} is still open: close that month first." if found else ""


def _open_organizations(month: date, *, after: UUID | None) -> list[UUID]:
    closes = MonthClose.objects.filter(organization=OuterRef("pk"), month=month, state=MonthClose.State.CLOSED)
    rows = Organization.objects.filter(~Exists(closes))
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK])


def _close_together_or_each(
    ids: Sequence[UUID], month: Period, closed_by: str, now: datetime, result: CloseResult
) -> None:
    try:
        with all_or_nothing():
            result.closed += _close(organization_ids=ids, month=month, closed_by=closed_by, now=now)
    except Exception as error:  # one failure must not stop the others
        logger.exception("month_close_failed", extra={"month": f"{month.start:%Y-%m}", "organizations": len(ids)})
        if len(ids) > 1:
            for organization_id in ids:
                _close_together_or_each([organization_id], month, closed_by, now, result)
            return
        result.failed += ids
        _note_failure(ids[0], month.start.date(), f"{type(error).__name__}: {error}", closed_by, now)


@serialized
def _close(
    *, organization_ids: Sequence[UUID], month: Period, closed_by: str, now: datetime, hold_reason: str = ""
) -> int:
    """Close the month of some organizations in one transaction; return how many were open."""
    first, last = month.start.date(), add_months(month.start.date(), 1) - timedelta(days=1)
    lock_organizations(organization_ids, now=now)
    before = {
        row.organization_id: row for row in MonthClose.objects.filter(organization__in=organization_ids, month=first)
    }
    ids = [pk for pk in organization_ids if pk not in before or before[pk].state != MonthClose.State.CLOSED]
    organizations = Organization.objects.in_bulk(ids)
    postings, writer = Postings(), RowWriter()
    _charge_minimums(organizations, first, last, postings, writer)
    writer.run()  # the minimums are part of the totals
    CharacterMonth.objects.filter(organization__in=ids, month=first).update(billed_at=now)
    totals = _totals(ids, first, last)
    rows = [
        (pk, first, "closed", before[pk].attempts + 1 if pk in before else 1, "", *totals(pk), now, closed_by)
        for pk in ids
    ]
    writer.put(MonthClose, ("organization_id", "month"), _VALUES, rows)
    _ask_for_invoices(organizations, first, hold_reason, now)
    add_messages([_notice(pk, first, totals(pk), now) for pk in ids])
    postings.post(writer, created_by=closed_by, now=now)
    return len(ids)


def _charge_minimums(
    organizations: Mapping[UUID, Organization], first: date, last: date, postings: Postings, writer: RowWriter
) -> None:
    found = {group: each for group, each in minimum_groups(organizations, [first]).items() if each.lacking_micros}
    lacking = {group: each.lacking_micros for group, each in found.items()}
    charge_minimums(lacking, found, organizations, dict.fromkeys(found, last), postings, writer)


def _totals(ids: Sequence[UUID], first: date, last: date) -> Any:
    """Return a function that gives an organization's totals of the month."""
    days = UsageDay.objects.filter(organization__in=ids, day__range=(first, last)).order_by()
    sums = days.values_list("organization_id").annotate(events=Sum("event_count"), charge=Sum("charge_micros"))
    usage = {pk: (events, charge) for pk, events, charge in sums}
    charges = MinimumCharge.objects.filter(organization__in=ids, counted_on__range=(first, last)).order_by()
    minimums = dict(charges.values_list("organization_id").annotate(total=Sum("amount_micros")))
    months = CharacterMonth.objects.filter(organization__in=ids, month=first)
    characters = dict(months.values_list("organization_id", "high_water_mark"))

    def of(organization_id: UUID) -> _MonthTotals:
        events, charge = usage.get(organization_id, (0, 0))
        return _MonthTotals(events, charge, minimums.get(organization_id, 0), characters.get(organization_id, 0))

    return of


def _ask_for_invoices(organizations: Mapping[UUID, Organization], month: date, hold_reason: str, now: datetime) -> None:
    """Queue the invoices of the month."""
    label = f"{month:%Y-%m}"
    given = {"hold_reason": hold_reason} if hold_reason else {}
    wanted = customers_to_invoice(organizations.values())
    calls = {f"draft-usage:{pk}:{label}": {"organization_id": str(pk), "month": label, **given} for pk in wanted}
    enqueue_many(INVOICE, now=now, arguments_by_key=calls)


def _notice(organization_id: UUID, month: date, totals: _MonthTotals, now: datetime) -> dict[str, Any]:
    """Return the notice of a closed month."""
    return notice_message(
        organization_id=organization_id,
        notice="month.closed",
        key=f"{month:%Y-%m}",
        data={
            "id": f"{month:%Y-%m}",
            "version": 1,
            "month": f"{month:%Y-%m}",
            "usage": from_micros(totals.usage_micros),
            "minimum": from_micros(totals.minimum_micros),
            "eventCount": totals.event_count,
        },
        now=now,
    )


@transaction.atomic
def _note_failure(organization_id: UUID, month: date, error: str, closed_by: str, now: datetime) -> None:
    """Record that an organization's month could not be closed, unless another run has closed it."""
    lock_organizations([organization_id], now=now)
    row = MonthClose.objects.filter(organization=organization_id, month=month).first()
    if row is not None and row.state == MonthClose.State.CLOSED:
        return
    attempts = row.attempts + 1 if row else 1
    values = ("failed", attempts, error[:500], 0, 0, 0, 0, None, closed_by)
    writer = RowWriter()
    writer.put(MonthClose, ("organization_id", "month"), _VALUES, [(organization_id, month, *values)])
    writer.run()
