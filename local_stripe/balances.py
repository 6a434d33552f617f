"""A customer's balance at Stripe: negative is credit, positive is owed; invoices settle it.

https://docs.stripe.com/billing/customer/balance
"""

from typing import Any

from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body


def book(account: Account, customer: Body, amount: int, kind: str, **about: Any) -> Body:
    """Change a customer's balance by an amount, recorded as a transaction of a type."""
    before = customer["balance"]
    account.change(customer, balance=before + amount)
    made = account.create(
        "customer_balance_transaction",
        amount=amount,
        customer=customer["id"],
        ending_balance=customer["balance"],
        type=kind,
        **{"currency": "usd", **about},
    )
    account.emit("customer.updated", customer, {"balance": before})
    return made


def adjust(account: Account, params: Body, customer_id: str) -> Body:
    """Adjust a balance as staff or the API do; a credit is negative."""
    customer = account.get("customer", customer_id)
    if customer["currency"] not in (None, params["currency"]):
        raise StripeFault.invalid(
            f"The customer's balance is in {customer['currency']}, not in {params['currency']}.", param="currency"
        )
    account.change(customer, currency=params["currency"])
    return book(
        account,
        customer,
        params["amount"],
        "adjustment",
        currency=params["currency"],
        description=params.get("description"),
        metadata=params.get("metadata") or {},
    )


def apply_to(account: Account, invoice: Body) -> None:
    """Apply a customer's balance to the amount due of a finalized invoice."""
    customer = account.get("customer", invoice["customer"])
    before, total = customer["balance"], invoice["total"]
    if customer["currency"] not in (None, invoice["currency"]):
        before = 0
    due = max(0, total + before)
    account.change(
        invoice,
        starting_balance=before,
        ending_balance=total + before - due,
        amount_due=due,
        amount_remaining=due,
    )
    if before != invoice["ending_balance"]:
        moved = invoice["ending_balance"] - before
        book(account, customer, moved, "applied_to_invoice", invoice=invoice["id"], currency=invoice["currency"])


def give_back(account: Account, invoice: Body) -> None:
    """Restore the balance that a voided invoice had used."""
    moved = (invoice["ending_balance"] or 0) - (invoice["starting_balance"] or 0)
    if moved:
        customer = account.get("customer", invoice["customer"])
        about = {"invoice": invoice["id"], "currency": invoice["currency"]}
        book(account, customer, -moved, "unapplied_from_invoice", **about)
