"""What only the HTTP edge can refuse: bodies that cannot be read, values of the wrong shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from apps.common.errors import BillingError

UNKNOWN: Final = object()


@dataclass(frozen=True, slots=True)
class FieldError:
    """One bad value: where it was (`body.amount`, `query.days`), which rule it broke, and what it was."""

    location: str
    message: str
    value: object = UNKNOWN


class ApiError(BillingError):
    """A refusal of the HTTP edge with the status it answers."""

    status: ClassVar[int] = 400
    errors: tuple[FieldError, ...] = ()


class MalformedBody(ApiError):
    """The body is not the format that its content type promises; nothing in it was read."""

    code = "malformed_body"
    title = "The body cannot be read"


class BodyTooLarge(ApiError):
    """The body is larger than this endpoint takes."""

    status = 413
    code = "body_too_large"
    title = "The body is too large"


class LengthRequired(ApiError):
    """The body comes in chunks of unknown length, which is read by nobody here; say how long it is."""

    status = 411
    code = "length_required"
    title = "The body's length is required"


class UnsupportedBody(ApiError):
    """The content type, charset or encoding of the body is not one that this endpoint reads."""

    status = 415
    code = "unsupported_body"
    title = "The body's media type is not supported"


class InvalidInput(ApiError):
    """Values in the body, the query or a header break a rule; `errors` names each with its rule."""

    status = 422
    code = "invalid_input"
    title = "The request has invalid values"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(f"{first.location}: {first.message}")
