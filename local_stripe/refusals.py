"""Refuse what Stripe refuses in a checkout session: parameters that do not fit its mode, invalid subscription terms.

https://docs.stripe.com/payments/checkout/billing-cycle (Limitations) and
https://docs.stripe.com/payments/checkout/free-trials; if Stripe does not publish a message, ours states the rule.
"""

from collections.abc import Sequence

from local_stripe import billing_cycle
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body

_SECONDS_PER_DAY = 86_400
_SHORTEST_TRIAL = 2 * _SECONDS_PER_DAY
_LONGEST_TRIAL_DAYS = 730
_TOO_LONG = "The maximum number of trial period days is 730 (2 years)."
FIVE_YEARS = 5 * 31_557_600
_OF_MODE = {
    "payment": ("subscription_data", "setup_intent_data"),
    "subscription": ("payment_intent_data", "setup_intent_data"),
    "setup": ("line_items", "payment_intent_data", "subscription_data", "discounts"),
}


def refuse_mode(params: Body) -> None:
    """Refuse parameters that the session's mode does not accept.

    Raises:
        StripeFault: names the first of them.
    """
    mode = params.get("mode", "payment")
    for name in _OF_MODE[mode]:
        if name in params:
            raise StripeFault.invalid(f"You can not pass `{name}` in `{mode}` mode.", param=name)
    if mode == "setup" and "currency" not in params and "allowed_payment_method_types" not in params:
        raise StripeFault.invalid(
            "You must specify `currency` in `setup` mode when `allowed_payment_method_types` is not provided.",
            param="currency",
            code="parameter_missing",
        )
    if "discounts" in params and params.get("allow_promotion_codes"):
        raise StripeFault.invalid(
            "You may only specify one of these parameters: allow_promotion_codes, discounts.",
            param="allow_promotion_codes",
        )


def refuse_items(params: Body, items: Sequence[Body]) -> None:
    """Refuse lines that do not fit the session's mode or each other.

    Raises:
        StripeFault: names the rule.
    """
    mode = params.get("mode", "payment")
    if mode == "setup":
        return
    if not items:
        raise StripeFault.invalid("You must pass `line_items`.", param="line_items")
    recurring = [item for item in items if item["recurring"]]
    if mode == "payment" and recurring:
        raise StripeFault.invalid(
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use "
            "only one-time prices.",
            param="line_items",
        )
    if mode == "subscription" and not recurring:
        raise StripeFault.invalid(
            "You must provide at least one recurring price in `subscription` mode when using prices.",
            param="line_items",
        )
    if len({item["currency"] for item in items}) > 1:
        raise StripeFault.invalid("All prices of a session must be in the same currency.", param="line_items")


def refuse_terms(data: Body, items: Sequence[Body], now: int) -> None:
    """Refuse a trial or an anchor with which a session cannot start a subscription.

    Raises:
        StripeFault: names the parameter.
    """
    if "trial_period_days" in data:
        _refuse_trial_days(data)
    if "trial_end" in data:
        _refuse_trial(data, now)
    if "billing_cycle_anchor" in data:
        _refuse_anchor(data, items, now)


def _refuse_trial_days(data: Body) -> None:
    param, days = "subscription_data[trial_period_days]", data["trial_period_days"]
    if "trial_end" in data:
        raise StripeFault.invalid("You can not pass both `trial_end` and `trial_period_days`.", param=param)
    if days < 1:
        raise StripeFault.invalid("The minimum number of trial period days is 1.", param=param)
    if days > _LONGEST_TRIAL_DAYS:
        raise StripeFault.invalid(_TOO_LONG, param=param)


def _refuse_trial(data: Body, now: int) -> None:
    param, end = "subscription_data[trial_end]", data["trial_end"]
    if end < now + _SHORTEST_TRIAL:
        raise StripeFault.invalid("The `trial_end` date has to be at least 2 days in the future.", param=param)
    if end > now + FIVE_YEARS:
        raise StripeFault.invalid("Invalid timestamp: can be no more than five years in the future.", param=param)
    if end > now + _LONGEST_TRIAL_DAYS * _SECONDS_PER_DAY:
        raise StripeFault.invalid(_TOO_LONG, param=param)


def _refuse_anchor(data: Body, items: Sequence[Body], now: int) -> None:
    param, anchor = "subscription_data[billing_cycle_anchor]", data["billing_cycle_anchor"]
    if "trial_end" in data or "trial_period_days" in data:
        raise StripeFault.invalid("You can not pass `billing_cycle_anchor` together with a trial.", param=param)
    if anchor <= now:
        raise StripeFault.invalid("`billing_cycle_anchor` must be a timestamp in the future.", param=param)
    latest = min(billing_cycle.turn(now, item["recurring"], 1) for item in items if item["recurring"])
    if anchor > latest:
        raise StripeFault.invalid(
            "The billing_cycle_anchor cannot be later than next natural billing date.", param=param
        )
    once = any(not item["recurring"] for item in items)
    if once and data.get("proration_behavior") == "none":
        raise StripeFault.invalid(
            "You can not pass one-time prices in `line_items` when `subscription_data[proration_behavior]` is `none`.",
            param="subscription_data[proration_behavior]",
        )
