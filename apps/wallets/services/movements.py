"""Post several movements of one organization atomically: read once, decide in turn, write once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from apps.common.row_changes import RowChanges
from apps.common.rows import RowWriter
from apps.common.values import value_class
from apps.ledger.keys import beside as beside_key
from apps.ledger.state import TransferState
from apps.outbox.services import add_messages
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.bookings import Booking
from apps.wallets.budgets.state import Notice
from apps.wallets.decisions.grants import NewGrant, decide_grant
from apps.wallets.decisions.receivables import decide_transfer
from apps.wallets.keys import OVERPAID, OVERPAID_USED
from apps.wallets.services.books import BookCall, BookQuery, decide_each, merged_query
from apps.wallets.services.group_commit import decide
from apps.wallets.state import BookChanges, BookDecision, BookState

WasPosted = Callable[[int], None]


@value_class(frozen=True, slots=True)
class Movement:
    """A movement: what its decision reads, and the decision."""

    query: BookQuery
    decision: Callable[[BookState, datetime], BookDecision[TransferState]]

    def with_notices(self, notices: tuple[Notice, ...]) -> "Movement":
        """Return the same movement with notices for the customer, which are written with it."""
        return replace(self, decision=lambda state, now: self.decision(state, now).with_notices(notices))


def transfer_movement(booking: Booking) -> Movement:
    """Move an amount between two accounts other than the wallet; see `post_transfer`."""
    source, destination, key = booking.source, booking.destination, booking.key

    def decision(state: BookState, now: datetime) -> BookDecision[TransferState]:
        request = booking.request(state.book_id, state.code(source), state.code(destination))
        return decide_transfer(state, request, now)

    settling = (OVERPAID, OVERPAID_USED) if Role.RECEIVABLE in (source, destination) else ()
    keys = (key, *(beside_key(key, part) for part in settling))
    return Movement(BookQuery(roles=(source, destination), keys=keys), decision)


def grant_movement(give: NewGrant) -> Movement:
    """Grant credit; see `grant_credits`."""
    return Movement(BookQuery(roles=(give.role,), keys=(give.key,)), lambda state, now: decide_grant(state, give, now))


@dataclass(slots=True)
class PendingWrites:
    """One customer's movements, with the rows and outbox messages that go with them, to be written in one statement.

    `after` has the functions to call once they are written.
    """

    changes: RowChanges = field(default_factory=RowChanges)
    after: list[Callable[[], None]] = field(default_factory=list)
    _organization: Organization | None = None
    _movements: list[tuple[Movement, WasPosted | None]] = field(default_factory=list)
    _messages: list[Mapping[str, Any]] = field(default_factory=list)

    def post(self, organization: Organization, movement: Movement, was_posted: WasPosted | None = None) -> None:
        """Post a movement, once per key; `was_posted` is called with the transfer's id if an earlier call posted it.

        The id of a new grant or transfer is known before it is written only if it was drawn (`drawn_id`).
        """
        assert self._organization in (None, organization), "one customer's changes are written at once"
        self._organization = organization
        self._movements.append((movement, was_posted))

    def send(self, message: Mapping[str, Any]) -> None:
        """Add a message to the outbox."""
        self._messages.append(message)

    def write(self, *, now: datetime) -> None:
        """Post the movements in order and write everything else with them, then call the functions in `after`.

        Raises:
            InvalidAmount: an amount is not positive. IdempotencyMismatch: a key was used before with other inputs.
        """
        organization, movements, messages = self._organization, self._movements, tuple(self._messages)
        self._organization, self._movements, self._messages = None, [], []
        if organization is None:
            self._changed().run()
            if messages:
                add_messages(messages)
        else:
            query = merged_query([movement.query for movement, _ in movements])
            decisions = [each for each, _ in movements]
            call = BookCall(organization.pk, query, lambda state: _decide_all(state, decisions, now).sending(messages))
            decide_each([call], now=now, beside=lambda decided: self._beside(movements, decided[0].result))
        after, self.after = self.after, []
        for each in after:
            each()

    def _beside(
        self, movements: Sequence[tuple[Movement, WasPosted | None]], transfers: Sequence[TransferState]
    ) -> RowWriter:
        for (_, was_posted), transfer in zip(movements, transfers, strict=True):
            if transfer.id is not None and was_posted is not None:
                was_posted(transfer.id)
        return self._changed()

    def _changed(self) -> RowWriter:
        writer = RowWriter()
        self.changes.add_to(writer)
        return writer


def post_together(*, organization: Organization, movements: Mapping[str, Movement], now: datetime) -> dict[str, int]:
    """Post all movements in order, each once per key, or none of them; return the transfers' ids by name.

    Raises:
        InvalidAmount: an amount is not positive. IdempotencyMismatch: a key was used before with other inputs.
    """
    query = merged_query([each.query for each in movements.values()])
    answer = decide(organization.pk, query, lambda state: _decide_all(state, movements.values(), now), now)
    return {
        name: answer.transfers[each.number] if each.id is None else each.id
        for name, each in zip(movements, answer.result, strict=True)
    }


def _decide_all(
    state: BookState, movements: Iterable[Movement], now: datetime
) -> BookDecision[tuple[TransferState, ...]]:
    changes, results = BookChanges(), []
    for movement in movements:
        decided = movement.decision(state, now)
        state, changes = decided.after, changes.then(decided.changes)
        results.append(decided.result)
    return BookDecision(state, changes, tuple(results))
