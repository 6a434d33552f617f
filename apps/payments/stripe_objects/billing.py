"""Invoices, the payments they list, and subscriptions."""

from apps.common.strict_json import Json
from apps.payments.stripe_objects import fields, readers
from apps.payments.stripe_objects.fields import Facts


@fields.stripe_object("invoice_payment")
class InvoicePaymentFacts(Facts):
    """One of perhaps several payments of an invoice. A payment record is money that came another way than by Stripe."""

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
    """Return what of the total the customer's balance pays. A balance below zero is the customer's money."""
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
    """An invoice. `payments` is None where they were not asked for; events never carry them.

    `total` is after discounts and with `tax`, whether the tax was added or found inside. Below zero it asks for
    nothing, and goes to the customer's balance at Stripe. What that balance pays of an invoice, and what credit notes
    take off before it is paid, make less of it due. `amount_overpaid` went to that balance.
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
    tax: int = fields.computed(lambda body: _sum(body, "total_taxes"))
    discount: int = fields.computed(lambda body: _sum(body, "total_discount_amounts"))
    credited: int = fields.amount(0, name="pre_payment_credit_notes_amount")
    from_balance: int = fields.computed(_from_balance)
    metadata: dict[str, str] = fields.metadata()
    payments: tuple[InvoicePaymentFacts, ...] | None = fields.computed(_payments)

    @property
    def untaxed(self) -> int:
        """What it asks for without tax, before discounts: what its items come to."""
        return self.total - self.tax + self.discount

    @property
    def due(self) -> int:
        """What payments have to come to: what neither credit notes nor the customer's balance take off."""
        return max(0, self.total - self.credited - self.from_balance)


@fields.stripe_object("credit_note")
class CreditNoteFacts(Facts):
    """A credit note. What lowers what is still to be paid and what gives back what was paid are told apart.

    Its `status` is `issued`, and `void` once it was taken back.
    """

    id: str = fields.required_id()
    invoice: str = fields.required_id()
    currency: str = fields.currency()
    number: str = fields.text(100)
    status: str = fields.text(40)
    pre_payment_amount: int = fields.amount(0)
    post_payment_amount: int = fields.amount(0)


@fields.stripe_object("subscription")
class SubscriptionFacts(Facts):
    """A subscription; we make none, but staff or another product may put one on a customer of ours.

    `pause` is what becomes of invoices made while its collection is paused, empty where it is not; `resumes_at` is when
    it goes on, 0 where nothing says.
    """

    id: str = fields.required_id()
    customer: str = fields.an_id()
    status: str = fields.text(40)
    pause: str = fields.text(40, name="behavior", of="pause_collection")
    resumes_at: int = fields.integer(0, of="pause_collection")
