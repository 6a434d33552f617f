"""The wallets' jobs by the clock. What they post was true by time before they ran."""

from datetime import datetime

from apps.outbox.delivery import scheduled_task
from apps.wallets import services


@scheduled_task("wallets.expire")
def expire(*, now: datetime) -> None:
    """Close ended reservations and post lapsed grants, a wallet at a time, whichever of them fails."""
    services.expire_grants(now=now)


@scheduled_task("wallets.take_checkpoints")
def take_checkpoints(*, now: datetime) -> None:
    """Add up the entries of every wallet anew, a batch at a time."""
    while services.take_checkpoints(now=now):
        pass
