"""Cards that a payer enters and saves, and the outcome of charging each: Stripe's test numbers.

https://docs.stripe.com/testing
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.shapes import Body, new_id


class BankAnswer(StrEnum):
    """The bank's answer to an attempt; for failures, Stripe's decline code."""

    PAYS = "pays"
    GENERIC = "generic_decline"
    NO_FUNDS = "insufficient_funds"
    EXPIRED = "expired_card"
    LOST = "lost_card"
    ASKS = "authentication_required"


@dataclass(frozen=True, slots=True)
class Card:
    """A test card: whether it can be saved, and its outcome with the payer present and absent."""

    number: str
    name: str
    present: BankAnswer
    absent: BankAnswer
    can_be_saved: bool = True


CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242", "pm_card_visa", BankAnswer.PAYS, BankAnswer.PAYS),
        Card("4000002500003155", "pm_card_authenticationRequiredOnSetup", BankAnswer.PAYS, BankAnswer.PAYS),
        Card("4000002760003184", "pm_card_authenticationRequired", BankAnswer.PAYS, BankAnswer.ASKS),
        Card("4000000000000341", "pm_card_chargeCustomerFail", BankAnswer.GENERIC, BankAnswer.GENERIC),
        Card(
            "4000000000009995", "pm_card_visa_chargeDeclinedInsufficientFunds", BankAnswer.NO_FUNDS, BankAnswer.NO_FUNDS
        ),
        Card("4000000000000002", "pm_card_chargeDeclined", BankAnswer.GENERIC, BankAnswer.GENERIC, can_be_saved=False),
    )
}
USUAL = CARDS["4242424242424242"]

_MESSAGES = {
    BankAnswer.GENERIC: ("card_declined", "Your card was declined."),
    BankAnswer.NO_FUNDS: ("card_declined", "Your card has insufficient funds."),
    BankAnswer.LOST: ("card_declined", "Your card was declined."),
    BankAnswer.EXPIRED: ("expired_card", "Your card has expired."),
    BankAnswer.ASKS: ("authentication_required", "Your card was declined. This transaction requires authentication."),
}


def card_of(text: str) -> Card:
    """Return the card with the entered number, the default card if it is empty.

    Raises:
        StripeFault: no test card has that number.
    """
    number = "".join(sign for sign in text if sign.isdigit())
    if not text:
        return USUAL
    if number not in CARDS:
        raise StripeFault(402, "card_error", "Your card number is incorrect.", code="incorrect_number", param="number")
    return CARDS[number]


def decline(outcome: BankAnswer) -> dict[str, Any]:
    """Return the error that an attempt with this outcome leaves on its intent."""
    code, message = _MESSAGES[outcome]
    return {"type": "card_error", "code": code, "decline_code": outcome.value, "message": message}


def create_method(account: Account, card: Card) -> Body:
    """Create the payment method of an entered card, not attached to anybody yet."""
    method_id = new_id("payment_method")
    account.store.put({"id": f"hidden:{method_id}", "object": "hidden", "number": card.number, "later": None})
    return account.create(
        "payment_method",
        id=method_id,
        allow_redisplay="limited",
        billing_details={"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        card=_details(card, account.now()),
        type="card",
    )


def _details(card: Card, now: int) -> Body:
    return {
        "brand": "visa",
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "display_brand": "visa",
        "exp_month": 12,
        "exp_year": 1975 + now // 31_556_952,
        "fingerprint": f"local{card.number[-8:]}",
        "funding": "credit",
        "generated_from": None,
        "last4": card.number[-4:],
        "networks": {"available": ["visa"], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def outcome_of(account: Account, method: Body, *, present: bool) -> BankAnswer:
    """Return the outcome of an attempt with a payment method, with the payer present or not."""
    hidden = account.store.get(f"hidden:{method['id']}", "hidden") or {}
    if hidden.get("later"):
        return BankAnswer(hidden["later"])
    card = CARDS[hidden["number"]]
    return card.present if present else card.absent


def let_decline(account: Account, method: Body, *, declines: bool = True) -> None:
    """Make later charges of a saved card fail, or succeed again."""
    set_outcome(account, method, BankAnswer.GENERIC if declines else BankAnswer.PAYS)


def set_outcome(account: Account, method: Body, outcome: BankAnswer) -> None:
    """Set the outcome of later charges of a saved card, such as expired, declined or no funds."""
    hidden = account.store.get(f"hidden:{method['id']}", "hidden") or {}
    account.store.put({**hidden, "later": outcome.value})


def attach(account: Account, method: Body, customer: str) -> Body:
    """Attach a payment method to a customer.

    Raises:
        StripeFault: it belongs to someone else, or the bank refuses to have it saved.
    """
    if method["customer"] not in (None, customer):
        raise StripeFault.invalid(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    hidden = account.store.get(f"hidden:{method['id']}", "hidden") or {}
    if not CARDS[hidden["number"]].can_be_saved:
        error = decline(BankAnswer.GENERIC)
        raise StripeFault(402, "card_error", error["message"], code=error["code"], decline_code=error["decline_code"])
    if method["customer"] is None:
        account.change(method, customer=account.get("customer", customer)["id"])
        account.emit("payment_method.attached", method)
    return method


def detach(account: Account, method: Body) -> Body:
    """Detach a payment method, so that it can no longer be charged."""
    if method["customer"] is None:
        raise StripeFault.invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            code="payment_method_not_attached",
        )
    customer = account.get("customer", method["customer"])
    account.change(method, customer=None)
    account.emit("payment_method.detached", method, {"customer": customer["id"]})
    if default_of(customer) == method["id"]:
        make_default(account, customer, None)
    return method


def save(account: Account, customer: str, card: Card = USUAL) -> Body:
    """Add a card of a customer, as in the portal."""
    return attach(account, create_method(account, card), customer)


def make_default(account: Account, customer: Body, method_id: str | None) -> None:
    """Set the default payment method for a customer's invoices.

    Raises:
        StripeFault: it is not attached to the customer.
    """
    if method_id:
        require_own(account, method_id, customer["id"], "invoice_settings[default_payment_method]")
    previous = customer["invoice_settings"]
    account.change(customer, invoice_settings={**previous, "default_payment_method": method_id})
    account.emit("customer.updated", customer, {"invoice_settings": previous})


def default_of(customer: Body) -> str | None:
    """Return the default payment method for a customer's invoices."""
    found = (customer["invoice_settings"] or {}).get("default_payment_method")
    return str(found) if found else None


