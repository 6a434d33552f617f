"""Transfers between an organization's accounts other than the wallet, as plain values."""

from datetime import datetime
from uuid import UUID

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.values import value_class
from apps.ledger.requests import TransferRequest
from apps.wallets.accounts import Role
from apps.wallets.errors import WalletOnly
from apps.wallets.models import BookingKind


@value_class(frozen=True, slots=True, kw_only=True)
class Booking:
    """An amount, in micros, to move between two accounts other than the wallet under an idempotency key.

    It takes effect at `effective_at`, or at the time of posting if that is None. `drawn_id` is the id that the transfer
    gets, for callers that write it to other rows in the same statement.

    Raises:
        WalletOnly: one of the accounts is the wallet.
    """

    source: Role
    destination: Role
    amount: Micros
    kind: BookingKind
    key: str
    cause: Cause
    created_by: str
    description: str = ""
    effective_at: datetime | None = None
    drawn_id: int | None = None

    def __post_init__(self) -> None:
        if Role.WALLET in (self.source, self.destination):
            raise WalletOnly

    def request(self, book_id: UUID, source: str, destination: str) -> TransferRequest:
        """Return the transfer in one book, between the accounts with these codes."""
        return TransferRequest(
            book_id=book_id,
            key=self.key,
            source=source,
            destination=destination,
            amount=self.amount,
            kind=str(self.kind),
            created_by=self.created_by,
            cause=self.cause,
            description=self.description,
            effective_at=self.effective_at,
            drawn_id=self.drawn_id,
        )
