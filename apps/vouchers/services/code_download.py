"""The one-time download of generated codes, which are derived again while they are streamed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User

from apps.common.transactions import serialized
from apps.vouchers import codes
from apps.vouchers.errors import AlreadyDownloaded, CodesCannotBeMade, IllegalBatchState
from apps.vouchers.keys import deriving_key, key_fingerprint, lookup_key
from apps.vouchers.models import Batch, Voucher
from apps.vouchers.services.batch_events import person, record_batch_event
from apps.vouchers.services.locks import lock_batch


@dataclass(frozen=True, slots=True)
class Download:
    """A claimed download. `codes()` derives the codes as they are read; they are not stored."""

    batch: Batch

    def codes(self) -> Iterator[str]:
        """Yield every code, formatted for printing, in the order of the batch."""
        key, batch = deriving_key(), self.batch
        for number in range(batch.code_count):
            yield codes.written(codes.derive(key, batch.pk, number, batch.prefix), batch.prefix)


@serialized
def claim_download(*, batch_id: UUID, reason: str, by: User, now: datetime) -> Download:
    """Claim the download of a batch's codes, which is allowed once.

    Raises:
        AlreadyDownloaded: it was claimed before.
        IllegalBatchState: the codes were not generated, or the batch is not active or switched off.
        CodesCannotBeMade: the batch was made with another key.
    """
    batch = lock_batch(batch_id, Batch.State.ACTIVE, Batch.State.DISABLED)
    if batch.origin != Batch.Origin.GENERATED:
        raise IllegalBatchState("Custom and imported codes cannot be downloaded: only generated ones can.")
    if batch.downloaded_at is not None:
        raise AlreadyDownloaded(f"{batch.downloaded_by} downloaded them on {batch.downloaded_at:%Y-%m-%d %H:%M} UTC.")
    _check_key(batch)
    batch.downloaded_at, batch.downloaded_by = now, person(by)
    batch.save(update_fields=["downloaded_at", "downloaded_by"])
    record_batch_event(batch, "downloaded", by=by, now=now, reason=reason)
    return Download(batch)


def _check_key(batch: Batch) -> None:
    first = codes.derive(deriving_key(), batch.pk, 0, batch.prefix)
    stored = Voucher.objects.values_list("code_hash", flat=True).get(batch=batch, number=0)
    if batch.key_fingerprint != key_fingerprint() or stored != codes.keyed_hash(lookup_key(), first):
        raise CodesCannotBeMade()
