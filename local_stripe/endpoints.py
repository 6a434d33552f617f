"""The API routes: address, parameter type and function."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_stripe import (
    balances,
    catalog,
    checkout,
    collection,
    credit_notes,
    customers,
    discounts,
    intents,
    invoice_payments,
    invoices,
    links,
    methods,
    money,
    payment_records,
    sessions,
    subscriptions,
    tax_calculations,
    taxes,
)
from local_stripe.account import Account
from local_stripe.currencies import refuse_unpayable
from local_stripe.errors import StripeFault
from local_stripe.expansion import expanded
from local_stripe.lists import page
from local_stripe.parameters import check
from local_stripe.shapes import Body

Act = Callable[[Account, Body, str], Body]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route: `kind` is its parameter class in the SDK, empty if it takes no parameters."""

    method: str
    pattern: re.Pattern[str]
    kind: str
    act: Act


def dispatch(account: Account, method: str, path: str, params: dict[str, Any]) -> Body:
    """Serve one API request.

    Raises:
        StripeFault: whatever Stripe would refuse.
    """
    for endpoint in ENDPOINTS:
        match = endpoint.pattern.fullmatch(path)
        if match and endpoint.method == method:
            expand = params.get("expand", [])
            cleaned = check(params, endpoint.kind)
            refuse_unpayable(cleaned)
            return expanded(account, endpoint.act(account, cleaned, (match.groups() or ("",))[0]), expand)
    raise StripeFault(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")


def _update(kind: str, *names: str) -> Act:
    def act(account: Account, params: Body, found: str) -> Body:
        subject = account.get(kind, found)
        previous = {name: subject[name] for name in params if name in names}
        account.change(subject, **{name: value for name, value in params.items() if name in names})
        account.emit(f"{'customer.' if kind == 'subscription' else ''}{kind}.updated", subject, previous)
        return subject

    return act


def _retrieve(kind: str) -> Act:
    return lambda account, params, found: account.get(kind, found)


def _list(kind: str) -> Act:
    return lambda account, params, _: page(account, kind, params)


def _on(kind: str, act: Callable[[Account, Body], Body]) -> Act:
    return lambda account, params, found: act(account, account.get(kind, found))


def _made(act: Callable[[Account, Body], Body]) -> Act:
    return lambda account, params, _: act(account, params)


def _endpoint(line: str, act: Act) -> Endpoint:
    method, path, kind = line.split()
    return Endpoint(method, re.compile(path.replace("{id}", "([A-Za-z0-9_-]+)")), kind, act)


ENDPOINTS = [
    _endpoint("POST /v1/customers _customer_create_params.CustomerCreateParams", _made(customers.create_customer)),
    _endpoint(
        "POST /v1/customers/{id} _customer_update_params.CustomerUpdateParams",
        customers.update_customer,
    ),
    _endpoint(
        "GET /v1/customers/{id}/payment_methods _customer_payment_method_list_params.CustomerPaymentMethodListParams",
        lambda account, params, found: page(account, "payment_method", {**params, "customer": found}),
    ),
    _endpoint("GET /v1/payment_methods _payment_method_list_params.PaymentMethodListParams", _list("payment_method")),
    _endpoint(
        "GET /v1/payment_methods/{id} _payment_method_retrieve_params.PaymentMethodRetrieveParams",
        _retrieve("payment_method"),
    ),
    _endpoint(
        "POST /v1/payment_methods/{id}/attach _payment_method_attach_params.PaymentMethodAttachParams",
        methods.attach_given,
    ),
    _endpoint(
        "POST /v1/payment_methods/{id}/detach _payment_method_detach_params.PaymentMethodDetachParams",
        _on("payment_method", methods.detach),
    ),
    _endpoint(
        "POST /v1/customers/{id}/balance_transactions "
        "_customer_balance_transaction_create_params.CustomerBalanceTransactionCreateParams",
        balances.adjust,
    ),
    _endpoint(
        "GET /v1/customers/{id}/balance_transactions "
        "_customer_balance_transaction_list_params.CustomerBalanceTransactionListParams",
        lambda account, params, found: page(account, "customer_balance_transaction", {**params, "customer": found}),
    ),
    _endpoint("POST /v1/coupons _coupon_create_params.CouponCreateParams", _made(discounts.create_coupon)),
    _endpoint("GET /v1/coupons/{id} _coupon_retrieve_params.CouponRetrieveParams", _retrieve("coupon")),
    _endpoint(
        "POST /v1/promotion_codes _promotion_code_create_params.PromotionCodeCreateParams",
        _made(discounts.create_code),
    ),
    _endpoint(
        "GET /v1/promotion_codes/{id} _promotion_code_retrieve_params.PromotionCodeRetrieveParams",
        _retrieve("promotion_code"),
    ),
    _endpoint("POST /v1/tax_rates _tax_rate_create_params.TaxRateCreateParams", _made(taxes.create_rate)),
    _endpoint("GET /v1/tax_rates/{id} _tax_rate_retrieve_params.TaxRateRetrieveParams", _retrieve("tax_rate")),
    _endpoint(
        "POST /v1/tax/calculations tax._calculation_create_params.CalculationCreateParams",
        _made(tax_calculations.calculate),
    ),
    _endpoint(
        "GET /v1/tax/calculations/{id} tax._calculation_retrieve_params.CalculationRetrieveParams",
        _retrieve("tax.calculation"),
    ),
    _endpoint(
        "POST /v1/tax/transactions/create_from_calculation "
        "tax._transaction_create_from_calculation_params.TransactionCreateFromCalculationParams",
        _made(tax_calculations.report),
    ),
    _endpoint(
        "POST /v1/tax/transactions/create_reversal "
        "tax._transaction_create_reversal_params.TransactionCreateReversalParams",
        _made(tax_calculations.reverse),
    ),
    _endpoint(
        "GET /v1/tax/transactions/{id} tax._transaction_retrieve_params.TransactionRetrieveParams",
        _retrieve("tax.transaction"),
    ),
    _endpoint("POST /v1/credit_notes _credit_note_create_params.CreditNoteCreateParams", _made(credit_notes.create)),
    _endpoint("GET /v1/credit_notes _credit_note_list_params.CreditNoteListParams", _list("credit_note")),
    _endpoint(
        "GET /v1/credit_notes/{id} _credit_note_retrieve_params.CreditNoteRetrieveParams", _retrieve("credit_note")
    ),
    _endpoint(
        "POST /v1/credit_notes/{id}/void _credit_note_void_credit_note_params.CreditNoteVoidCreditNoteParams",
        _on("credit_note", credit_notes.void),
    ),
    _endpoint(
        "POST /v1/payment_records/report_payment "
        "_payment_record_report_payment_params.PaymentRecordReportPaymentParams",
        _made(payment_records.report),
    ),
    _endpoint(
        "GET /v1/payment_records/{id} _payment_record_retrieve_params.PaymentRecordRetrieveParams",
        _retrieve("payment_record"),
    ),
    _endpoint("GET /v1/setup_intents _setup_intent_list_params.SetupIntentListParams", _list("setup_intent")),
    _endpoint(
        "GET /v1/setup_intents/{id} _setup_intent_retrieve_params.SetupIntentRetrieveParams", _retrieve("setup_intent")
    ),
    _endpoint("GET /v1/customers _customer_list_params.CustomerListParams", _list("customer")),
    _endpoint("GET /v1/customers/{id} _customer_retrieve_params.CustomerRetrieveParams", _retrieve("customer")),
    _endpoint(
        "POST /v1/checkout/sessions checkout._session_create_params.SessionCreateParams", _made(sessions.create_session)
    ),
    _endpoint("GET /v1/checkout/sessions checkout._session_list_params.SessionListParams", _list("checkout.session")),
    _endpoint(
        "GET /v1/checkout/sessions/{id} checkout._session_retrieve_params.SessionRetrieveParams",
        _retrieve("checkout.session"),
    ),
    _endpoint(
        "POST /v1/checkout/sessions/{id}/expire checkout._session_expire_params.SessionExpireParams",
        _on("checkout.session", checkout.expire_session),
    ),
    _endpoint(
        "POST /v1/payment_intents _payment_intent_create_params.PaymentIntentCreateParams",
        _made(intents.create_intent),
    ),
    _endpoint(
        "POST /v1/payment_intents/{id}/confirm _payment_intent_confirm_params.PaymentIntentConfirmParams",
        intents.confirm_intent,
    ),
    _endpoint(
        "POST /v1/payment_intents/{id}/capture _payment_intent_capture_params.PaymentIntentCaptureParams",
        intents.capture_intent,
    ),
    _endpoint(
        "POST /v1/payment_intents/{id}/cancel _payment_intent_cancel_params.PaymentIntentCancelParams",
        intents.cancel,
    ),
    _endpoint("GET /v1/payment_intents _payment_intent_list_params.PaymentIntentListParams", _list("payment_intent")),
    _endpoint(
        "GET /v1/payment_intents/{id} _payment_intent_retrieve_params.PaymentIntentRetrieveParams",
        _retrieve("payment_intent"),
    ),
    _endpoint("POST /v1/refunds _refund_create_params.RefundCreateParams", _made(money.create_refund)),
    _endpoint("GET /v1/refunds _refund_list_params.RefundListParams", _list("refund")),
    _endpoint("GET /v1/refunds/{id} _refund_retrieve_params.RefundRetrieveParams", _retrieve("refund")),
    _endpoint("GET /v1/charges _charge_list_params.ChargeListParams", _list("charge")),
    _endpoint("GET /v1/charges/{id} _charge_retrieve_params.ChargeRetrieveParams", _retrieve("charge")),
    _endpoint(
        "GET /v1/balance_transactions _balance_transaction_list_params.BalanceTransactionListParams",
        _list("balance_transaction"),
    ),
    _endpoint(
        "GET /v1/balance_transactions/{id} _balance_transaction_retrieve_params.BalanceTransactionRetrieveParams",
        _retrieve("balance_transaction"),
    ),
    _endpoint("GET /v1/payouts _payout_list_params.PayoutListParams", _list("payout")),
    _endpoint("GET /v1/payouts/{id} _payout_retrieve_params.PayoutRetrieveParams", _retrieve("payout")),
    _endpoint("GET /v1/disputes/{id} _dispute_retrieve_params.DisputeRetrieveParams", _retrieve("dispute")),
    _endpoint("GET /v1/disputes _dispute_list_params.DisputeListParams", _list("dispute")),
    _endpoint("POST /v1/products _product_create_params.ProductCreateParams", _made(catalog.create_product)),
    _endpoint("GET /v1/products/{id} _product_retrieve_params.ProductRetrieveParams", _retrieve("product")),
    _endpoint("POST /v1/prices _price_create_params.PriceCreateParams", _made(catalog.create_price)),
    _endpoint("GET /v1/prices _price_list_params.PriceListParams", _list("price")),
    _endpoint("GET /v1/subscriptions _subscription_list_params.SubscriptionListParams", _list("subscription")),
    _endpoint(
        "GET /v1/subscriptions/{id} _subscription_retrieve_params.SubscriptionRetrieveParams", _retrieve("subscription")
    ),
    _endpoint(
        "POST /v1/subscriptions/{id} _subscription_update_params.SubscriptionUpdateParams",
        subscriptions.update_subscription,
    ),
    _endpoint(
        "DELETE /v1/subscriptions/{id} _subscription_cancel_params.SubscriptionCancelParams",
        _on("subscription", subscriptions.cancel_subscription),
    ),
    _endpoint("POST /v1/invoices _invoice_create_params.InvoiceCreateParams", _made(invoices.create_invoice)),
    _endpoint("GET /v1/invoices _invoice_list_params.InvoiceListParams", _list("invoice")),
    _endpoint("GET /v1/invoices/{id} _invoice_retrieve_params.InvoiceRetrieveParams", _retrieve("invoice")),
    _endpoint("POST /v1/invoices/{id} _invoice_update_params.InvoiceUpdateParams", invoices.update_invoice),
    _endpoint(
        "POST /v1/invoices/{id}/attach_payment _invoice_attach_payment_params.InvoiceAttachPaymentParams",
        invoice_payments.attach,
    ),
    _endpoint(
        "POST /v1/invoices/{id}/finalize _invoice_finalize_invoice_params.InvoiceFinalizeInvoiceParams",
        collection.finalize,
    ),
    _endpoint("POST /v1/invoices/{id}/pay _invoice_pay_params.InvoicePayParams", collection.pay),
    _endpoint(
        "POST /v1/invoices/{id}/void _invoice_void_invoice_params.InvoiceVoidInvoiceParams",
        _on("invoice", lambda account, invoice: invoice_payments.end(account, invoice, "void")),
    ),
    _endpoint(
        "POST /v1/invoices/{id}/mark_uncollectible _invoice_mark_uncollectible_params.InvoiceMarkUncollectibleParams",
        _on("invoice", lambda account, invoice: invoice_payments.end(account, invoice, "uncollectible")),
    ),
    _endpoint("POST /v1/invoiceitems _invoice_item_create_params.InvoiceItemCreateParams", _made(invoices.add_item)),
    _endpoint("GET /v1/invoiceitems _invoice_item_list_params.InvoiceItemListParams", _list("invoiceitem")),
    _endpoint(
        "GET /v1/invoice_payments/{id} _invoice_payment_retrieve_params.InvoicePaymentRetrieveParams",
        _retrieve("invoice_payment"),
    ),
    _endpoint(
        "GET /v1/invoice_payments _invoice_payment_list_params.InvoicePaymentListParams", _list("invoice_payment")
    ),
    _endpoint("POST /v1/payment_links _payment_link_create_params.PaymentLinkCreateParams", _made(links.create_link)),
    _endpoint("GET /v1/payment_links _payment_link_list_params.PaymentLinkListParams", _list("payment_link")),
    _endpoint(
        "POST /v1/payment_links/{id} _payment_link_update_params.PaymentLinkUpdateParams",
        _update("payment_link", "active", "metadata"),
    ),
    _endpoint(
        "POST /v1/billing_portal/sessions billing_portal._session_create_params.SessionCreateParams",
        _made(links.create_portal),
    ),
    _endpoint("GET /v1/events _event_list_params.EventListParams", _list("event")),
    _endpoint("GET /v1/events/{id} _event_retrieve_params.EventRetrieveParams", _retrieve("event")),
]
