"""Errors of the HTTP layer: unreadable bodies and invalid values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from apps.common.errors import BillingError

UNKNOWN: Final = object()


@dataclass(frozen=True, slots=True)
class FieldError:
    """One invalid value: its location (`body.amount`, `query.days`), the rule it broke, and the value."""

    location: str
    message: str
    value: object = UNKNOWN


class ApiError(BillingError):
    """An error of the HTTP layer with its status."""

    status: ClassVar[int] = 400
    errors: tuple[FieldError, ...] = ()


class MalformedBody(ApiError):
    """The body is not in the format of its content type; nothing in it was processed."""

    code = "malformed_body"
    title = "The body cannot be read"


class BodyTooLarge(ApiError):
    """The body is larger than this endpoint accepts."""

    status = 413
    code = "body_too_large"
    title = "The body is too large"


class LengthRequired(ApiError):
    """A chunked body without a Content-Length is not accepted; send its length."""

    status = 411
    code = "length_required"
    title = "The body's length is required"


class UnsupportedBody(ApiError):
    """This endpoint does not accept the body's content type, charset or encoding."""

    status = 415
    code = "unsupported_body"
    title = "The body's media type is not supported"


class InvalidInput(ApiError):
    """Values in the body, the query or a header are invalid; `errors` names each with its rule."""

    status = 422
    code = "invalid_input"
    title = "The request has invalid values"

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(f"{first.location}: {first.message}")
