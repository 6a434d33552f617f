"""Sessions to pay at, and what they are made from."""

from dataclasses import dataclass, field
from typing import Self

from apps.common.strict_json import Json
from apps.payments.objects import reading
from apps.payments.objects.reading import Facts

PAID = ("paid", "no_payment_required")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutFacts(Facts):
    """A checkout session. `payment_status` says whether money came, `status` only whether the payer is through."""

    id: str
    customer: str
    amount_total: int
    currency: str
    mode: str
    status: str
    payment_status: str
    payment_intent: str
    payment_link: str
    subscription: str
    url: str
    expires_at: int
    livemode: bool
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "checkout.session")
        return cls(
            id=reading.required_id(body),
            customer=reading.optional_id(body, "customer"),
            amount_total=reading.amount(body, "amount_total"),
            currency=reading.currency(body),
            mode=reading.text(body, "mode", longest=20),
            status=reading.text(body, "status", longest=20),
            payment_status=reading.text(body, "payment_status", longest=30),
            payment_intent=reading.optional_id(body, "payment_intent"),
            payment_link=reading.optional_id(body, "payment_link"),
            subscription=reading.optional_id(body, "subscription"),
            url=reading.text(body, "url"),
            expires_at=reading.integer(body, "expires_at"),
            livemode=reading.flag(body, "livemode"),
            metadata=reading.metadata(body),
        )

    @property
    def is_paid(self) -> bool:
        return self.payment_status in PAID


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts(Facts):
    id: str
    livemode: bool
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "customer")
        return cls(
            id=reading.required_id(body),
            livemode=reading.flag(body, "livemode"),
            metadata=reading.metadata(body),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFacts(Facts):
    id: str
    unit_amount: int
    currency: str

    @classmethod
    def read(cls, body: Json) -> Self:
        reading.kind(body, "price")
        return cls(
            id=reading.required_id(body),
            unit_amount=reading.amount(body, "unit_amount"),
            currency=reading.currency(body),
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
    """An object of which only the id matters: a product, an invoice item."""

    id: str
    metadata: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, body: Json) -> Self:
        return cls(id=reading.required_id(body), metadata=reading.metadata(body))
