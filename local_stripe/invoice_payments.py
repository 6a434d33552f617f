"""Payments of an invoice: by its payer, by a saved payment method, delayed, in parts, or outside of Stripe.

One payment of an invoice is its default one; failed attempts leave it open, and the next attempt reuses it.
https://docs.stripe.com/invoicing/partial-payments
"""

from local_stripe import balances, invoices, methods, money
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.methods import BankAnswer
from local_stripe.shapes import Body, listing

_UNDECIDED = ("requires_payment_method", "requires_action")


def pay(account: Account, invoice: Body, amount: int | None = None) -> Body:
    """Pay an open invoice on its page, in full or in part."""
    payment, intent = _begin(account, invoice, amount)
    money.take(account, intent)
    return _received(account, invoice, payment)


def promise(account: Account, invoice: Body) -> None:
    """Start a delayed payment of what is left of an open invoice: it stays open, and the bank answers in some days."""
    _, intent = _begin(account, invoice, None)
    money.take_later(account, intent)


def promised(account: Account, intent: Body) -> Body | None:
    """Return the invoice payment that an intent belongs to."""
    return next(
        (one for one in account.find("invoice_payment") if one["payment"].get("payment_intent") == intent["id"]), None
    )


def end_promise(account: Account, payment: Body, *, arrives: bool) -> Body:
    """Finish a delayed payment: it settles its invoice, or fails and leaves it open."""
    invoice = account.get("invoice", payment["invoice"])
    if arrives:
        return _received(account, invoice, payment)
    _failed(account, invoice)
    return invoice


def charge(account: Account, invoice: Body, method: Body, *, present: bool = False) -> tuple[BankAnswer, Body]:
    """Charge what is left of an open invoice to a saved payment method; return the outcome and the intent."""
    payment, intent = _begin(account, invoice, None)
    account.change(intent, payment_method=method["id"])
    outcome = methods.outcome_of(account, method, present=present)
    if outcome == BankAnswer.PAYS:
        money.take(account, intent)
        _received(account, invoice, payment)
    elif outcome == BankAnswer.ASKS:
        money.ask_for_authentication(account, intent)
        account.emit("invoice.payment_action_required", invoice)
        _failed(account, invoice)
    else:
        money.decline(account, intent, outcome)
        _failed(account, invoice)
    return outcome, intent


def fail(account: Account, invoice: Body) -> None:
    """Record a failed attempt to collect an open invoice."""
    _, intent = _begin(account, invoice, None)
    money.decline(account, intent)
    _failed(account, invoice)


def fail_without_method(account: Account, invoice: Body) -> None:
    """Record a failed attempt because there is no payment method."""
    _begin(account, invoice, None)
    _failed(account, invoice)


def pay_elsewhere(account: Account, invoice: Body) -> Body:
    """Mark the rest as paid outside of Stripe, without a payment."""
    _require_open(invoice)
    _cancel_open(account, invoice)
    left = invoice["amount_remaining"]
    account.change(
        invoice,
        amount_remaining=0,
        amount_paid=invoice["amount_due"],
        amount_paid_off_stripe=(invoice["amount_paid_off_stripe"] or 0) + left,
    )
    invoices.mark_paid(account, invoice)
    return invoice


def end(account: Account, invoice: Body, status: str) -> Body:
    """Void an open invoice, which cancels its pending payments, or mark it as uncollectible.

    Raises:
        StripeFault: it is not open, a payment of it is under way, or it has one and is to be voided.
    """
    for payment in account.find("invoice_payment", invoice=invoice["id"], status="open"):
        intent = account.store.get(payment["payment"].get("payment_intent", ""), "payment_intent")
        if intent is not None and intent["status"] == "processing":
            raise StripeFault.invalid("A payment of this invoice is processing.", code="invoice_not_editable")
    invoices.end(account, invoice, status)
    if status == "void":
        _cancel_open(account, invoice)
    return invoice


def payments_of(account: Account, invoice: Body) -> Body:
    made = account.find("invoice_payment", invoice=invoice["id"])
    return listing(made, f"/v1/invoice_payments?invoice={invoice['id']}")


