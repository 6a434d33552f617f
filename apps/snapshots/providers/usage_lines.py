"""A month's usage lines by service and operator, from the rollups, with a last line for unmetered charges."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Sum

from apps.common.money import MICROS_PER_UNIT, Micros
from apps.common.periods import Period
from apps.snapshots.readings import UsageLine
from apps.usage import selectors as usage
from apps.usage.models import UsagePosting
from apps.wallets.models import EntryType
from apps.wallets.selectors import EntrySum

UNMETERED = "unmetered"
# How long before a month its usage may be posted, since a sender's clock may be minutes fast.
AHEAD = timedelta(hours=1)


def usage_lines_of(
    metered: Sequence[usage.UsageLine], moved: Mapping[str, EntrySum], posted: EntrySum
) -> list[UsageLine]:
    """Return an organization's lines of a month, by service and then operator.

    A service is a meter's slug; minimum charges have their own lines. `moved` has the wallet's totals of the month by
    kind, `posted` the total posted for events. The line "unmetered" has the usage charges without an event: captured
    reservations, less charges that staff reversed, each of which also lowers the count by one.
    """
    lines = [
        UsageLine(line.service, line.operator or None, line.unit, line.quantity_micros, Micros(line.amount_micros))
        for line in metered
    ]
    used = [moved.get(kind, EntrySum()) for kind in (EntryType.USAGE, EntryType.CHARACTER)]
    charge = -sum(each.amount_micros for each in used) - posted.amount_micros
    count = sum(each.entry_count for each in used) - posted.entry_count
    unmetered = UsageLine(UNMETERED, None, "charge", count * MICROS_PER_UNIT, Micros(charge))
    return [*lines, unmetered] if count or charge else lines


def posted_for_events(organization_ids: Collection[UUID], month: Period) -> dict[UUID, EntrySum]:
    """Sum what was posted for the organizations' events of a month, in one statement."""
    rows = UsagePosting.objects.filter(
        organization__in=organization_ids,
        created_at__gte=month.start - AHEAD,
        transfer__effective_at__gte=month.start,
        transfer__effective_at__lt=month.end,
    )
    totals = rows.order_by().values_list("organization").annotate(charge=Sum("amount_micros"), count=Count("pk"))
    return {pk: EntrySum(charge, count) for pk, charge, count in totals}
