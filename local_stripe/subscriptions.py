"""Subscriptions: started by a checkout session, billed per period, paused, ended.

https://docs.stripe.com/billing/subscriptions/overview, /prorations, /cancel and /pause-payment
"""

from collections.abc import Callable, Sequence

from local_stripe import billing_cycle, collection, discounts, invoice_payments, invoices
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.refusals import FIVE_YEARS
from local_stripe.shapes import Body, listing, new_id, shape

Pay = Callable[[Account, Body], object]
_UPDATABLE = ("cancel_at_period_end", "default_payment_method", "description", "metadata")


def start_subscription(
    account: Account, session: Body, details: Body, method: str, pay: Pay = invoice_payments.pay
) -> tuple[Body, Body | None]:
    """Start the subscription of a completed session; return it with its first invoice, if there is one.

    A trial starts with an invoice for its one-time lines, which may be zero; a later anchor without proration starts
    with none. As at Stripe, it is active even if the first payment is delayed.
    """
    data, start = details["data"], account.now()
    recurring = next(item for item in details["items"] if item["recurring"])
    price = account.get("price", recurring["price"])
    trial_end = billing_cycle.trial_end(data, start)
    first_due = max(start, trial_end or data.get("billing_cycle_anchor") or start)
    subscription_id = new_id("subscription")
    item = shape(
        "subscription_item",
        created=start,
        current_period_start=start,
        current_period_end=first_due if first_due > start else _next_turn(start, price, start),
        price=price,
        quantity=recurring["quantity"],
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
        default_payment_method=method,
        default_tax_rates=recurring["rates"],
        discounts=_lasting(account, details["discounts"]),
        items=listing([item], f"/v1/subscription_items?subscription={subscription_id}"),
        metadata=data.get("metadata", {}),
        start_date=start,
        status="trialing" if trial_end else "active",
        trial_end=trial_end,
        trial_start=start if trial_end else None,
    )
    account.emit("customer.subscription.created", subscription)
    if first_due > start and not trial_end and data.get("proration_behavior") == "none":
        return subscription, None
    charged = 0 if trial_end else _share(subscription, start, item["current_period_end"])
    lines = [(line["name"], line["amount"] * line["quantity"]) for line in details["items"] if not line["recurring"]]
    invoice = _bill(account, subscription, lines, charged, "subscription_create", details["discounts"])
    _advance(account, invoice, pay)
    return subscription, invoice


def _lasting(account: Account, applied: Sequence[str]) -> list[str]:
    """Return the discounts that continue after the first invoice."""
    coupons = {name: account.get("coupon", account.get("discount", name)["source"]["coupon"]) for name in applied}
    return [name for name, coupon in coupons.items() if coupon["duration"] != "once"]


def next_period(account: Account, subscription: Body, *, pays: bool = True) -> Body:
    """Start a subscription's next period and return its invoice, or end it if its end has come.

    If `cancel_at` shortens the last period, that period costs a prorated part of the price.
    """
    item = subscription["items"]["data"][0]
    start = item["current_period_end"]
    end, until = _next_turn(subscription["billing_cycle_anchor"], item["price"], start), subscription["cancel_at"]
    if subscription["cancel_at_period_end"] or (until is not None and until <= start):
        return cancel_subscription(account, subscription)
    end = end if until is None else min(end, until)
    was = subscription["status"]
    item["current_period_start"], item["current_period_end"] = start, end
    account.change(subscription, status="active")
    account.emit("customer.subscription.updated", subscription, {"status": was} if was != "active" else {})
    charged = _share(subscription, start, end)
    invoice = _bill(account, subscription, [], charged, "subscription_cycle", subscription["discounts"])
    _advance(account, invoice, collection.attempt if pays else invoice_payments.fail)
    return invoice


def _next_turn(anchor: int, price: Body, after: int) -> int:
    return billing_cycle.next_turn(anchor, price["recurring"], after)


def _share(subscription: Body, start: int, end: int) -> int:
    """Return the price of a period, prorated if it is shortened."""
    item = subscription["items"]["data"][0]
    amount = item["price"]["unit_amount"] * item["quantity"]
    return billing_cycle.share(amount, subscription["billing_cycle_anchor"], item["price"]["recurring"], start, end)


def _bill(
    account: Account,
    subscription: Body,
    once: Sequence[tuple[str, int]],
    charged: int,
    reason: str,
    applied: Sequence[str],
) -> Body:
    details = {"subscription": subscription["id"], "metadata": subscription["metadata"]}
    invoice = invoices.draft(
        account,
        subscription["customer"],
        subscription["currency"],
        rates=subscription["default_tax_rates"] or [],
        billing_reason=reason,
        collection_method="charge_automatically",
        auto_advance=True,
        parent={"type": "subscription_details", "quote_details": None, "subscription_details": details},
    )
    if applied:
        account.change(invoice, discounts=list(applied))
    for text, amount in once:
        invoices.add_line(account, invoice, amount, text, {"start": account.now(), "end": account.now()})
    _add_subscription_lines(account, subscription, invoice, charged)
    account.change(subscription, latest_invoice=invoice["id"])
    return invoice


