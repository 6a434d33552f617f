"""Charge for work already done. A charge is never refused: what no grant covers is owed or becomes a shortfall."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from apps.common.money import Micros
from apps.ledger.errors import IdempotencyMismatch
from apps.ledger.keys import beside
from apps.ledger.requests import PostedWith, TransferRequest
from apps.ledger.state import TransferState
from apps.wallets.accounts import Role
from apps.wallets.budgets.counters import Spending
from apps.wallets.decisions.credit_back import credit_back
from apps.wallets.decisions.receivables import settle_receivable
from apps.wallets.decisions.shortfalls import begin, pay_overspend
from apps.wallets.keys import OWED
from apps.wallets.kinds import Kind
from apps.wallets.state import BookDecision, BookState
from apps.wallets.wallet_posting import WalletPosting, unchanged

NOTHING: Mapping[str, Sequence[Spending]] = MappingProxyType({})


def decide_charges(
    state: BookState,
    requests: Sequence[TransferRequest],
    now: datetime,
    spending: Mapping[str, Sequence[Spending]] = NOTHING,
) -> BookDecision[dict[str, TransferState]]:
    """Post a batch of one customer's charges, then the batch's credits back; return the transfers by key.

    `spending` is what budgets count, by the charge's key, including charges of zero. Charges are posted first, because
    a credit back undoes the newest charges.

    Raises:
        IdempotencyMismatch: a key was used with other inputs, before or in this batch.
    """
    posting = WalletPosting(state, now)
    once = once_per_key(requests)
    posted = {key: known for key, request in once.items() if (known := posting.journal.known(request)) is not None}
    spent = [each for key, some in spending.items() if key not in posted for each in some]
    if len(posted) == len(once) and not spent:
        return unchanged(state, posted)
    begin(posting)
    posting.budgets.spend(spent)
    wallet = posting.code(Role.WALLET)
    fresh = [request for key, request in once.items() if key not in posted]
    giving = [request for request in fresh if request.destination == wallet]
    for request in fresh:
        if request.source == wallet:
            posted[request.key] = take_from_grants(posting, request)
    for request in giving:
        posted[request.key] = credit_back(posting, request)
        pay_overspend(posting)
        settle_receivable(posting, posted[request.key], request.created_by)
    return posting.decided(posted)


def once_per_key(requests: Sequence[TransferRequest]) -> dict[str, TransferRequest]:
    """Return requests by key.

    Raises:
        IdempotencyMismatch: a key occurs twice with different inputs.
    """
    once: dict[str, TransferRequest] = {}
    for request in requests:
        if once.setdefault(request.key, request).fingerprint != request.fingerprint:
            raise IdempotencyMismatch(f"The key {request.key} occurs twice in the batch, with different inputs")
    return once


def take_from_grants(posting: WalletPosting, request: TransferRequest) -> TransferState:
    """Post a charge and burn grants in order; what they do not cover is owed or becomes a shortfall."""
    transfer = posting.move(request)
    paid = posting.burn(posting.spendable(), request.amount)
    posting.consume(paid, transfer)
    leave_uncovered(posting, paid.uncovered_micros, request, transfer)
    return transfer


def leave_uncovered(
    posting: WalletPosting, amount_micros: int, request: TransferRequest, transfer: TransferState
) -> None:
    """Book the part of a charge that no grant covers: a debt if postpaid, a shortfall if prepaid."""
    if not amount_micros:
        return
    if not posting.is_postpaid:
        posting.fall_short(amount_micros, transfer)
        return
    posting.move(
        TransferRequest(
            book_id=posting.book_id,
            key=beside(request.key, OWED),
            source=posting.code(Role.RECEIVABLE),
            destination=posting.code(Role.WALLET),
            amount=Micros(amount_micros),
            kind=Kind.ADJUSTMENT,
            created_by=request.created_by,
            cause=PostedWith(request.key),
            description="Owed, to be invoiced",
            effective_at=request.effective_at,
        )
    )
    posting.owe(amount_micros, transfer)
