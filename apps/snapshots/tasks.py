"""What beat starts every three hours, and the batches it falls into."""

from datetime import datetime
from uuid import UUID

from apps.outbox.delivery import outbox_task, scheduled_task
from apps.snapshots import services
from apps.snapshots.models import CollectionFailure

Figure = CollectionFailure.Figure


@scheduled_task("snapshots.collect_balances", gap_seconds=600)
def collect_balances(*, now: datetime, **_newer_arguments: object) -> None:
    """Read every organization's balance and keep those that moved."""
    services.start_collection(figure=Figure.BALANCE, now=now)


@scheduled_task("snapshots.collect_costs", gap_seconds=600)
def collect_costs(*, now: datetime, **_newer_arguments: object) -> None:
    """Read what the running month has cost every organization and keep it."""
    services.start_collection(figure=Figure.COSTS, now=now)


@outbox_task("snapshots.collect_batch", lease_seconds=900)
def collect_batch(*, now: datetime, figure: str, run: str, after: str, **_newer_arguments: object) -> None:
    """Collect one batch of a run."""
    services.collect_batch(figure=figure, run=run, after=UUID(after) if after else None, now=now)
