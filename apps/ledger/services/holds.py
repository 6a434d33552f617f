"""Holds: placing, capturing, releasing, expiring, extending. The caller has locked the book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.common.money import MAX_MICROS, Micros
from apps.common.prepared import PreparedRows
from apps.common.transactions import serialized
from apps.common.writing import add_rows, insert_rows, update_rows
from apps.ledger.errors import EndHasPassed, HoldClosed, HoldExpired, IdempotencyMismatch, InvalidAmount
from apps.ledger.fingerprints import fingerprint
from apps.ledger.keys import refuse_unfit
from apps.ledger.models import DESCRIPTION_LENGTH, Account, Book, Hold, HoldTotal
from apps.ledger.services.books import count_writing


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """An amount to set aside under a key made from facts, until `expires_at` (None: until it is closed)."""

    key: str
    amount: Micros
    created_by: str
    expires_at: datetime | None
    description: str = ""

    @property
    def fingerprint(self) -> str:
        """What makes a repeat the same request; not its end, which a repeat reckons from its own clock."""
        return fingerprint({"amount": self.amount})


def find_hold(account: Account, request: HoldRequest) -> Hold | None:
    """Return the hold this request made before, whatever has become of it.

    Raises:
        IdempotencyMismatch: the key belongs to another account or other inputs.
    """
    hold = _WITH_KEY.first(book_id=account.book_id, key=request.key)
    if hold is not None and (hold.account_id != account.pk or hold.fingerprint != request.fingerprint):
        raise IdempotencyMismatch(f"The key {request.key} was used before with other inputs")
    return hold


_WITH_KEY = PreparedRows[Hold](lambda *, book_id, key: Hold.objects.filter(book=book_id, key=key))


@serialized
def place_hold(book: Book, account: Account, request: HoldRequest, *, now: datetime) -> Hold:
    """Set an amount aside; whether it is covered is the caller's to decide, under the book's lock.

    Raises:
        InvalidAmount: not positive, or it does not fit. InvalidKey: the key does not fit.
    """
    refuse_unfit(request.key)
    if not 0 < request.amount <= MAX_MICROS - account.held_micros:
        raise InvalidAmount(field="amount")
    hold = Hold(
        book=book,
        account=account,
        key=request.key,
        fingerprint=request.fingerprint,
        amount_micros=request.amount,
        description=request.description[:DESCRIPTION_LENGTH],
        created_by=request.created_by,
        created_at=now,
        expires_at=request.expires_at,
    )
    insert_rows([hold])
    account.held_micros += request.amount
    update_rows([account], "held_micros")
    count_writing([book])
    return hold


def refuse_unless_pending(hold: Hold, *, now: datetime) -> None:
    """Raise by name what has become of a hold that can no longer be used.

    Raises:
        HoldExpired: its end has come, swept or not.
        HoldClosed: it was captured or released.
    """
    if hold.status == Hold.Status.EXPIRED or (hold.status == Hold.Status.PENDING and is_past(hold, now)):
        raise HoldExpired(f"It ended at {hold.expires_at:%Y-%m-%dT%H:%M:%SZ}")
    if hold.status != Hold.Status.PENDING:
        raise HoldClosed(f"It was {hold.status} at {hold.closed_at:%Y-%m-%dT%H:%M:%SZ}")


def is_past(hold: Hold, now: datetime) -> bool:
    """Whether the hold's first expired moment has come."""
    return hold.expires_at is not None and hold.expires_at <= now


@serialized
def capture_hold(book: Book, account: Account, hold: Hold, *, amount: Micros, now: datetime) -> None:
    """End a pending hold as captured for `amount`; the whole of it stops being held.

    Raises:
        HoldExpired, HoldClosed: it is not pending any more.
        InvalidAmount: more than was held, or not positive.
    """
    refuse_unless_pending(hold, now=now)
    if not 0 < amount <= hold.amount_micros:
        raise InvalidAmount("A capture takes at most what is held", field="amount")
    _end(hold, Hold.Status.CAPTURED, now, captured=amount)
    _write_ends([hold], {book.pk: book}, {account.pk: account})


@serialized
def close_holds(
    holds: Sequence[Hold], books: Mapping[UUID, Book], accounts: Mapping[int, Account], *, now: datetime
) -> None:
    """End pending holds of locked books with nothing captured: expired where the end has come, released otherwise.

    It takes as many statements for many holds as for one.
    """
    for hold in holds:
        _end(hold, Hold.Status.EXPIRED if is_past(hold, now) else Hold.Status.RELEASED, now, captured=0)
    _write_ends(holds, books, accounts)


@serialized
def extend_hold(book: Book, hold: Hold, *, expires_at: datetime, now: datetime) -> None:
    """Move the end of a pending hold.

    Raises:
        HoldExpired, HoldClosed: it is not pending any more.
        EndHasPassed: the new end is not later than now.
    """
    refuse_unless_pending(hold, now=now)
    if expires_at <= now:
        raise EndHasPassed(field="expires_at")
    hold.expires_at = expires_at
    hold.save(update_fields=["expires_at"])
    count_writing([book])


def _end(hold: Hold, status: Hold.Status, now: datetime, *, captured: int) -> None:
    hold.status, hold.captured_micros, hold.closed_at = status, captured, now


def _write_ends(holds: Sequence[Hold], books: Mapping[UUID, Book], accounts: Mapping[int, Account]) -> None:
    """Write ended holds, count them, and let their accounts hold so much less."""
    totals: dict[tuple[UUID, int, str], list[int]] = {}
    for hold in holds:
        accounts[hold.account_id].held_micros -= hold.amount_micros
        total = totals.setdefault((hold.book_id, hold.account_id, hold.status), [0, 0])
        total[0] += 1
        total[1] += hold.amount_micros
    update_rows(holds, "status", "captured_micros", "closed_at")
    update_rows([accounts[pk] for pk in {pk for _, pk, _ in totals}], "held_micros")
    rows = [(*key, *sums) for key, sums in sorted(totals.items())]
    add_rows(HoldTotal, ("book_id", "account_id", "status"), ("hold_count", "amount_micros"), rows)
    count_writing(books[pk] for pk in {pk for pk, _, _ in totals})
