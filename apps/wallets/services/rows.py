"""Convert between plain state values and model instances, without reading the database."""

from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from apps.common.rows import stored_row
from apps.ledger.models import Hold, Transfer
from apps.ledger.state import HoldState, TransferState
from apps.wallets.models import Grant
from apps.wallets.services.books import BookResult
from apps.wallets.state import GrantState

M = TypeVar("M", bound=Model)


def transfer_row(answer: BookResult[Any], state: TransferState) -> Transfer:
    """Return a transfer of an answer, new or posted before, as a model instance."""
    return _stored(Transfer, state, id=state.id or answer.transfers[state.number], book_id=answer.after.book_id)


def hold_row(book_id: UUID, state: HoldState) -> Hold:
    """Return a hold as a model instance."""
    return _stored(Hold, state, book_id=book_id, bucket_ids=list(state.bucket_ids))


def grant_row(answer: BookResult[Any], state: GrantState) -> Grant:
    """Return a new grant of an answer as a model instance."""
    return _stored(
        Grant,
        state,
        id=answer.grants[state.number],
        organization_id=answer.after.book_id,
        transfer_id=answer.transfers[state.number],
        freezes=None,
    )


def _stored(model: type[M], state: object, **more: object) -> M:
    """Return a stored row with the values of a state, which are named like the columns, and with those of `more`."""
    values = {name: more[name] if name in more else getattr(state, name) for name in _columns(model)}
    return stored_row(model, values)


@cache
def _columns(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)


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
