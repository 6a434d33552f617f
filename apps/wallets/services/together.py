"""Post several movements of one organization atomically: read once, decide in turn, write once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.rows import Writing
from apps.ledger.requests import TransferRequest
from apps.ledger.state import TransferState
from apps.tenants.models import Organization
from apps.wallets.accounts import Role
from apps.wallets.budgets.state import Notice
from apps.wallets.decisions.grants import Give, decide_give
from apps.wallets.decisions.receivables import decide_transfer
from apps.wallets.errors import WalletOnly
from apps.wallets.models import BookingKind, Grant
from apps.wallets.services.books import Asks, Call, all_asks, decide_each
from apps.wallets.services.turns import decide
from apps.wallets.state import BookState, Changes, Decided


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement: what its decision reads, and the decision."""

    asks: Asks
    decision: Callable[[BookState, datetime], Decided[TransferState]]

    def telling(self, notices: tuple[Notice, ...]) -> "Movement":
        """Return the same movement with what the customer is told of it, written with it."""
        return replace(self, decision=lambda state, now: self.decision(state, now).telling(notices))


@dataclass(frozen=True, slots=True)
class Posted:
    """The ids of the transfer, and of the grant if any, that a movement made now or before under its key."""

    transfer_id: int
    grant_id: int | None


def transfer_movement(
    *,
    source: Role,
    destination: Role,
    amount: Micros,
    kind: BookingKind,
    key: str,
    cause: Cause,
    created_by: str,
    description: str,
    effective_at: datetime | None = None,
) -> Movement:
    """Move an amount, in micros, between two accounts other than wallet and receivable; see `post_transfer`.

    It counts from `effective_at`, or from the time of posting if that is None.

    Raises:
        WalletOnly: one of the accounts is the wallet or the receivable.
    """
    if not {source, destination}.isdisjoint((Role.WALLET, Role.RECEIVABLE)):
        raise WalletOnly

    def decision(state: BookState, now: datetime) -> Decided[TransferState]:
        request = TransferRequest(
            book_id=state.book_id,
            key=key,
            source=state.code(source),
            destination=state.code(destination),
            amount=amount,
            kind=str(kind),
            created_by=created_by,
            cause=cause,
            description=description,
            effective_at=effective_at,
        )
        return decide_transfer(state, request, now)

    return Movement(Asks(roles=(source, destination), keys=(key,)), decision)


def grant_movement(give: Give) -> Movement:
    """Grant credit; see `grant_credits`."""
    return Movement(Asks(roles=(give.role,), keys=(give.key,)), lambda state, now: decide_give(state, give, now))


Beside = Callable[[Sequence[TransferState]], Writing]


def post_beside(*, organization: Organization, movements: Sequence[Movement], beside: Beside, now: datetime) -> None:
    """Post all movements in order, each once per key, and write the rows that `beside` returns in the same statement.

    `beside` gets the transfers that the movements make, or made before: those have an id. A new grant's id is known
    only if it was drawn (`Give.drawn_id`).

    Raises:
        InvalidAmount: an amount is not positive. IdempotencyMismatch: a key was used before with other inputs.
    """
    asks = all_asks([each.asks for each in movements])
    call = Call(organization.pk, asks, lambda state: _decide_all(state, movements, now))
    decide_each([call], now=now, beside=lambda decided: beside(decided[0].result))


def post_together(*, organization: Organization, movements: Mapping[str, Movement], now: datetime) -> dict[str, Posted]:
    """Post all movements in order, each once per key, or none of them; return what they made, by name.

    Raises:
        InvalidAmount: an amount is not positive. IdempotencyMismatch: a key was used before with other inputs.
    """
    asks = all_asks([each.asks for each in movements.values()])
    answer = decide(organization.pk, asks, lambda state: _decide_all(state, movements.values(), now), now)
    before = [each.id for each in answer.result if each.id is not None]
    known = dict(Grant.objects.filter(transfer__in=before).values_list("transfer", "pk")) if before else {}
    return {
        name: Posted(answer.transfers[each.number], answer.grants.get(each.number))
        if each.id is None
        else Posted(each.id, known.get(each.id))
        for name, each in zip(movements, answer.result, strict=True)
    }


def _decide_all(state: BookState, movements: Iterable[Movement], now: datetime) -> Decided[tuple[TransferState, ...]]:
    changes, results = Changes(), []
    for movement in movements:
        decided = movement.decision(state, now)
        state, changes = decided.after, changes.then(decided.changes)
        results.append(decided.result)
    return Decided(state, changes, tuple(results))
