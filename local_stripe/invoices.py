"""Invoices: made, finalized, ended. What is paid of them is in `invoice_payments`."""

from typing import Any

from local_stripe import methods
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, listing, new_id, shape


def create_invoice(account: Account, params: Body) -> Body:
    """Make a draft; items are added to it and then it is finalized."""
    customer = account.get("customer", params.get("customer", ""))
    sent = params.get("collection_method") == "send_invoice"
    due_date = params.get("due_date")
    if sent and due_date is None:
        if "days_until_due" not in params:
            raise StripeFault.invalid("If invoices are sent, they need `days_until_due` or `due_date`.")
        due_date = account.now() + params["days_until_due"] * 86_400
    if not sent and (due_date is not None or "days_until_due" in params):
        raise StripeFault.invalid(
            "You can only set `due_date` or `days_until_due` on invoices with collection_method=send_invoice.",
            param="due_date",
        )
    if due_date is not None and due_date <= account.now():
        raise StripeFault.invalid("`due_date` must be in the future.", param="due_date")
    if "default_payment_method" in params:
        methods.require_own(account, params["default_payment_method"], customer["id"])
    return draft(
        account,
        customer["id"],
        params.get("currency", "usd"),
        billing_reason="manual",
        collection_method="send_invoice" if sent else "charge_automatically",
        auto_advance=params.get("auto_advance", False),
        default_payment_method=params.get("default_payment_method"),
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
        raise StripeFault.invalid(
            "This invoice is already finalized, you can't re-finalize a non-draft invoice.", code="invoice_not_editable"
        )
    moved = {**invoice["status_transitions"], "finalized_at": account.now()}
    number = f"LOCAL-{invoice['id'][-6:].upper()}"
    url = f"{account.base_url}/i/{invoice['id']}"
    account.change(invoice, status="open", number=number, hosted_invoice_url=url, status_transitions=moved)
    account.emit("invoice.finalized", invoice)
    if invoice["total"] == 0:
        mark_paid(account, invoice)
    return invoice


def end(account: Account, invoice: Body, status: str) -> Body:
    """Void an open invoice, or write it off as uncollectible."""
    if invoice["status"] not in ("open", "uncollectible"):
        raise StripeFault.invalid(f"This invoice is {invoice['status']}.", code="invoice_not_editable")
    name = "voided_at" if status == "void" else "marked_uncollectible_at"
    moved = {**invoice["status_transitions"], name: account.now()}
    account.change(invoice, status=status, status_transitions=moved, next_payment_attempt=None)
    account.emit("invoice.voided" if status == "void" else "invoice.marked_uncollectible", invoice)
    return invoice


def overdue(account: Account, invoice: Body) -> None:
    account.emit("invoice.overdue", invoice)


def mark_paid(account: Account, invoice: Body) -> None:
    """Nothing of an invoice is left to pay."""
    moved = {**invoice["status_transitions"], "paid_at": account.now()}
    account.change(invoice, status="paid", status_transitions=moved, next_payment_attempt=None)
    account.emit("invoice.paid", invoice)
    for subscription in subscriptions_of(account, invoice):
        if subscription["status"] == "past_due":
            account.change(subscription, status="active")
            account.emit("customer.subscription.updated", subscription, {"status": "past_due"})


def subscriptions_of(account: Account, invoice: Body) -> list[Body]:
    details = (invoice["parent"] or {}).get("subscription_details")
    return [account.get("subscription", details["subscription"])] if details else []
