"""Money that came, went back, or is disputed."""

from dataclasses import dataclass, field
from typing import Self

from apps.common.strict_json import Json
from apps.payments.stripe_objects import readers
from apps.payments.stripe_objects.readers import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentFacts(Facts):
    """A payment intent: the one thing that a session's or an invoice's payment is told apart by.

    `amount_received` is below `amount` where only a part was captured.
    """

    id: str
    amount: int
    amount_received: int
    currency: str
    customer: str
    status: str
    charge: str
    failure: str
    livemode: bool
    created: int
    amount_refunded: int = 0
    is_captured_by_hand: bool = False
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        readers.kind(body, "payment_intent")
        return cls(
            id=readers.required_id(body),
            amount=readers.amount(body, "amount"),
            amount_received=readers.amount(body, "amount_received", 0),
            currency=readers.currency(body),
            customer=readers.optional_id(body, "customer"),
            status=readers.text(body, "status", longest=40),
            charge=readers.optional_id(body, "latest_charge"),
            failure=readers.text(readers.member(body, "last_payment_error"), "message", longest=5_000),
            livemode=readers.flag(body, "livemode"),
            created=readers.integer(body, "created", 0),
            amount_refunded=_refunded(body),
            is_captured_by_hand=readers.text(body, "capture_method", longest=40) == "manual",
            metadata=readers.metadata(body),
        )


def _refunded(body: Json) -> int:
    """Return what was refunded of an intent whose charge is expanded; 0 where it is not."""
    charge = body.get("latest_charge")
    return readers.amount(charge, "amount_refunded", 0) if isinstance(charge, dict) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeFacts(Facts):
    """One attempt at taking money. `amount_refunded` counts all refunds together; what is not captured never came."""

    id: str
    payment_intent: str
    amount: int
    amount_captured: int
    amount_refunded: int
    currency: str
    customer: str
    status: str
    failure: str
    livemode: bool
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        readers.kind(body, "charge")
        return cls(
            id=readers.required_id(body),
            payment_intent=readers.optional_id(body, "payment_intent"),
            amount=readers.amount(body, "amount"),
            amount_captured=readers.amount(body, "amount_captured", 0),
            amount_refunded=readers.amount(body, "amount_refunded", 0),
            currency=readers.currency(body),
            customer=readers.optional_id(body, "customer"),
            status=readers.text(body, "status", longest=40),
            failure=readers.text(body, "failure_message", longest=5_000),
            livemode=readers.flag(body, "livemode"),
            metadata=readers.metadata(body),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFacts(Facts):
    id: str
    payment_intent: str
    charge: str
    amount: int
    currency: str
    status: str
    reason: str
    failure: str
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        readers.kind(body, "refund")
        return cls(
            id=readers.required_id(body),
            payment_intent=readers.optional_id(body, "payment_intent"),
            charge=readers.optional_id(body, "charge"),
            amount=readers.amount(body, "amount"),
            currency=readers.currency(body),
            status=readers.text(body, "status", longest=40),
            reason=readers.text(body, "reason", longest=100),
            failure=readers.text(body, "failure_reason", longest=100),
            metadata=readers.metadata(body),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementFacts(Facts):
    """A movement of our balance at Stripe: negative leaves us, positive comes; what Stripe charges for it is apart."""

    amount: int
    currency: str

    @classmethod
    def read(cls, body: Json) -> Self:
        readers.kind(body, "balance_transaction")
        return cls(amount=readers.integer(body, "amount"), currency=readers.currency(body))


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFacts(Facts):
    """A payer's complaint. `warning_…` states are inquiries: no money has moved.

    `movements` are what Stripe took and gave back for it so far, in the currency of our balance there.
    """

    id: str
    payment_intent: str
    charge: str
    amount: int
    currency: str
    status: str
    reason: str
    livemode: bool
    movements: tuple[MovementFacts, ...] = ()

    @classmethod
    def read(cls, body: Json) -> Self:
        readers.kind(body, "dispute")
        return cls(
            id=readers.required_id(body),
            payment_intent=readers.optional_id(body, "payment_intent"),
            charge=readers.optional_id(body, "charge"),
            amount=readers.amount(body, "amount"),
            currency=readers.currency(body),
            status=readers.text(body, "status", longest=40),
            reason=readers.text(body, "reason", longest=100),
            livemode=readers.flag(body, "livemode"),
            movements=tuple(map(MovementFacts.read, readers.objects(body, "balance_transactions"))),
        )

    @property
    def is_inquiry(self) -> bool:
        return self.status.startswith("warning_")

    def taken_in(self, currency: str) -> int:
        """Return what Stripe took for it in a currency."""
        return -sum(each.amount for each in self.movements if each.currency == currency and each.amount < 0)

    def given_in(self, currency: str) -> int:
        """Return what Stripe gave back of it in a currency."""
        return sum(each.amount for each in self.movements if each.currency == currency and each.amount > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudWarningFacts(Facts):
    id: str
    payment_intent: str
    charge: str
    fraud_type: str

    @classmethod
    def read(cls, body: Json) -> Self:
        readers.kind(body, "radar.early_fraud_warning")
        return cls(
            id=readers.required_id(body),
            payment_intent=readers.optional_id(body, "payment_intent"),
            charge=readers.optional_id(body, "charge"),
            fraud_type=readers.text(body, "fraud_type", longest=100),
        )
