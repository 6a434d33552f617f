"""Scheduled jobs of the wallets. They post expiries, which reads take into account from the moment of expiry."""

from datetime import datetime

from apps.outbox.delivery import scheduled_task
from apps.wallets import services


@scheduled_task("wallets.expire")
def expire(*, now: datetime) -> None:
    """Close ended reservations and post expired grants, one wallet at a time; a failing wallet does not stop others."""
    services.expire_grants(now=now)


@scheduled_task("wallets.close_reservations", gap_seconds=5)
def close_reservations(*, now: datetime) -> None:
    """Close reservations whose end has come, which readers and decisions count as ended already."""
    services.expire_reservations(now=now)


@scheduled_task("wallets.tell_budget_digests")
def send_budget_digests(*, now: datetime) -> None:
    """Email which values of a budget were used up in the last hour."""
    services.send_budget_digests(now=now)


@scheduled_task("wallets.close_budget_periods")
def close_budget_periods(*, now: datetime) -> None:
    """Close budget periods that ended in alarm, with a notice for each exceeded one that recovers."""
    while services.close_budget_periods(now=now):
        pass


@scheduled_task("wallets.drop_old_counters")
def drop_old_counters(*, now: datetime) -> None:
    """Delete refusal counts and counters of single values after their retention time."""
    services.drop_refusals(now=now)
    while services.drop_old_buckets(now=now):
        pass


@scheduled_task("wallets.take_checkpoints")
def take_checkpoints(*, now: datetime) -> None:
    """Add up the entries of every wallet again, in batches."""
    while services.take_checkpoints(now=now):
        pass
