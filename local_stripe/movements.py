"""The balance of the account: a transaction for each movement of money, and payouts of what is unpaid.

https://docs.stripe.com/reports/balance-transaction-types, https://docs.stripe.com/payouts
"""

from local_stripe.account import Account
from local_stripe.shapes import Body, new_id

DAY = 86_400


def fee_of(amount: int) -> int:
    """Return Stripe's fee for a charge: 1.5 % plus 25 of the smallest unit."""
    return (amount * 15 + 500) // 1_000 + 25


def moved(account: Account, source: Body, amount: int, kind: str, *, fee: int = 0, category: str = "") -> Body:
    """Record a movement of the balance; its source object gets the id of the transaction."""
    made = account.create(
        "balance_transaction",
        amount=amount,
        available_on=account.now(),
        balance_type="payments",
        currency=source["currency"],
        description=None,
        fee=fee,
        fee_details=[],
        net=amount - fee,
        reporting_category=category or kind,
        source=source["id"],
        status="available",
        type=kind,
    )
    if source.get("balance_transaction", "") is None:
        account.change(source, balance_transaction=made["id"])
    return made


def unpaid(account: Account) -> list[Body]:
    """Return the transactions that no payout has paid, oldest first."""
    paid = {key for (key,) in account.store.query("SELECT transaction_id FROM payout_parts")}
    rows = account.store.all("balance_transaction")
    return [row for row in reversed(rows) if row["id"] not in paid and row["type"] != "payout"]


def pay_out(account: Account) -> list[Body]:
    """Pay out what is unpaid, by one payout for each currency, and emit their events."""
    rows, made = unpaid(account), []
    for currency in sorted({row["currency"] for row in rows}):
        parts = [row for row in rows if row["currency"] == currency]
        amount = sum(row["net"] for row in parts)
        if amount:
            made.append(_payout(account, currency, amount, parts))
    return made


def pay_out_daily(account: Account) -> None:
    """Pay out what is a day old, once a day."""
    rows = unpaid(account)
    if rows and rows[0]["created"] <= account.now() - DAY:
        pay_out(account)


def fail_payout(account: Account, payout: Body) -> None:
    """Fail a payout, as if the bank account were closed: its money is on the balance again."""
    failed = moved(account, payout, payout["amount"], "payout_failure")
    account.change(payout, status="failed", failure_code="account_closed", failure_balance_transaction=failed["id"])
    account.emit("payout.failed", payout)


def transactions_of(account: Account, payout_id: str) -> set[str]:
    """Return the ids of the transactions that a payout paid, with its own."""
    rows = account.store.query("SELECT transaction_id FROM payout_parts WHERE payout_id = ?", payout_id)
    return {key for (key,) in rows}


def _payout(account: Account, currency: str, amount: int, parts: list[Body]) -> Body:
    payout = account.create(
        "payout",
        id=new_id("payout"),
        amount=amount,
        arrival_date=account.now(),
        automatic=True,
        currency=currency,
        description="STRIPE PAYOUT",
        method="standard",
        reconciliation_status="completed",
        source_type="card",
        status="paid",
        type="bank_account",
    )
    own = moved(account, payout, -amount, "payout")
    for row in (*parts, own):
        account.store.query("INSERT INTO payout_parts VALUES (?, ?)", row["id"], payout["id"])
    account.emit("payout.created", payout)
    account.emit("payout.paid", payout)
    available = {"amount": 0, "currency": currency, "source_types": {"card": 0}}
    balance = {"object": "balance", "available": [available], "pending": [available], "livemode": False}
    account.emit("balance.available", balance)
    return payout
