"""Background jobs: generate codes, and take back the credit of revoked ones."""

from datetime import datetime
from uuid import UUID

from apps.outbox.delivery import outbox_task
from apps.vouchers import services


class SomeNotTakenBack(Exception):
    """Some redemptions of a revocation could not be taken back."""


@outbox_task("vouchers.generate_batch", lease_seconds=300)
def generate_batch(*, batch_id: str, now: datetime, **_newer_arguments: object) -> None:
    """Generate the missing codes of a batch, chunk by chunk."""
    while services.generate_chunk(batch_id=UUID(batch_id), now=now):
        pass


@outbox_task("vouchers.take_back", lease_seconds=300)
def take_back(*, batch_id: str, voucher_id: int | None, now: datetime, **_newer_arguments: object) -> None:
    """Take back the unspent credit of a revoked batch or code, chunk by chunk.

    Raises:
        SomeNotTakenBack: some redemptions failed; the job is retried and, if it keeps failing, shown to staff.
    """
    failed: list[UUID] = []
    chunk = services.take_back_chunk(batch_id=UUID(batch_id), voucher_id=voucher_id, now=now)
    while chunk.touched:
        failed += chunk.failed
        chunk = services.take_back_chunk(batch_id=UUID(batch_id), voucher_id=voucher_id, now=now, after=chunk.last)
    if failed:
        raise SomeNotTakenBack(f"{len(failed)} redemptions failed, first {failed[0]}; see the log")
