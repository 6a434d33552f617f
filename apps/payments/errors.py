"""What can go wrong with payments: at Stripe, in what Stripe tells us, and in what is asked of us."""

from typing import Any

from apps.common.errors import Conflict, NotFound, Rejected, Unavailable


class StripeUnavailable(Unavailable):
    """Stripe did not do it: it was busy, broken or out of reach. Trying again is safe, and not before it says so."""

    code = "stripe_unavailable"
    title = "The payment service does not answer at the moment"

    def __init__(self, detail: str = "", *, retry_after_seconds: int = 1, **context: Any) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(detail, **context)


class StripeUnknownOutcome(StripeUnavailable):
    """Stripe may or may not have done it: the answer was lost. The same idempotency key finds out."""

    code = "stripe_unknown_outcome"


class StripeBroke(StripeUnknownOutcome):
    """Stripe answered 5xx, and goes on answering so under the same key: look the object up, then use a new key."""

    code = "stripe_broke"


class StripeKeyRefused(StripeUnavailable):
    """Stripe does not accept our key for this. Nothing works until somebody mends it; no caller can."""

    code = "stripe_key_refused"


class StripePermissionMissing(StripeUnavailable):
    """Our key is a restricted one and may not make this call; others go on. `lacking` tells staff, and no caller.

    `is_shown` once staff are told of it, so that whoever called the caller does not tell them again.
    """

    code = "stripe_permission_missing"

    def __init__(self, lacking: str) -> None:
        self.lacking, self.is_shown = lacking, False
        super().__init__()

    def __str__(self) -> str:
        return self.lacking


class StripeRefused(Conflict):
    """Stripe understood and refused; the same again would be refused too."""

    code = "stripe_refused"
    title = "The payment service refused this"


class StripeHasNone(StripeRefused):
    """There is no such object at Stripe, or none that our key sees."""

    code = "stripe_has_none"


class StripeNotConfigured(Unavailable):
    code = "stripe_not_configured"
    title = "No payment service is set up"


class MalformedObject(ValueError):
    """What Stripe sent is not what its kind of object looks like."""


class MalformedDelivery(ValueError):
    """A webhook's body is not an event."""


class BadSignature(ValueError):
    """A webhook was not signed with one of our secrets, or not about now."""


class EventParked(Exception):
    """An event that must not be applied as it is: a person has to look at it."""


class NotReadyYet(Exception):
    """An event came before what it belongs to; it is tried again. `waits_for` is the id that it needs."""

    def __init__(self, reason: str, waits_for: str = "") -> None:
        self.waits_for = waits_for
        super().__init__(reason)


class EventBusy(Exception):
    """Another worker is at this event."""


class EventNotFound(NotFound):
    code = "stripe_event_not_found"
    title = "There is no such event"


class EventIsHandled(Conflict):
    code = "stripe_event_handled"
    title = "The event is handled already; there is nothing to do again"


class WrongCurrency(Rejected):
    code = "wrong_currency"
    title = "The organization is billed in another currency"


class AmountOutOfRange(Rejected):
    code = "amount_out_of_range"
    title = "The amount is not within what can be bought at once"


class AmountNotPayable(Rejected):
    code = "amount_not_payable"
    title = "The amount is finer than what can be paid in the currency"


class CustomerDeleted(Conflict):
    code = "stripe_customer_deleted"
    title = "The customer was deleted at Stripe; staff must make it again first"


class RequestKeyReused(Conflict):
    code = "request_key_reused"
    title = "The same key was used before for another request"


class ContractNotPayable(Conflict):
    code = "contract_not_payable"
    title = "The contract is paid for already"


class NoSuchContract(NotFound):
    code = "contract_not_found"
    title = "There is no such contract"


class BeingPaid(Conflict):
    code = "being_paid"
    title = "A payment is on its way; wait for it"


class PaymentNotFound(NotFound):
    code = "payment_not_found"
    title = "There is no such payment"


class RefundTooLarge(Rejected):
    code = "refund_too_large"
    title = "More than what is left of the payment"


class IssueNotFound(NotFound):
    code = "payment_issue_not_found"
    title = "There is no such issue"
