"""Invoices, the payments they list, subscriptions and schedules."""

from dataclasses import dataclass, field
from typing import Self

from apps.common.strict_json import Json
from apps.payments.objects import reading
from apps.payments.objects.reading import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePaymentFacts(Facts):
    """One of perhaps several payments of an invoice. Only `payment_intent` ones are money at Stripe."""

    id: str
    invoice: str
    amount_paid: int
    currency: str
    status: str
    payment_type: str
    payment_intent: str
    livemode: bool

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "invoice_payment")
        payment = reading.member(body, "payment")
        return cls(
            id=reading.required_id(body),
            invoice=reading.required_id(body, "invoice"),
            amount_paid=reading.amount(body, "amount_paid", 0),
            currency=reading.currency(body),
            status=reading.text(body, "status", longest=40),
            payment_type=reading.text(payment, "type", longest=40),
            payment_intent=reading.optional_id(payment, "payment_intent"),
            livemode=reading.flag(body, "livemode"),
        )

    @property
    def is_at_stripe(self) -> bool:
        return self.payment_type in ("payment_intent", "charge")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts(Facts):
    """An invoice. `payments` is None where they were not asked for; events never carry them."""

    id: str
    customer: str
    currency: str
    total: int
    amount_due: int
    amount_remaining: int
    status: str
    billing_reason: str
    subscription: str
    hosted_invoice_url: str
    number: str
    period_start: int
    livemode: bool
    metadata: dict[str, str] = field(default_factory=dict)
    subscription_metadata: dict[str, str] = field(default_factory=dict)
    payments: tuple[InvoicePaymentFacts, ...] | None = None

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "invoice")
        details = reading.member(body, "parent", "subscription_details")
        payments = tuple(InvoicePaymentFacts.read(row) for row in reading.rows(body, "payments"))
        return cls(
            id=reading.required_id(body),
            customer=reading.optional_id(body, "customer"),
            currency=reading.currency(body),
            total=reading.amount(body, "total"),
            amount_due=reading.amount(body, "amount_due"),
            amount_remaining=reading.amount(body, "amount_remaining", 0),
            status=reading.text(body, "status", longest=40),
            billing_reason=reading.text(body, "billing_reason", longest=60),
            subscription=reading.optional_id(details, "subscription"),
            hosted_invoice_url=reading.text(body, "hosted_invoice_url"),
            number=reading.text(body, "number", longest=100),
            period_start=_newest_period_start(body),
            livemode=reading.flag(body, "livemode"),
            metadata=reading.metadata(body),
            subscription_metadata=reading.metadata(details),
            payments=payments if body.get("payments") is not None else None,
        )


def _newest_period_start(body: Json) -> int:
    """Return when the newest period of the lines starts, which for a subscription is the period billed."""
    periods = [reading.member(line, "period") for line in reading.rows(body, "lines")]
    return max((reading.integer(period, "start", 0) for period in periods), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFacts(Facts):
    """A subscription; what it costs and how often is its first item's price, since ours have one."""

    id: str
    customer: str
    status: str
    cancel_at: int
    current_period_end: int
    livemode: bool
    unit_amount: int = 0
    interval_months: int = 0
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "subscription")
        items = reading.rows(body, "items")
        ends = [reading.integer(item, "current_period_end", 0) for item in items]
        price = reading.member(items[0], "price") if items else {}
        return cls(
            id=reading.required_id(body),
            customer=reading.optional_id(body, "customer"),
            status=reading.text(body, "status", longest=40),
            cancel_at=reading.integer(body, "cancel_at", 0),
            current_period_end=max(ends, default=0),
            livemode=reading.flag(body, "livemode"),
            unit_amount=reading.amount(price, "unit_amount", 0),
            interval_months=_months(reading.member(price, "recurring")),
            metadata=reading.metadata(body),
        )


def _months(recurring: Json) -> int:
    """Return how many months a price recurs after; 0 for days and weeks, which no schedule of ours has."""
    each = {"month": 1, "year": 12}.get(reading.text(recurring, "interval", longest=10), 0)
    return each * reading.integer(recurring, "interval_count", 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFacts(Facts):
    """A subscription schedule; we make none, but one may be put on a subscription of ours at Stripe."""

    id: str
    status: str
    subscription: str

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "subscription_schedule")
        subscription = reading.optional_id(body, "subscription") or reading.optional_id(body, "released_subscription")
        return cls(
            id=reading.required_id(body), status=reading.text(body, "status", longest=40), subscription=subscription
        )
