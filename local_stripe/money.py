"""Payments, failures, refunds and disputes, with the events that Stripe sends for each, in its order."""

from typing import Any

from local_stripe import methods, movements
from local_stripe.account import Account
from local_stripe.currencies import check_amount
from local_stripe.errors import StripeFault
from local_stripe.methods import BankAnswer
from local_stripe.shapes import Body, new_id

DISPUTE_FEE = 1_500


def open_intent(
    account: Account, amount: int, currency: str, customer: str | None, metadata: Body, **values: Any
) -> Body:
    """Create a payment intent that has charged nothing yet."""
    intent_id = new_id("payment_intent")
    intent = account.create(
        "payment_intent",
        id=intent_id,
        amount=amount,
        amount_capturable=0,
        amount_received=0,
        confirmation_method="automatic",
        client_secret=f"{intent_id}_secret_local",
        currency=currency,
        customer=customer,
        metadata=metadata,
        payment_method_types=["card"],
        status="requires_payment_method",
        **{"capture_method": "automatic_async", **values},
    )
    account.emit("payment_intent.created", intent)
    return intent


def take(account: Account, intent: Body) -> Body:
    """Complete a payment at once."""
    charge = _charge(account, intent, status="succeeded", paid=True, captured=True, amount_captured=intent["amount"])
    _received(account, charge)
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


def hold(account: Account, intent: Body) -> Body:
    """Authorize a payment that is captured later."""
    charge = _charge(account, intent, status="succeeded", paid=True, captured=False, amount_captured=0)
    account.emit("charge.succeeded", charge)
    account.change(intent, status="requires_capture", amount_capturable=intent["amount"], latest_charge=charge["id"])
    account.emit("payment_intent.amount_capturable_updated", intent)
    return charge


def capture(account: Account, intent: Body, amount: int) -> None:
    """Capture an amount of an authorized payment; the rest is released."""
    charge = account.get("charge", intent["latest_charge"])
    account.change(charge, captured=True, amount_captured=amount)
    _received(account, charge)
    account.emit("charge.captured", charge)
    account.change(intent, status="succeeded", amount_received=amount, amount_capturable=0)
    account.emit("payment_intent.succeeded", intent)


def take_later(account: Account, intent: Body) -> None:
    """Start a delayed payment; the bank answers in some days."""
    charge = _charge(account, intent, status="pending", paid=False, captured=True, amount_captured=0)
    account.emit("charge.pending", charge)
    account.change(intent, status="processing", latest_charge=charge["id"])
    account.emit("payment_intent.processing", intent)


def settle_promise(account: Account, intent: Body) -> None:
    """Complete a delayed payment."""
    charge = account.get("charge", intent["latest_charge"])
    account.change(charge, status="succeeded", paid=True, amount_captured=charge["amount"])
    _received(account, charge)
    account.emit("charge.succeeded", charge)
    account.change(intent, status="succeeded", amount_received=intent["amount"])
    account.emit("payment_intent.succeeded", intent)


def decline(account: Account, intent: Body, outcome: BankAnswer = BankAnswer.GENERIC) -> None:
    """Fail a payment: a declined card, or a delayed payment that failed."""
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
    """Require authentication by a payer who is absent; nothing is charged until they confirm."""
    account.change(intent, status="requires_action", next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}})
    account.emit("payment_intent.requires_action", intent)


def cancel_intent(account: Account, intent: Body, reason: str = "void_invoice") -> None:
    """Cancel a payment that is no longer needed."""
    if intent["status"] in ("requires_payment_method", "requires_action", "requires_capture"):
        account.change(
            intent, status="canceled", canceled_at=account.now(), cancellation_reason=reason, next_action=None
        )
        account.emit("payment_intent.canceled", intent)


def refund(account: Account, charge: Body, amount: int | None, *, metadata: Body, reason: str | None = None) -> Body:
    """Refund money."""
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
    movements.moved(account, made, -amount, "refund")
    account.emit("refund.created", made)
    _count_refund(account, charge, amount)
    return made


