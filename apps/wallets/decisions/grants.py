"""Grant credit. A new grant first covers shortfalls recorded before its expiry, oldest first."""

from datetime import UTC, datetime

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.values import value_class
from apps.ledger.journal import DESCRIPTION_LENGTH
from apps.ledger.requests import TransferRequest
from apps.ledger.state import TransferState
from apps.wallets.accounts import Role
from apps.wallets.decisions.shortfalls import begin
from apps.wallets.kinds import Kind, Source
from apps.wallets.state import BookDecision, BookState, GrantState
from apps.wallets.wallet_posting import WalletPosting, unchanged

# The first criterion of the published burn order: credit that always expires comes first, bought credit last.
PRIORITIES = {
    Source.INCLUDED_QUOTA: 10,
    Source.SIGNUP: 20,
    Source.VOUCHER: 20,
    Source.BONUS: 20,
    Source.ADJUSTMENT: 20,
    Source.CONTRACT: 30,
    Source.TOP_UP: 40,
}
FUNDED_BY = {Source.TOP_UP: Role.CASH, Source.CONTRACT: Role.INSTALLMENTS}


@value_class(frozen=True, slots=True, kw_only=True)
class NewGrant:
    """Credit to grant, in micros, under an idempotency key; see `grant_credits`.

    `funded_by` is the account that funds it; the default is cash for a top-up, installments for a contract, and
    promotions for anything else. `paid_micros` is the price paid for it; paid credit burns after promotional credit. A
    grant that has expired already covers only shortfalls recorded before its expiry. One with a later `starts_at` is
    neither spendable nor part of the balance until then.

    Its transfer takes effect at `effective_at`, or when it is posted if that is None. `drawn_id` is the id
    that the grant gets, for callers that write it to other rows in the same statement.
    """

    amount: Micros
    source: Source
    key: str
    cause: Cause
    created_by: str
    description: str = ""
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    priority: int | None = None
    paid_micros: int = 0
    funded_by: Role | None = None
    drawn_id: int | None = None
    effective_at: datetime | None = None

    @property
    def role(self) -> Role:
        """The account that funds it."""
        return self.funded_by or FUNDED_BY.get(self.source, Role.PROMOTIONS)

    @property
    def place(self) -> int:
        """Its priority in the burn order."""
        return PRIORITIES[self.source] if self.priority is None else self.priority

    def request(self, posting: WalletPosting) -> TransferRequest:
        """Return the transfer that moves it into the wallet."""
        start, end = (moment and moment.astimezone(UTC).isoformat() for moment in (self.starts_at, self.expires_at))
        return TransferRequest(
            book_id=posting.book_id,
            key=self.key,
            source=posting.code(self.role),
            destination=posting.code(Role.WALLET),
            amount=self.amount,
            kind=Kind.GRANT,
            created_by=self.created_by,
            cause=self.cause,
            description=self.description,
            facts={
                "grant": self.source.value,
                "paid": self.paid_micros,
                "starts": start,
                "expires": end,
                "priority": self.place,
            },
            effective_at=self.effective_at,
        )


def decide_grant(state: BookState, call: NewGrant, now: datetime) -> BookDecision[TransferState]:
    """Grant credit, once per key; return the transfer that made the grant.

    Raises:
        InvalidAmount: the amount is not positive or too large.
        IdempotencyMismatch: the key was used before with other inputs.
    """
    posting = WalletPosting(state, now)
    known = posting.journal.known(call.request(posting))
    if known is not None:
        return unchanged(state, known)
    begin(posting)
    return posting.decided(grant_credit(posting, call))


def grant_credit(posting: WalletPosting, call: NewGrant) -> TransferState:
    """Grant credit in a posting; a repeat returns the transfer of the first grant."""
    request, now = call.request(posting), posting.now
    known = posting.journal.known(request)
    if known is not None:
        return known
    transfer = posting.move(request)
    grant = GrantState(
        id=None,
        number=transfer.number,
        transfer_id=None,
        source=call.source.value,
        priority=call.place,
        is_paid=call.paid_micros > 0,
        amount_micros=call.amount,
        remaining_micros=call.amount,
        held_micros=0,
        paid_micros=call.paid_micros,
        returned_micros=0,
        lapsed_micros=0,
        granted_at=now,
        starts_at=call.starts_at if call.starts_at is not None and call.starts_at > now else None,
        expires_at=call.expires_at,
        key=call.key,
        description=call.description[:DESCRIPTION_LENGTH],
        drawn_id=call.drawn_id,
    )
    posting.add_grant(grant)
    if grant.has_started(now) and posting.short_micros:
        _cover_shortfalls(posting, grant)
    return transfer


def _cover_shortfalls(posting: WalletPosting, grant: GrantState) -> None:
    left = grant.remaining_micros
    for short in posting.open_shortfalls():
        if not left:
            break
        if grant.is_expired(short.recorded_at):
            continue
        share = min(short.remaining_micros, left)
        posting.pay_short(grant.number, share, short, grant.number)
        posting.journal.effects(grant.number).covers.append((short.number, share))
        left -= share
