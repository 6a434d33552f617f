"""Convert between plain state values and model instances, without reading the database."""

from typing import Any
from uuid import UUID

from apps.ledger.models import Hold, Transfer
from apps.ledger.state import HoldState, TransferState
from apps.wallets.models import Grant
from apps.wallets.services.books import Answer
from apps.wallets.state import GrantState


def transfer_row(answer: Answer[Any], state: TransferState) -> Transfer:
    """Return a transfer of an answer, new or posted before, as a model instance."""
    row = Transfer(
        id=state.id or answer.transfers[state.number],
        book_id=answer.after.book_id,
        number=state.number,
        key=state.key,
        fingerprint=state.fingerprint,
        source_id=state.source_id,
        destination_id=state.destination_id,
        amount_micros=state.amount_micros,
        kind=state.kind,
        description=state.description,
        created_by=state.created_by,
        cause_type=state.cause_type,
        cause_id=state.cause_id,
        metadata=state.metadata,
        grant_terms=state.grant_terms,
        hash=state.hash,
        reverses_id=state.reverses_id,
        effective_at=state.effective_at,
        recorded_at=state.recorded_at,
    )
    row._state.adding, row._state.db = False, "default"
    return row


def hold_row(book_id: UUID, state: HoldState) -> Hold:
    """Return a hold as a model instance."""
    row = Hold(
        id=state.id,
        book_id=book_id,
        account_id=state.account_id,
        key=state.key,
        fingerprint=state.fingerprint,
        amount_micros=state.amount_micros,
        captured_micros=state.captured_micros,
        status=state.status,
        description=state.description,
        created_by=state.created_by,
        created_at=state.created_at,
        expires_at=state.expires_at,
        closed_at=state.closed_at,
        metadata=state.metadata,
        dimensions=state.dimensions,
        bucket_ids=list(state.bucket_ids),
    )
    row._state.adding, row._state.db = False, "default"
    return row


def grant_row(answer: Answer[Any], state: GrantState) -> Grant:
    """Return a new grant of an answer as a model instance."""
    row = Grant(
        id=answer.grants[state.number],
        organization_id=answer.after.book_id,
        source=state.source,
        priority=state.priority,
        is_paid=state.is_paid,
        amount_micros=state.amount_micros,
        remaining_micros=state.remaining_micros,
        held_micros=state.held_micros,
        paid_micros=state.paid_micros,
        returned_micros=state.returned_micros,
        lapsed_micros=state.lapsed_micros,
        granted_at=state.granted_at,
        starts_at=state.starts_at,
        expires_at=state.expires_at,
        burn_key=state.burn_key,
        key=state.key,
        description=state.description,
        transfer_id=answer.transfers[state.number],
    )
    row._state.adding, row._state.db = False, "default"
    return row


def transfer_state(row: Transfer) -> TransferState:
    """Return a transfer's row as a plain value; its accounts should be prefetched by `select_related`."""
    return TransferState(
        id=row.pk,
        number=row.number,
        key=row.key,
        fingerprint=row.fingerprint,
        source_id=row.source_id,
        source=row.source.code,
        destination_id=row.destination_id,
        destination=row.destination.code,
        amount_micros=row.amount_micros,
        kind=row.kind,
        description=row.description,
        created_by=row.created_by,
        cause_type=row.cause_type,
        cause_id=row.cause_id,
        metadata=row.metadata,
        grant_terms=row.grant_terms,
        hash=bytes(row.hash),
        reverses_id=row.reverses_id,
        effective_at=row.effective_at,
        recorded_at=row.recorded_at,
    )
