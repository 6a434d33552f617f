"""Ingest events that several vendors or tracers may report: the report with the highest rank counts, once."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from apps.common.rows import RowWriter
from apps.tenants.models import Organization
from apps.usage.errors import AlreadyVoided, ChargeReversed, EventRefused, EventTooOld, NotVoidable
from apps.usage.services.corrections import UNCHANGED, replace_by_better
from apps.usage.services.findings import note_different
from apps.usage.services.ingest import IngestResult, ingest_batch


def ingest(
    *,
    events: Sequence[object],
    organization: Organization | None,
    created_by: str,
    now: datetime,
    atomic: bool = False,
    credential: str = "",
) -> IngestResult:
    """Ingest a batch by `ingest_batch`, then let each better report replace or complete the earlier one.

    With `atomic`, all or none of it happens. Otherwise each replacement is a transaction of its own after the batch;
    the same batch sent again finishes what was left.

    Raises what `ingest_batch` raises.
    """
    finish = partial(_replace, created_by=created_by, credential=credential, now=now)
    result = ingest_batch(
        events=events,
        organization=organization,
        created_by=created_by,
        now=now,
        credential=credential,
        finish=finish if atomic else None,
    )
    if not atomic:
        finish(result)
    return result


def _replace(result: IngestResult, *, created_by: str, credential: str, now: datetime) -> None:
    kept = []
    for parsed, owner in result.better:
        try:
            done = replace_by_better(parsed, owner, created_by=created_by, credential=credential, now=now)
        except (AlreadyVoided, ChargeReversed, EventTooOld, NotVoidable):
            result.duplicate += 1  # the earlier report stays
            kept.append((parsed, owner.pk))
        except EventRefused as error:
            result.refuse(parsed, str(error.context.get("reason", error.code)), error.detail)
        else:
            result.duplicate += done.state == UNCHANGED
            result.quarantined += bool(done.reason)
            result.replaced += done.state != UNCHANGED and not done.reason
    result.refusals.sort(key=lambda refusal: refusal.index)
    note_different(kept, writer := RowWriter(), now)
    writer.run()
