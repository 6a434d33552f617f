"""Posting: the only code that moves a balance. All requests of one call are posted, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.common.causes import REGISTRY, Cause
from apps.common.money import MAX_MICROS, Micros
from apps.common.prepared import PreparedRows
from apps.common.transactions import serialized
from apps.common.writing import insert_rows, insert_unless_taken, update_rows
from apps.ledger.causes import TRANSFER
from apps.ledger.errors import AlreadyReversed, IdempotencyMismatch, InvalidAmount, UnitMismatch
from apps.ledger.fingerprints import fingerprint
from apps.ledger.keys import refuse_unfit
from apps.ledger.metadata import refuse_unchainable
from apps.ledger.models import DESCRIPTION_LENGTH, Account, Book, Entry, Transfer
from apps.ledger.records import Effects, Side, TransferRecord, linked
from apps.ledger.services.books import lock_books
from apps.ledger.services.chain import log_records
from apps.ledger.services.rows import Place, read_accounts


@dataclass(frozen=True, slots=True)
class PostedWith:
    """In place of a cause: the transfer that the same call posts under this key is the cause."""

    key: str


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """One positive amount to move in a book from `source` to `destination` (account codes) under a key made from facts.

    It counts from `effective_at`, or from when it is posted where that is None. A description is cut to its column.
    """

    book_id: UUID
    key: str
    source: str
    destination: str
    amount: Micros
    kind: str
    created_by: str
    cause: Cause | PostedWith
    description: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
    reverses: Transfer | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    effective_at: datetime | None = None
    effects: Effects = field(default_factory=Effects)

    @property
    def place(self) -> Place:
        """Its key and the book in which that is unique."""
        return self.book_id, self.key

    @property
    def fingerprint(self) -> str:
        """What makes a repeat the same request: accounts, amount, kind, what it reverses, and the caller's `facts`."""
        return fingerprint(
            {
                "source": self.source,
                "destination": self.destination,
                "amount": self.amount,
                "kind": self.kind,
                "reverses": self.reverses and self.reverses.pk,
                **self.facts,
            }
        )


@serialized
def post(requests: Sequence[TransferRequest], *, now: datetime) -> list[Transfer]:
    """Post every request, or none, in a constant number of statements; return their transfers in order.

    A request whose key was posted before with the same inputs returns the transfer it made first and moves nothing.

    Raises:
        ValueError: no app has registered the type of a cause.
        InvalidAmount: an amount is not positive or does not fit. InvalidKey: a key does not fit.
        UnitMismatch: two accounts are not of one unit.
        UnknownAccount: an account does not exist.
        IdempotencyMismatch: a key was used before with other inputs, or twice in this call with different ones.
        AlreadyReversed: the transfer to reverse has a reversal.
    """
    books = lock_books({request.book_id for request in requests})
    accounts = read_accounts([(each.book_id, code) for each in requests for code in (each.source, each.destination)])
    posted = posted_before(requests)
    fresh: list[tuple[Transfer, TransferRequest]] = []
    for request in requests:
        if (known := posted.get(request.place)) is not None:
            _refuse_other_inputs(known, request)
            continue
        posted[request.place] = transfer = _transfer(request, accounts, now)
        fresh.append((transfer, request))
    if fresh:
        transfers = [transfer for transfer, _ in fresh]
        _number(transfers, books)
        _name_what_they_go_with(requests, posted)
        entries = [_chained(books[request.book_id], transfer, request.effects) for transfer, request in fresh]
        sides = [side for both in entries for side in both]
        _write(transfers, sides, _moved(sides))
        for book in books.values():
            book.version += 1
        update_rows(list(books.values()), "version", "number", "head")
        log_records((transfer.book_id, transfer.number, bytes(transfer.hash)) for transfer, _ in fresh)
    return [posted[request.place] for request in requests]


def _name_what_they_go_with(requests: Sequence[TransferRequest], posted: Mapping[Place, Transfer]) -> None:
    """Name, as their cause, the transfers that others are posted with, by the numbers that these have now."""
    for request in requests:
        if isinstance(request.cause, PostedWith):
            main = posted[request.book_id, request.cause.key]
            posted[request.place].cause_id = str(main.number)


def posted_before(requests: Sequence[TransferRequest]) -> dict[Place, Transfer]:
    """Return, by book and key, the transfers that these requests made earlier; ask under the lock of their books.

    Raises:
        IdempotencyMismatch: a key was used before with other inputs.
    """
    asked = {request.place: request for request in requests}
    books, keys = sorted({book for book, _ in asked}), sorted({key for _, key in asked})
    rows = {(row.book_id, row.key): row for row in _WITH_KEYS.rows(books=books, keys=keys)}
    known = {place: row for place, row in rows.items() if place in asked}
    for place, transfer in known.items():
        _refuse_other_inputs(transfer, asked[place])
    return known


