"""Invoices, the payments they list, and subscriptions."""

from dataclasses import dataclass, field
from typing import Self

from apps.common.strict_json import Json
from apps.payments.stripe_objects import readers
from apps.payments.stripe_objects.readers import Facts


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
        readers.kind(body, "invoice_payment")
        payment = readers.member(body, "payment")
        return cls(
            id=readers.required_id(body),
            invoice=readers.required_id(body, "invoice"),
            amount_paid=readers.amount(body, "amount_paid", 0),
            currency=readers.currency(body),
            status=readers.text(body, "status", longest=40),
            payment_type=readers.text(payment, "type", longest=40),
            payment_intent=readers.optional_id(payment, "payment_intent"),
            livemode=readers.flag(body, "livemode"),
            paid_at=readers.integer(readers.member(body, "status_transitions"), "paid_at", 0),
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
        readers.kind(body, "invoice")
        payments = tuple(InvoicePaymentFacts.read(row) for row in readers.rows(body, "payments"))
        return cls(
            id=readers.required_id(body),
            customer=readers.optional_id(body, "customer"),
            currency=readers.currency(body),
            total=readers.signed_amount(body, "total"),
            amount_due=readers.signed_amount(body, "amount_due"),
            amount_remaining=readers.signed_amount(body, "amount_remaining", 0),
            status=readers.text(body, "status", longest=40),
            billing_reason=readers.text(body, "billing_reason", longest=60),
            hosted_invoice_url=readers.text(body, "hosted_invoice_url"),
            number=readers.text(body, "number", longest=100),
            livemode=readers.flag(body, "livemode"),
            amount_paid=readers.amount(body, "amount_paid", 0),
            amount_overpaid=readers.amount(body, "amount_overpaid", 0),
            tax=_sum(body, "total_taxes"),
            discount=_sum(body, "total_discount_amounts"),
            credited=readers.amount(body, "pre_payment_credit_notes_amount", 0),
            from_balance=_from_balance(body),
            metadata=readers.metadata(body),
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
    return sum(readers.signed_amount(row, "amount") for row in readers.objects(body, name))


def _from_balance(body: Json) -> int:
    """Return what of the total the customer's balance pays. A balance below zero is the customer's money."""
    if body.get("ending_balance") is None:
        return 0
    used = readers.integer(body, "ending_balance") - readers.integer(body, "starting_balance", 0)
    return max(0, min(used, readers.signed_amount(body, "total")))


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
        readers.kind(body, "credit_note")
        return cls(
            id=readers.required_id(body),
            invoice=readers.required_id(body, "invoice"),
            currency=readers.currency(body),
            number=readers.text(body, "number", longest=100),
            status=readers.text(body, "status", longest=40),
            pre_payment_amount=readers.amount(body, "pre_payment_amount", 0),
            post_payment_amount=readers.amount(body, "post_payment_amount", 0),
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
        readers.kind(body, "subscription")
        paused = readers.member(body, "pause_collection")
        return cls(
            id=readers.required_id(body),
            customer=readers.optional_id(body, "customer"),
            status=readers.text(body, "status", longest=40),
            pause=readers.text(paused, "behavior", longest=40),
            resumes_at=readers.integer(paused, "resumes_at", 0),
        )
