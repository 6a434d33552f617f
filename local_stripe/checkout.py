"""The payer's actions on a checkout session's page, and their effects."""

from urllib.parse import quote

from local_stripe import invoice_payments, methods, money, subscriptions
from local_stripe.account import Account
from local_stripe.customers import create_customer
from local_stripe.errors import StripeFault
from local_stripe.methods import BankAnswer, Card
from local_stripe.sessions import hidden
from local_stripe.shapes import Body

_ACTIONS = ("pay", "later", "decline", "cancel")


def expire_session(account: Account, session: Body) -> Body:
    if session["status"] != "open":
        raise StripeFault.invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
        )
    account.change(session, status="expired", url=None)
    account.emit("checkout.session.expired", session)
    return session


def act(account: Account, session: Body, action: str, card: str = "") -> str:
    """Carry out the payer's action with the card they entered; return the address to go to, empty to stay.

    Raises:
        StripeFault: no test card has that number.
    """
    if session["status"] == "open" and session["expires_at"] <= account.now():
        expire_session(account, session)
    if session["status"] != "open" or action not in _ACTIONS:
        return ""
    if action == "cancel":
        return str(session["cancel_url"] or "")
    entered = methods.card_of(card)
    if session["mode"] == "setup":
        return _save_card(account, session, action, entered)
    if session["mode"] == "subscription":
        return _subscribe(account, session, action, entered)
    return _pay_once(account, session, action, entered)


def _refused(action: str, card: Card) -> BankAnswer | None:
    """Return why the payment is refused; None if it is accepted."""
    if action == "decline":
        return BankAnswer.GENERIC
    return None if card.present == BankAnswer.PAYS else card.present


def _pay_once(account: Account, session: Body, action: str, card: Card) -> str:
    if not session["amount_total"]:
        return _complete(account, session, payment_status="no_payment_required")
    intent, refusal = _intent(account, session), _refused(action, card)
    if refusal is not None:
        money.decline(account, intent, refusal)
        return ""
    method = methods.create_method(account, card)
    account.change(intent, payment_method=method["id"], customer=session["customer"])
    if intent["setup_future_usage"]:
        methods.attach(account, method, session["customer"])
    if action == "later":
        money.take_later(account, intent)
        return _complete(account, session, payment_status="unpaid")
    if intent["capture_method"] == "manual":
        money.hold(account, intent)
        return _complete(account, session, payment_status="unpaid")
    money.take(account, intent)
    return _complete(account, session, payment_status="paid")


def _intent(account: Account, session: Body) -> Body:
    if session["payment_intent"]:
        return account.change(account.get("payment_intent", session["payment_intent"]), amount=session["amount_total"])
    data = hidden(account, session)["intent"]
    usage = data.get("setup_future_usage")
    if usage:
        _require_customer(account, session)
    intent = money.open_intent(
        account,
        session["amount_total"],
        session["currency"],
        session["customer"],
        data.get("metadata", {}),
        description=data.get("description"),
        setup_future_usage=usage,
        **({"capture_method": data["capture_method"]} if "capture_method" in data else {}),
    )
    account.change(session, payment_intent=intent["id"])
    return intent


def _require_customer(account: Account, session: Body) -> str:
    """Return the session's customer; Stripe creates one if something is saved and no customer was named."""
    if session["customer"] is None:
        account.change(session, customer=create_customer(account, {})["id"])
    return str(session["customer"])


def _save_card(account: Account, session: Body, action: str, card: Card) -> str:
    metadata = hidden(account, session)["setup"].get("metadata", {})
    if action == "decline" or not card.can_be_saved:
        methods.refuse_set_up(account, session["customer"], metadata)
        return ""
    method = methods.create_method(account, card)
    intent = methods.set_up(account, session["customer"], method, metadata)
    account.change(session, setup_intent=intent["id"])
    return _complete(account, session, payment_status="no_payment_required")


def _subscribe(account: Account, session: Body, action: str, card: Card) -> str:
    if _refused(action, card) is not None:
        return ""
    details, customer = hidden(account, session), _require_customer(account, session)
    promised = action == "later" and session["amount_total"] > 0
    method = methods.attach(account, methods.create_method(account, card), customer)
    subscription, invoice = subscriptions.start_subscription(
        account,
        session,
        details,
        method["id"],
        invoice_payments.promise if promised else invoice_payments.pay,
    )
    account.change(session, subscription=subscription["id"], invoice=invoice["id"] if invoice else None)
    status = "no_payment_required" if not session["amount_total"] else "unpaid" if promised else "paid"
    return _complete(account, session, payment_status=status)


def _complete(account: Account, session: Body, *, payment_status: str) -> str:
    account.change(session, status="complete", payment_status=payment_status, url=None)
    account.emit("checkout.session.completed", session)
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", quote(session["id"]))


def settle_later(account: Account, intent: Body, *, arrives: bool) -> None:
    """Finish a delayed payment and update its session."""
    money.settle_promise(account, intent) if arrives else money.decline(account, intent)
    if payment := invoice_payments.promised(account, intent):
        invoice = invoice_payments.end_promise(account, payment, arrives=arrives)
        finished = account.find("checkout.session", invoice=invoice["id"])
    else:
        finished = account.find("checkout.session", payment_intent=intent["id"])
    for session in finished:
        account.change(session, payment_status="paid" if arrives else "unpaid")
        account.emit(f"checkout.session.async_payment_{'succeeded' if arrives else 'failed'}", session)
