"""The calls to Stripe: objects we make, how each is found again after a lost answer, and objects we read.

An object we make has our reference in its metadata. After a lost answer it is looked up by that reference among its
customer's objects created since our own row. Stripe's search is not used, since its index is updated late
(docs.stripe.com/search#data-freshness).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from apps.common.strict_json import Json
from apps.payments.errors import StripeHasNone, StripeRefused
from apps.payments.stripe_gateway import Operation, call, pages, read
from apps.payments.stripe_objects import (
    BalanceFacts,
    CheckoutFacts,
    CreditNoteFacts,
    CustomerFacts,
    Facts,
    IntentFacts,
    InvoiceFacts,
    InvoiceItemFacts,
    InvoicePaymentFacts,
    LinkFacts,
    MethodFacts,
    PayoutFacts,
    PortalFacts,
    RefundFacts,
    SubscriptionFacts,
    TaxCalculationFacts,
    TaxTransactionFacts,
)

T = TypeVar("T")
F = TypeVar("F", bound=Facts)
_TRANSACTION = re.compile(r"\btax_[A-Za-z0-9]+\b")


def find_customer(params: Json, reference: str, since: int) -> CustomerFacts | None:
    rows = pages(lambda v1, page: v1.customers.list({"created": {"gte": since}, **page}), most=100_000)
    return _with_reference(CustomerFacts.read, rows, reference)


def find_session(params: Json, reference: str, since: int) -> CheckoutFacts | None:
    rows = pages(lambda v1, page: v1.checkout.sessions.list({**_of_customer(params, since), **page}))
    return _with_reference(CheckoutFacts.read, rows, reference)


def find_invoice(params: Json, reference: str, since: int) -> InvoiceFacts | None:
    rows = pages(lambda v1, page: v1.invoices.list({**_of_customer(params, since), **page}))
    return _with_reference(InvoiceFacts.read, rows, reference)


def find_invoice_item(params: Json, reference: str, since: int) -> InvoiceItemFacts | None:
    rows = pages(lambda v1, page: v1.invoice_items.list({**_of_customer(params, since), **page}))
    return _with_reference(InvoiceItemFacts.read, rows, reference)


def find_intent(params: Json, reference: str, since: int) -> IntentFacts | None:
    rows = pages(lambda v1, page: v1.payment_intents.list({**_of_customer(params, since), **page}))
    return _with_reference(IntentFacts.read, rows, reference)


def find_refund(params: Json, reference: str, since: int) -> RefundFacts | None:
    wanted = {"payment_intent": params["payment_intent"], "created": {"gte": since}}
    rows = pages(lambda v1, page: v1.refunds.list({**wanted, **page}))
    return _with_reference(RefundFacts.read, rows, reference)


def find_transaction(params: Json, refusal: StripeRefused) -> TaxTransactionFacts | None:
    """Return the transaction that has our reference, if that is why Stripe refuses another one.

    If the refusal does not name its id, it is returned without id and lines.
    """
    if refusal.context.get("stripe_parameter") != "reference":
        return None
    named = _TRANSACTION.search(refusal.detail)
    found = fetch_transaction(named.group()) if named else None
    if found is not None and found.reference == params["reference"]:
        return found
    return TaxTransactionFacts(id="", reference=str(params["reference"]), livemode=False, lines=[])


def fetch_transaction(transaction_id: str) -> TaxTransactionFacts:
    """Fetch a transaction of Stripe Tax, with its lines."""
    expand = {"expand": ["line_items"]}
    return read(TaxTransactionFacts.read, call(lambda v1: v1.tax.transactions.retrieve(transaction_id, expand)))


def _of_customer(params: Json, since: int) -> Json:
    return {"customer": params["customer"], "created": {"gte": since}}


_RETRIEVE: dict[str, Callable[[Any], Any]] = {
    "charge": lambda v1: v1.charges.retrieve,
    "checkout.session": lambda v1: v1.checkout.sessions.retrieve,
    "credit_note": lambda v1: v1.credit_notes.retrieve,
    "customer": lambda v1: v1.customers.retrieve,
    "dispute": lambda v1: v1.disputes.retrieve,
    "invoice": lambda v1: v1.invoices.retrieve,
    "invoice_payment": lambda v1: v1.invoice_payments.retrieve,
    "payment_intent": lambda v1: v1.payment_intents.retrieve,
    "payment_method": lambda v1: v1.payment_methods.retrieve,
    "radar.early_fraud_warning": lambda v1: v1.radar.early_fraud_warnings.retrieve,
    "refund": lambda v1: v1.refunds.retrieve,
    "subscription": lambda v1: v1.subscriptions.retrieve,
}


def fetch_object(kind: str, object_id: str) -> Json | None:
    """Return an object as it is now, in the pinned version; None if Stripe has none or we do not read its kind.

    Raises:
        StripeUnavailable: Stripe did not respond.
    """
    if kind not in _RETRIEVE:
        return None
    try:
        return call(lambda v1: _RETRIEVE[kind](v1)(object_id))
    except StripeHasNone:
        return None


def fetch_invoice(invoice_id: str) -> InvoiceFacts:
    """Fetch the current state of an invoice, with all its payments."""
    body = call(lambda v1: v1.invoices.retrieve(invoice_id, {"expand": ["payments"]}))
    if (body.get("payments") or {}).get("has_more"):
        every = pages(lambda v1, page: v1.invoice_payments.list({"invoice": invoice_id, **page}))
        body = {**body, "payments": {"data": list(every)}}
    return read(InvoiceFacts.read, body)


def fetch_credit_note(note_id: str) -> CreditNoteFacts:
    return read(CreditNoteFacts.read, call(lambda v1: v1.credit_notes.retrieve(note_id)))


def fetch_intent(intent_id: str) -> IntentFacts:
    return read(IntentFacts.read, call(lambda v1: v1.payment_intents.retrieve(intent_id)))


def fetch_session(session_id: str) -> CheckoutFacts:
    """Fetch the current state of a checkout session, with the payment method it saved."""
    expand = {"expand": ["payment_intent", "setup_intent"]}
    return read(CheckoutFacts.read, call(lambda v1: v1.checkout.sessions.retrieve(session_id, expand)))


def fetch_method(method_id: str) -> MethodFacts:
    return read(MethodFacts.read, call(lambda v1: v1.payment_methods.retrieve(method_id)))


def open_sessions_of(payment_link: str) -> list[CheckoutFacts]:
    """Fetch the open sessions of visitors of a payment link."""
    wanted = {"payment_link": payment_link, "status": "open"}
    rows = pages(lambda v1, page: v1.checkout.sessions.list({**wanted, **page}))
    return [read(CheckoutFacts.read, row) for row in rows]


def fetch_subscription(subscription_id: str) -> SubscriptionFacts:
    return read(SubscriptionFacts.read, call(lambda v1: v1.subscriptions.retrieve(subscription_id)))


def fetch_customer(customer_id: str) -> CustomerFacts:
    return read(CustomerFacts.read, call(lambda v1: v1.customers.retrieve(customer_id)))


def refunds_of(payment_intent: str) -> list[RefundFacts]:
    rows = pages(lambda v1, page: v1.refunds.list({"payment_intent": payment_intent, **page}))
    return [read(RefundFacts.read, row) for row in rows]


def payments_of(customer: str) -> Iterator[IntentFacts]:
    """Yield every payment intent of a customer with its latest charge, newest first."""
    expand = {"customer": customer, "expand": ["data.latest_charge"]}
    rows = pages(lambda v1, page: v1.payment_intents.list({**expand, **page}), most=100_000)
    return (read(IntentFacts.read, row) for row in rows)


def invoices_of(customer: str) -> Iterator[InvoiceFacts]:
    """Yield every invoice of a customer, newest first."""
    rows = pages(lambda v1, page: v1.invoices.list({"customer": customer, **page}), most=100_000)
    return (read(InvoiceFacts.read, row) for row in rows)


def invoices_paid_by(intent: str) -> tuple[str, ...]:
    """Return the ids of the invoices that a payment intent pays or will pay; their own events report the money."""
    by_intent = {"payment": {"type": "payment_intent", "payment_intent": intent}}
    rows = pages(lambda v1, page: v1.invoice_payments.list({**by_intent, **page}), most=100)
    return tuple(sorted({read(InvoicePaymentFacts.read, row).invoice for row in rows}))


def is_under_way(invoice_id: str) -> bool:
    """Whether a payment of an invoice is under way, as a bank debit is for days."""
    made = fetch_invoice(invoice_id).payments or ()
    waiting = [one.payment_intent for one in made if one.status == "open" and one.payment_intent]
    return any(fetch_intent(intent).status == "processing" for intent in waiting)


def movements_since(created: int) -> Iterator[BalanceFacts]:
    """Yield the balance transactions since a time (Unix seconds) with what caused each, oldest first.

    Stripe lists the newest first, so the list is read to its end before the first one is yielded.
    """
    wanted: Json = {"created": {"gte": created}, "expand": ["data.source"]}
    rows = pages(lambda v1, page: v1.balance_transactions.list({**wanted, **page}), most=1_000_000)
    return reversed([read(BalanceFacts.read, row) for row in rows])


def movements_of(payout: str) -> Iterator[BalanceFacts]:
    """Yield the balance transactions that an automatic payout pays, with its own."""
    wanted: Json = {"payout": payout, "expand": ["data.source"]}
    rows = pages(lambda v1, page: v1.balance_transactions.list({**wanted, **page}), most=1_000_000)
    return (read(BalanceFacts.read, row) for row in rows)


def payouts_since(created: int) -> Iterator[PayoutFacts]:
    """Yield the payouts since a time (Unix seconds), oldest first."""
    rows = pages(lambda v1, page: v1.payouts.list({"created": {"gte": created}, **page}), most=100_000)
    return reversed([read(PayoutFacts.read, row) for row in rows])


def events_since(created: int, types: list[str], *, undelivered_only: bool = False) -> Iterator[Json]:
    """Yield the events of up to 20 types since `created` (Unix seconds), newest first; kept at Stripe for 30 days."""
    wanted: Json = {"created": {"gte": created}, "types": types}
    if undelivered_only:
        wanted["delivery_success"] = False
    return pages(lambda v1, page: v1.events.list({**wanted, **page}), most=1_000_000)


def _with_reference(reader: Callable[[Json], T], rows: Iterator[Json], reference: str) -> T | None:
    """Return the first object with our reference in its metadata, None if there is none."""
    for row in rows:
        if (row.get("metadata") or {}).get("reference") == reference:
            return read(reader, row)
    return None


def _creating(
    name: str, method: Callable[[Any], Any], kind: type[F], find: Callable[[Json, str, int], F | None] | None = None
) -> Operation[F]:
    """An operation that makes an object; `find` looks it up after a lost answer."""
    return Operation(name, lambda v1, _, params, options: method(v1)(params, options), kind, find)


def _repeatable(name: str, method: Callable[[Any], Any], kind: type[F]) -> Operation[F]:
    """An operation on an existing object, which may safely be repeated."""
    return Operation(name, lambda v1, target, params, options: method(v1)(target, params, options), kind)


CREATE_CUSTOMER = _creating("customer.create", lambda v1: v1.customers.create, CustomerFacts, find_customer)
UPDATE_CUSTOMER = _repeatable("customer.update", lambda v1: v1.customers.update, CustomerFacts)
CREATE_SESSION = _creating("checkout.create", lambda v1: v1.checkout.sessions.create, CheckoutFacts, find_session)
EXPIRE_SESSION = _repeatable("checkout.expire", lambda v1: v1.checkout.sessions.expire, CheckoutFacts)
CREATE_INTENT = _creating("payment_intent.create", lambda v1: v1.payment_intents.create, IntentFacts, find_intent)
CANCEL_INTENT = _repeatable("payment_intent.cancel", lambda v1: v1.payment_intents.cancel, IntentFacts)
CREATE_PORTAL = _creating("portal.create", lambda v1: v1.billing_portal.sessions.create, PortalFacts)
CREATE_INVOICE = _creating("invoice.create", lambda v1: v1.invoices.create, InvoiceFacts, find_invoice)
ADD_INVOICE_ITEM = _creating(
    "invoice_item.create", lambda v1: v1.invoice_items.create, InvoiceItemFacts, find_invoice_item
)
FINALIZE_INVOICE = _repeatable("invoice.finalize", lambda v1: v1.invoices.finalize_invoice, InvoiceFacts)
VOID_INVOICE = _repeatable("invoice.void", lambda v1: v1.invoices.void_invoice, InvoiceFacts)
CLOSE_INVOICE = _repeatable("invoice.close", lambda v1: v1.invoices.pay, InvoiceFacts)
GIVE_UP_INVOICE = _repeatable("invoice.give_up", lambda v1: v1.invoices.mark_uncollectible, InvoiceFacts)
# Stripe cannot list links by customer or time. If an answer was lost, nobody knows that link's address, so a second
# link does no harm.
CREATE_LINK = _creating("payment_link.create", lambda v1: v1.payment_links.create, LinkFacts)
UPDATE_LINK = _repeatable("payment_link.update", lambda v1: v1.payment_links.update, LinkFacts)
CREATE_REFUND = _creating("refund.create", lambda v1: v1.refunds.create, RefundFacts, find_refund)
# Stripe lists neither calculations nor transactions. A second calculation does no harm; a second transaction is
# refused, because its reference is taken, which shows that the first one was made.
CALCULATE_TAX = _creating("tax_calculation.create", lambda v1: v1.tax.calculations.create, TaxCalculationFacts)
REPORT_TAX = replace(
    _creating("tax_transaction.create", lambda v1: v1.tax.transactions.create_from_calculation, TaxTransactionFacts),
    made_before=find_transaction,
)
REVERSE_TAX = replace(
    _creating("tax_transaction.reverse", lambda v1: v1.tax.transactions.create_reversal, TaxTransactionFacts),
    made_before=find_transaction,
)
