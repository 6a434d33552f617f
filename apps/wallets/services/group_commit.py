"""Group commit: concurrent calls on one organization's book in one process share one read and one write.

The first caller at a book leads: it takes the waiting calls, decides them in order, writes once, gives each its
outcome, and hands the lead to the first call that arrived meanwhile. No call is delayed to wait for others.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError, connection

from apps.common.errors import Unavailable
from apps.tenants.known_credentials import CredentialChanged, credential_changed, version_to_check
from apps.wallets.services.books import BookCall, BookQuery, BookResult, Outcome, decide_each, take_turn
from apps.wallets.state import BookDecision, BookState

R = TypeVar("R")

MOST_AT_ONCE = 64
PATIENCE_SECONDS = 31  # one second longer than the web server's statement timeout
UNAVAILABLE = "The request waited too long, or was grouped with one that failed; its outcome is unknown, try again"


class WaitingCall:
    """A waiting call: it gets its outcome, or becomes the leader of the next turn."""

    __slots__ = ("call", "called", "leads", "now", "outcome")

    def __init__(self, call: BookCall[Any], now: datetime) -> None:
        self.call, self.now = call, now
        self.called = Event()
        self.leads = False
        self.outcome: Outcome | None = None


class CallQueues:
    """The calls that wait at each book, in this process."""

    def __init__(self) -> None:
        self._lanes: dict[UUID, deque[WaitingCall]] = {}
        self._mutex = Lock()

    def enter(self, seat: WaitingCall) -> bool:
        """Queue at a book; return True if the queue was empty, so that this seat leads."""
        with self._mutex:
            waiting = self._lanes.get(seat.call.organization_id)
            if waiting is not None:
                waiting.append(seat)
                return False
            self._lanes[seat.call.organization_id] = deque()
            return True

    def take(self, leader: WaitingCall) -> list[WaitingCall]:
        """Return the leader and the calls waiting behind it, up to the size of one turn."""
        with self._mutex:
            waiting = self._lanes[leader.call.organization_id]
            count = min(len(waiting), MOST_AT_ONCE - 1)
            return [leader, *(waiting.popleft() for _ in range(count))]

    def hand_on(self, leader: WaitingCall) -> None:
        """Make the first waiting call the leader, or free the book if none waits."""
        with self._mutex:
            waiting = self._lanes[leader.call.organization_id]
            if not waiting:
                del self._lanes[leader.call.organization_id]
                return
            first = waiting.popleft()
            first.leads = True
            first.called.set()

    def withdraw(self, seat: WaitingCall) -> bool:
        """Leave the queue; return False if a turn has taken the seat already."""
        with self._mutex:
            waiting = self._lanes.get(seat.call.organization_id)
            if waiting is None or seat not in waiting:
                return False
            waiting.remove(seat)
            return True


LANES = CallQueues()


def decide(
    organization_id: UUID, query: BookQuery, decision: Callable[[BookState], BookDecision[R]], now: datetime
) -> BookResult[R]:
    """Decide on one organization's book and write the changes.

    Raises:
        WalletNotFound: the organization has no wallet.
        CredentialChanged: the caller's credential was used unchecked and has changed; nothing is written.
        Unavailable: the call waited too long, or the turn that it was part of failed.
        The decision's own errors; then nothing is written.
    """
    if connection.in_atomic_block:
        return decide_each([BookCall(organization_id, query, decision)], now=now)[0]
    seat = WaitingCall(BookCall(organization_id, query, decision, version_to_check(organization_id)), now)
    if LANES.enter(seat) or _is_called_to_lead(seat):
        _lead(seat)
    if isinstance(seat.outcome, CredentialChanged):
        raise credential_changed()
    if isinstance(seat.outcome, Exception):
        raise seat.outcome
    assert seat.outcome is not None
    return seat.outcome


def _is_called_to_lead(seat: WaitingCall) -> bool:
    # It may be called just after the wait has ended; then it must lead, or nobody would ever lead at this book again.
    if not seat.called.wait(PATIENCE_SECONDS) and (LANES.withdraw(seat) or not seat.called.is_set()):
        raise Unavailable(UNAVAILABLE)
    return seat.leads


def _lead(leader: WaitingCall) -> None:
    seats = LANES.take(leader)
    try:
        outcomes = _turn_or_each_alone(seats)
        for seat, outcome in zip(seats, outcomes, strict=True):
            seat.outcome = outcome
    finally:
        for seat in seats[1:]:
            seat.outcome = seat.outcome or Unavailable(UNAVAILABLE)
            seat.called.set()
        LANES.hand_on(leader)


def _turn_or_each_alone(seats: list[WaitingCall]) -> list[Outcome]:
    """Run all calls in one turn; after a database error, run each call alone, so that only the faulty one fails."""
    try:
        return take_turn([seat.call for seat in seats], now=max(seat.now for seat in seats))
    except Exception as error:
        if len(seats) == 1:
            return [error]
        if not isinstance(error, DatabaseError):
            return [error] * len(seats)
    return [_turn_or_each_alone([seat])[0] for seat in seats]
