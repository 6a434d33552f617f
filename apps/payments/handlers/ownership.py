"""Decide whether an event is about an object of ours; a Stripe account may serve other products too.

An object is ours if it names a reference that we write, or a Stripe id stored in one of our rows. It is read leniently
here, because objects of other products have amounts, modes and members that our readers do not know.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet, Value

from apps.common.strict_json import Json
from apps.payments import stripe_operations
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
from apps.tenants.models import Organization
from apps.top_ups.models import TopUp

# The form of these references makes them ours: after restoring a backup, their rows may be missing.
KNOWN_BY_FORM = (ObjectKind.PAYMENT_LINK, *INVOICES)
# These are the account's own, whatever products share it.
OF_THE_ACCOUNT = ("payout", "balance")
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
# These have neither a customer nor our metadata; the payment or invoice that they name has both.
_TOLD_BY_ANOTHER = {
    "refund": ("payment_intent", "charge"),
    "dispute": ("payment_intent", "charge"),
    "radar.early_fraud_warning": ("payment_intent", "charge"),
    "invoice_payment": ("invoice",),
}


def is_ours(body: Json, *, ask: bool) -> bool:
    """Return whether an object is ours; with `ask`, fetch its payment or invoice if the object alone does not show it.

    Raises:
        StripeUnavailable: Stripe did not respond.
    """
    if _text(body, "object") in OF_THE_ACCOUNT or _names_ours(body):
        return True
    owner = _owner(body) if ask else None
    fetched = stripe_operations.fetch_object(*owner) if owner else None
    return fetched is not None and _names_ours(fetched)


def _names_ours(body: Json) -> bool:
    about = _texts(_member(body, "metadata"), ("reference", "organization"))
    reference = about.get("reference", "")
    if row_id(reference, ObjectKind.CHECKOUT) or kind_of_reference(reference) in KNOWN_BY_FORM:
        return True
    ids = {*_texts(body, _NAMES).values(), *_texts(_member(body, "payment"), _NAMES).values()}
    rows: list[QuerySet[Any]] = [kept._default_manager.filter(**{f"{name}__in": ids}) for kept, name in _KEPT]
    rows.append(StripeRequest.objects.filter(reference=reference))
    rows.append(Organization.objects.filter(pk__in=_uuids(about.get("organization", ""))))
    first, *others = (each.order_by().values_list(Value(1)) for each in rows)
    return first.union(*others, all=True).exists()


def _owner(body: Json) -> tuple[str, str] | None:
    for name in _TOLD_BY_ANOTHER.get(_text(body, "object"), ()):
        if named := _text(body, name):
            return name, named
    return None


def _member(body: Json, name: str) -> Json:
    inner = body.get(name)
    return inner if isinstance(inner, dict) else {}


def _texts(body: Json, names: Iterable[str]) -> dict[str, str]:
    return {name: text for name in names if (text := _text(body, name))}


def _text(body: Json, name: str) -> str:
    """Return a member's string, or the id of an expanded object; empty for anything else."""
    value = body.get(name)
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and value.isprintable() else ""


def _uuids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []
