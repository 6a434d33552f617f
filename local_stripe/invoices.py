"""Invoices: made, finalized, paid whole or in part, elsewhere or never."""

import copy
from typing import Any

from local_stripe import methods, money
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, listing, new_id, shape


def create_invoice(account: Account, params: Body) -> Body:
    """Make a draft; items are added to it and then it is finalized."""
    customer = account.get("customer", params.get("customer", ""))
    sent = params.get("collection_method") == "send_invoice"
    due_date = params.get("due_date")
    if not sent and (due_date is not None or "days_until_due" in params):
        raise StripeFault.invalid("You can only pass `due_date` if `collection_method` is send_invoice.")
    method = params.get("default_payment_method")
    if method:
        methods.require_attached(account, method, customer["id"], "default_payment_method")
    if sent and due_date is None:
        if "days_until_due" not in params:
            raise StripeFault.invalid("If invoices are sent, they need `days_until_due` or `due_date`.")
        due_date = account.now() + params["days_until_due"] * 86_400
    if due_date is not None and due_date <= account.now():
        raise StripeFault.invalid("`due_date` must be in the future.", param="due_date")
    return draft(
        account,
        customer["id"],
        params.get("currency", "usd"),
        billing_reason="manual",
        collection_method="send_invoice" if sent else "charge_automatically",
        auto_advance=params.get("auto_advance", False),
        default_payment_method=method,
        description=params.get("description"),
        due_date=due_date,
        metadata=params.get("metadata", {}),
    )


def draft(account: Account, customer: str, currency: str, **values: Any) -> Body:
    invoice_id = new_id("invoice")
    invoice = account.create(
        "invoice",
        id=invoice_id,
        customer=customer,
        currency=currency,
        status="draft",
        attempted=False,
        attempt_count=0,
        lines=listing([], f"/v1/invoices/{invoice_id}/lines"),
        period_start=account.now(),
        period_end=account.now(),
        status_transitions=dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")),
        **{
            name: 0
            for name in ("amount_due", "amount_paid", "amount_remaining", "amount_overpaid", "subtotal", "total")
        },
        **values,
    )
    account.emit("invoice.created", invoice)
    return invoice


def add_item(account: Account, params: Body) -> Body:
    """Add an amount to a draft invoice, or to a subscription's next one."""
    if "amount" not in params or "customer" not in params:
        raise StripeFault.invalid("Missing required param: amount and customer.", param="amount")
    item = account.create(
        "invoiceitem",
        amount=params["amount"],
        currency=params.get("currency", "usd"),
        customer=params["customer"],
        date=account.now(),
        description=params.get("description"),
        invoice=params.get("invoice"),
        metadata=params.get("metadata", {}),
        period=params.get("period", {"start": account.now(), "end": account.now()}),
    )
    if params.get("subscription"):
        account.change(item, parent={"subscription_details": {"subscription": params["subscription"]}})
    if params.get("invoice"):
        add_line(
            account, account.get("invoice", params["invoice"]), item["amount"], item["description"], item["period"]
        )
    return item


def add_line(account: Account, invoice: Body, amount: int, text: str | None, period: Body, **values: Any) -> None:
    if invoice["status"] != "draft":
        raise StripeFault.invalid("You can only add items to draft invoices.", param="invoice")
    line = shape(
        "line_item",
        amount=amount,
        currency=invoice["currency"],
        description=text,
        invoice=invoice["id"],
        period=period,
        quantity=1,
        subtotal=amount,
        **values,
    )
    invoice["lines"]["data"].append(line)
    total = sum(row["amount"] for row in invoice["lines"]["data"])
    account.change(invoice, amount_due=total, amount_remaining=total, subtotal=total, total=total)


def finalize(account: Account, invoice: Body) -> Body:
    if invoice["status"] != "draft":
        raise StripeFault.invalid("This invoice is already finalized.", code="invoice_not_editable")
    moved = {**invoice["status_transitions"], "finalized_at": account.now()}
    number = f"LOCAL-{invoice['id'][-6:].upper()}"
    url = f"{account.base_url}/i/{invoice['id']}"
    account.change(invoice, status="open", number=number, hosted_invoice_url=url, status_transitions=moved)
    account.emit("invoice.finalized", invoice)
    if invoice["total"] == 0:
        _mark_paid(account, invoice)
    return invoice


def finalize_asked(account: Account, invoice: Body, params: Body) -> Body:
    """Finalize, and charge the payment method where Stripe collects by itself; the answer is as before the charge."""
    account.change(invoice, auto_advance=params.get("auto_advance", invoice["auto_advance"]))
    answer = copy.deepcopy(finalize(account, invoice))
    if invoice["auto_advance"] and invoice["collection_method"] == "charge_automatically":
        collect(account, invoice)
    return answer


def collect(account: Account, invoice: Body) -> None:
    """Charge an open invoice to its payment method, or to the customer's, with nobody at the page."""
    if invoice["status"] != "open":
        return
    customer = account.get("customer", invoice["customer"])
    method = invoice["default_payment_method"] or methods.default_of(customer)
    if methods.will_decline(account, method):
        fail(account, invoice)
    else:
        pay(account, invoice)


