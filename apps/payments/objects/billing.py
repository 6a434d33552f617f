"""Invoices, the payments they list, and subscriptions."""

from dataclasses import dataclass, field
from typing import Self

from apps.common.strict_json import Json
from apps.payments.objects import reading
from apps.payments.objects.reading import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePaymentFacts(Facts):
    """One of perhaps several payments of an invoice. A payment record is money that came another way than by Stripe."""

    id: str
    invoice: str
    amount_paid: int
    currency: str
    status: str
    payment_type: str
    payment_intent: str
    livemode: bool
    paid_at: int = 0

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
            paid_at=reading.integer(reading.member(body, "status_transitions"), "paid_at", 0),
        )

    @property
    def is_at_stripe(self) -> bool:
        return self.payment_type in ("payment_intent", "charge")

    @property
    def is_paid(self) -> bool:
        return self.status == "paid" and self.amount_paid > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts(Facts):
    """An invoice. `payments` is None where they were not asked for; events never carry them.

    `total` is after discounts and with `tax`, whether the tax was added or found inside. Below zero it asks for
    nothing, and goes to the customer's balance at Stripe. What that balance pays of an invoice, and what credit notes
    take off before it is paid, make less of it due. `amount_overpaid` went to that balance.
    """

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
    amount_paid: int = 0
    amount_overpaid: int = 0
    tax: int = 0
    discount: int = 0
    credited: int = 0
    from_balance: int = 0
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
            total=reading.signed_amount(body, "total"),
            amount_due=reading.signed_amount(body, "amount_due"),
            amount_remaining=reading.signed_amount(body, "amount_remaining", 0),
            status=reading.text(body, "status", longest=40),
            billing_reason=reading.text(body, "billing_reason", longest=60),
            hosted_invoice_url=reading.text(body, "hosted_invoice_url"),
            number=reading.text(body, "number", longest=100),
            livemode=reading.flag(body, "livemode"),
            amount_paid=reading.amount(body, "amount_paid", 0),
            amount_overpaid=reading.amount(body, "amount_overpaid", 0),
            tax=_sum(body, "total_taxes"),
            discount=_sum(body, "total_discount_amounts"),
            credited=reading.amount(body, "pre_payment_credit_notes_amount", 0),
            from_balance=_from_balance(body),
            metadata=reading.metadata(body),
            payments=payments if body.get("payments") is not None else None,
        )

    @property
    def untaxed(self) -> int:
        """What it asks for without tax, before discounts: what its items come to."""
        return self.total - self.tax + self.discount

    @property
    def due(self) -> int:
        """What payments have to come to: what neither credit notes nor the customer's balance take off."""
        return max(0, self.total - self.credited - self.from_balance)


def _sum(body: Json, name: str) -> int:
    return sum(reading.signed_amount(row, "amount") for row in reading.objects(body, name))


def _from_balance(body: Json) -> int:
    """Return what of the total the customer's balance pays. A balance below zero is the customer's money."""
    if body.get("ending_balance") is None:
        return 0
    used = reading.integer(body, "ending_balance") - reading.integer(body, "starting_balance", 0)
    return max(0, min(used, reading.signed_amount(body, "total")))


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteFacts(Facts):
    """A credit note. What lowers what is still to be paid and what gives back what was paid are told apart.

    Its `status` is `issued`, and `void` once it was taken back.
    """

    id: str
    invoice: str
    currency: str
    number: str
    status: str
    pre_payment_amount: int
    post_payment_amount: int

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "credit_note")
        return cls(
            id=reading.required_id(body),
            invoice=reading.required_id(body, "invoice"),
            currency=reading.currency(body),
            number=reading.text(body, "number", longest=100),
            status=reading.text(body, "status", longest=40),
            pre_payment_amount=reading.amount(body, "pre_payment_amount", 0),
            post_payment_amount=reading.amount(body, "post_payment_amount", 0),
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
