"""Invoices, the payments they list, and subscriptions."""

from apps.common.strict_json import Json
from apps.payments.stripe_objects import fields, readers
from apps.payments.stripe_objects.fields import Facts


@fields.stripe_object("invoice_payment")
class InvoicePaymentFacts(Facts):
    """One payment of an invoice. Type `payment_record` is money received outside Stripe."""

    id: str = fields.required_id()
    invoice: str = fields.required_id()
    amount_paid: int = fields.amount(0)
    currency: str = fields.currency()
    status: str = fields.text(40)
    payment_type: str = fields.text(40, name="type", of="payment")
    payment_intent: str = fields.an_id(of="payment")
    livemode: bool = fields.flag()
    paid_at: int = fields.integer(0, of="status_transitions")

    @property
    def is_at_stripe(self) -> bool:
        return self.payment_type in ("payment_intent", "charge")

    @property
    def is_paid(self) -> bool:
        return self.status == "paid" and self.amount_paid > 0


def _sum(body: Json, name: str) -> int:
    return sum(readers.signed_amount(row, "amount") for row in readers.objects(body, name))


def _from_balance(body: Json) -> int:
    """Return how much of the total the customer's balance pays. A negative balance is the customer's money."""
    if body.get("ending_balance") is None:
        return 0
    used = readers.integer(body, "ending_balance") - readers.integer(body, "starting_balance", 0)
    return max(0, min(used, readers.signed_amount(body, "total")))


def _payments(body: Json) -> tuple[InvoicePaymentFacts, ...] | None:
    if body.get("payments") is None:
        return None
    return tuple(InvoicePaymentFacts.read(row) for row in readers.rows(body, "payments"))


@fields.stripe_object("invoice")
class InvoiceFacts(Facts):
    """An invoice. `payments` is None unless expanded; events never carry them.

    `total` is after discounts and includes `tax`, whether added or inclusive. A negative total is not due and goes to
    the customer's balance at Stripe. That balance and credit notes before payment reduce the amount due.
    `amount_overpaid` went to that balance.
    """

    id: str = fields.required_id()
    customer: str = fields.an_id()
    currency: str = fields.currency()
    total: int = fields.signed_amount()
    amount_due: int = fields.signed_amount()
    amount_remaining: int = fields.signed_amount(0)
    status: str = fields.text(40)
    billing_reason: str = fields.text(60)
    hosted_invoice_url: str = fields.text()
    number: str = fields.text(100)
    livemode: bool = fields.flag()
    amount_paid: int = fields.amount(0)
    amount_overpaid: int = fields.amount(0)
    next_payment_attempt: int = fields.integer(0)
    tax: int = fields.computed(lambda body: _sum(body, "total_taxes"))
    discount: int = fields.computed(lambda body: _sum(body, "total_discount_amounts"))
    credited: int = fields.amount(0, name="pre_payment_credit_notes_amount")
    from_balance: int = fields.computed(_from_balance)
    metadata: dict[str, str] = fields.metadata()
    payments: tuple[InvoicePaymentFacts, ...] | None = fields.computed(_payments)

    @property
    def due(self) -> int:
        """The amount that payments have to cover, after credit notes and the customer's balance."""
        return max(0, self.total - self.credited - self.from_balance)


def _refunded(body: Json) -> int:
    """Return what a credit note returned by refunds."""
    return sum(readers.amount(each, "amount_refunded", 0) for each in readers.objects(body, "refunds"))


@fields.stripe_object("credit_note")
class CreditNoteFacts(Facts):
    """A credit note: `pre_payment_amount` lowers the amount due, `post_payment_amount` returns paid money.

    `refunded` is the part of it that refunds returned. Its `status` is `issued`, or `void` once withdrawn.
    """

    id: str = fields.required_id()
    invoice: str = fields.required_id()
    currency: str = fields.currency()
    number: str = fields.text(100)
    status: str = fields.text(40)
    pre_payment_amount: int = fields.amount(0)
    post_payment_amount: int = fields.amount(0)
    refunded: int = fields.computed(_refunded)


@fields.stripe_object("subscription")
class SubscriptionFacts(Facts):
    """A subscription; we create none, but staff or another product may add one to a customer of ours.

    `pause` says what happens to invoices while collection is paused; empty if it is not paused. `resumes_at` is when
    collection resumes, in Unix seconds; 0 if not set.
    """

    id: str = fields.required_id()
    customer: str = fields.an_id()
    status: str = fields.text(40)
    pause: str = fields.text(40, name="behavior", of="pause_collection")
    resumes_at: int = fields.integer(0, of="pause_collection")