def attach(account: Account, params: Body, invoice_id: str) -> Body:
    """Attach a payment to an invoice: an intent, or a record of money received outside of Stripe.

    Raises:
        StripeFault: neither or both are given, currency or customer differ, or it is already attached.
    """
    invoice = account.get("invoice", invoice_id)
    if ("payment_intent" in params) == ("payment_record" in params):
        raise StripeFault.invalid("You must pass either `payment_intent` or `payment_record`.")
    _require_open(invoice)
    kind = "payment_intent" if "payment_intent" in params else "payment_record"
    paying = account.get(kind, params[kind])
    amount, currency = (
        (paying["amount"], paying["currency"])
        if kind == "payment_intent"
        else (paying["amount_guaranteed"]["value"], paying["amount_guaranteed"]["currency"])
    )
    if currency != invoice["currency"] or (kind == "payment_intent" and paying["customer"] != invoice["customer"]):
        raise StripeFault.invalid(f"The {kind} must be of the invoice's customer and currency.", param=kind)
    if any(one["payment"].get(kind) == paying["id"] for one in account.find("invoice_payment")):
        raise StripeFault.invalid(f"The {kind} {paying['id']} is already attached to an invoice.", param=kind)
    payment = _write(account, invoice, amount, {"type": kind, kind: paying["id"]}, is_default=False)
    if kind == "payment_record":
        before = invoice["amount_paid_off_stripe"] or 0
        account.change(invoice, amount_paid_off_stripe=before + min(amount, invoice["amount_remaining"]))
    if kind == "payment_record" or paying["status"] == "succeeded":
        _received(account, invoice, payment)
    return invoice


def _write(account: Account, invoice: Body, amount: int, payment: Body, *, is_default: bool) -> Body:
    return account.create(
        "invoice_payment",
        amount_paid=None,
        amount_requested=amount,
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=is_default,
        payment=payment,
        status="open",
        status_transitions={"canceled_at": None, "paid_at": None},
    )


def _begin(account: Account, invoice: Body, amount: int | None) -> tuple[Body, Body]:
    """Return an invoice payment and its intent: the default one if everything left is to be paid."""
    _require_open(invoice)
    left = invoice["amount_remaining"]
    amount = min(amount or left, left)
    if amount == left and (found := _default(account, invoice)):
        payment, intent = found
        account.change(payment, amount_requested=amount)
        account.change(intent, amount=amount)
        return payment, intent
    intent = money.open_intent(account, amount, invoice["currency"], invoice["customer"], {})
    paid_by = {"type": "payment_intent", "payment_intent": intent["id"]}
    payment = _write(account, invoice, amount, paid_by, is_default=amount == left)
    return payment, intent


def _default(account: Account, invoice: Body) -> tuple[Body, Body] | None:
    for payment in account.find("invoice_payment", invoice=invoice["id"], status="open", is_default=True):
        intent = account.get("payment_intent", payment["payment"]["payment_intent"])
        if intent["status"] in _UNDECIDED:
            return payment, intent
    return None


def _cancel_open(account: Account, invoice: Body) -> None:
    """Cancel the open default payment of an invoice that was settled or ended otherwise."""
    found = _default(account, invoice)
    if found:
        payment, intent = found
        moved = {**payment["status_transitions"], "canceled_at": account.now()}
        account.change(payment, status="canceled", status_transitions=moved)
        money.cancel_intent(account, intent)


def _received(account: Account, invoice: Body, payment: Body) -> Body:
    amount, when = payment["amount_requested"], {"canceled_at": None, "paid_at": account.now()}
    account.change(payment, status="paid", amount_paid=amount, status_transitions=when)
    over = max(0, amount - invoice["amount_remaining"])
    paid = invoice["amount_paid"] + amount - over
    account.change(invoice, amount_paid=paid, amount_remaining=invoice["amount_due"] - paid, attempted=True)
    account.emit("invoice_payment.paid", payment)
    if over:
        _keep_for_customer(account, invoice, over)
    if invoice["amount_remaining"] == 0:
        _cancel_open(account, invoice)
        invoices.mark_paid(account, invoice)
        account.emit("invoice.payment_succeeded", invoice)
    return invoice


def _keep_for_customer(account: Account, invoice: Body, over: int) -> None:
    """Add the overpaid amount of an invoice to the customer's balance."""
    account.change(invoice, amount_overpaid=invoice["amount_overpaid"] + over)
    account.emit("invoice.overpaid", invoice)
    about = {"invoice": invoice["id"], "currency": invoice["currency"]}
    balances.book(account, account.get("customer", invoice["customer"]), -over, "invoice_overpaid", **about)


def _failed(account: Account, invoice: Body) -> None:
    account.change(invoice, attempted=True, attempt_count=invoice["attempt_count"] + 1)
    account.emit("invoice.payment_failed", invoice)
    for subscription in invoices.subscriptions_of(account, invoice):
        if subscription["status"] != "past_due":
            account.change(subscription, status="past_due")
            account.emit("customer.subscription.updated", subscription, {"status": "active"})


def _require_open(invoice: Body) -> None:
    if invoice["status"] == "paid":
        raise StripeFault.invalid("Invoice is already paid", code="invoice_already_paid")
    if invoice["status"] not in ("open", "uncollectible"):
        raise StripeFault.invalid(
            f"This invoice can no longer be paid: its status is {invoice['status']}.", code="invoice_not_editable"
        )
