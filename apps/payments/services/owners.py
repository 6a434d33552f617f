"""Whether an object at Stripe is ours, and which customer it belongs to, by the rows of ours that it names.

Objects are read leniently, because those of other products, and those that cannot be applied, have any shape.
"""

from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet, Value

from apps.common.strict_json import Json
from apps.payments.models import (
    CheckoutSession,
    Dispute,
    Mandate,
    PaymentLink,
    Refund,
    StripeCustomer,
    StripeInvoice,
    StripePayment,
    StripeRequest,
)
from apps.payments.references import INVOICES, ObjectKind, kind_of_reference, row_id
from apps.payments.stripe_objects import lenient
from apps.tenants.models import Organization
from apps.top_ups.models import TopUp

# The form of these references makes them ours: after restoring a backup, their rows may be missing.
KNOWN_BY_FORM = (ObjectKind.PAYMENT_LINK, *INVOICES)
_NAMES = (
    "id",
    "customer",
    "payment_intent",
    "charge",
    "latest_charge",
    "invoice",
    "payment_link",
    "refund",
)
# In the order in which they decide whose an object is.
_KEPT: tuple[tuple[type[Model], str], ...] = (
    (StripeCustomer, "stripe_id"),
    (StripePayment, "payment_intent_id"),
    (StripePayment, "charge_id"),
    (CheckoutSession, "stripe_id"),
    (CheckoutSession, "payment_intent_id"),
    (StripeInvoice, "stripe_id"),
    (Mandate, "payment_method_id"),
    (TopUp, "payment_method_id"),
    (PaymentLink, "stripe_id"),
    (Refund, "stripe_id"),
    (Dispute, "stripe_id"),
)


def names_ours(body: Json) -> bool:
    """Return whether an object names a reference that we write, or a Stripe id stored in one of our rows."""
    reference = _told(body).get("reference", "")
    if row_id(reference, ObjectKind.CHECKOUT) or kind_of_reference(reference) in KNOWN_BY_FORM:
        return True
    first, *others = (each.order_by().values_list(Value(1)) for each, _ in _named_rows(body))
    return first.union(*others, all=True).exists()


def owner_of(body: Json) -> Organization | None:
    """Return the customer that an object belongs to; None if it names none that is known.

    A row with one of Stripe's ids decides before the metadata, which a payer may have written.
    """
    ranked = enumerate(_named_rows(body))
    first, *others = (rows.order_by().values_list(Value(rank), owner) for rank, (rows, owner) in ranked)
    found = min(first.union(*others), default=None)
    return Organization.objects.filter(pk=found[1]).first() if found else None


def _named_rows(body: Json) -> list[tuple[QuerySet[Any], str]]:
    """Return the rows that an object names, each with the name of the field that holds their customer."""
    about = _told(body)
    ids = {*lenient.texts(body, _NAMES).values(), *lenient.texts(lenient.member(body, "payment"), _NAMES).values()}
    rows: list[tuple[QuerySet[Any], str]] = [
        (kept._default_manager.filter(**{f"{name}__in": ids}), "organization") for kept, name in _KEPT
    ]
    rows.append((StripeRequest.objects.filter(reference=about.get("reference", "")), "organization"))
    rows.append((Organization.objects.filter(pk__in=_uuids(about.get("organization", ""))), "pk"))
    return rows


def _told(body: Json) -> dict[str, str]:
    return lenient.texts(lenient.member(body, "metadata"), ("reference", "organization"))


def _uuids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []
