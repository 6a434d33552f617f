"""Invoices, the payments they list, and subscriptions."""

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
    hosted_invoice_url: str
    number: str
    livemode: bool
    metadata: dict[str, str] = field(default_factory=dict)
    payments: tuple[InvoicePaymentFacts, ...] | None = None

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "invoice")
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
            hosted_invoice_url=reading.text(body, "hosted_invoice_url"),
            number=reading.text(body, "number", longest=100),
            livemode=reading.flag(body, "livemode"),
            metadata=reading.metadata(body),
            payments=payments if body.get("payments") is not None else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionFacts(Facts):
    """A subscription; we make none, but staff or another product may put one on a customer of ours.

    `pause` is what becomes of invoices made while its collection is paused, empty where it is not; `resumes_at` is when
    it goes on, 0 where nothing says.
    """

    id: str
    customer: str
    status: str
    pause: str
    resumes_at: int

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "subscription")
        paused = reading.member(body, "pause_collection")
        return cls(
            id=reading.required_id(body),
            customer=reading.optional_id(body, "customer"),
            status=reading.text(body, "status", longest=40),
            pause=reading.text(paused, "behavior", longest=40),
            resumes_at=reading.integer(paused, "resumes_at", 0),
        )
