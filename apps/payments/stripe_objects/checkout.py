"""Checkout sessions, customers, payment methods and payment links."""

from apps.common.strict_json import Json
from apps.payments.stripe_objects import fields, readers
from apps.payments.stripe_objects.fields import Facts

PAID = ("paid", "no_payment_required")


def _takes_nothing(body: Json) -> bool:
    return body.get("mode") == "setup"


def _amount_total(body: Json) -> int:
    return readers.amount(body, "amount_total", 0 if _takes_nothing(body) else None)


def _currency(body: Json) -> str:
    return "" if _takes_nothing(body) and body.get("currency") is None else readers.currency(body)


def _payment_method(body: Json) -> str:
    return _method_of(body, "payment_intent") or _method_of(body, "setup_intent")


def _method_of(body: Json, name: str) -> str:
    """Return the payment method of a session's intent; empty if the intent is not expanded."""
    intent = body.get(name)
    return readers.optional_id(intent, "payment_method") if isinstance(intent, dict) else ""


@fields.stripe_object("checkout.session")
class CheckoutFacts(Facts):
    """A checkout session. `payment_status` says whether money was received, `status` only whether the payer is done.

    In setup mode, which only saves a payment method, there is no amount. `payment_method` is set only if the intents
    were expanded. `amount_subtotal` is the requested amount; `amount_total` is after discounts and includes
    `amount_tax`, whether added or inclusive.
    """

    id: str = fields.required_id()
    customer: str = fields.an_id()
    amount_total: int = fields.computed(_amount_total)
    currency: str = fields.computed(_currency)
    mode: str = fields.text(20)
    status: str = fields.text(20)
    payment_status: str = fields.text(30)
    payment_intent: str = fields.an_id()
    payment_link: str = fields.an_id()
    url: str = fields.text()
    expires_at: int = fields.integer()
    livemode: bool = fields.flag()
    payment_method: str = fields.computed(_payment_method)
    amount_subtotal: int = fields.amount(0)
    amount_tax: int = fields.amount(0, of="total_details")
    amount_discount: int = fields.amount(0, of="total_details")
    metadata: dict[str, str] = fields.metadata()

    @property
    def is_paid(self) -> bool:
        return self.payment_status in PAID


@fields.stripe_object("payment_method")
class MethodFacts(Facts):
    """A payment method. Without a customer it can no longer be charged.

    The members of a card are empty or 0 for other types. Its fingerprint is the same however often it is saved.
    """

    id: str = fields.required_id()
    customer: str = fields.an_id()
    type: str = fields.text(40)
    brand: str = fields.text(40, of="card")
    last4: str = fields.text(4, of="card")
    fingerprint: str = fields.text(100, of="card")
    exp_month: int = fields.integer(0, of="card")
    exp_year: int = fields.integer(0, of="card")


def _language(body: Json) -> str:
    """Return the first of a customer's languages; empty if it has none."""
    locales = body.get("preferred_locales")
    return str(locales[0])[:10] if isinstance(locales, list) and locales else ""


@fields.stripe_object("customer")
class CustomerFacts(Facts):
    id: str = fields.required_id()
    livemode: bool = fields.flag()
    default_payment_method: str = fields.an_id(of="invoice_settings")
    language: str = fields.computed(_language)
    metadata: dict[str, str] = fields.metadata()


@fields.stripe_object("payment_link")
class LinkFacts(Facts):
    id: str = fields.required_id()
    url: str = fields.text()
    active: bool = fields.flag()
    metadata: dict[str, str] = fields.metadata()


@fields.stripe_object("billing_portal.session")
class PortalFacts(Facts):
    id: str = fields.required_id()
    url: str = fields.text()


@fields.stripe_object()
class InvoiceItemFacts(Facts):
    """An object of which only the id and metadata matter: an invoice item."""

    id: str = fields.required_id()
    metadata: dict[str, str] = fields.metadata()
