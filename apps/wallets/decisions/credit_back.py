"""Credit back what was charged too much: undo the newest charge first, and refill the grants that were burned last."""

from apps.common.money import Micros
from apps.ledger.keys import beside
from apps.ledger.requests import PostedWith, TransferRequest
from apps.ledger.state import TransferState
from apps.wallets.accounts import Role
from apps.wallets.burn_order import drop_first, take_in_order
from apps.wallets.keys import OWED_REDUCED, RETURNED_BEFORE
from apps.wallets.kinds import Kind
from apps.wallets.state import MoreChargesNeeded
from apps.wallets.wallet_posting import WalletPosting


def credit_back(posting: WalletPosting, request: TransferRequest) -> TransferState:
    """Post a credit back and undo charges by its amount, the newest first.

    If the amount exceeds what is left of all charges, the excess was credited back before: for example, staff reversed
    a charge and a usage correction then lowered it. The excess moves back to revenue, so nothing is credited twice.

    Raises:
        MoreChargesNeeded: it reaches further back than the charges that were read.
    """
    transfer = posting.move(request)
    missing, owed = int(request.amount), 0
    for number in sorted(posting.charges, reverse=True):
        charge = posting.charges[number]
        if missing and charge.has_net and charge.left_micros:
            amount = min(missing, charge.left_micros)
            owed += undo(posting, number, amount, transfer)
            missing -= amount
    if missing and posting.state.has_more_charges:
        raise MoreChargesNeeded
    lower_debt(posting, owed, request)
    _move_on(posting, missing, request, Role.REVENUE, RETURNED_BEFORE, "Was credited back before")
    return transfer


def undo(posting: WalletPosting, number: int, amount_micros: int, transfer: TransferState) -> int:
    """Undo part of what is left of a charge on behalf of another transfer; return how much of that was owed.

    It undoes the part that is still a shortfall, then the part that a postpaid customer owed, then the grants, the last
    one burned first. Earlier reversals followed the same order.
    """
    charge, short = posting.charges[number], posting.shortfalls.get(number)
    still_short = short.remaining_micros if short else 0
    paid = sum(part.amount_micros for part in charge.parts)
    undone = still_short + charge.owed_micros + paid - charge.left_micros
    of_owed = min(undone, charge.owed_micros)
    parts = drop_first(charge.parts, undone - of_owed)
    rest = amount_micros
    posting.undo(number, rest, transfer)
    uncovered = min(rest, still_short)
    if uncovered:
        posting.cover(number, uncovered)
    rest -= uncovered
    owed = min(rest, charge.owed_micros - of_owed)
    for part in take_in_order(parts, rest - owed).parts:
        posting.take(part.grant, -part.amount_micros, transfer)
    return owed


def lower_debt(posting: WalletPosting, amount_micros: int, request: TransferRequest) -> None:
    """Move an amount from the wallet to the receivable account, which lowers the debt."""
    _move_on(posting, amount_micros, request, Role.RECEIVABLE, OWED_REDUCED, "Debt lowered: too much was charged")


def _move_on(
    posting: WalletPosting, amount_micros: int, request: TransferRequest, to: Role, suffix: str, description: str
) -> None:
    """Move an amount that came into the wallet, but that the customer may not spend, to another account."""
    if amount_micros <= 0:
        return
    posting.move(
        TransferRequest(
            book_id=posting.book_id,
            key=beside(request.key, suffix),
            source=posting.code(Role.WALLET),
            destination=posting.code(to),
            amount=Micros(amount_micros),
            kind=Kind.ADJUSTMENT,
            created_by=request.created_by,
            cause=PostedWith(request.key),
            description=description,
            effective_at=request.effective_at,
        )
    )
