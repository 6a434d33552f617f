"""What runs in the background: generating codes, and taking back what revoked ones gave."""

from datetime import datetime
from uuid import UUID

from apps.outbox.delivery import outbox_task
from apps.vouchers import services


class SomeNotTakenBack(Exception):
    """A revocation went through all redemptions, and some could not be taken back."""


@outbox_task("vouchers.generate_batch", lease_seconds=300)
def generate_batch(*, batch_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Make the codes of a batch that are missing, until there are none."""
    while services.generate_chunk(batch_id=UUID(batch_id), now=now):
        pass


@outbox_task("vouchers.take_back", lease_seconds=300)
def take_back(*, batch_id: str, voucher_id: int | None, now: datetime, **_newer_arguments: object) -> None:
    """Take back what is unspent of a revoked batch, or of one revoked code, until nothing is left.

    Raises:
        SomeNotTakenBack: all others were; these are tried again, and shown to staff when that does not help.
    """
    failed: list[UUID] = []
    chunk = services.take_back_chunk(batch_id=UUID(batch_id), voucher_id=voucher_id, now=now)
    while chunk.touched:
        failed += chunk.failed
        chunk = services.take_back_chunk(batch_id=UUID(batch_id), voucher_id=voucher_id, now=now, after=chunk.last)
    if failed:
        raise SomeNotTakenBack(f"{len(failed)} redemptions, first {failed[0]}; the log says why")
