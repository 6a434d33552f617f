"""Errors of payments: Stripe's answers, invalid objects from Stripe, and invalid requests of callers."""

from typing import Any

from apps.common.errors import Conflict, NotFound, Rejected, Unavailable


class StripeUnavailable(Unavailable):
    """Stripe did not perform the call: it was busy, failing or unreachable. Retry after `retry_after_seconds`."""

    code = "stripe_unavailable"
    title = "The payment service is not responding right now"

    def __init__(self, detail: str = "", *, retry_after_seconds: int = 1, **context: Any) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(detail, **context)


class StripeUnknownOutcome(StripeUnavailable):
    """The answer was lost, so Stripe may have performed the call. A retry with the same idempotency key returns the
    outcome.
    """

    code = "stripe_unknown_outcome"


class StripeBroke(StripeUnknownOutcome):
    """Stripe answered 5xx and repeats that answer for the same key. Look up the object, then use a new key."""

    code = "stripe_broke"


class StripeKeyRefused(StripeUnavailable):
    """Stripe rejects our API key. Every call fails until the key is replaced."""

    code = "stripe_key_refused"


class StripePermissionMissing(StripeUnavailable):
    """Our restricted key lacks the permission for this call; other calls work. `lacking` is for staff, not callers.

    `is_shown` is set once an issue is open, so that an outer caller opens no second one.
    """

    code = "stripe_permission_missing"

    def __init__(self, lacking: str) -> None:
        self.lacking, self.is_shown = lacking, False
        super().__init__()

    def __str__(self) -> str:
        return self.lacking


class StripeRefused(Conflict):
    """Stripe refused the request; sending it again would be refused too."""

    code = "stripe_refused"
    title = "The payment service refused this"


class StripeHasNone(StripeRefused):
    """There is no such object at Stripe, or our key cannot see it."""

    code = "stripe_has_none"


class StripeNotConfigured(Unavailable):
    code = "stripe_not_configured"
    title = "No payment service is configured"


class MalformedObject(ValueError):
    """An object from Stripe does not have the shape of its type."""


class MalformedDelivery(ValueError):
    """A webhook's body is not an event."""


class BadSignature(ValueError):
    """A webhook is not signed with one of our secrets, or its timestamp is not recent."""


class EventParked(Exception):
    """An event must not be applied; it waits for staff."""


class NotReadyYet(Exception):
    """An event arrived too early and is tried again. `waits_for` is Stripe's id of the object it needs."""

    def __init__(self, reason: str, waits_for: str = "") -> None:
        self.waits_for = waits_for
        super().__init__(reason)


class EventBusy(Exception):
    """Another worker is handling this event."""


class EventNotFound(NotFound):
    code = "stripe_event_not_found"
    title = "There is no such event"


class EventIsHandled(Conflict):
    code = "stripe_event_handled"
    title = "The event has been handled already"


class WrongCurrency(Rejected):
    code = "wrong_currency"
    title = "The organization is billed in another currency"


class AmountOutOfRange(Rejected):
    code = "amount_out_of_range"
    title = "The amount is outside the range of one purchase"


class AmountNotPayable(Rejected):
    code = "amount_not_payable"
    title = "The amount has more decimals than the currency can be paid in"


class CustomerDeleted(Conflict):
    code = "stripe_customer_deleted"
    title = "The customer was deleted at Stripe; staff must recreate it first"


class RequestKeyReused(Conflict):
    code = "request_key_reused"
    title = "The key was already used for another request"


class PaymentInProgress(Conflict):
    code = "being_paid"
    title = "A payment is in progress; wait for it"


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    title = "There is no such payment"


class NotCollectedByStripe(Rejected):
    code = "not_collected_by_stripe"
    title = "Stripe did not collect this payment, so Stripe cannot return it"


class RefundTooLarge(Rejected):
    code = "refund_too_large"
    title = "The refund exceeds what is left of the payment"


class IssueNotFound(NotFound):
    code = "payment_issue_not_found"
    title = "There is no such issue"
