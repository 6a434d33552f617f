"""Write a customer's book: read it at one version, decide on plain values, write all rows if the version is unchanged.

Outside a transaction this takes two round trips, each its own transaction. If the book moved between them, nothing is
written, and the decision is made again under the book's lock. Inside a transaction the book is locked from the start.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from functools import partial
from time import monotonic
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from django.conf import settings
from django.db import OperationalError
from django.db.models.expressions import RawSQL

from apps.common.errors import BillingError
from apps.common.queries import prepared_rows
from apps.common.rows import RowWriter
from apps.common.transactions import BROKEN_OFF, serialized
from apps.common.values import value_class
from apps.ledger.services.books import log_records
from apps.notices.services import notice_message
from apps.outbox.services import message
from apps.tenants.known_credentials import CredentialChanged
from apps.top_ups.state import SEND_TOP_UP
from apps.wallets.accounts import Role, codes_of
from apps.wallets.book_rows import state_of, written
from apps.wallets.errors import WalletNotFound
from apps.wallets.services.taken_keys import TakenKeyErrors
from apps.wallets.state import BookChanges, BookDecision, BookState, MoreChargesNeeded, MoreRowsNeeded

R = TypeVar("R")

# The accounts that every decision needs: credit, and the debt less the unapplied money that will pay it.
ALWAYS_READ = frozenset({Role.WALLET, Role.RECEIVABLE, Role.UNAPPLIED})
# How many of the oldest shortfalls and newest charges are read first; a decision that needs more reads all of them.
FIRST_LOOK = 50
# How many open grants a movement reads first, in burn order, with the sums of the others.
FIRST_GRANTS = 64
ALL = 2**62


@value_class(frozen=True, slots=True, kw_only=True)
class BookQuery:
    """The parts of a book that a decision reads, besides its open grants, ended holds and oldest shortfalls.

    Accounts by role, or by code if in a foreign currency; transfers and holds by key; holds and grants by id. `nets`
    adds the newest charges that can still be undone, `undo` the charges and shortfalls of these transfers. `days` adds
    the live budgets with their counters of these days: of the buckets with these `labels` or those of the holds' work,
    and all buckets of `budgets`. `buckets` adds counters by id.
    `first_grants` reads of the open grants only the first in burn order, those that back holds, and the others' sums.
    """

    roles: tuple[Role, ...] = ()
    codes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    hold_keys: tuple[str, ...] = ()
    hold_ids: tuple[UUID, ...] = ()
    grant_keys: tuple[str, ...] = ()
    grant_ids: tuple[int, ...] = ()
    undo: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    labels: tuple[str, ...] = ()
    budgets: tuple[UUID, ...] = ()
    buckets: tuple[UUID, ...] = ()
    nets: bool = False
    first_grants: bool = False
    is_bounded: bool = True

    def as_json(self, book_id: UUID) -> dict[str, Any]:
        """Return the `query` argument of `wallet_open`."""
        asked = {
            "codes": [*map(codes_of(book_id).__getitem__, {*ALWAYS_READ, *self.roles}), *self.codes],
            "keys": self.keys,
            "hold_keys": self.hold_keys,
            "hold_ids": [str(pk) for pk in self.hold_ids],
            "grant_keys": self.grant_keys,
            "grant_ids": self.grant_ids,
            "undo": self.undo,
            "days": [day.isoformat() for day in self.days] or (),
            "labels": ["", *self.labels] if self.days else (),
            "budgets": [str(pk) for pk in self.budgets] or (),
            "buckets": [str(pk) for pk in self.buckets] or (),
            "nets": self.bound if self.nets else None,
            "shortfalls": self.bound,
            "first_grants": FIRST_GRANTS if self.first_grants and self.is_bounded else None,
        }
        return {name: value for name, value in asked.items() if value is not None and value != ()}

    @property
    def bound(self) -> int:
        """The number of oldest shortfalls and newest charges to read."""
        return FIRST_LOOK if self.is_bounded else ALL


# The fields of `BookQuery` that list what is read.
_LISTED = [each.name for each in fields(BookQuery) if each.default == ()]


def merged_query(query: Sequence[BookQuery]) -> BookQuery:
    """Merge the reads of several decisions on one book."""
    if len(query) == 1:
        return query[0]

    def every(name: str) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(value for each in query for value in getattr(each, name)))

    merged: dict[str, Any] = {name: every(name) for name in _LISTED}
    return BookQuery(
        **merged,
        nets=any(each.nets for each in query),
        first_grants=all(each.first_grants for each in query),
    )


class StaleBooks:
    """Books that this process found changed between reading and writing within the last second.

    Another writer is active on them, so another try without the lock would probably fail too.
    """

    SECONDS = 1
    MOST = 1_000

    def __init__(self) -> None:
        self._until: dict[UUID, float] = {}

    def meet(self, book_id: UUID) -> None:
        """Remember that a book has changed."""
        if len(self._until) >= self.MOST:
            self.forget()
        self._until[book_id] = monotonic() + self.SECONDS

    def forget(self) -> None:
        """Forget all books."""
        self._until.clear()

    def was_met(self, book_id: UUID) -> bool:
        """Whether a book was found changed within the last second."""
        until = self._until.get(book_id)
        return until is not None and monotonic() < until


STALE = StaleBooks()


@value_class(frozen=True, slots=True)
class BookCall(Generic[R]):
    """A decision to make on one organization's book, and what it reads.

    `version` is the organization's that the caller's credential was valid at, if that is still to be checked.
    """

    organization_id: UUID
    query: BookQuery
    decision: Callable[[BookState], BookDecision[R]]
    version: int | None = None


@value_class(frozen=True, slots=True)
class BookResult(Generic[R]):
    """A decision's result, the book after it, and the ids of new transfers, the entries they debit, and grants."""

    result: R
    after: BookState
    transfers: Mapping[int, int]
    entries: Mapping[int, int]  # by the transfer's id; the others by number
    grants: Mapping[int, int]


Outcome = BookResult[Any] | Exception


def take_turn(calls: Sequence[BookCall[Any]], *, now: datetime) -> list[Outcome]:
    """Decide several calls on one book, each on the state that the one before left, and write everything at once.

    A refused call changes nothing for the others. If the book changed before the write, all are decided again under
    its lock.

    Raises:
        WalletNotFound: the organization has no wallet.
    """
    book_id = calls[0].organization_id
    if STALE.was_met(book_id):
        return _under_lock(calls, now)
    outcomes = _turn(calls, now, lock=False)
    if outcomes is not None:
        return outcomes
    STALE.meet(book_id)
    return _under_lock(calls, now)


@serialized
def _under_lock(calls: Sequence[BookCall[Any]], now: datetime) -> list[Outcome]:
    outcomes = _turn(calls, now, lock=True)
    assert outcomes is not None, "a locked book does not move"
    return outcomes


def _turn(calls: Sequence[BookCall[Any]], now: datetime, *, lock: bool) -> list[Outcome] | None:
    """Return the outcome of each call; None if the book changed first or the database broke off the transaction."""
    whole = BookCall(calls[0].organization_id, merged_query([call.query for call in calls]), partial(in_turn, calls))
    try:
        (decided,) = _decided([whole], now, lock=lock)
        ids = _write([decided])[0] if decided.changes else {}
    except OperationalError as error:
        if lock or getattr(error.__cause__, "sqlstate", None) not in BROKEN_OFF:
            raise
        return None
    if ids is None:
        return None
    return [each if isinstance(each, Exception) else answer_of(each.after, each.result, ids) for each in decided.result]


def in_turn(calls: Sequence[BookCall[Any]], state: BookState) -> BookDecision[list[BookDecision[Any] | Exception]]:
    """Combine calls on a book into one decision, each on the state after the one before.

    A refused call changes nothing except for its error's `kept`.
    """
    changes = BookChanges()
    came: list[BookDecision[Any] | Exception] = []
    for call in calls:
        if call.version not in (None, state.terms.version):
            came.append(CredentialChanged())
            continue
        try:
            decided = call.decision(state)
        except BillingError as refusal:
            state, changes = after_refusal(refusal, state, changes)
            came.append(refusal)
            continue
        state = decided.after
        changes = changes.then(decided.changes) if came else decided.changes
        came.append(decided)
    return BookDecision(state, changes, came)


def after_refusal(refusal: BillingError, state: BookState, changes: BookChanges) -> tuple[BookState, BookChanges]:
    """Return the state and the changes after a refused call: those before it, plus its error's `kept`."""
    kept: BookDecision[Any] | None = getattr(refusal, "kept", None)
    return (state, changes) if kept is None else (kept.after, changes.then(kept.changes))


@serialized
def decide_each(
    calls: list[BookCall[R]], *, now: datetime, beside: Callable[[Sequence[BookDecision[R]]], RowWriter] | None = None
) -> list[BookResult[R]]:
    """Decide on several organizations' books under their locks, and write all changes or none.

    The number of statements does not depend on the number of books. `beside` returns further rows, made from the
    decisions, to write in the same statement.
    """
    order = sorted(range(len(calls)), key=lambda place: calls[place].organization_id)
    decided = _decided([calls[place] for place in order], now, lock=True) if calls else []
    rows = beside(decided) if beside is not None else None
    changed = [place for place, each in enumerate(decided) if each.changes]
    if rows is not None and not changed:
        rows.run()
    written_ids = dict(zip(changed, _write([decided[at] for at in changed], rows), strict=True)) if changed else {}
    assert None not in written_ids.values(), "a locked book does not move"
    answers = {
        place: answer_of(decided[at].after, decided[at].result, written_ids.get(at) or {})
        for at, place in enumerate(order)
    }
    return [answers[place] for place in range(len(calls))]


def _decided(calls: list[BookCall[R]], now: datetime, *, lock: bool) -> list[BookDecision[R]]:
    try:
        return [call.decision(state) for call, state in zip(calls, _open(calls, now, lock=lock), strict=True)]
    except MoreRowsNeeded as needed:
        nets = isinstance(needed, MoreChargesNeeded)
        calls = [
            replace(call, query=replace(call.query, is_bounded=False, nets=nets or call.query.nets)) for call in calls
        ]
        return [call.decision(state) for call, state in zip(calls, _open(calls, now, lock=lock), strict=True)]


def answer_of(after: BookState, result: R, ids: Mapping[str, Mapping[str, int] | None]) -> BookResult[R]:
    """Return the answer to a decision, with the ids of the new rows."""
    names = ("transfers", "entries", "grants")
    found = [{int(number): int(pk) for number, pk in (ids.get(name) or {}).items()} for name in names]
    return BookResult(result, after, *found)


def _open(calls: list[BookCall[R]], now: datetime, *, lock: bool) -> list[BookState]:
    if len(calls) == 1:
        book_id = calls[0].organization_id
        rows = prepared_rows(OPEN, [book_id, now, orjson.dumps(calls[0].query.as_json(book_id)).decode(), lock])
    else:
        asked = [
            {"book": str(call.organization_id), "query": call.query.as_json(call.organization_id)} for call in calls
        ]
        rows = prepared_rows(OPEN_EACH, [now, lock, orjson.dumps(asked).decode()])
    texts = [text for (text,) in rows]
    if None in texts:
        raise WalletNotFound
    return [opened(call, text) for call, text in zip(calls, texts, strict=True)]


def open_query(call: BookCall[Any], now: datetime) -> RawSQL:
    """Return the expression that reads a book for a call, for a statement that reads other rows as well."""
    query = orjson.dumps(call.query.as_json(call.organization_id)).decode()
    return RawSQL("wallet_open(%s::uuid, %s::timestamptz, %s::jsonb, false)::text", [call.organization_id, now, query])


def opened(call: BookCall[Any], text: str) -> BookState:
    """Return the book that `open_query` has read."""
    query = call.query
    return state_of(
        call.organization_id,
        orjson.loads(text),
        bound=query.bound,
        nets=query.nets,
        least_top_up=settings.TOP_UP_LEAST,
    )


def _write(decided: list[BookDecision[R]], beside: RowWriter | None = None) -> list[Mapping[str, Any] | None]:
    with TakenKeyErrors():
        rows = _write_one(decided[0]) if len(decided) == 1 and beside is None else _write_each(decided, beside)
        ids = [text and orjson.loads(text) for (text,) in rows]
    for each, found in zip(decided, ids, strict=True):
        if found is not None:
            log_changes(each)
    return ids


def _write_one(decided: BookDecision[Any]) -> list[tuple[Any, ...]]:
    after = decided.after
    changes = orjson.dumps(written_with_notices(after, decided.changes)).decode()
    return prepared_rows(WRITE, [after.book_id, after.ledger.version, changes])


def _write_each(decided: list[BookDecision[R]], beside: RowWriter | None) -> list[tuple[Any, ...]]:
    books = [
        {
            "book": str(each.after.book_id),
            "expected": each.after.ledger.version,
            "changes": written_with_notices(each.after, each.changes),
        }
        for each in decided
    ]
    return (beside or RowWriter()).run_with("moved", WRITE_EACH, [orjson.dumps(books).decode()], WRITTEN)


def written_with_notices(after: BookState, changes: BookChanges) -> dict[str, Any]:
    """Serialize pending changes to the JSON that `wallet_write` takes, with the outbox messages of their notices."""
    rows = written(after, changes)
    if changes.watched.attempt is not None:
        attempt = changes.watched.attempt
        rows["top_up"]["message"] = message(
            SEND_TOP_UP, now=attempt.created_at, key=f"top-up:{attempt.id}", arguments={"attempt_id": str(attempt.id)}
        )
    if changes.notices or changes.messages:
        rows["outbox"] = [
            notice_message(
                organization_id=after.book_id,
                notice=each.type,
                key=each.key,
                data=each.data,
                now=each.at,
                mail=each.mail,
            )
            for each in changes.notices
        ]
        rows["outbox"] += changes.messages
    return rows


def log_changes(decided: BookDecision[Any]) -> None:
    """Log the records that were added to a book's chain."""
    made = decided.changes.ledger
    if not made.transfers and not made.notes:
        return
    records = [(record.number, record.hash) for record in made.transfers]
    records += [(record.number, record.hash) for record in made.notes]
    log_records((decided.after.book_id, number, digest) for number, digest in sorted(records))


OPEN = "SELECT wallet_open(%s::uuid, %s::timestamptz, %s::jsonb, %s::boolean)::text"
WRITE = "SELECT wallet_write(%s::uuid, %s::bigint, %s::jsonb)::text"
# A set-returning function in FROM keeps its rows' order, so books are locked in the order of their ids.
OPEN_EACH = """
SELECT wallet_open(asked.book, now.at, asked.query, now.lock)::text
FROM (SELECT %s::timestamptz AS at, %s::boolean AS lock) AS now,
     jsonb_to_recordset(%s::jsonb) AS asked(book uuid, query jsonb)
"""
WRITE_EACH = """
SELECT place, book, wallet_write(book, expected, changes) AS ids
FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS (book uuid, expected bigint, changes jsonb))
     WITH ORDINALITY AS decided(book, expected, changes, place)
"""
WRITTEN = "SELECT ids::text FROM moved ORDER BY place"
