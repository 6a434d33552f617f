"""The rows that an event's handler read under their locks, and what it writes of them when it ends.

Rows, their audit entries and the transfers that they are about are written in one statement.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from apps.common.row_changes import RowChanges
from apps.common.rows import Writing
from apps.ledger.state import TransferState
from apps.payments.models import CheckoutSession, PaymentIssue, StripeEvent, StripePayment
from apps.tenants.models import Organization
from apps.wallets.services.together import Movement, post_beside


@dataclass(slots=True)
class SessionRows:
    """What was read with a checkout session: its payment, whether events wait for it, the keys of its open issues.

    `grant_id` was drawn from the sequence, for the credit that the session buys.
    """

    session: CheckoutSession
    payment: StripePayment | None
    issues: frozenset[str]
    has_waiting: bool
    grant_id: int


@dataclass(slots=True)
class Posting:
    """A movement to post; `was_posted` is told the transfer's id if an earlier call posted it under its key."""

    movement: Movement
    was_posted: Callable[[int], None] | None = None


@dataclass(slots=True)
class EventRows:
    """An event's locked row, its session's if it is about one, and the changes and postings that wait to be written."""

    event: StripeEvent | None = None
    about: SessionRows | None = None
    payments: dict[str, StripePayment] = field(default_factory=dict)
    changes: RowChanges = field(default_factory=RowChanges)
    after: list[Callable[[], None]] = field(default_factory=list)
    _organization: Organization | None = None
    _postings: list[Posting] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.event is not None:
            self.changes.watch(self.event)
        if self.about is not None:
            self.changes.watch(self.about.session)
        if self.about is not None and self.about.payment is not None:
            self.keep(self.about.payment)

    def keep(self, payment: StripePayment) -> None:
        """Remember a payment that was read or created, so that its changes can be written; `payments` has it by key."""
        self.payments[payment.key] = payment
        self.changes.watch(payment)

    @property
    def may_have_waiting(self) -> bool:
        """Whether events wait for the session or its payment, as far as it was read."""
        return self.about is None or self.about.has_waiting

    def may_be_open(self, kind: PaymentIssue.Kind, subject: object) -> bool:
        """Whether an issue is open, as far as it was read."""
        return self.about is None or f"{kind.value}:{subject}" in self.about.issues

    def post(self, organization: Organization, posting: Posting) -> None:
        """Post a movement with the changes."""
        assert self._organization in (None, organization), "one customer's changes are written at once"
        self._organization = organization
        self._postings.append(posting)

    def write(self, *, now: datetime) -> None:
        """Write the changes and postings that wait, then do what had to wait for them."""
        organization, postings = self._organization, self._postings
        self._organization, self._postings = None, []

        def beside(transfers: Sequence[TransferState]) -> Writing:
            for posting, transfer in zip(postings, transfers, strict=True):
                if transfer.id is not None and posting.was_posted is not None:
                    posting.was_posted(transfer.id)
            return self._changed()

        if organization is None:
            self._changed().run()
        else:
            movements = [each.movement for each in postings]
            post_beside(organization=organization, movements=movements, beside=beside, now=now)
        after, self.after = self.after, []
        for each in after:
            each()

    def _changed(self) -> Writing:
        writing = Writing()
        self.changes.take_into(writing)
        return writing
