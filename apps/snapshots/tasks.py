"""Scheduled jobs that start collection runs, and the outbox task that collects a batch."""

from datetime import datetime
from uuid import UUID

from apps.outbox.delivery import outbox_task, scheduled_task
from apps.snapshots import services
from apps.snapshots.models import CollectionFailure

Figure = CollectionFailure.Figure


@scheduled_task("snapshots.collect_balances", gap_seconds=600)
def collect_balances(*, now: datetime, **_newer_arguments: object) -> None:
    """Start a run that reads every organization's balance."""
    services.start_collection(figure=Figure.BALANCE, now=now)


@scheduled_task("snapshots.collect_costs", gap_seconds=600)
def collect_costs(*, now: datetime, **_newer_arguments: object) -> None:
    """Start a run that reads every organization's costs of the current month."""
    services.start_collection(figure=Figure.COSTS, now=now)


@outbox_task("snapshots.collect_batch", lease_seconds=900)
def collect_batch(*, now: datetime, figure: str, run: str, after: str, **_newer_arguments: object) -> None:
    """Collect one batch of a run."""
    services.collect_batch(figure=figure, run=run, after=UUID(after) if after else None, now=now)
