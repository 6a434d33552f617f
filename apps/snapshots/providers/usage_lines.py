"""A month's usage by service and operator, from the rollups; what was charged without being metered comes last."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, Sum

from apps.common.money import MICROS_PER_UNIT, Micros
from apps.common.periods import Period
from apps.snapshots.readings import UsageLine
from apps.tenants.models import Organization
from apps.usage.models import UsagePosting
from apps.usage.selectors import usage_lines
from apps.wallets.models import DayTotal, EntryType

UNMETERED = "unmetered"
# How far ahead of a month usage of it may be posted: a sender's clock may be minutes fast.
AHEAD = timedelta(hours=1)


def usage_lines_of(organization: Organization, month: Period, charged: Sequence[DayTotal]) -> list[UsageLine]:
    """Return the month's lines, by service and then operator; `charged` are the wallet's day totals of the month.

    A service is a meter's slug, and minimum charges are lines of their own. "unmetered" is what the wallet was charged
    as usage by no event: captured reservations, less the charges that staff reversed, each as one charge less.
    """
    metered = [
        UsageLine(line.service, line.operator or None, line.unit, line.quantity_micros, Micros(line.amount_micros))
        for line in usage_lines(organization, month)
    ]
    return [*metered, *_unmetered(organization, month, charged)]


def _unmetered(organization: Organization, month: Period, charged: Sequence[DayTotal]) -> list[UsageLine]:
    """What the wallet was charged as usage in the month, less what was posted for events in it."""
    posted = UsagePosting.objects.filter(
        organization=organization,
        created_at__gte=month.start - AHEAD,
        transfer__effective_at__gte=month.start,
        transfer__effective_at__lt=month.end,
    ).aggregate(count=Count("pk"), charge=Sum("amount_micros"))
    days = [day for day in charged if day.kind in (EntryType.USAGE, EntryType.CHARACTER)]
    charge = -sum(day.amount_micros for day in days) - (posted["charge"] or 0)
    count = sum(day.entry_count for day in days) - posted["count"]
    return [UsageLine(UNMETERED, None, "charge", count * MICROS_PER_UNIT, Micros(charge))] if count or charge else []
