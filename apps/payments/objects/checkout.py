"""Sessions to pay at, and what they are made from."""

from dataclasses import dataclass, field
from typing import Self

from apps.common.strict_json import Json
from apps.payments.objects import reading
from apps.payments.objects.reading import Facts

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
        reading.kind(body, "checkout.session")
        takes_nothing = body.get("mode") == "setup"
        details = reading.member(body, "total_details")
        return cls(
            id=reading.required_id(body),
            customer=reading.optional_id(body, "customer"),
            amount_total=reading.amount(body, "amount_total", 0 if takes_nothing else None),
            currency="" if takes_nothing and body.get("currency") is None else reading.currency(body),
            mode=reading.text(body, "mode", longest=20),
            status=reading.text(body, "status", longest=20),
            payment_status=reading.text(body, "payment_status", longest=30),
            payment_intent=reading.optional_id(body, "payment_intent"),
            payment_link=reading.optional_id(body, "payment_link"),
            url=reading.text(body, "url"),
            expires_at=reading.integer(body, "expires_at"),
            livemode=reading.flag(body, "livemode"),
            payment_method=_method_of(body, "payment_intent") or _method_of(body, "setup_intent"),
            amount_subtotal=reading.amount(body, "amount_subtotal", 0),
            amount_tax=reading.amount(details, "amount_tax", 0),
            amount_discount=reading.amount(details, "amount_discount", 0),
            metadata=reading.metadata(body),
        )

    @property
    def is_paid(self) -> bool:
        return self.payment_status in PAID


def _method_of(body: Json, name: str) -> str:
    """Return the payment method of a session's intent; empty where the intent is not expanded."""
    intent = body.get(name)
    return reading.optional_id(intent, "payment_method") if isinstance(intent, dict) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFacts(Facts):
    """A payment method. One without a customer cannot be charged any more."""

    id: str
    customer: str

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "payment_method")
        return cls(id=reading.required_id(body), customer=reading.optional_id(body, "customer"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts(Facts):
    id: str
    livemode: bool
    default_payment_method: str = ""
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "customer")
        return cls(
            id=reading.required_id(body),
            livemode=reading.flag(body, "livemode"),
            default_payment_method=reading.optional_id(
                reading.member(body, "invoice_settings"), "default_payment_method"
            ),
            metadata=reading.metadata(body),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts(Facts):
    id: str
    url: str
    active: bool
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "payment_link")
        return cls(
            id=reading.required_id(body),
            url=reading.text(body, "url"),
            active=reading.flag(body, "active"),
            metadata=reading.metadata(body),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalFacts(Facts):
    id: str
    url: str

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "billing_portal.session")
        return cls(id=reading.required_id(body), url=reading.text(body, "url"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingFacts(Facts):
    """An object of which only the id matters: an invoice item."""

    id: str
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        return cls(id=reading.required_id(body), metadata=reading.metadata(body))
