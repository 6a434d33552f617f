"""The locked rows of an event's handler, and the changes that are written when the handler ends.

Rows, their audit entries and their transfers are written in one statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.payments.models import CheckoutSession, PaymentIssue, StripeEvent, StripePayment
from apps.wallets.services.movements import PendingWrites


@dataclass(frozen=True, slots=True)
class SessionPart:
    """The part of a session or invoice that pays for an installment, in micros.

    `drawn_id` is an unused id for the `PaymentPart` to create.
    """

    installment_id: int
    amount_micros: int
    drawn_id: int


@dataclass(slots=True)
class SessionRows:
    """The rows read with a checkout session: its payment, whether events wait for it, and the keys of its open issues.

    `parts` are the installments that it pays, `contracts` the rows that `installment_open` read for them. `grant_id`
    was drawn from the sequence, for the credit that the session buys.
    """

    session: CheckoutSession
    payment: StripePayment | None
    issues: frozenset[str]
    has_waiting: bool
    grant_id: int
    parts: tuple[SessionPart, ...]
    contracts: Mapping[str, Any] | None


@dataclass(slots=True)
class EventRows(PendingWrites):
    """An event's locked row, that of its session, if any, and the pending changes to write with them."""

    event: StripeEvent | None = None
    about: SessionRows | None = None
    payments: dict[str, StripePayment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.event is not None:
            self.changes.watch(self.event)
        if self.about is not None:
            self.changes.watch(self.about.session)
        if self.about is not None and self.about.payment is not None:
            self.keep(self.about.payment)

    def keep(self, payment: StripePayment) -> None:
        """Track a payment that was read or created, so that its changes are written; `payments` has it by key."""
        self.payments[payment.key] = payment
        self.changes.watch(payment)

    @property
    def may_have_waiting(self) -> bool:
        """Whether events may wait for the session or its payment; true if that was not read."""
        return self.about is None or self.about.has_waiting

    def may_be_open(self, kind: PaymentIssue.Kind, subject: object) -> bool:
        """Whether an issue may be open; true if that was not read."""
        return self.about is None or f"{kind.value}:{subject}" in self.about.issues
