"""Invoices: created, finalized, ended. Their payments are in `invoice_payments`."""

from collections.abc import Sequence
from typing import Any

from local_stripe import balances, discounts, methods, taxes
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, listing, new_id, shape
from local_stripe.totals import Line, reckon

_ZERO = (
    "amount_due",
    "amount_overpaid",
    "amount_paid",
    "amount_remaining",
    "amount_shipping",
    "post_payment_credit_notes_amount",
    "pre_payment_credit_notes_amount",
    "starting_balance",
    "subtotal",
    "total",
)


def create_invoice(account: Account, params: Body) -> Body:
    """Create a draft; items are added, then it is finalized."""
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
        reductions=params.get("discounts") or [],
        rates=params.get("default_tax_rates", []),
        automatic=params.get("automatic_tax", {}).get("enabled"),
        custom_fields=params.get("custom_fields"),
        billing_reason="manual",
        collection_method="send_invoice" if sent else "charge_automatically",
        auto_advance=params.get("auto_advance", False),
        default_payment_method=params.get("default_payment_method"),
        description=params.get("description"),
        due_date=due_date,
        metadata=params.get("metadata", {}),
    )


def draft(
    account: Account,
    customer: str,
    currency: str,
    *,
    reductions: Sequence[Body] = (),
    rates: Sequence[str] = (),
    automatic: bool | None = None,
    **values: Any,
) -> Body:
    """Create an empty draft. `reductions` name coupons or promotion codes, `rates` are ids of tax rates."""
    invoice_id = new_id("invoice")
    applied = discounts.create_discounts(account, list(reductions), currency, invoice=invoice_id, customer=customer)
    invoice = account.create(
        "invoice",
        id=invoice_id,
        automatic_tax={**taxes.automatic_state(asked=bool(automatic)), "disabled_reason": None},
        customer=customer,
        currency=currency,
        status="draft",
        attempted=False,
        attempt_count=0,
        default_tax_rates=taxes.rates_for(account, named=list(rates), automatic=automatic),
        discounts=applied or _customers_discount(account, customer),
        lines=listing([], f"/v1/invoices/{invoice_id}/lines"),
        period_start=account.now(),
        period_end=account.now(),
        status_transitions=dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")),
        **dict.fromkeys(_ZERO, 0),
        **values,
    )
    account.emit("invoice.created", invoice)
    return invoice


def _customers_discount(account: Account, customer_id: str) -> list[str]:
    """Return the customer's discount; a one-time discount is used up by it."""
    customer = account.get("customer", customer_id)
    discount = customer["discount"]
    if discount is None:
        return []
    if account.get("coupon", discount["source"]["coupon"])["duration"] == "once":
        account.change(customer, discount=None)
    return [discount["id"]]


def update_invoice(account: Account, params: Body, invoice_id: str) -> Body:
    """Update a draft; on a finalized invoice only members that change no amount."""
    invoice = account.get("invoice", invoice_id)
    if invoice["status"] != "draft" and {"discounts", "default_tax_rates"} & set(params):
        raise StripeFault.invalid(
            "Finalized invoices can't be updated in this way. You should revise this invoice to make further changes "
            "to it.",
            code="invoice_not_editable",
        )
    plain = ("auto_advance", "default_payment_method", "description", "metadata")
    account.change(invoice, **{name: params[name] for name in plain if name in params})
    if "discounts" in params:
        about = {"invoice": invoice["id"], "customer": invoice["customer"]}
        made = discounts.create_discounts(account, params["discounts"] or [], invoice["currency"], **about)
        account.change(invoice, discounts=made)
    if "default_tax_rates" in params:
        account.change(invoice, default_tax_rates=params["default_tax_rates"] or [])
    _add_up(account, invoice)
    account.emit("invoice.updated", invoice)
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
    _add_up(account, invoice)


def _add_up(account: Account, invoice: Body) -> None:
    """Set the totals of a draft; the amount due of a finalized invoice does not change."""
    if invoice["status"] != "draft":
        return
    rates = taxes.rates(account, invoice["default_tax_rates"])
    lines = [Line(row["amount"], rates) for row in invoice["lines"]["data"]]
    totals = reckon(lines, discounts.reductions_of(account, invoice["discounts"]))
    due = max(0, totals.total)
    account.change(
        invoice,
        amount_due=due,
        amount_remaining=due,
        subtotal=totals.subtotal,
        total=totals.total,
        total_discount_amounts=[{"discount": name, "amount": amount} for name, amount in totals.discounts],
        total_excluding_tax=totals.total - totals.tax,
        total_taxes=taxes.total_taxes(totals),
    )


def finalize(account: Account, invoice: Body) -> Body:
    if invoice["status"] != "draft":
        raise StripeFault.invalid(
            "This invoice is already finalized, you can't re-finalize a non-draft invoice.", code="invoice_not_editable"
        )
    moved = {**invoice["status_transitions"], "finalized_at": account.now()}
    number = f"LOCAL-{invoice['id'][-6:].upper()}"
    url = f"{account.base_url}/i/{invoice['id']}"
    account.change(invoice, status="open", number=number, hosted_invoice_url=url, status_transitions=moved)
    balances.apply_to(account, invoice)
    account.emit("invoice.finalized", invoice)
    if invoice["amount_due"] == 0:
        mark_paid(account, invoice)
    return invoice


def end(account: Account, invoice: Body, status: str) -> Body:
    """Void an open invoice, or mark it as uncollectible."""
    if invoice["status"] not in ("open", "uncollectible"):
        raise StripeFault.invalid(f"This invoice is {invoice['status']}.", code="invoice_not_editable")
    if status == "void" and (invoice["amount_paid"] or invoice["amount_paid_off_stripe"]):
        raise StripeFault.invalid("You can't void an invoice that has payments.", code="invoice_not_editable")
    name = "voided_at" if status == "void" else "marked_uncollectible_at"
    moved = {**invoice["status_transitions"], name: account.now()}
    account.change(invoice, status=status, status_transitions=moved, next_payment_attempt=None)
    if status == "void":
        balances.give_back(account, invoice)
    account.emit("invoice.voided" if status == "void" else "invoice.marked_uncollectible", invoice)
    return invoice


def overdue(account: Account, invoice: Body) -> None:
    account.emit("invoice.overdue", invoice)


def mark_paid(account: Account, invoice: Body) -> None:
    """Mark an invoice as fully paid."""
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