_WITH_KEYS = PreparedRows[Transfer](lambda *, books, keys: Transfer.objects.filter(book__in=books, key__in=keys))


def _refuse_other_inputs(known: Transfer, request: TransferRequest) -> None:
    if known.fingerprint != request.fingerprint:
        raise IdempotencyMismatch(f"The key {request.key} was posted before with other inputs")


def _transfer(request: TransferRequest, accounts: Mapping[Place, Account], now: datetime) -> Transfer:
    source, destination = accounts[request.book_id, request.source], accounts[request.book_id, request.destination]
    refuse_unfit(request.key)
    if not 0 < request.amount <= MAX_MICROS:
        raise InvalidAmount(field="amount")
    if source.unit != destination.unit:
        raise UnitMismatch(f"{source.code} is in {source.unit}, {destination.code} in {destination.unit}")
    refuse_unchainable(request.metadata)
    cause = request.cause if isinstance(request.cause, Cause) else None
    if cause is not None and cause.type not in REGISTRY:
        raise ValueError(f"no app has registered {cause.type} as a cause")
    return Transfer(
        book_id=request.book_id,
        key=request.key,
        fingerprint=request.fingerprint,
        source=source,
        destination=destination,
        amount_micros=request.amount,
        kind=request.kind,
        description=request.description[:DESCRIPTION_LENGTH],
        created_by=request.created_by,
        cause_type=cause.type if cause else TRANSFER.name,
        cause_id=cause.id if cause else "",
        metadata=dict(request.metadata),
        grant_terms=request.effects.grant_terms(),
        reverses=request.reverses,
        effective_at=request.effective_at or now,
        recorded_at=now,
    )


def _number(transfers: Sequence[Transfer], books: Mapping[UUID, Book]) -> None:
    for transfer in transfers:
        book = books[transfer.book_id]
        book.number += 1
        transfer.number = book.number


def _chained(book: Book, transfer: Transfer, effects: Effects) -> list[Entry]:
    """Make a numbered transfer the next record of its book, and return its two entries."""
    entries = _entries(transfer)
    source, destination = (
        Side(entry.account.code, entry.amount_micros, entry.balance_after_micros, entry.account_version)
        for entry in entries
    )
    record = TransferRecord(
        book_id=transfer.book_id,
        number=transfer.number,
        key=transfer.key,
        fingerprint=transfer.fingerprint,
        kind=str(transfer.kind),
        unit=transfer.source.unit,
        amount_micros=transfer.amount_micros,
        description=transfer.description,
        created_by=transfer.created_by,
        cause_type=transfer.cause_type,
        cause_id=transfer.cause_id,
        reverses=transfer.reverses.number if transfer.reverses else None,
        metadata=transfer.metadata,
        effective_at=transfer.effective_at,
        recorded_at=transfer.recorded_at,
        source=source,
        destination=destination,
        effects=effects.members(),
    )
    book.head = transfer.hash = linked(bytes(book.head), record.content())
    return entries


def _moved(entries: Sequence[Entry]) -> list[Account]:
    accounts = list({id(entry.account): entry.account for entry in entries}.values())
    if any(abs(account.balance_micros) > MAX_MICROS for account in accounts):
        raise InvalidAmount("The balance would not fit in 64 bits", field="amount")
    return accounts


@transaction.atomic(savepoint=False)  # whoever catches what it raises cannot commit the half of it
def _write(transfers: Sequence[Transfer], entries: Sequence[Entry], accounts: Sequence[Account]) -> None:
    if not insert_unless_taken(transfers):
        raise AlreadyReversed
    for entry in entries:
        entry.transfer_id = entry.transfer.pk
    insert_rows(entries)
    update_rows(accounts, "balance_micros", "version")


def _entries(transfer: Transfer) -> list[Entry]:
    """Move the two balances in memory and return the two sides."""
    sides = [(transfer.source, -transfer.amount_micros), (transfer.destination, transfer.amount_micros)]
    return [_entry(transfer, account, amount) for account, amount in sides]


def _entry(transfer: Transfer, account: Account, amount: int) -> Entry:
    account.balance_micros += amount
    account.version += 1
    return Entry(
        book_id=transfer.book_id,
        account=account,
        transfer=transfer,
        amount_micros=amount,
        balance_after_micros=account.balance_micros,
        account_version=account.version,
        effective_at=transfer.effective_at,
        recorded_at=transfer.recorded_at,
    )
