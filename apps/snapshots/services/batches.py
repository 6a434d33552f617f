"""A collection run over all organizations in batches; each batch enqueues the next through the outbox.

If a worker dies, the outbox delivers its batch again. Nothing is written twice: an unchanged balance is skipped, and
costs are written once per run. A failure for one organization is recorded and does not stop the others.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from apps.common.periods import Period, month_of
from apps.outbox.services import enqueue
from apps.snapshots.errors import CollectionProblem
from apps.snapshots.models import CollectionFailure
from apps.snapshots.providers import OwnLedger, Provider
from apps.snapshots.selectors import with_costs_since
from apps.snapshots.services.collection import collect_balance, collect_costs
from apps.snapshots.services.sources import open_sources, provider_of
from apps.tenants.models import Organization

logger = logging.getLogger(__name__)

Figure = CollectionFailure.Figure
Reason = CollectionFailure.Reason
BATCH = 50
# How long after its end a month is still read, because late usage counts in it.
SETTLING = timedelta(days=7)
TASK = "snapshots.collect_batch"


@transaction.atomic
def start_collection(*, figure: str, now: datetime) -> str:
    """Enqueue a run of one figure over all organizations; return the run's name, which is its start."""
    run = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    _ask(figure, run, None, now)
    return run


def collect_batch(*, figure: str, run: str, after: UUID | None, now: datetime) -> int:
    """Collect the next batch of a run and enqueue the one after it; return the number of organizations."""
    batch = _organizations(after)
    sources = open_sources(batch, now)
    own_ledger = OwnLedger(together=[each for each in batch if not sources[each.pk].upstream])
    months = _months(batch, now) if figure == Figure.COSTS else {}
    for organization in batch:
        provider = provider_of(sources[organization.pk], own_ledger)
        _collect(Figure(figure), organization, provider, months.get(organization.pk, ()), run, now)
    if len(batch) == BATCH:
        with transaction.atomic():
            _ask(figure, run, batch[-1].pk, now)
    return len(batch)


def _ask(figure: str, run: str, after: UUID | None, now: datetime) -> None:
    arguments = {"figure": figure, "run": run, "after": str(after) if after else ""}
    enqueue(TASK, now=now, key=f"collect:{figure}:{run}:{after or 'first'}", arguments=arguments)


def _organizations(after: UUID | None) -> list[Organization]:
    rows = Organization.objects.exclude(status=Organization.Status.ARCHIVED)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.order_by("pk")[:BATCH])


def _months(batch: Sequence[Organization], now: datetime) -> dict[UUID, list[Period]]:
    """Return the months to read: the last one if it is recent or was not read since its end, and the current one."""
    current = month_of(now)
    previous = month_of(current.start - timedelta(days=1))
    if now - previous.end < SETTLING:
        return {organization.pk: [previous, current] for organization in batch}
    seen = with_costs_since([organization.pk for organization in batch], previous, previous.end)
    return {each.pk: [current] if each.pk in seen else [previous, current] for each in batch}


def _collect(
    figure: CollectionFailure.Figure,
    organization: Organization,
    provider: Provider,
    months: Sequence[Period],
    run: str,
    now: datetime,
) -> None:
    try:
        if figure == Figure.BALANCE:
            collect_balance(organization=organization, provider=provider, now=now)
        for month in months:
            collect_costs(organization=organization, provider=provider, month=month, run=run, now=now)
    except CollectionProblem as problem:
        _note(figure, organization, provider, problem.reason, str(problem), now)
    except Exception as error:  # a failure of any kind must not stop the other organizations
        logger.exception("collecting the %s of organization %s failed", figure, organization.pk)
        _note(figure, organization, provider, Reason.INTERNAL, type(error).__name__, now)


def _note(figure: str, organization: Organization, provider: Provider, reason: str, detail: str, now: datetime) -> None:
    CollectionFailure.objects.create(
        organization=organization,
        figure=figure,
        provider=provider.name,
        reason=reason,
        detail=detail[:500],
        failed_at=now,
    )
