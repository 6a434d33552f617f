"""Payment intents through the API: created, confirmed with a saved method, captured in full or part, canceled."""

from typing import Any

from local_stripe import methods, money
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.methods import BankAnswer
from local_stripe.shapes import Body


def create_intent(account: Account, params: Body) -> Body:
    """Create a payment intent; with `confirm` it is charged at once."""
    customer = params.get("customer")
    if customer:
        account.get("customer", customer)
    intent = money.open_intent(
        account,
        params["amount"],
        params["currency"],
        customer,
        params.get("metadata", {}),
        description=params.get("description"),
        setup_future_usage=params.get("setup_future_usage"),
        **({"capture_method": params["capture_method"]} if "capture_method" in params else {}),
    )
    if params.get("confirm"):
        return confirm_intent(account, params, intent["id"])
    return intent


def confirm_intent(account: Account, params: Body, intent_id: str) -> Body:
    """Charge an intent to a customer's saved payment method.

    Raises:
        StripeFault: the bank declined or requires authentication (402); the failed attempt is recorded then.
    """
    intent = account.get("payment_intent", intent_id)
    if intent["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
        raise StripeFault.invalid(
            f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    wanted = params.get("payment_method") or intent["payment_method"]
    if not wanted:
        raise StripeFault.invalid(
            "You cannot confirm this PaymentIntent because it's missing a payment method.",
            code="payment_intent_unexpected_state",
        )
    method = methods.require_own(account, wanted, intent["customer"], "payment_method")
    account.change(intent, payment_method=method["id"])
    outcome = methods.outcome_of(account, method, present=not params.get("off_session"))
    if outcome == BankAnswer.PAYS:
        money.take(account, intent)
        return intent
    money.decline(account, intent, outcome)
    error = intent["last_payment_error"]
    more = {"decline_code": error["decline_code"], "charge": error["charge"], "payment_intent": intent}
    raise StripeFault(402, "card_error", error["message"], code=error["code"], keeps=True, **more)


def capture_intent(account: Account, params: Body, intent_id: str) -> Body:
    """Capture the authorized amount or a part of it; the rest is released.

    Raises:
        StripeFault: nothing is authorized, or less than the requested amount.
    """
    intent = account.get("payment_intent", intent_id)
    if intent["status"] != "requires_capture":
        raise StripeFault.invalid(
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    amount: Any = params.get("amount_to_capture", intent["amount_capturable"])
    if not 0 < amount <= intent["amount_capturable"]:
        raise StripeFault.invalid(
            "The provided amount_to_capture is greater than the amount that can be captured.",
            param="amount_to_capture",
            code="amount_too_large",
        )
    money.capture(account, intent, amount)
    for session in account.find("checkout.session", payment_intent=intent["id"]):
        account.change(session, payment_status="paid")
    return intent


def cancel(account: Account, params: Body, intent_id: str) -> Body:
    """Cancel an intent that has charged nothing."""
    intent = account.get("payment_intent", intent_id)
    if intent["status"] in ("succeeded", "canceled", "processing"):
        raise StripeFault.invalid(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    money.cancel_intent(account, intent, params.get("cancellation_reason", "requested_by_customer"))
    return intent
