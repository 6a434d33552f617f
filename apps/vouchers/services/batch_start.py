"""Start a batch that is waiting."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User

from apps.common.transactions import serialized
from apps.outbox import services as outbox
from apps.vouchers.models import Batch
from apps.vouchers.services.batch_events import record_batch_event
from apps.vouchers.services.locks import lock_batch, move_batch

GENERATE = "vouchers.generate_batch"
State = Batch.State


@serialized
def open_batch(*, batch_id: UUID, reason: str, by: User, now: datetime) -> Batch:
    """Start generating the codes of a waiting batch, or activate codes that already exist.

    Raises:
        IllegalBatchState: the batch is not waiting.
    """
    batch = lock_batch(batch_id, State.AWAITING_APPROVAL)
    generated = batch.origin == Batch.Origin.GENERATED
    move_batch(batch, State.GENERATING if generated else State.ACTIVE)
    record_batch_event(batch, "started", by=by, now=now, reason=reason)
    if generated:
        outbox.enqueue(GENERATE, now=now, key=f"{GENERATE}:{batch.pk}", arguments={"batch_id": str(batch.pk)})
    return batch
