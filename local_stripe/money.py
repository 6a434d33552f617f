"""Money that comes, fails, goes back and is disputed, with the events Stripe sends for each, in its order."""

from typing import Any

from local_stripe import methods
from local_stripe.account import Account
from local_stripe.currencies import check_amount
from local_stripe.errors import StripeFault
from local_stripe.methods import Outcome
from local_stripe.shapes import Body, new_id


def open_intent(
    account: Account, amount: int, currency: str, customer: str | None, metadata: Body, **values: Any
) -> Body:
    """Start a payment; it has taken nothing yet."""
    intent_id = new_id("payment_intent")
    intent = account.create(
        "payment_intent",
        id=intent_id,
        amount=amount,
        amount_capturable=0,
        amount_received=0,
        capture_method="automatic_async",
        confirmation_method="automatic",
        client_secret=f"{intent_id}_secret_local",
        currency=currency,
        customer=customer,
        metadata=metadata,
        payment_method_types=["card"],
        status="requires_payment_method",
        **values,
    )
    account.emit("payment_intent.created", intent)
    return intent


def take(account: Account, intent: Body) -> Body:
    """Let the money arrive at once."""
    charge = _charge(account, intent, status="succeeded", paid=True, captured=True, amount_captured=intent["amount"])
    account.emit("charge.succeeded", charge)
    account.change(
        intent,
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge["id"],
        last_payment_error=None,
        next_action=None,
    )
    account.emit("payment_intent.succeeded", intent)
    return charge


def take_later(account: Account, intent: Body) -> None:
    """Let the payer promise: the bank answers in some days."""
    charge = _charge(account, intent, status="pending", paid=False, captured=True, amount_captured=0)
    account.emit("charge.pending", charge)
    account.change(intent, status="processing", latest_charge=charge["id"])
    account.emit("payment_intent.processing", intent)


def settle_promise(account: Account, intent: Body) -> None:
    """Let promised money arrive."""
    charge = account.get("charge", intent["latest_charge"])
    account.change(charge, status="succeeded", paid=True, amount_captured=charge["amount"])
    account.emit("charge.succeeded", charge)
    account.change(intent, status="succeeded", amount_received=intent["amount"])
    account.emit("payment_intent.succeeded", intent)


def decline(account: Account, intent: Body, outcome: Outcome = Outcome.GENERIC) -> None:
    """Let the attempt fail: a declined card, or promised money that never came."""
    reason = methods.decline(outcome)
    failed = {"paid": False, "captured": False, "amount_captured": 0, "failure_code": reason["code"]}
    charge = _charge(account, intent, status="failed", failure_message=reason["message"], **failed)
    account.emit("charge.failed", charge)
    account.change(
        intent,
        status="requires_payment_method",
        last_payment_error={**reason, "charge": charge["id"]},
        latest_charge=charge["id"],
        payment_method=None,
    )
    account.emit("payment_intent.payment_failed", intent)


def ask_for_authentication(account: Account, intent: Body) -> None:
    """Let the bank ask for the payer, who is not there: nothing is charged before they confirm."""
    account.change(intent, status="requires_action", next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}})
    account.emit("payment_intent.requires_action", intent)


def cancel_intent(account: Account, intent: Body, reason: str = "void_invoice") -> None:
    """End a payment that nobody waits for any more."""
    if intent["status"] in ("requires_payment_method", "requires_action", "requires_capture"):
        account.change(
            intent, status="canceled", canceled_at=account.now(), cancellation_reason=reason, next_action=None
        )
        account.emit("payment_intent.canceled", intent)


def refund(account: Account, charge: Body, amount: int | None, *, metadata: Body, reason: str | None = None) -> Body:
    """Send money back."""
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = left if amount is None else amount
    if left == 0:
        raise StripeFault.invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if not 0 < amount <= left:
        raise StripeFault.invalid(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
    check_amount(amount, charge["currency"], "amount")
    made = account.create(
        "refund",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        metadata=metadata,
        reason=reason,
        status="succeeded",
    )
    account.emit("refund.created", made)
    _count_refund(account, charge, amount)
    return made


def fail_refund(account: Account, made: Body) -> None:
    """Let a refund bounce: the money is back at Stripe."""
    account.change(made, status="failed", failure_reason="expired_or_canceled_card")
    account.emit("refund.failed", made)
    account.emit("refund.updated", made, {"status": "succeeded"})
    charge = account.get("charge", made["charge"])
    account.change(charge, amount_refunded=charge["amount_refunded"] - made["amount"], refunded=False)


def _count_refund(account: Account, charge: Body, amount: int) -> None:
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    total = charge["amount_refunded"] + amount
    account.change(charge, amount_refunded=total, refunded=total == charge["amount_captured"])
    account.emit("charge.refunded", charge, before)


def dispute(account: Account, charge: Body, *, inquiry: bool = False) -> Body:
    """Let the payer dispute a charge: the money leaves at once, but not for an inquiry."""
    made = account.create(
        "dispute",
        amount=charge["amount_captured"] - charge["amount_refunded"],
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        is_charge_refundable=inquiry,
        evidence={},
        evidence_details={"due_by": account.now() + 7 * 86400, "has_evidence": False, "past_due": False},
        enhanced_eligibility_types=[],
        reason="fraudulent",
        status="warning_needs_response" if inquiry else "needs_response",
    )
    account.change(charge, disputed=True)
    account.emit("charge.dispute.created", made)
    if not inquiry:
        account.emit("charge.dispute.funds_withdrawn", made)
    return made


def close_dispute(account: Account, made: Body, status: str) -> None:
    """End a dispute as `won`, `lost` or `warning_closed`."""
    account.change(made, status=status)
    account.emit("charge.dispute.closed", made)
    if status == "won":
        account.emit("charge.dispute.funds_reinstated", made)


def warn_of_fraud(account: Account, charge: Body) -> Body:
    made = account.create(
        "radar.early_fraud_warning",
        actionable=True,
        charge=charge["id"],
        fraud_type="made_with_stolen_card",
        payment_intent=charge["payment_intent"],
    )
    account.emit("radar.early_fraud_warning.created", made)
    return made


def _charge(account: Account, intent: Body, **values: object) -> Body:
    return account.create(
        "charge",
        amount=intent["amount"],
        amount_refunded=0,
        currency=intent["currency"],
        customer=intent["customer"],
        disputed=False,
        metadata=intent["metadata"],
        payment_intent=intent["id"],
        payment_method=intent["payment_method"],
        payment_method_details=_method_details(account, intent["payment_method"]),
        refunded=False,
        **values,
    )


def _method_details(account: Account, method_id: str | None) -> Body:
    method = account.store.get(method_id, "payment_method") if method_id else None
    return {"type": "card", "card": method["card"] if method else {"brand": "visa", "last4": "4242"}}
