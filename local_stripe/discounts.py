"""Coupons, promotion codes that customers enter, and discounts made from both."""

import secrets
from decimal import Decimal
from typing import Any

from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body
from local_stripe.totals import Reduction


def create_coupon(account: Account, params: Body) -> Body:
    """Create a coupon for an amount or a percentage.

    Raises:
        StripeFault: it has neither or both, or an amount without a currency.
    """
    if ("amount_off" in params) == ("percent_off" in params):
        raise StripeFault.invalid("Must provide either `amount_off` or `percent_off`, and not both.")
    if "amount_off" in params and "currency" not in params:
        raise StripeFault.invalid("You must pass currency when passing amount_off", param="currency")
    percent = params.get("percent_off")
    if percent is not None and not 0 < float(percent) <= 100:
        raise StripeFault.invalid("percent_off must be greater than 0 and at most 100.", param="percent_off")
    return account.create(
        "coupon",
        id=params.get("id") or secrets.token_hex(4).upper(),
        amount_off=params.get("amount_off"),
        currency=params.get("currency"),
        duration=params.get("duration", "once"),
        duration_in_months=params.get("duration_in_months"),
        max_redemptions=params.get("max_redemptions"),
        metadata=params.get("metadata") or {},
        name=params.get("name"),
        percent_off=float(percent) if percent is not None else None,
        redeem_by=params.get("redeem_by"),
        times_redeemed=0,
        valid=True,
    )


def create_code(account: Account, params: Body) -> Body:
    """Create a promotion code for a coupon."""
    coupon = account.get("coupon", params["promotion"].get("coupon", ""))
    code = params.get("code") or secrets.token_hex(4).upper()
    if any(one["code"].lower() == code.lower() for one in account.find("promotion_code", active=True)):
        raise StripeFault.invalid("An active promotion code with `code: " + code + "` already exists.", param="code")
    return account.create(
        "promotion_code",
        active=params.get("active", True),
        code=code,
        customer=params.get("customer"),
        expires_at=params.get("expires_at"),
        max_redemptions=params.get("max_redemptions"),
        metadata=params.get("metadata", {}),
        promotion={"type": "coupon", "coupon": coupon["id"]},
        restrictions={"first_time_transaction": False, "minimum_amount": None, "minimum_amount_currency": None},
        times_redeemed=0,
    )


def find_code(account: Account, text: str, customer: str | None) -> Body | None:
    """Return the promotion code that a payer entered, if they can use it now."""
    for code in account.find("promotion_code", active=True):
        used_up = code["max_redemptions"] is not None and code["times_redeemed"] >= code["max_redemptions"]
        late = code["expires_at"] is not None and code["expires_at"] <= account.now()
        strange = code["customer"] not in (None, customer)
        if code["code"].lower() == text.strip().lower() and not (used_up or late or strange):
            return code
    return None


def create_discounts(account: Account, wanted: list[Body], currency: str, **about: Any) -> list[str]:
    """Create the discounts that parameters name by coupon or promotion code; return their ids.

    Raises:
        StripeFault: a coupon does not exist, is used up, or is in another currency.
    """
    made = []
    for one in wanted:
        code = account.get("promotion_code", one["promotion_code"]) if "promotion_code" in one else None
        coupon_id = code["promotion"]["coupon"] if code else one.get("coupon")
        coupon = account.get("coupon", coupon_id)
        _redeem(account, coupon, code, currency)
        discount = account.create(
            "discount",
            source={"type": "coupon", "coupon": coupon["id"]},
            promotion_code=code["id"] if code else None,
            start=account.now(),
            **about,
        )
        made.append(discount["id"])
    return made


def _redeem(account: Account, coupon: Body, code: Body | None, currency: str) -> None:
    late = coupon["redeem_by"] is not None and coupon["redeem_by"] < account.now()
    used_up = coupon["max_redemptions"] is not None and coupon["times_redeemed"] >= coupon["max_redemptions"]
    if late or used_up:
        raise StripeFault.invalid(f"Coupon {coupon['id']} is expired or used up.", code="coupon_expired")
    if coupon["currency"] not in (None, currency):
        raise StripeFault.invalid(
            f"The coupon {coupon['id']} is in {coupon['currency']}, and this is in {currency}.", param="discounts"
        )
    account.change(coupon, times_redeemed=coupon["times_redeemed"] + 1)
    if code is not None:
        account.change(code, times_redeemed=code["times_redeemed"] + 1)


def reductions_of(account: Account, discounts: list[str] | None) -> list[Reduction]:
    """Return these discounts as reductions for `totals`."""
    found = []
    for discount_id in discounts or []:
        coupon = account.get("coupon", account.get("discount", discount_id)["source"]["coupon"])
        percent = Decimal(str(coupon["percent_off"])) if coupon["percent_off"] is not None else None
        found.append(Reduction(discount_id, coupon["amount_off"], percent))
    return found


def discount_customer(account: Account, customer: Body, coupon: str) -> None:
    """Give a customer a coupon, as staff do in Stripe's dashboard: it lowers their next invoices."""
    currency = account.get("coupon", coupon)["currency"] or "usd"
    (made,) = create_discounts(account, [{"coupon": coupon}], currency, customer=customer["id"])
    account.change(customer, discount=account.get("discount", made))
    account.emit("customer.discount.created", account.get("discount", made))
