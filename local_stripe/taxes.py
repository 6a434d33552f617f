"""Tax rates, and automatic tax.

Stripe Tax's choice of a rate by location is not imitated: the account has one automatic rate, at first none. It applies
where `automatic_tax` asks for it, or to everything if the account is set so.
"""

from decimal import Decimal

from local_stripe.account import Account
from local_stripe.shapes import Body
from local_stripe.totals import Rate, Totals

_SETTING = "hidden:automatic_tax"


def create_rate(account: Account, params: Body) -> Body:
    percentage = float(params["percentage"])
    return account.create(
        "tax_rate",
        active=params.get("active", True),
        country=params.get("country"),
        description=params.get("description"),
        display_name=params["display_name"],
        effective_percentage=percentage,
        inclusive=params["inclusive"],
        metadata=params.get("metadata", {}),
        percentage=percentage,
        rate_type="percentage",
        tax_type=params.get("tax_type"),
    )


def set_automatic(account: Account, percentage: str, *, inclusive: bool = False, everything: bool = False) -> Body:
    """Set the account's automatic rate; with `everything`, sessions and invoices are taxed without asking for it."""
    rate = create_rate(account, {"percentage": percentage, "inclusive": inclusive, "display_name": "Tax"})
    account.store.put({"id": _SETTING, "object": "hidden", "rate": rate["id"], "everything": everything})
    return rate


def rates_for(account: Account, *, named: list[str], automatic: bool | None) -> list[str]:
    """Return the ids of the rates that apply: the named ones, or the automatic one; none if it was declined."""
    for rate_id in named:
        account.get("tax_rate", rate_id)
    setting = account.store.get(_SETTING, "hidden")
    if named or setting is None or automatic is False or not (automatic or setting["everything"]):
        return named
    return [str(setting["rate"])]


def rates(account: Account, rate_ids: list[str] | None) -> tuple[Rate, ...]:
    """Return rates as values for `totals`."""
    bodies = [account.get("tax_rate", rate_id) for rate_id in rate_ids or []]
    return tuple(Rate(body["id"], Decimal(str(body["percentage"])), body["inclusive"]) for body in bodies)


def automatic_state(*, asked: bool) -> Body:
    """Return the `automatic_tax` member."""
    liability = {"type": "self"} if asked else None
    status = "complete" if asked else None
    return {"enabled": asked, "liability": liability, "provider": "stripe" if asked else None, "status": status}


def total_taxes(totals: Totals) -> list[Body]:
    """Return the `total_taxes` member of an invoice."""
    return [
        {
            "amount": tax.amount,
            "tax_behavior": "inclusive" if tax.rate.inclusive else "exclusive",
            "tax_rate_details": {"tax_rate": tax.rate.id},
            "taxability_reason": "standard_rated",
            "taxable_amount": tax.taxable,
            "type": "tax_rate_details",
        }
        for tax in totals.taxes
    ]
