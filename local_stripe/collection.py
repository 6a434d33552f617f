"""Automatic collection: an invoice is charged to a saved payment method, and retried after some days.

https://docs.stripe.com/invoicing/automatic-charging and https://docs.stripe.com/billing/revenue-recovery/smart-retries
"""

import copy

from local_stripe import invoice_payments, invoices, methods
from local_stripe.account import Account
from local_stripe.errors import StripeFault
from local_stripe.methods import BankAnswer
from local_stripe.shapes import Body

_DAY = 86_400
_RETRY_DAYS = (3, 5, 7)
_DRAFT_SECONDS = 3_600
_REQUIRES_ACTION = (
    "This payment requires additional user action before it can be completed successfully. Payment can be completed "
    "using the PaymentIntent associated with the invoice. For more details see: "
    "https://stripe.com/docs/billing/subscriptions/overview#requires-action"
)
_NO_METHOD = (
    "This customer has no attached payment source or default payment method. Please consider adding a default payment "
    "method. For more information, visit "
    "https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority."
)


def finalize(account: Account, params: Body, invoice_id: str) -> Body:
    """Finalize a draft. The response shows it open; with automatic advancement its first charge follows at once."""
    invoice = account.get("invoice", invoice_id)
    if "auto_advance" in params:
        account.change(invoice, auto_advance=params["auto_advance"])
    invoices.finalize(account, invoice)
    shown = copy.deepcopy(invoice)
    if collects_itself(invoice):
        attempt(account, invoice)
    return shown


def collects_itself(invoice: Body) -> bool:
    """Return whether Stripe charges an invoice automatically."""
    return bool(
        invoice["status"] == "open"
        and invoice["auto_advance"]
        and invoice["collection_method"] == "charge_automatically"
    )


def attempt(account: Account, invoice: Body) -> BankAnswer | None:
    """Charge an open invoice to its saved payment method; None if there is none.

    A failure is retried after some days.
    """
    method = _method_for(account, invoice)
    outcome = None
    if method is None:
        invoice_payments.fail_without_method(account, invoice)
    else:
        outcome, _ = invoice_payments.charge(account, invoice, method)
    if outcome != BankAnswer.PAYS:
        _plan_retry(account, invoice)
    return outcome


def _plan_retry(account: Account, invoice: Body) -> None:
    tries = invoice["attempt_count"]
    again = account.now() + _RETRY_DAYS[tries - 1] * _DAY if tries <= len(_RETRY_DAYS) else None
    account.change(invoice, next_payment_attempt=again)


def pay(account: Account, params: Body, invoice_id: str) -> Body:
    """Pay an invoice on request, with a saved payment method or outside of Stripe.

    Raises:
        StripeFault: it cannot be paid, or the bank declined (402); the failed attempt is recorded then.
    """
    invoice = account.get("invoice", invoice_id)
    if invoice["status"] == "draft":
        invoices.finalize(account, invoice)
    if params.get("paid_out_of_band"):
        return invoice_payments.pay_elsewhere(account, invoice)
    if invoice["status"] == "paid":
        raise StripeFault.invalid("Invoice is already paid", code="invoice_already_paid")
    method = _method_for(account, invoice, params.get("payment_method"))
    if method is None:
        raise StripeFault.invalid(_NO_METHOD, code="resource_missing")
    outcome, intent = invoice_payments.charge(account, invoice, method, present=params.get("off_session") is False)
    if outcome == BankAnswer.ASKS:
        code = "invoice_payment_intent_requires_action"
        raise StripeFault(402, "card_error", _REQUIRES_ACTION, code=code, keeps=True, payment_intent=intent)
    if outcome != BankAnswer.PAYS:
        error = methods.decline(outcome)
        raise StripeFault(
            402,
            "card_error",
            error["message"],
            code=error["code"],
            keeps=True,
            decline_code=error["decline_code"],
            charge=intent["latest_charge"],
            payment_intent=intent,
        )
    return invoice


def _method_for(account: Account, invoice: Body, wanted: str | None = None) -> Body | None:
    """Return the payment method for an invoice: the requested one, its own, its subscription's, or its customer's."""
    if wanted:
        return methods.require_own(account, wanted, invoice["customer"])
    owners = [invoice, *invoices.subscriptions_of(account, invoice)]
    names = [owner["default_payment_method"] for owner in owners]
    names.append(methods.default_of(account.get("customer", invoice["customer"])))
    for name in names:
        method = account.store.get(name, "payment_method") if name else None
        if method is not None and method["customer"] == invoice["customer"]:
            return method
    return None


def collect_due(account: Account) -> None:
    """Finalize drafts that are an hour old, and retry failed charges, as Stripe does automatically."""
    now = account.now()
    for invoice in reversed(account.find("invoice", auto_advance=True)):
        if invoice["status"] == "draft" and invoice["created"] <= now - _DRAFT_SECONDS:
            invoices.finalize(account, invoice)
            if collects_itself(invoice):
                attempt(account, invoice)
        elif invoice["status"] == "open" and (invoice["next_payment_attempt"] or now + 1) <= now:
            attempt(account, invoice)
