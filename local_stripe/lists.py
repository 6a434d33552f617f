"""Lists as Stripe returns them: newest first, page by page, with cursors."""

from typing import Any

from local_stripe import movements
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, listing

_PATHS = {
    "customer": "/v1/customers",
    "checkout.session": "/v1/checkout/sessions",
    "payment_intent": "/v1/payment_intents",
    "refund": "/v1/refunds",
    "dispute": "/v1/disputes",
    "price": "/v1/prices",
    "subscription": "/v1/subscriptions",
    "invoice": "/v1/invoices",
    "invoiceitem": "/v1/invoiceitems",
    "invoice_payment": "/v1/invoice_payments",
    "payment_link": "/v1/payment_links",
    "payment_method": "/v1/payment_methods",
    "setup_intent": "/v1/setup_intents",
    "charge": "/v1/charges",
    "balance_transaction": "/v1/balance_transactions",
    "payout": "/v1/payouts",
    "coupon": "/v1/coupons",
    "credit_note": "/v1/credit_notes",
    "customer_balance_transaction": "/v1/customers/balance_transactions",
    "promotion_code": "/v1/promotion_codes",
    "tax_rate": "/v1/tax_rates",
    "event": "/v1/events",
}
_PAGING = {"limit", "starting_after", "ending_before", "expand", "created", "types", "delivery_success", "lookup_keys"}
_PAGING |= {"payout"}


def page(account: Account, kind: str, params: Body) -> Body:
    """Return one page of a kind's objects that match the filters."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise StripeFault.invalid("Invalid limit: must be between 1 and 100.", param="limit")
    rows = [row for row in account.store.all(kind) if _matches(row, params)]
    if "payout" in params:
        paid = movements.transactions_of(account, params["payout"])
        rows = [row for row in rows if row["id"] in paid]
    if params.get("delivery_success") is False:
        waiting = {key for (key,) in account.store.query("SELECT event_id FROM deliveries WHERE NOT done")}
        rows = [row for row in rows if row["id"] in waiting]
    if "ending_before" in params:
        rows = rows[: _newer(account, rows, kind, params["ending_before"])]
        return listing(rows[-limit:], _PATHS[kind], has_more=len(rows) > limit)
    if "starting_after" in params:
        newer = _newer(account, rows, kind, params["starting_after"])
        rows = [row for row in rows[newer:] if row["id"] != params["starting_after"]]
    return listing(rows[:limit], _PATHS[kind], has_more=len(rows) > limit)


def _newer(account: Account, rows: list[Body], kind: str, cursor: str) -> int:
    """Return how many of the rows are newer than the cursor's object, which the filters may exclude."""
    account.get(kind, cursor)
    order = {row["id"]: place for place, row in enumerate(account.store.all(kind))}
    return sum(order[row["id"]] < order[cursor] for row in rows)


def _matches(row: Body, params: Body) -> bool:
    created = params.get("created", {})
    if isinstance(created, int):
        created = {"gte": created, "lte": created}
    at: Any = row.get("created", row.get("date", 0))  # An invoice item has `date` instead.
    if at < created.get("gte", at) or at > created.get("lte", at):
        return False
    if at <= created.get("gt", at - 1) or at >= created.get("lt", at + 1):
        return False
    if row["object"] == "event" and "types" in params and row["type"] not in params["types"]:
        return False
    if "lookup_keys" in params and row["lookup_key"] not in params["lookup_keys"]:
        return False
    return all(_has(row, name, value) for name, value in params.items() if name not in _PAGING)


def _has(row: Body, name: str, value: Any) -> bool:
    """Return whether a row matches one filter; a nested filter names members of a member."""
    if isinstance(value, dict):
        return all(_has(row.get(name) or {}, inner, wanted) for inner, wanted in value.items())
    return bool(row.get(name) == value)
