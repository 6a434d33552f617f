"""The one way to write a customer's book: read it at a version, decide on plain values, write all rows at that version.

Outside a transaction that takes two round trips, each a transaction of its own: where the book moved between them
nothing is written, and it is decided once more under the book's lock. Inside one the book is locked from the start.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from django.db import IntegrityError, OperationalError, connection, transaction

from apps.common.errors import BillingError
from apps.common.rows import Writing
from apps.common.statements import prepared_cursor
from apps.common.transactions import BROKEN_OFF, serialized
from apps.ledger.errors import AlreadyReversed, IdempotencyMismatch
from apps.ledger.services.chain import log_records
from apps.wallets.accounts import Role, code_of
from apps.wallets.book_rows import state_of, written
from apps.wallets.errors import WalletNotFound
from apps.wallets.state import BookState, Changes, Decided, NeedsMore

R = TypeVar("R")

# How many of the oldest shortfalls and of the newest charges an opening reads; a decision that needs more reads all.
FIRST_LOOK = 50
ALL = 2**62

TAKEN = {
    "ledger_transfer_reversed_once": AlreadyReversed,
    "ledger_transfer_key_once_per_book": IdempotencyMismatch,
    "ledger_hold_key_once_per_book": IdempotencyMismatch,
    "wallets_grant_key_once_per_organization": IdempotencyMismatch,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """What a decision needs of a book beside its open grants, ended holds and oldest shortfalls.

    Accounts by role, or by code where they are in a foreign currency; transfers and holds by their keys; holds and
    grants by id; with `nets` the newest charges that may be given back; `undo`: what stands behind these transfers.
    """

    roles: tuple[Role, ...] = ()
    codes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    hold_keys: tuple[str, ...] = ()
    hold_ids: tuple[UUID, ...] = ()
    grant_keys: tuple[str, ...] = ()
    grant_ids: tuple[int, ...] = ()
    undo: tuple[int, ...] = ()
    nets: bool = False
    is_bounded: bool = True

    def as_json(self, book_id: UUID) -> dict[str, Any]:
        """Return it as the opening takes it."""
        asked = {
            "codes": [*(code_of(book_id, role) for role in {Role.WALLET, Role.RECEIVABLE, *self.roles}), *self.codes],
            "keys": self.keys,
            "hold_keys": self.hold_keys,
            "hold_ids": [str(pk) for pk in self.hold_ids],
            "grant_keys": self.grant_keys,
            "grant_ids": self.grant_ids,
            "undo": self.undo,
            "nets": self.bound if self.nets else None,
            "shortfalls": self.bound,
        }
        return {name: value for name, value in asked.items() if value is not None and value != ()}

    @property
    def bound(self) -> int:
        """How many of the oldest shortfalls and of the newest charges are read."""
        return FIRST_LOOK if self.is_bounded else ALL


def all_asks(asks: Sequence[Asks]) -> Asks:
    """Return what several decisions on one book need as one."""

    def every(name: str) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(value for each in asks for value in getattr(each, name)))

    return Asks(
        roles=every("roles"),
        codes=every("codes"),
        keys=every("keys"),
        hold_keys=every("hold_keys"),
        hold_ids=every("hold_ids"),
        grant_keys=every("grant_keys"),
        grant_ids=every("grant_ids"),
        undo=every("undo"),
        nets=any(each.nets for each in asks),
    )


class StaleBooks:
    """Books that this process found moved between reading and writing, for a second each.

    Somebody else writes them just now, so that another try without the lock would likely be in vain too.
    """

    SECONDS = 1
    MOST = 1_000

    def __init__(self) -> None:
        self._until: dict[UUID, float] = {}

    def meet(self, book_id: UUID) -> None:
        """Remember that a book had moved."""
        if len(self._until) >= self.MOST:
            self.forget()
        self._until[book_id] = monotonic() + self.SECONDS

    def forget(self) -> None:
        """Forget all of them."""
        self._until.clear()

    def was_met(self, book_id: UUID) -> bool:
        """Say whether a book had moved within the last second."""
        until = self._until.get(book_id)
        return until is not None and monotonic() < until


STALE = StaleBooks()


@dataclass(frozen=True, slots=True)
class Call(Generic[R]):
    """What is to be decided of one organization's book."""

    organization_id: UUID
    asks: Asks
    decision: Callable[[BookState], Decided[R]]


@dataclass(frozen=True, slots=True)
class Answer(Generic[R]):
    """What was decided, the book as it is then, and the ids of new transfers and grants by their numbers."""

    result: R
    after: BookState
    transfers: Mapping[int, int]
    grants: Mapping[int, int]


Outcome = Answer[Any] | Exception


def take_turn(calls: Sequence[Call[Any]], *, now: datetime) -> list[Outcome]:
    """Decide several calls on one book, one on what the one before left, and write it all at once.

    What one is refused is its own; the others are as if it had not been asked. Where the book moved before it was
    written, all are decided once more under its lock.

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
def _under_lock(calls: Sequence[Call[Any]], now: datetime) -> list[Outcome]:
    outcomes = _turn(calls, now, lock=True)
    assert outcomes is not None, "a locked book does not move"
    return outcomes


def _turn(calls: Sequence[Call[Any]], now: datetime, *, lock: bool) -> list[Outcome] | None:
    """Return what came of each call; None where the book moved, or another was preferred, before it was written."""
    whole = Call(calls[0].organization_id, all_asks([call.asks for call in calls]), partial(in_turn, calls))
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


def in_turn(calls: Sequence[Call[Any]], state: BookState) -> Decided[list[Decided[Any] | Exception]]:
    """Decide calls on a book, one on what the one before left, as one decision; what is refused changes nothing."""
    changes = Changes()
    came: list[Decided[Any] | Exception] = []
    for call in calls:
        try:
            decided = call.decision(state)
        except BillingError as refusal:
            came.append(refusal)
            continue
        state, changes = decided.after, changes.then(decided.changes)
        came.append(decided)
    return Decided(state, changes, came)


@serialized
def decide_each(
    calls: list[Call[R]], *, now: datetime, beside: Callable[[Sequence[Decided[R]]], Writing] | None = None
) -> list[Answer[R]]:
    """Decide on several organizations' books under their locks, and write all that came of it, or nothing.

    It takes as many statements for many books as for one. `beside` makes of what was decided the rows that are
    written in the same statement.
    """
    order = sorted(range(len(calls)), key=lambda place: calls[place].organization_id)
    decided = _decided([calls[place] for place in order], now, lock=True) if calls else []
    rows = beside(decided) if beside is not None else None
    writing = [place for place, each in enumerate(decided) if each.changes]
    if rows is not None and not writing:
        rows.run()
    written_ids = dict(zip(writing, _write([decided[at] for at in writing], rows), strict=True)) if writing else {}
    assert None not in written_ids.values(), "a locked book does not move"
    answers = {
        place: answer_of(decided[at].after, decided[at].result, written_ids.get(at) or {})
        for at, place in enumerate(order)
    }
    return [answers[place] for place in range(len(calls))]


def _decided(calls: list[Call[R]], now: datetime, *, lock: bool) -> list[Decided[R]]:
    try:
        return [call.decision(state) for call, state in zip(calls, _open(calls, now, lock=lock), strict=True)]
    except NeedsMore:
        calls = [replace(call, asks=replace(call.asks, is_bounded=False)) for call in calls]
        return [call.decision(state) for call, state in zip(calls, _open(calls, now, lock=lock), strict=True)]


def answer_of(after: BookState, result: R, ids: Mapping[str, Mapping[str, int] | None]) -> Answer[R]:
    """Return what was decided, with the ids that its writing gave to new rows."""
    transfers, grants = (
        {int(number): int(pk) for number, pk in (ids.get(name) or {}).items()} for name in ("transfers", "grants")
    )
    return Answer(result, after, transfers, grants)


def _open(calls: list[Call[R]], now: datetime, *, lock: bool) -> list[BookState]:
    asked = [{"book": str(call.organization_id), "asks": call.asks.as_json(call.organization_id)} for call in calls]
    with prepared_cursor() as cursor:
        cursor.execute(OPEN, [now, lock, json.dumps(asked)])
        opened = [row[0] for row in cursor.fetchall()]
    if None in opened:
        raise WalletNotFound
    return [
        state_of(
            call.organization_id,
            orjson.loads(text),
            bound=call.asks.bound,
        )
        for call, text in zip(calls, opened, strict=True)
    ]


def _write(decided: list[Decided[R]], beside: Writing | None = None) -> list[Mapping[str, Any] | None]:
    books = [
        {
            "book": str(each.after.book_id),
            "expected": each.after.ledger.version,
            "changes": written(each.after, each.changes),
        }
        for each in decided
    ]
    with refusing_what_is_taken():
        came = (beside or Writing()).run_with("moved", WRITE, [json.dumps(books)], WRITTEN)
        ids = [row[0] and orjson.loads(row[0]) for row in came]
    for each, found in zip(decided, ids, strict=True):
        if found is not None:
            log_changes(each)
    return ids


@contextmanager
def refusing_what_is_taken() -> Iterator[None]:
    """Turn the database's word that a key is taken into the refusal that it is.

    Inside a transaction, whoever catches what the database raises cannot commit the half of it.
    """
    guard = transaction.atomic(savepoint=False) if connection.in_atomic_block else nullcontext()
    try:
        with guard:
            yield
    except IntegrityError as error:
        diagnostics = getattr(error.__cause__, "diag", None)
        taken = TAKEN.get(getattr(diagnostics, "constraint_name", None) or "")
        if taken is None:
            raise
        raise taken("It was used at the same moment for something else") from error


def log_changes(decided: Decided[Any]) -> None:
    """Log what was written of a book's chain."""
    made = decided.changes.ledger
    records = [(record.number, record.hash) for record in made.transfers]
    records += [(record.number, record.hash) for record in made.notes]
    log_records((decided.after.book_id, number, digest) for number, digest in sorted(records))


# A set-returning function in FROM gives its rows in order, so that books are locked in the order of their ids.
OPEN = """
SELECT wallet_open(asked.book, now.at, asked.asks, now.lock)::text
FROM (SELECT %s::timestamptz AS at, %s::boolean AS lock) AS now,
     jsonb_to_recordset(%s::jsonb) AS asked(book uuid, asks jsonb)
"""
WRITE = """
SELECT place, book, wallet_write(book, expected, changes) AS ids
FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS (book uuid, expected bigint, changes jsonb))
     WITH ORDINALITY AS decided(book, expected, changes, place)
"""
WRITTEN = "SELECT ids::text FROM moved ORDER BY place"
