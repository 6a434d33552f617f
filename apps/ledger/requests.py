"""Requests to the ledger, as plain values."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from uuid import UUID

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.common.values import value_class
from apps.ledger.keys import fingerprint
from apps.ledger.state import TransferState

# The book and key that identify a transfer.
TransferKey = tuple[UUID, str]


@value_class(frozen=True, slots=True)
class PostedWith:
    """A cause that does not exist yet: the transfer that the same call posts under this key."""

    key: str


@value_class(frozen=True, slots=True, kw_only=True)
class Instruction:
    """Who orders a movement, for which cause, and under which idempotency key."""

    key: str
    cause: Cause
    created_by: str
    description: str = ""


@value_class(frozen=True, slots=True)
class TransferRequest:
    """A positive amount, in micros, to move from account code `source` to `destination` under an idempotency key.

    It takes effect at `effective_at`, or at the time of posting if that is None. A description is cut to 500
    characters. `drawn_id` is the id that the transfer gets, for callers that name it in other rows of the same
    statement.
    """

    book_id: UUID
    key: str
    source: str
    destination: str
    amount: Micros
    kind: str
    created_by: str
    cause: Cause | PostedWith
    description: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
    reverses: TransferState | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    effective_at: datetime | None = None
    drawn_id: int | None = None

    @property
    def transfer_key(self) -> TransferKey:
        """The book and the key, which is unique in it."""
        return self.book_id, self.key

    @property
    def fingerprint(self) -> str:
        """Digest of what a repeat must match: accounts, amount, kind, reversed transfer and the caller's `facts`."""
        return fingerprint(
            {
                "source": self.source,
                "destination": self.destination,
                "amount": self.amount,
                "kind": self.kind,
                "reverses": self.reverses and self.reverses.id,
                **self.facts,
            }
        )


@value_class(frozen=True, slots=True)
class HoldRequest:
    """An amount, in micros, to set aside under an idempotency key until `expires_at` (None: no end).

    `metadata` is stored with the hold as the caller sent it, with what the work is for and the counters that count it.
    """

    hold_id: UUID
    key: str
    amount: Micros
    created_by: str
    expires_at: datetime | None
    description: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)
    bucket_ids: tuple[UUID, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Digest of what a repeat must match: the amount and the caller's `facts`, which may override the amount.

        The end is not part of it, because a repeat computes the end from the time of its own call.
        """
        return fingerprint({"amount": self.amount, **self.facts})