def pay(account: Account, invoice: Body, amount: int | None = None) -> Body:
    """Pay an open invoice, wholly or a part of it."""
    intent, payment = _begin(account, invoice, amount)
    money.take(account, intent)
    return _received(account, invoice, payment)


def promise(account: Account, invoice: Body) -> None:
    """Let the payer promise what is left of an open invoice: it stays open, and the bank answers in some days."""
    intent, _ = _begin(account, invoice, None)
    money.take_later(account, intent)


def promised(account: Account, intent: Body) -> Body | None:
    """Return the payment of an invoice that an intent is for."""
    return next(
        (one for one in account.find("invoice_payment") if one["payment"]["payment_intent"] == intent["id"]), None
    )


def end_promise(account: Account, payment: Body, *, arrives: bool) -> Body:
    """Let promised money settle its invoice, or let the invoice stay open without it."""
    invoice = account.get("invoice", payment["invoice"])
    if arrives:
        return _received(account, invoice, payment)
    _failed(account, invoice)
    return invoice


def _begin(account: Account, invoice: Body, amount: int | None) -> tuple[Body, Body]:
    _require_open(invoice)
    amount = min(amount or invoice["amount_remaining"], invoice["amount_remaining"])
    intent = money.open_intent(account, amount, invoice["currency"], invoice["customer"], {})
    payment = account.create(
        "invoice_payment",
        amount_paid=None,
        amount_requested=amount,
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=amount == invoice["amount_due"],
        payment={"type": "payment_intent", "payment_intent": intent["id"]},
        status="open",
        status_transitions={"canceled_at": None, "paid_at": None},
    )
    return intent, payment


def _received(account: Account, invoice: Body, payment: Body) -> Body:
    amount, when = payment["amount_requested"], {"canceled_at": None, "paid_at": account.now()}
    account.change(payment, status="paid", amount_paid=amount, status_transitions=when)
    paid = invoice["amount_paid"] + amount
    account.change(invoice, amount_paid=paid, amount_remaining=invoice["amount_due"] - paid, attempted=True)
    account.emit("invoice_payment.paid", payment)
    if invoice["amount_remaining"] == 0:
        _mark_paid(account, invoice)
        account.emit("invoice.payment_succeeded", invoice)
    return invoice


def pay_elsewhere(account: Account, invoice: Body) -> Body:
    """Mark as paid out of band: no payment is made, so `payments` stays empty."""
    _require_open(invoice)
    account.change(
        invoice, amount_remaining=0, amount_paid=invoice["amount_due"], amount_paid_off_stripe=invoice["amount_due"]
    )
    _mark_paid(account, invoice)
    return invoice


def fail(account: Account, invoice: Body) -> None:
    """Let a payment attempt of an invoice fail; Stripe will try again."""
    _require_open(invoice)
    intent = money.open_intent(account, invoice["amount_remaining"], invoice["currency"], invoice["customer"], {})
    money.decline(account, intent)
    _failed(account, invoice)


def _failed(account: Account, invoice: Body) -> None:
    account.change(invoice, attempted=True, attempt_count=invoice["attempt_count"] + 1)
    account.emit("invoice.payment_failed", invoice)
    for subscription in _subscriptions_of(account, invoice):
        account.change(subscription, status="past_due")
        account.emit("customer.subscription.updated", subscription, {"status": "active"})


def end(account: Account, invoice: Body, status: str) -> Body:
    """Void an open invoice, or write it off as uncollectible."""
    if invoice["status"] not in ("open", "uncollectible"):
        raise StripeFault.invalid(f"This invoice is {invoice['status']}.", code="invoice_not_editable")
    name = "voided_at" if status == "void" else "marked_uncollectible_at"
    moved = {**invoice["status_transitions"], name: account.now()}
    account.change(invoice, status=status, status_transitions=moved)
    account.emit("invoice.voided" if status == "void" else "invoice.marked_uncollectible", invoice)
    return invoice


def overdue(account: Account, invoice: Body) -> None:
    account.emit("invoice.overdue", invoice)


def payments_of(account: Account, invoice: Body) -> Body:
    made = account.find("invoice_payment", invoice=invoice["id"])
    return listing(made, f"/v1/invoice_payments?invoice={invoice['id']}")


def _require_open(invoice: Body) -> None:
    if invoice["status"] not in ("open", "uncollectible"):
        raise StripeFault.invalid("Invoice is already paid or not open.", code="invoice_already_paid")


def _mark_paid(account: Account, invoice: Body) -> None:
    moved = {**invoice["status_transitions"], "paid_at": account.now()}
    account.change(invoice, status="paid", status_transitions=moved)
    account.emit("invoice.paid", invoice)
    for subscription in _subscriptions_of(account, invoice):
        if subscription["status"] == "past_due":
            account.change(subscription, status="active")
            account.emit("customer.subscription.updated", subscription, {"status": "past_due"})


def _subscriptions_of(account: Account, invoice: Body) -> list[Body]:
    details = (invoice["parent"] or {}).get("subscription_details")
    return [account.get("subscription", details["subscription"])] if details else []
