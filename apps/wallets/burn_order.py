"""The burn order: which grants pay for an amount, and how much each. `docs/ledger.md` publishes it.

Lower priority number first; then soonest expiry, those without expiry last; then promotional before paid; then oldest.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from apps.common.values import value_class

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SAME = datetime(
    1, 1, 1, tzinfo=UTC
)  # the same value for all grants without expiry, so that the next criterion decides


@value_class(frozen=True, slots=True)
class SpendableGrant:
    """The free part, in micros, of the grant with the number `grant`, and what decides its burn order."""

    grant: int
    free_micros: int
    priority: int
    expires_at: datetime | None
    is_paid: bool
    granted_at: datetime


@value_class(frozen=True, slots=True)
class GrantPart:
    """The amount, in micros, that the grant with the number `grant` pays."""

    grant: int
    amount_micros: int


@value_class(frozen=True, slots=True)
class Burn:
    """The parts of grants that pay for an amount, in order, and the rest that no grant covers, in micros."""

    parts: tuple[GrantPart, ...]
    uncovered_micros: int


def burn_order(slices: Iterable[SpendableGrant]) -> list[SpendableGrant]:
    """Sort slices in burn order, as `burn_key` sorts grants in the database."""
    return sorted(
        slices,
        key=lambda each: (
            each.priority,
            each.expires_at is None,
            each.expires_at or _SAME,
            each.is_paid,
            each.granted_at,
            each.grant,
        ),
    )


def burn_key(*, priority: int, expires_at: datetime | None, is_paid: bool, granted_at: datetime, number: int) -> str:
    """Return a text that sorts grants in burn order; `number` is that of the transfer that made the grant.

    The database sorts by it. It joins priority (3 digits), expiry in microseconds (16 hex digits, all `f` without one),
    paid (0 or 1), grant time (16 hex digits) and number (16 hex digits).
    """
    end = "f" * 16 if expires_at is None else f"{to_microseconds(expires_at):016x}"
    return f"{priority:03}{end}{int(is_paid)}{to_microseconds(granted_at):016x}{number:016x}"


def to_microseconds(moment: datetime) -> int:
    """Return a timestamp as whole microseconds since 1970, without rounding."""
    return (moment - _EPOCH) // _MICROSECOND


def burn(slices: Iterable[SpendableGrant], amount_micros: int) -> Burn:
    """Pay an amount from slices in burn order."""
    parts, missing = [], amount_micros
    for each in burn_order(slices):
        taken = min(each.free_micros, missing)
        if taken > 0:
            parts.append(GrantPart(each.grant, taken))
            missing -= taken
    return Burn(tuple(parts), missing)


def take_in_order(parts: Sequence[GrantPart], amount_micros: int) -> Burn:
    """Pay an amount from parts in the given order."""
    taken, missing = [], amount_micros
    for part in parts:
        share = min(part.amount_micros, missing)
        if share:
            taken.append(GrantPart(part.grant, share))
        missing -= share
    return Burn(tuple(taken), missing)


def drop_first(parts: Sequence[GrantPart], amount_micros: int) -> list[GrantPart]:
    """Return the rest of parts after an amount is taken from them in the given order."""
    left = []
    for part in parts:
        gone = min(part.amount_micros, amount_micros)
        amount_micros -= gone
        if part.amount_micros > gone:
            left.append(GrantPart(part.grant, part.amount_micros - gone))
    return left
