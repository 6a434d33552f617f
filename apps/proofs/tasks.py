"""Scheduled jobs of proofs, and the outbox task that sends a root."""

from datetime import date, datetime

from apps.outbox.delivery import outbox_task, scheduled_task
from apps.proofs import services


@scheduled_task("proofs.link_audit_trail")
def link_audit_trail(*, now: datetime) -> None:
    """Link new entries of the audit trail to its chain."""
    services.link_audit_trail()


@scheduled_task("proofs.seal_day")
def seal_day(*, now: datetime) -> None:
    """Seal the UTC day that ended last, unless it is sealed already."""
    services.seal_day(now=now)


@outbox_task("proofs.send_root")
def send_root(*, now: datetime, day: str, **_newer_arguments: object) -> None:
    """Send a day's root to PROOF_URL."""
    services.send_root(day=date.fromisoformat(day), now=now)


@scheduled_task("proofs.prove_moved", gap_seconds=60)
def prove_moved(*, now: datetime) -> None:
    """Prove records added since the last proof; findings are logged and stored on the chain's mark for staff."""
    services.prove_moved(now=now)


@scheduled_task("proofs.prove_thirtieth", gap_seconds=600)
def prove_thirtieth(*, now: datetime) -> None:
    """Prove a thirtieth of all books from their first record."""
    services.prove_thirtieth(now=now)
