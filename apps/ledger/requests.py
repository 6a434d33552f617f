"""What the ledger is asked for: plain values, made from facts by whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from apps.common.causes import Cause
from apps.common.money import Micros
from apps.ledger.fingerprints import fingerprint
from apps.ledger.state import TransferState

# A transfer by its book and its key.
Place = tuple[UUID, str]


@dataclass(frozen=True, slots=True)
class PostedWith:
    """In place of a cause: the transfer that the same call posts under this key is the cause."""

    key: str


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """One positive amount to move in a book from `source` to `destination` (account codes) under a key made from facts.

    It counts from `effective_at`, or from when it is posted where that is None. A description is cut to its column.
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

    @property
    def place(self) -> Place:
        """Its key and the book in which that is unique."""
        return self.book_id, self.key

    @property
    def fingerprint(self) -> str:
        """What makes a repeat the same request: accounts, amount, kind, what it reverses, and the caller's `facts`."""
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


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """An amount to set aside under a key made from facts, until `expires_at` (None: until it is closed).

    `metadata` is kept with the hold as the caller sent it.
    """

    hold_id: UUID
    key: str
    amount: Micros
    created_by: str
    expires_at: datetime | None
    description: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """What makes a repeat the same request: the amount and the caller's `facts`, which may replace it.

        The end is no part of it: a repeat computes it from its own clock.
        """
        return fingerprint({"amount": self.amount, **self.facts})
