"""What refuses new work: a pause, a missing dimension, too many reservations, a limit of the wallet or a budget."""

from apps.wallets.accounts import Role
from apps.wallets.budgets.limits import BUDGET, RESOURCE_SPEND, WALLET, Limit
from apps.wallets.budgets.scopes import Dimensions, refuse_missing
from apps.wallets.decisions.availability import available_micros, wallet_limits
from apps.wallets.errors import (
    BudgetExceeded,
    BudgetLimitReached,
    ResourcesPaused,
    TooManyReservations,
    WorkPaused,
)
from apps.wallets.wallet_posting import WalletPosting

# Low enough that one movement can close all of them after they have ended.
MOST_PENDING = 10_000
# Retry-After, in seconds, for a reservation above this number.
PENDING_SECONDS = 5


def refuse_new_work(posting: WalletPosting, work: Dimensions, amount_micros: int) -> list[Limit]:
    """Refuse new work that a pause or a limit forbids, or return the limits that allow it, as `limits_on` does.

    Ended holds must be closed before.

    Raises:
        WorkPaused, ResourcesPaused, DimensionRequired, TooManyReservations, BudgetExceeded, BudgetLimitReached: see
            `decide_reserve`.
    """
    refuse_paused(posting, work)
    refuse_missing(posting.budgets.current(), work)
    _refuse_too_many(posting)
    return refuse_beyond_limits(posting, work, amount_micros)


def limits_on(posting: WalletPosting, work: Dimensions, amount_micros: int) -> list[Limit]:
    """Return the wallet's limits and the hard budgets' limits on work, in the order in which errors name them."""
    return [*wallet_limits(posting, amount_micros), *posting.budgets.limits_on(work, amount_micros)]


def refuse_beyond_limits(
    posting: WalletPosting, work: Dimensions, amount_micros: int, field: str | None = None
) -> list[Limit]:
    """Refuse an amount above the available budget or the room of a hard budget, or return the limits that allow it.

    Raises:
        BudgetExceeded, BudgetLimitReached: raised for the first limit that refuses; `context` has all `limits`, and the
            error's `kept` the changes to write despite the refusal.
    """
    limits = limits_on(posting, work, amount_micros)
    refusing = tuple(limit for limit in limits if limit.refuses)
    if not refusing:
        return limits
    of_budget = refusing[0].kind in (RESOURCE_SPEND, BUDGET)
    error = (BudgetLimitReached if of_budget else BudgetExceeded)(
        field=field, limits=refusing, available_micros=available_micros(posting), work=work
    )
    noted = WalletPosting(posting.state, posting.now)
    noted.budgets.note_refusals(refusing)
    if refusing[0].kind == WALLET and len(refusing) == 1:
        noted.refused_micros, noted.refused_available_micros = amount_micros, limits[0].room_micros
    error.kept = noted.decided(None)
    error.top_up = error.kept.after.top_up
    raise error


def refuse_paused(posting: WalletPosting, work: Dimensions) -> None:
    """Refuse new work while staff have paused it, and work on persistent resources while their limit pauses them.

    Raises:
        WorkPaused, ResourcesPaused: it is paused.
    """
    terms = posting.state.terms
    if terms.paused_at is not None:
        raise WorkPaused(terms.pause_reason, reason=terms.pause_reason, since=terms.paused_at)
    if not work.resource:  # that budget counts nothing else
        return
    for limit in posting.budgets.limits_on(work, 0):
        if limit.kind == RESOURCE_SPEND and limit.room_micros + limit.held_micros <= 0:
            raise ResourcesPaused


def _refuse_too_many(posting: WalletPosting) -> None:
    """Refuse a reservation if as many as are allowed are pending; ended ones must be closed before.

    Raises:
        TooManyReservations: as many as are allowed are pending.
    """
    pending = posting.account(Role.WALLET).pending_holds
    if pending >= MOST_PENDING:
        raise TooManyReservations(f"{pending} reservations are pending", retry_after_seconds=PENDING_SECONDS)