def require_own(account: Account, method_id: str, customer: str, param: str = "default_payment_method") -> Body:
    """Return a customer's own payment method.

    Raises:
        StripeFault: there is none with that id, or it is not attached to this customer.
    """
    method = account.get("payment_method", method_id)
    if method["customer"] != customer:
        raise StripeFault.invalid(
            f"The customer does not have a payment method with the ID {method_id}. The payment method must be "
            "attached to the customer.",
            code="resource_missing",
            param=param,
        )
    return method


def attach_given(account: Account, params: Body, method_id: str) -> Body:
    """Attach a payment method by request; for one of Stripe's test names (`pm_card_visa`) the card is created first."""
    if "customer" not in params:
        raise StripeFault.invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    account.get("customer", params["customer"])
    named = [card for card in CARDS.values() if card.name == method_id]
    method = create_method(account, named[0]) if named else account.get("payment_method", method_id)
    return attach(account, method, params["customer"])


def set_up(account: Account, customer: str | None, method: Body, metadata: Body) -> Body:
    """Save a payment method without charging it: a setup intent that succeeds."""
    intent_id = new_id("setup_intent")
    intent = account.create(
        "setup_intent",
        id=intent_id,
        client_secret=f"{intent_id}_secret_local",
        customer=customer,
        metadata=metadata,
        payment_method_types=["card"],
        status="requires_payment_method",
        usage="off_session",
    )
    account.emit("setup_intent.created", intent)
    if customer is not None:
        attach(account, method, customer)
    account.change(intent, payment_method=method["id"], status="succeeded")
    account.emit("setup_intent.succeeded", intent)
    return intent


def refuse_set_up(account: Account, customer: str | None, metadata: Body) -> None:
    """Record a setup intent whose card was refused."""
    intent_id = new_id("setup_intent")
    intent = account.create(
        "setup_intent",
        id=intent_id,
        client_secret=f"{intent_id}_secret_local",
        customer=customer,
        last_setup_error=decline(BankAnswer.GENERIC),
        metadata=metadata,
        payment_method_types=["card"],
        status="requires_payment_method",
        usage="off_session",
    )
    account.emit("setup_intent.created", intent)
    account.emit("setup_intent.setup_failed", intent)
