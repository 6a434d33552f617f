"""Subscriptions: started by a checkout session, billed period by period, ended."""

from collections.abc import Callable
from datetime import UTC, datetime

from local_stripe import collection, invoice_payments, invoices
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, listing, new_id, shape

Pay = Callable[[Account, Body], object]
_STEPS = {"month": 1, "year": 12}


def start_subscription(
    account: Account, session: Body, items: list[Body], data: Body, pay: Pay = invoice_payments.pay
) -> tuple[Body, Body]:
    """Start the subscription of a finished session and let its first invoice be paid, which may be over nothing.

    It is active although the first payment is only promised, as at Stripe.
    """
    start = account.now()
    first_due = data.get("trial_end") or data.get("billing_cycle_anchor") or start
    recurring = next(item for item in items if item["recurring"])
    price = account.get("price", recurring["price"])
    subscription_id = new_id("subscription")
    item = shape(
        "subscription_item",
        created=start,
        current_period_start=start,
        current_period_end=first_due if first_due > start else _later(start, price["recurring"]),
        price=price,
        quantity=1,
        subscription=subscription_id,
    )
    subscription = account.create(
        "subscription",
        id=subscription_id,
        billing_cycle_anchor=first_due,
        cancel_at_period_end=False,
        collection_method="charge_automatically",
        currency=session["currency"],
        customer=session["customer"],
        default_payment_method=data.get("default_payment_method"),
        items=listing([item], f"/v1/subscription_items?subscription={subscription_id}"),
        metadata=data.get("metadata", {}),
        start_date=start,
        status="trialing" if "trial_end" in data else "active",
        trial_end=data.get("trial_end"),
    )
    account.emit("customer.subscription.created", subscription)
    once = [line for line in items if not line["recurring"]]
    return subscription, _bill(
        account, subscription, once, with_price=first_due <= start, reason="subscription_create", pay=pay
    )


def next_period(account: Account, subscription: Body, *, pays: bool = True) -> Body:
    """Turn the subscription to its next period and bill it."""
    item = subscription["items"]["data"][0]
    item["current_period_start"] = item["current_period_end"]
    item["current_period_end"] = _later(item["current_period_start"], item["price"]["recurring"])
    account.change(subscription, status="active")
    account.emit("customer.subscription.updated", subscription)
    return _bill(
        account,
        subscription,
        [],
        with_price=True,
        reason="subscription_cycle",
        pay=collection.attempt if pays else invoice_payments.fail,
    )


def _bill(account: Account, subscription: Body, once: list[Body], *, with_price: bool, reason: str, pay: Pay) -> Body:
    parent = {"type": "subscription_details", "quote_details": None}
    details = {"subscription": subscription["id"], "metadata": subscription["metadata"]}
    invoice = invoices.draft(
        account,
        subscription["customer"],
        subscription["currency"],
        billing_reason=reason,
        collection_method="charge_automatically",
        auto_advance=True,
        parent={**parent, "subscription_details": details},
    )
    for line in once:
        today = {"start": account.now(), "end": account.now()}
        invoices.add_line(account, invoice, line["amount"] * line["quantity"], line["name"], today)
    _add_subscription_lines(account, subscription, invoice, with_price=with_price)
    account.change(subscription, latest_invoice=invoice["id"])
    invoices.finalize(account, invoice)
    if invoice["status"] == "open":
        pay(account, invoice)
    return invoice


def _add_subscription_lines(account: Account, subscription: Body, invoice: Body, *, with_price: bool) -> None:
    item = subscription["items"]["data"][0]
    period = {"start": item["current_period_start"], "end": item["current_period_end"]}
    amount = item["price"]["unit_amount"] if with_price else 0
    details = {"subscription": subscription["id"], "subscription_item": item["id"], "proration": False}
    parent = {"type": "subscription_item_details", "subscription_item_details": details, "invoice_item_details": None}
    invoices.add_line(account, invoice, amount, "Subscription", period, parent=parent)
    for waiting in account.find("invoiceitem", invoice=None, customer=subscription["customer"]):
        if (waiting["parent"] or {}).get("subscription_details", {}).get("subscription") == subscription["id"]:
            account.change(waiting, invoice=invoice["id"])
            invoices.add_line(account, invoice, waiting["amount"], waiting["description"], waiting["period"])


def cancel_subscription(account: Account, subscription: Body) -> Body:
    if subscription["status"] == "canceled":
        raise StripeFault.missing("subscription", subscription["id"])
    account.change(subscription, status="canceled", canceled_at=account.now(), ended_at=account.now())
    account.emit("customer.subscription.deleted", subscription)
    return subscription


def _later(at: int, recurring: Body) -> int:
    """Return the moment one billing interval later, the day clamped to the month."""
    moment = datetime.fromtimestamp(at, UTC)
    months = _STEPS[recurring["interval"]] * recurring["interval_count"]
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    for day in range(moment.day, 27, -1):
        try:
            return int(moment.replace(year=year, month=month + 1, day=day).timestamp())
        except ValueError:
            continue
    return int(moment.replace(year=year, month=month + 1, day=min(moment.day, 28)).timestamp())
