"""Payments, refunds and disputes."""

from datetime import UTC, datetime

from apps.common.strict_json import Json
from apps.payments.stripe_objects import fields, readers
from apps.payments.stripe_objects.fields import Facts
from apps.top_ups.declines import Refusal


def _refunded(body: Json) -> int:
    """Return the refunded amount of an intent; 0 if its charge is not expanded."""
    charge = body.get("latest_charge")
    return readers.amount(charge, "amount_refunded", 0) if isinstance(charge, dict) else 0


def _is_captured_by_hand(body: Json) -> bool:
    return readers.text(body, "capture_method", longest=40) == "manual"


@fields.stripe_object("payment_intent")
class IntentFacts(Facts):
    """A payment intent: it identifies the payment of a session or invoice.

    `amount_received` is less than `amount` if only part was captured. `setup_future_usage` is empty unless the payment
    method is saved.
    """

    id: str = fields.required_id()
    amount: int = fields.amount()
    amount_received: int = fields.amount(0)
    currency: str = fields.currency()
    customer: str = fields.an_id()
    status: str = fields.text(40)
    charge: str = fields.an_id(name="latest_charge")
    failure: str = fields.text(5_000, name="message", of="last_payment_error")
    error_code: str = fields.text(100, name="code", of="last_payment_error")
    decline_code: str = fields.text(100, of="last_payment_error")
    advice_code: str = fields.text(100, of="last_payment_error")
    livemode: bool = fields.flag()
    created: int = fields.integer(0)
    amount_refunded: int = fields.computed(_refunded)
    is_captured_by_hand: bool = fields.computed(_is_captured_by_hand)
    setup_future_usage: str = fields.text(40)
    metadata: dict[str, str] = fields.metadata()

    @property
    def refusal(self) -> Refusal:
        """Why its last attempt was refused; without codes if none was."""
        return Refusal(self.error_code, self.decline_code, self.advice_code)


@fields.stripe_object("charge")
class ChargeFacts(Facts):
    """One payment attempt. `amount_refunded` is the sum of its refunds; only `amount_captured` was received."""

    id: str = fields.required_id()
    payment_intent: str = fields.an_id()
    amount: int = fields.amount()
    amount_captured: int = fields.amount(0)
    amount_refunded: int = fields.amount(0)
    currency: str = fields.currency()
    customer: str = fields.an_id()
    status: str = fields.text(40)
    failure: str = fields.text(5_000, name="failure_message")
    livemode: bool = fields.flag()
    metadata: dict[str, str] = fields.metadata()


@fields.stripe_object()
class ReturnFacts(Facts):
    """What a refund and a dispute have in common: money that goes back to the payer."""

    id: str = fields.required_id()
    payment_intent: str = fields.an_id()
    charge: str = fields.an_id()
    amount: int = fields.amount()
    currency: str = fields.currency()
    status: str = fields.text(40)
    reason: str = fields.text(100)


@fields.stripe_object("refund")
class RefundFacts(ReturnFacts):
    failure: str = fields.text(100, name="failure_reason")
    metadata: dict[str, str] = fields.metadata()


@fields.stripe_object("balance_transaction")
class MovementFacts(Facts):
    """A movement of our balance at Stripe: negative leaves, positive arrives; Stripe's fee is not included."""

    amount: int = fields.integer()
    currency: str = fields.currency()


def _is_exchanged(body: Json) -> bool:
    return body.get("exchange_rate") is not None


def _intent_of_source(body: Json) -> str:
    """Return the payment intent of an expanded source; empty if it has none."""
    source = body.get("source")
    return readers.optional_id(source, "payment_intent") if isinstance(source, dict) else ""


@fields.stripe_object("balance_transaction")
class BalanceFacts(Facts):
    """A balance transaction with the object that caused it; `amount` is without Stripe's fee, negative leaves."""

    id: str = fields.required_id()
    type: str = fields.text(60)
    category: str = fields.text(60, name="reporting_category")
    source: str = fields.an_id()
    payment_intent: str = fields.computed(_intent_of_source)
    amount: int = fields.signed_amount()
    fee: int = fields.signed_amount(0)
    currency: str = fields.currency()
    is_exchanged: bool = fields.computed(_is_exchanged)
    created: int = fields.integer()


@fields.stripe_object("payout")
class PayoutFacts(Facts):
    """A payout to our bank account; a negative one takes from it."""

    id: str = fields.required_id()
    amount: int = fields.signed_amount()
    currency: str = fields.currency()
    status: str = fields.text(40)
    is_automatic: bool = fields.computed(lambda body: readers.flag(body, "automatic"))
    reconciliation: str = fields.text(40, name="reconciliation_status")
    arrival_date: int = fields.integer(0)
    created: int = fields.integer()

    @property
    def is_reconciled(self) -> bool:
        """Whether Stripe lists all transactions that it pays; it never does for a payout made by hand."""
        return self.reconciliation != "in_progress"


def _movements(body: Json) -> tuple[MovementFacts, ...]:
    return tuple(map(MovementFacts.read, readers.objects(body, "balance_transactions")))


def _respond_by(body: Json) -> datetime | None:
    seconds = readers.integer(readers.member(body, "evidence_details"), "due_by", 0)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds <= readers.LAST_SECOND else None


@fields.stripe_object("dispute")
class DisputeFacts(ReturnFacts):
    """A payer's dispute. Its `warning_…` states are inquiries: no money has moved.

    `respond_by` is the deadline for evidence; None if Stripe names none.
    `movements` are the amounts Stripe took and gave back so far, in the currency of our balance there.
    """

    respond_by: datetime | None = fields.computed(_respond_by)
    livemode: bool = fields.flag()
    movements: tuple[MovementFacts, ...] = fields.computed(_movements)

    @property
    def is_inquiry(self) -> bool:
        return self.status.startswith("warning_")

    def taken_in(self, currency: str) -> int:
        """Return what Stripe took for it, in a currency's smallest unit."""
        return -sum(each.amount for each in self.movements if each.currency == currency and each.amount < 0)

    def given_in(self, currency: str) -> int:
        """Return what Stripe gave back of it, in a currency's smallest unit."""
        return sum(each.amount for each in self.movements if each.currency == currency and each.amount > 0)


@fields.stripe_object("radar.early_fraud_warning")
class FraudWarningFacts(Facts):
    id: str = fields.required_id()
    payment_intent: str = fields.an_id()
    charge: str = fields.an_id()
    fraud_type: str = fields.text(100)
