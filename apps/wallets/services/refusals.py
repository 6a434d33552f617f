"""Count refused work in the process; the web server writes the counts every few seconds."""

import atexit
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from apps.common.errors import BillingError
from apps.tenants.models import Organization
from apps.wallets.budgets.limits import Limit
from apps.wallets.budgets.scopes import NOWHERE, Dimensions
from apps.wallets.errors import BudgetExceeded, DimensionRequired, ResourcesPaused, TooManyReservations, WorkPaused
from apps.wallets.models import Refusal

logger = logging.getLogger(__name__)

COUNTED = (BudgetExceeded, DimensionRequired, ResourcesPaused, TooManyReservations, WorkPaused)
WRITTEN_EVERY_SECONDS = 5
# Most distinct counts between two writes in one process; refusals beyond it are not counted.
MOST_KEYS = 10_000
KEPT = timedelta(days=90)

# Organization, minute, reason, budget, bucket.
Key = tuple[UUID, datetime, str, str, str]


@dataclass(slots=True)
class RefusalCount:
    """How often a limit refused, and the last refusal; amounts in micros."""

    count: int
    last_at: datetime
    work: Dimensions
    requested_micros: int
    missing_micros: int


class RefusalCounts:
    """Refusals of this process that are not written yet."""

    def __init__(self) -> None:
        self._counts: dict[Key, RefusalCount] = {}
        self._mutex = Lock()

    def note(self, organization_id: UUID, refusal: BillingError, work: Dimensions, now: datetime) -> None:
        """Count a refusal under the first limit that refused, or under the error's code if no limit did."""
        limits: tuple[Limit, ...] = refusal.context.get("limits", ())
        first = limits[0] if limits else None
        budget = first.budget.slug if first is not None and first.budget is not None else ""
        minute = now.replace(second=0, microsecond=0)
        reason = first.kind if first is not None else refusal.code
        key = (organization_id, minute, reason, budget, first.bucket if first is not None else "")
        with self._mutex:
            before = self._counts.get(key)
            if before is None and len(self._counts) >= MOST_KEYS:
                return
            self._counts[key] = RefusalCount(
                count=1 + (before.count if before is not None else 0),
                last_at=now,
                work=refusal.context.get("work", work),
                requested_micros=first.requested_micros if first is not None else 0,
                missing_micros=first.missing_micros if first is not None else 0,
            )

    def take(self) -> dict[Key, RefusalCount]:
        """Return the counts and start over."""
        with self._mutex:
            taken, self._counts = self._counts, {}
        return taken


REFUSALS = RefusalCounts()


class CountingRefusals:
    """Counts refusals by a limit or a pause in the body of a `with` statement."""

    __slots__ = ("_now", "_organization", "_work")

    def __init__(self, organization: Organization, work: Dimensions, now: datetime) -> None:
        self._organization, self._work, self._now = organization, work, now

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, BillingError):
            refusal = error.context.get("refusal", error)
            if isinstance(refusal, COUNTED):
                REFUSALS.note(self._organization.pk, refusal, self._work, self._now)


def note_refused(organization: Organization, outcomes: Iterable[object], now: datetime) -> None:
    """Count those of several captures that a limit refused."""
    for each in outcomes:
        if isinstance(each, COUNTED):
            REFUSALS.note(organization.pk, each, NOWHERE, now)


def write_refusals() -> int:
    """Add the counts of this process to the rows of their minutes; return how many rows were written."""
    rows = [
        {
            "organization_id": str(organization_id),
            "minute": minute.isoformat(),
            "reason": reason,
            "budget": budget,
            "bucket": bucket,
            "count": counted.count,
            "last_at": counted.last_at.isoformat(),
            "last_work": counted.work.as_json(),
            "last_requested_micros": counted.requested_micros,
            "last_missing_micros": counted.missing_micros,
        }
        for (organization_id, minute, reason, budget, bucket), counted in sorted(REFUSALS.take().items(), key=str)
    ]
    if rows:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_WRITE, [json.dumps(rows)])
    return len(rows)


_WRITE = """
INSERT INTO wallets_refusal AS r (organization_id, minute, reason, budget, bucket, count, last_at, last_work,
    last_requested_micros, last_missing_micros)
SELECT * FROM jsonb_to_recordset(%s::jsonb) AS g(organization_id uuid, minute timestamptz, reason text, budget text,
    bucket text, count integer, last_at timestamptz, last_work jsonb, last_requested_micros bigint,
    last_missing_micros bigint)
ON CONFLICT (organization_id, minute, reason, budget, bucket) DO UPDATE SET
    count = r.count + excluded.count, last_at = excluded.last_at, last_work = excluded.last_work,
    last_requested_micros = excluded.last_requested_micros, last_missing_micros = excluded.last_missing_micros
"""


def write_refusals_until_exit() -> None:
    """Write the counts every few seconds in a thread of this process, and once more when it ends."""
    stopping = Event()

    def run() -> None:
        while not stopping.wait(WRITTEN_EVERY_SECONDS):
            _write_safely()

    def leave() -> None:
        stopping.set()
        _write_safely()

    Thread(target=run, name="refusals", daemon=True).start()
    atexit.register(leave)


def _write_safely() -> None:
    try:
        write_refusals()
    except DatabaseError:  # these counts are lost; the next ones are written again
        logger.exception("refusals could not be written")
    finally:
        connection.close()


def drop_refusals(*, now: datetime) -> int:
    """Delete counts after their retention time; return how many."""
    return Refusal.objects.filter(minute__lt=now - KEPT).delete()[0]
