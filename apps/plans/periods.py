"""Pure rules for allocation periods, and for the billing periods whose quota is due."""

from collections.abc import Iterator
from datetime import datetime

from apps.common.periods import Period, billing_period

MONTHS_OF_CADENCE = {"monthly": 1, "annual": 12}


def allocation_period(cadence: str, anchor_day: int, anchor_month: int, at: datetime) -> Period | None:
    """Return the allocation period that contains `at`; None for a plan without a periodic allocation.

    A monthly allocation's period is the billing period. An annual one's is twelve whole billing periods, beginning with
    the one that starts in `anchor_month`, so that it never splits a billing period.
    """
    months = MONTHS_OF_CADENCE.get(cadence)
    if months is None:
        return None
    return billing_period(anchor_day, at, months=months, anchor_month=anchor_month if months > 1 else 1)


def periods_due(anchor_day: int, granted_until: datetime, now: datetime) -> Iterator[Period]:
    """Yield the billing periods after `granted_until` that have started by `now`, oldest first."""
    at = granted_until
    while at <= now:
        period = billing_period(anchor_day, at)
        yield period
        at = period.end
