"""Calls on one organization's book that wait in one process share one opening and one writing, each with its answer.

Who finds nobody at the book leads: takes those that wait, decides them one after the other, writes once, tells each
what came of it, and hands on to the first that came meanwhile. Nobody waits for others on purpose.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError, connection

from apps.common.errors import Unavailable
from apps.wallets.services.books import Answer, Asks, Call, Outcome, decide_each, take_turn
from apps.wallets.state import BookState, Decided

R = TypeVar("R")

MOST_AT_ONCE = 64
PATIENCE_SECONDS = 31  # a second longer than a statement of the web server may take
UNAVAILABLE = "It waited too long, or for one that failed; it is not known what came of it, try again"


class Seat:
    """A call that waits for its turn: what came of it, or that it leads the next one."""

    __slots__ = ("call", "called", "leads", "now", "outcome")

    def __init__(self, call: Call[Any], now: datetime) -> None:
        self.call, self.now = call, now
        self.called = Event()
        self.leads = False
        self.outcome: Outcome | None = None


class Lanes:
    """Who waits at which book, in this process."""

    def __init__(self) -> None:
        self._lanes: dict[UUID, deque[Seat]] = {}
        self._mutex = Lock()

    def enter(self, seat: Seat) -> bool:
        """Take a seat at a book; True where nobody is there, and the seat leads."""
        with self._mutex:
            waiting = self._lanes.get(seat.call.organization_id)
            if waiting is not None:
                waiting.append(seat)
                return False
            self._lanes[seat.call.organization_id] = deque()
            return True

    def take(self, leader: Seat) -> list[Seat]:
        """Return the leader and those that wait behind it, as many as one turn takes."""
        with self._mutex:
            waiting = self._lanes[leader.call.organization_id]
            count = min(len(waiting), MOST_AT_ONCE - 1)
            return [leader, *(waiting.popleft() for _ in range(count))]

    def hand_on(self, leader: Seat) -> None:
        """Let the first that came meanwhile lead, or leave the book to whoever comes."""
        with self._mutex:
            waiting = self._lanes[leader.call.organization_id]
            if not waiting:
                del self._lanes[leader.call.organization_id]
                return
            first = waiting.popleft()
            first.leads = True
            first.called.set()

    def withdraw(self, seat: Seat) -> bool:
        """Leave the lane; False where a turn has taken the seat already."""
        with self._mutex:
            waiting = self._lanes.get(seat.call.organization_id)
            if waiting is None or seat not in waiting:
                return False
            waiting.remove(seat)
            return True


LANES = Lanes()


def decide(organization_id: UUID, asks: Asks, decision: Callable[[BookState], Decided[R]], now: datetime) -> Answer[R]:
    """Decide on one organization's book and write what came of it.

    Raises:
        WalletNotFound: the organization has no wallet. Whatever the decision refuses: nothing is written.
        Unavailable: others kept changing the same rows, or the turn that took the call along failed.
    """
    call = Call(organization_id, asks, decision)
    if connection.in_atomic_block:
        return decide_each([call], now=now)[0]
    seat = Seat(call, now)
    if LANES.enter(seat) or _is_called_to_lead(seat):
        _lead(seat)
    if isinstance(seat.outcome, Exception):
        raise seat.outcome
    assert seat.outcome is not None
    return seat.outcome


def _is_called_to_lead(seat: Seat) -> bool:
    if not seat.called.wait(PATIENCE_SECONDS) and not seat.called.is_set():
        LANES.withdraw(seat)
        raise Unavailable(UNAVAILABLE)
    return seat.leads


def _lead(leader: Seat) -> None:
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


def _turn_or_each_alone(seats: list[Seat]) -> list[Outcome]:
    """Take a turn; an error of the database in it reaches only the call that causes it."""
    try:
        return take_turn([seat.call for seat in seats], now=max(seat.now for seat in seats))
    except Exception as error:
        if len(seats) == 1:
            return [error]
        if not isinstance(error, DatabaseError):
            return [error] * len(seats)
    return [_turn_or_each_alone([seat])[0] for seat in seats]