def fail_refund(account: Account, made: Body) -> None:
    """Fail a refund: the money is back at Stripe."""
    back = movements.moved(account, made, made["amount"], "refund_failure")
    account.change(
        made,
        status="failed",
        failure_reason="expired_or_canceled_card",
        failure_balance_transaction=back["id"],
    )
    account.emit("refund.failed", made)
    account.emit("refund.updated", made, {"status": "succeeded"})
    charge = account.get("charge", made["charge"])
    account.change(charge, amount_refunded=charge["amount_refunded"] - made["amount"], refunded=False)


def create_refund(account: Account, params: Body) -> Body:
    """Refund money of a payment on request."""
    intent = account.get("payment_intent", params.get("payment_intent", ""))
    charge = account.get("charge", intent["latest_charge"])
    open_disputes = (row for row in account.store.all("dispute") if row["status"] in ("needs_response", "under_review"))
    if any(row["charge"] == charge["id"] for row in open_disputes):
        raise StripeFault.invalid(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
    return refund(
        account, charge, params.get("amount"), metadata=params.get("metadata", {}), reason=params.get("reason")
    )


def _count_refund(account: Account, charge: Body, amount: int) -> None:
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    total = charge["amount_refunded"] + amount
    account.change(charge, amount_refunded=total, refunded=total == charge["amount_captured"])
    account.emit("charge.refunded", charge, before)


def dispute(
    account: Account,
    charge: Body,
    *,
    inquiry: bool = False,
    amount: int | None = None,
    currency: str | None = None,
) -> Body:
    """Dispute a charge: the money is withdrawn at once, except for an inquiry.

    A bank may dispute a part, and in its own currency: `amount` and `currency` are then the dispute's, and its balance
    transactions have the amounts in the charge's currency.
    """
    left = charge["amount_captured"] - charge["amount_refunded"]
    made = account.create(
        "dispute",
        amount=left if amount is None else amount,
        balance_transactions=[],
        charge=charge["id"],
        currency=currency or charge["currency"],
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
        withdraw(account, made, left if currency or amount is None else amount)
    return made


def withdraw(account: Account, made: Body, amount: int) -> None:
    """Withdraw the disputed money, in the charge's currency."""
    _move(account, made, -amount, fee=DISPUTE_FEE)
    account.emit("charge.dispute.funds_withdrawn", made)


def close_dispute(account: Account, made: Body, status: str, *, reinstated: int | None = None) -> None:
    """Close a dispute as `won`, `lost` or `warning_closed`; if won, or lost only in part, money is reinstated."""
    account.change(made, status=status)
    account.emit("charge.dispute.closed", made)
    left = -sum(one["amount"] for one in made["balance_transactions"])
    back = reinstated if reinstated is not None else left if status == "won" else 0
    if back:
        _move(account, made, back, fee=0)
        account.emit("charge.dispute.funds_reinstated", made)


def _move(account: Account, made: Body, amount: int, *, fee: int) -> None:
    charge = account.get("charge", made["charge"])
    away = amount < 0
    moved = account.create(
        "balance_transaction",
        amount=amount,
        available_on=account.now(),
        balance_type="payments",
        currency=charge["currency"],
        description=f"Chargeback {'withdrawal' if away else 'reversal'} for {charge['id']}",
        fee=fee,
        fee_details=[],
        net=amount - fee,
        reporting_category="dispute" if away else "dispute_reversal",
        source=made["id"],
        status="available",
        type="adjustment",
    )
    account.change(made, balance_transactions=[*made["balance_transactions"], moved])


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


def _received(account: Account, charge: Body) -> None:
    """Record the amount that a charge added to the balance."""
    amount = charge["amount_captured"]
    movements.moved(account, charge, amount, "charge", fee=movements.fee_of(amount))


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