def _advance(account: Account, invoice: Body, pay: Pay) -> None:
    """Finalize and collect an invoice, or treat it as the subscription's pause says."""
    (subscription,) = invoices.subscriptions_of(account, invoice)
    behavior = (subscription["pause_collection"] or {}).get("behavior")
    if behavior == "keep_as_draft":
        account.change(invoice, auto_advance=False)
        return
    invoices.finalize(account, invoice)
    if invoice["status"] != "open":
        return
    if behavior is not None:
        invoice_payments.end(account, invoice, "void" if behavior == "void" else "uncollectible")
        return
    pay(account, invoice)


def _add_subscription_lines(account: Account, subscription: Body, invoice: Body, charged: int) -> None:
    item = subscription["items"]["data"][0]
    period = {"start": item["current_period_start"], "end": item["current_period_end"]}
    whole = item["price"]["unit_amount"] * item["quantity"]
    details = {
        "subscription": subscription["id"],
        "subscription_item": item["id"],
        "proration": charged not in (0, whole),
    }
    parent = {"type": "subscription_item_details", "subscription_item_details": details, "invoice_item_details": None}
    invoices.add_line(account, invoice, charged, "Subscription", period, parent=parent)
    for waiting in account.find("invoiceitem", invoice=None, customer=subscription["customer"]):
        if (waiting["parent"] or {}).get("subscription_details", {}).get("subscription") == subscription["id"]:
            account.change(waiting, invoice=invoice["id"])
            invoices.add_line(account, invoice, waiting["amount"], waiting["description"], waiting["period"])


def update_subscription(account: Account, params: Body, subscription_id: str) -> Body:
    """Update a subscription: its end, its pause, its payment method, its metadata.

    Raises:
        StripeFault: it has ended, or the new end is in the past or too far ahead.
    """
    subscription = account.get("subscription", subscription_id)
    if subscription["status"] == "canceled" and set(params) - {"metadata"}:
        raise StripeFault.invalid(
            "A canceled subscription can only update its cancellation_details and metadata.",
            code="resource_missing",
        )
    previous = {name: subscription.get(name) for name in params if name in subscription}
    account.change(subscription, **{name: params[name] for name in _UPDATABLE if name in params})
    if "cancel_at" in params:
        _end_at(account, subscription, params["cancel_at"], params.get("proration_behavior", "create_prorations"))
    if "pause_collection" in params:
        wanted = params["pause_collection"] or None
        account.change(subscription, pause_collection={"resumes_at": None, **wanted} if wanted else None)
    if "discounts" in params:
        about = {"subscription": subscription["id"], "customer": subscription["customer"]}
        made = discounts.create_discounts(account, params["discounts"] or [], subscription["currency"], **about)
        account.change(subscription, discounts=made)
    account.emit("customer.subscription.updated", subscription, previous)
    return subscription


def _end_at(account: Account, subscription: Body, wanted: int | str, proration: str) -> None:
    """Set the end of a subscription; an end within the running period credits the unused time."""
    if wanted == "":
        account.change(subscription, cancel_at=None)
        return
    at = int(wanted)
    if at <= account.now():
        raise StripeFault.invalid("`cancel_at` must be a timestamp in the future.", param="cancel_at")
    if at > account.now() + FIVE_YEARS:
        raise StripeFault.invalid("Invalid timestamp: can be no more than five years in the future.", param="cancel_at")
    item = subscription["items"]["data"][0]
    end = item["current_period_end"]
    if at < end:
        if proration != "none" and subscription["status"] != "trialing":
            _give_back(account, subscription, at, end)
        item["current_period_end"] = at
    account.change(subscription, cancel_at=at)


def _give_back(account: Account, subscription: Body, at: int, end: int) -> None:
    account.create(
        "invoiceitem",
        amount=-_share(subscription, at, end),
        currency=subscription["currency"],
        customer=subscription["customer"],
        date=account.now(),
        description="Unused time",
        parent={"type": "subscription_details", "subscription_details": {"subscription": subscription["id"]}},
        period={"start": at, "end": end},
        proration=True,
    )


def cancel_subscription(account: Account, subscription: Body) -> Body:
    if subscription["status"] == "canceled":
        raise StripeFault.missing("subscription", subscription["id"])
    account.change(subscription, status="canceled", canceled_at=account.now(), ended_at=account.now())
    account.emit("customer.subscription.deleted", subscription)
    return subscription


def turn_due(account: Account) -> None:
    """Bill periods that have started, end due subscriptions, and resume paused ones, as Stripe does automatically."""
    for subscription in reversed(account.find("subscription")):
        resumes_at = (subscription["pause_collection"] or {}).get("resumes_at")
        if resumes_at is not None and resumes_at <= account.now():
            account.change(subscription, pause_collection=None)
            account.emit("customer.subscription.updated", subscription)
        while (
            subscription["status"] != "canceled"
            and subscription["items"]["data"][0]["current_period_end"] <= account.now()
        ):
            next_period(account, subscription)
