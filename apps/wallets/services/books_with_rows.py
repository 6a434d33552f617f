"""Read and write rows of an app above the wallets together with a customer's book, in one statement each.

The app provides two database functions that call `wallet_open` and `wallet_write`. The first returns the wallet's JSON
under `wallet` and the app's own members beside it; the second takes the same shape. Each locks and checks the app's
rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from django.conf import settings
from django.db import OperationalError, connection

from apps.common.errors import Unavailable
from apps.common.queries import prepared_rows
from apps.common.transactions import BROKEN_OFF, TRIES, serialized
from apps.common.values import value_class
from apps.tenants.known_credentials import credential_changed, version_to_check
from apps.wallets.book_rows import state_of
from apps.wallets.errors import WalletNotFound
from apps.wallets.services.books import (
    ALL,
    FIRST_LOOK,
    STALE,
    BookQuery,
    BookResult,
    answer_of,
    log_changes,
    written_with_notices,
)
from apps.wallets.services.taken_keys import TakenKeyErrors
from apps.wallets.state import BookDecision, BookState, MoreRowsNeeded

R = TypeVar("R")
Json = Mapping[str, Any]


@value_class(frozen=True, slots=True)
class LayerFunctions:
    """The names of an app's two database functions; they take the arguments of `wallet_open` and `wallet_write`."""

    open_function: str
    write_function: str


@value_class(frozen=True, slots=True)
class LayerDecision(Generic[R]):
    """The outcome of a decision: for the book, and the app's rows as its write function takes them (empty: none)."""

    book: BookDecision[Any]
    rows: Json
    result: R


@value_class(frozen=True, slots=True)
class LayerCall(Generic[R]):
    """A decision on an organization's book and an app's rows; `own_query` is what the app's open function reads.

    `version` is as in `Call`.
    """

    layer: LayerFunctions
    organization_id: UUID
    query: BookQuery
    own_query: Json
    decision: Callable[[BookState, Json], LayerDecision[R]]
    version: int | None = None


def decide_with_rows(call: LayerCall[R], *, now: datetime) -> BookResult[R]:
    """Decide on a book and an app's rows, and write the changes.

    Outside a transaction this takes two statements; if something changed between them, the decision is made again
    under the locks. Inside a transaction the locks are taken from the start. Rows that the app's open function does not
    lock may still change under the locks; then the decision is repeated.

    Raises:
        WalletNotFound: the organization has no wallet.
        CredentialChanged: the caller's credential was used unchecked and has changed; nothing is written.
        Unavailable: others kept changing the same rows.
        The decision's own errors; then nothing is written.
    """
    if not connection.in_atomic_block:
        call = replace(call, version=version_to_check(call.organization_id))
    if not connection.in_atomic_block and not STALE.was_met(call.organization_id):
        try:
            answer = _turn(call, now, lock=False)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in BROKEN_OFF:
                raise
            answer = None
        if answer is not None:
            return answer
        STALE.meet(call.organization_id)
    return _under_lock(call, now)


@serialized
def _under_lock(call: LayerCall[R], now: datetime) -> BookResult[R]:
    for _ in range(TRIES):
        answer = _turn(call, now, lock=True)
        if answer is not None:
            return answer
    raise Unavailable("Other requests kept changing the same rows; nothing was written, try again")


def look(call: LayerCall[R], *, now: datetime) -> LayerDecision[R]:
    """Decide without locking the book and without writing, for callers that already hold the lock on the app's rows."""
    return _decided(call, now, lock=False)


def _turn(call: LayerCall[R], now: datetime, *, lock: bool) -> BookResult[R] | None:
    """Return the answer to a call; None if rows changed before the write."""
    decided = _decided(call, now, lock=lock)
    if not (decided.rows or decided.book.changes):
        return answer_of(decided.book.after, decided.result, {})
    ids = _write(call, decided)
    return None if ids is None else answer_of(decided.book.after, decided.result, ids)


def _decided(call: LayerCall[R], now: datetime, *, lock: bool) -> LayerDecision[R]:
    try:
        return call.decision(*_open(call, now, bound=FIRST_LOOK, lock=lock))
    except MoreRowsNeeded:
        return call.decision(*_open(call, now, bound=ALL, lock=lock))


def _open(call: LayerCall[Any], now: datetime, *, bound: int, lock: bool) -> tuple[BookState, Json]:
    query = replace(call.query, is_bounded=bound != ALL).as_json(call.organization_id)
    ((text,),) = prepared_rows(
        f"SELECT {call.layer.open_function}(%s::uuid, %s::timestamptz, %s::jsonb, %s::boolean)::text",
        [call.organization_id, now, orjson.dumps({"wallet": query, **call.own_query}).decode(), lock],
    )
    if text is None:
        raise WalletNotFound
    opened = orjson.loads(text)
    state = state_of(
        call.organization_id,
        opened["wallet"],
        bound=bound,
        nets=call.query.nets,
        least_top_up=settings.TOP_UP_LEAST,
    )
    if call.version not in (None, state.terms.version):
        raise credential_changed()
    return state, opened


def _write(call: LayerCall[Any], decided: LayerDecision[Any]) -> Json | None:
    after, changes = decided.book.after, decided.book.changes
    rows = {**decided.rows, "wallet": written_with_notices(after, changes)} if changes else decided.rows
    with TakenKeyErrors():
        ((text,),) = prepared_rows(
            f"SELECT {call.layer.write_function}(%s::uuid, %s::bigint, %s::jsonb)::text",
            [call.organization_id, after.ledger.version, orjson.dumps(rows).decode()],
        )
    if text is None:
        return None
    log_changes(decided.book)
    ids: Json = orjson.loads(text)
    return ids
