"""Decide whether an event is about an object of ours; a Stripe account may serve other products too."""

from apps.common.strict_json import Json
from apps.payments import stripe_operations
from apps.payments.services.owners import names_ours
from apps.payments.stripe_objects import lenient

# These are the account's own, whatever products share it.
OF_THE_ACCOUNT = ("payout", "balance")
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
    if lenient.text(body, "object") in OF_THE_ACCOUNT or names_ours(body):
        return True
    named = _named_by_another(body) if ask else None
    fetched = stripe_operations.fetch_object(*named) if named else None
    return fetched is not None and names_ours(fetched)


def _named_by_another(body: Json) -> tuple[str, str] | None:
    for name in _TOLD_BY_ANOTHER.get(lenient.text(body, "object"), ()):
        if named := lenient.text(body, name):
            return name, named
    return None
