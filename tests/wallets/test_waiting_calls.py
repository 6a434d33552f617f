"""A call that waits in vain leaves the queue; one that is called to lead in that moment leads."""

from datetime import UTC, datetime
from threading import Event
from typing import Any
from uuid import uuid4

import pytest

from apps.common.errors import Unavailable
from apps.wallets.services import group_commit
from apps.wallets.services.books import BookCall, BookQuery
from apps.wallets.services.group_commit import LANES, WaitingCall

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


class EndedWait(Event):
    """An event whose wait has ended in vain; it may still be set."""

    def wait(self, timeout: float | None = None) -> bool:
        return False


def seat_at(organization_id: Any) -> WaitingCall:
    return WaitingCall(BookCall(organization_id, BookQuery(), lambda state: None), NOW)


@pytest.fixture
def leader() -> Any:
    """A call that leads at its book."""
    first = seat_at(uuid4())
    assert LANES.enter(first)
    return first


def test_one_that_waits_in_vain_leaves_and_the_book_is_free_after_the_turn(leader):
    second = seat_at(leader.call.organization_id)
    assert not LANES.enter(second)
    second.called = EndedWait()
    with pytest.raises(Unavailable):
        group_commit._is_called_to_lead(second)
    LANES.hand_on(leader)
    assert LANES.enter(seat_at(leader.call.organization_id))


def test_one_that_is_called_to_lead_as_its_wait_ends_leads(leader):
    second = seat_at(leader.call.organization_id)
    assert not LANES.enter(second)
    second.called = EndedWait()
    withdraw = LANES.withdraw

    def called_first(seat: WaitingCall) -> bool:
        LANES.hand_on(leader)
        return withdraw(seat)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(LANES, "withdraw", called_first)
        assert group_commit._is_called_to_lead(second)
    LANES.hand_on(second)
    assert LANES.enter(seat_at(leader.call.organization_id))
