"""Refunds and lost disputes take back credit of the grant that was paid for; a spent part becomes a shortfall."""

from datetime import datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.values import value_class
from apps.ledger.requests import TransferRequest
from apps.ledger.state import TransferState
from apps.wallets.accounts import Role
from apps.wallets.decisions.freezes import grant_of
from apps.wallets.decisions.shortfalls import begin
from apps.wallets.state import BookDecision, BookState
from apps.wallets.wallet_posting import WalletPosting, unchanged


@value_class(frozen=True, slots=True, kw_only=True)
class GrantDebit:
    """An amount to take out of the wallet because a grant's payment is returned."""

    grant_id: int
    amount: Micros
    to_role: Role
    kind: str
    key: str
    cause: Cause
    created_by: str
    description: str

    def request(self, posting: WalletPosting) -> TransferRequest:
        """Return the transfer that takes it."""
        return TransferRequest(
            book_id=posting.book_id,
            key=self.key,
            source=posting.code(Role.WALLET),
            destination=posting.code(self.to_role),
            amount=self.amount,
            kind=self.kind,
            created_by=self.created_by,
            cause=self.cause,
            description=self.description,
            facts={"grant": self.grant_id},
        )


def decide_grant_debit(state: BookState, call: GrantDebit, now: datetime) -> BookDecision[TransferState]:
    """Take an amount out of the wallet, from the grant's free part first; the rest becomes a shortfall."""
    posting = WalletPosting(state, now)
    request = call.request(posting)
    known = posting.journal.known(request)
    if known is not None:
        return unchanged(state, known)
    begin(posting)
    number = grant_of(posting, call.grant_id).number
    transfer = posting.move(request)
    posting.count_returned(number, transfer)
    take_unspent(posting, number, transfer)
    return posting.decided(transfer)


def take_unspent(posting: WalletPosting, number: int, transfer: TransferState) -> None:
    """Take a transfer's amount from the unheld part of a grant; the rest becomes a shortfall."""
    grant = posting.grants[number]
    own = 0 if grant.is_expired(posting.now) else min(transfer.amount_micros, grant.free_micros)
    posting.take(number, own, transfer)
    posting.fall_short(transfer.amount_micros - own, transfer)
