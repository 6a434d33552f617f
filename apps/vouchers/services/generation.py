"""Generate the codes of a batch in chunks; a restart continues after the last committed chunk."""

from datetime import datetime
from uuid import UUID

from apps.common.transactions import serialized
from apps.vouchers import codes
from apps.vouchers.errors import CodesCannotBeMade
from apps.vouchers.keys import deriving_key, key_fingerprint, lookup_key
from apps.vouchers.models import Batch, Voucher
from apps.vouchers.services.locks import lock_batch, move_batch

CHUNK = 1_000


@serialized
def generate_chunk(*, batch_id: UUID, now: datetime) -> int:
    """Generate the next chunk of codes; return how many are still missing, 0 if the batch is not being generated.

    The batch's row stays locked meanwhile, so that two workers take turns.

    Raises:
        CodesCannotBeMade: the key has changed since the batch was created.
    """
    batch = lock_batch(batch_id)
    if batch.state != Batch.State.GENERATING:
        return 0
    if batch.key_fingerprint != key_fingerprint():
        raise CodesCannotBeMade()
    start = batch.generated_count
    end = min(start + CHUNK, batch.code_count)
    Voucher.objects.bulk_create(_vouchers(batch, start, end))
    batch.generated_count = end
    if end < batch.code_count:
        batch.save(update_fields=["generated_count"])
    else:
        batch.generated_at = now
        move_batch(batch, Batch.State.ACTIVE, "generated_count", "generated_at")
    return batch.code_count - end


def _vouchers(batch: Batch, start: int, end: int) -> list[Voucher]:
    deriving, lookup = deriving_key(), lookup_key()
    made = []
    for number in range(start, end):
        code = codes.derive(deriving, batch.pk, number, batch.prefix)
        made.append(
            Voucher(
                batch=batch,
                number=number,
                code_hash=codes.keyed_hash(lookup, code),
                masked=codes.masked(code, batch.prefix),
                max_redemptions=batch.max_redemptions,
            )
        )
    return made
