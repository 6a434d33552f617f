"""Sessions to pay at, and what they are made from."""

from dataclasses import dataclass, field
from typing import Self

from apps.common.strict_json import Json
from apps.payments.stripe_objects import readers
from apps.payments.stripe_objects.readers import Facts

PAID = ("paid", "no_payment_required")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutFacts(Facts):
    """A checkout session. `payment_status` says whether money came, `status` only whether the payer is through.

    One that only saves a payment method has no amount. `payment_method` is there where the intents were asked for.
    `amount_subtotal` is what was asked for; `amount_total` is after discounts and with `amount_tax`, whether the tax
    was added or found inside.
    """

    id: str
    customer: str
    amount_total: int
    currency: str
    mode: str
    status: str
    payment_status: str
    payment_intent: str
    payment_link: str
    url: str
    expires_at: int
    livemode: bool
    payment_method: str = ""
    amount_subtotal: int = 0
    amount_tax: int = 0
    amount_discount: int = 0
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        readers.kind(body, "checkout.session")
        takes_nothing = body.get("mode") == "setup"
        details = readers.member(body, "total_details")
        return cls(
            id=readers.required_id(body),
            customer=readers.optional_id(body, "customer"),
            amount_total=readers.amount(body, "amount_total", 0 if takes_nothing else None),
            currency="" if takes_nothing and body.get("currency") is None else readers.currency(body),
            mode=readers.text(body, "mode", longest=20),
            status=readers.text(body, "status", longest=20),
            payment_status=readers.text(body, "payment_status", longest=30),
            payment_intent=readers.optional_id(body, "payment_intent"),
            payment_link=readers.optional_id(body, "payment_link"),
            url=readers.text(body, "url"),
            expires_at=readers.integer(body, "expires_at"),
            livemode=readers.flag(body, "livemode"),
            payment_method=_method_of(body, "payment_intent") or _method_of(body, "setup_intent"),
            amount_subtotal=readers.amount(body, "amount_subtotal", 0),
            amount_tax=readers.amount(details, "amount_tax", 0),
            amount_discount=readers.amount(details, "amount_discount", 0),
            metadata=readers.metadata(body),
        )

    @property
    def is_paid(self) -> bool:
        return self.payment_status in PAID


def _method_of(body: Json, name: str) -> str:
    """Return the payment method of a session's intent; empty where the intent is not expanded."""
    intent = body.get(name)
    return readers.optional_id(intent, "payment_method") if isinstance(intent, dict) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFacts(Facts):
    """A payment method. One without a customer cannot be charged any more."""

    id: str
    customer: str

    @classmethod
    def read(cls, body: Json) -> Self:
        readers.kind(body, "payment_method")
        return cls(id=readers.required_id(body), customer=readers.optional_id(body, "customer"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts(Facts):
    id: str
    livemode: bool
    default_payment_method: str = ""
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        readers.kind(body, "customer")
        return cls(
            id=readers.required_id(body),
            livemode=readers.flag(body, "livemode"),
            default_payment_method=readers.optional_id(
                readers.member(body, "invoice_settings"), "default_payment_method"
            ),
            metadata=readers.metadata(body),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts(Facts):
    id: str
    url: str
    active: bool
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        readers.kind(body, "payment_link")
        return cls(
            id=readers.required_id(body),
            url=readers.text(body, "url"),
            active=readers.flag(body, "active"),
            metadata=readers.metadata(body),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalFacts(Facts):
    id: str
    url: str

    @classmethod
    def read(cls, body: Json) -> Self:
        readers.kind(body, "billing_portal.session")
        return cls(id=readers.required_id(body), url=readers.text(body, "url"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingFacts(Facts):
    """An object of which only the id matters: an invoice item."""

    id: str
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        return cls(id=readers.required_id(body), metadata=readers.metadata(body))
