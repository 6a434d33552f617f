"""The errors of services, for programs and people; the API maps each category to an HTTP status.

Subclass the category that fits, name the subclass for what was refused, and give it a `code` and a `title`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class BillingError(Exception):
    """A request that was understood and refused; nothing was changed.

    `code` is stable and for programs, `title` states the rule, `detail` the case at hand. `field` names the input that
    broke the rule, if there is one, as the caller wrote it (`body.amount`).
    """

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, detail: str = "", *, field: str | None = None, **context: Any) -> None:
        self.detail = detail or self.title
        self.field = field
        self.context: Mapping[str, Any] = context
        super().__init__(self.detail)


class NotFound(BillingError):
    """The requested object does not exist, or is not visible to this caller."""

    code = "not_found"
    title = "Not found"


class Forbidden(BillingError):
    """The caller is authenticated but not allowed to do this."""

    code = "forbidden"
    title = "Not allowed"


class Unauthenticated(BillingError):
    """The caller has no valid credential for this request."""

    code = "unauthenticated"
    title = "The caller is not known"


class Conflict(BillingError):
    """The current state does not allow it."""

    code = "conflict"
    title = "Conflict with the current state"


class Gone(BillingError):
    """The object existed and can no longer be used."""

    code = "gone"
    title = "No longer available"


class Rejected(BillingError):
    """The input breaks a rule."""

    code = "rejected"
    title = "The input breaks a rule"


class InsufficientFunds(BillingError):
    """The available budget does not cover the amount."""

    code = "insufficient_funds"
    title = "The available budget does not cover this amount"


class TooManyRequests(BillingError):
    """Too many requests; `retry_after_seconds` says when to try again."""

    code = "too_many_requests"
    title = "Too many requests"

    def __init__(self, detail: str = "", *, retry_after_seconds: int, **context: Any) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(detail, **context)


class Unavailable(BillingError):
    """Something this depends on did not respond; nothing was changed, and a retry is safe."""

    code = "unavailable"
    title = "Temporarily unavailable"
