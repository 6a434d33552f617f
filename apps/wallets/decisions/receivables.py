"""Receive postpaid payments, and turn overpayments into credit that pays later usage or debt.

A receivable account never keeps a credit balance: an excess left there by a correction, a cheaper tier or a reversal
moves to the wallet at once.
"""

from datetime import datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.values import value_class
from apps.ledger.causes import TRANSFER
from apps.ledger.errors import IdempotencyMismatch
from apps.ledger.keys import beside
from apps.ledger.requests import TransferRequest
from apps.ledger.state import TransferState
from apps.wallets.accounts import Role
from apps.wallets.decisions.grants import NewGrant, grant_credit
from apps.wallets.decisions.shortfalls import begin
from apps.wallets.keys import OVERPAID, OVERPAID_USED
from apps.wallets.kinds import Kind, Source
from apps.wallets.state import BookDecision, BookState
from apps.wallets.wallet_posting import WalletPosting, unchanged


def decide_transfer(state: BookState, request: TransferRequest, now: datetime) -> BookDecision[TransferState]:
    """Move an amount between two accounts other than the wallet; see `post_transfer`."""
    posting = WalletPosting(state, now)
    known = posting.journal.known(request)
    if known is not None:
        return unchanged(state, known)
    begin(posting)
    return posting.decided(_post(posting, request))


def _post(posting: WalletPosting, request: TransferRequest) -> TransferState:
    transfer = posting.move(request)
    if posting.code(Role.RECEIVABLE) in (request.source, request.destination):
        settle_receivable(posting, transfer, request.created_by)
    return transfer


@value_class(frozen=True, slots=True, kw_only=True)
class PostpaidPayment:
    """Money, in micros, received from a postpaid customer; see `receive_postpaid_payment`.

    It takes effect at `effective_at`, or when it is posted if that is None.
    """

    amount: Micros
    key: str
    cause: Cause
    created_by: str
    received_in: Role = Role.CASH
    description: str = "Payment received"
    effective_at: datetime | None = None


def decide_postpaid_payment(
    state: BookState, call: PostpaidPayment, now: datetime
) -> BookDecision[TransferState | None]:
    """Clear debt with money received, once per key; the part above the debt becomes credit.

    Raises:
        IdempotencyMismatch: the key was used before with another amount.
    """
    posting = WalletPosting(state, now)
    keys = (call.key, beside(call.key, OVERPAID))
    known = {key: posting.journal.transfers[key] for key in keys if key in posting.journal.transfers}
    if known:
        if sum(each.amount_micros for each in known.values()) != call.amount:
            raise IdempotencyMismatch(f"The payment {call.key} was recorded before with another amount")
        return unchanged(state, known.get(call.key))
    begin(posting)
    owed = max(0, -posting.account(Role.RECEIVABLE).balance_micros)
    clears = min(call.amount, owed)
    if call.amount > clears:
        beyond = Micros(call.amount - clears)
        grant_credit(
            posting,
            overpaid(beyond, call.received_in, call.key, call.cause, call.created_by, effective_at=call.effective_at),
        )
    if not clears:
        return posting.decided(None)
    request = TransferRequest(
        book_id=posting.book_id,
        key=call.key,
        source=posting.code(call.received_in),
        destination=posting.code(Role.RECEIVABLE),
        amount=Micros(clears),
        kind="payment",
        created_by=call.created_by,
        cause=call.cause,
        description=call.description,
        effective_at=call.effective_at,
    )
    return posting.decided(_post(posting, request))


def overpaid(
    amount: Micros, received_in: Role, key: str, cause: Cause, created_by: str, *, effective_at: datetime | None = None
) -> NewGrant:
    """Return the credit made of money received above the debt, once per `key` of the transfer that left the excess."""
    return NewGrant(
        amount=amount,
        source=Source.ADJUSTMENT,
        key=beside(key, OVERPAID),
        cause=cause,
        created_by=created_by,
        description="Paid more than was owed",
        paid_micros=amount,
        funded_by=received_in,
        effective_at=effective_at,
    )


def settle_receivable(posting: WalletPosting, moved: TransferState, created_by: str) -> None:
    """Net debt against overpaid credit after a transfer, so that a postpaid customer never has both.

    A credit balance on the receivable account becomes a grant. A debt is paid from free overpaid credit.
    """
    balance = posting.account(Role.RECEIVABLE).balance_micros
    if balance > 0:
        grant_credit(
            posting,
            overpaid(Micros(balance), Role.RECEIVABLE, moved.key, TRANSFER.of(moved.number), created_by),
        )
    elif balance < 0:
        _pay_debt(posting, -balance, moved, created_by)


def _pay_debt(posting: WalletPosting, owed_micros: int, moved: TransferState, created_by: str) -> None:
    paid = posting.burn((grant for grant in posting.spendable() if grant.is_overpaid), owed_micros)
    total = sum(part.amount_micros for part in paid.parts)
    if not total:
        return
    request = TransferRequest(
        book_id=posting.book_id,
        key=beside(moved.key, OVERPAID_USED),
        source=posting.code(Role.WALLET),
        destination=posting.code(Role.RECEIVABLE),
        amount=Micros(total),
        kind=Kind.ADJUSTMENT,
        created_by=created_by,
        cause=TRANSFER.of(moved.number),
        description="Overpaid before, pays new debt",
    )
    posting.consume(paid, posting.move(request))
