"""Query parameters: bounded integers in ASCII digits, texts and cursors. Undocumented ones are ignored.

Leading zeros are accepted, since people write `month=05`. A cursor is the start of a page as a signed, opaque text
that only its owner can use.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.core.signing import BadSignature, Signer
from rest_framework.request import Request
from rest_framework.serializers import Field, ValidationError

from apps.api.problems import FieldError, InvalidInput, located
from apps.common.list_positions import Position

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_LONGEST_CURSOR = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class IntegerParameter:
    """An integer parameter; it is required if it has no default."""

    name: str
    minimum: int
    maximum: int
    default: int | None = None

    def read(self, given: Sequence[str]) -> int | FieldError:
        """Return the value, or the error for the given texts."""
        if not given and self.default is not None:
            return self.default
        if len(given) != 1:
            message = "is given more than once" if given else "is required"
            return FieldError(f"query.{self.name}", message)
        if not _INTEGER.fullmatch(given[0]) or not self.minimum <= int(given[0]) <= self.maximum:
            message = f"must be an integer from {self.minimum} to {self.maximum}"
            return FieldError(f"query.{self.name}", message, given[0])
        return int(given[0])


DAYS = IntegerParameter("days", 1, 365, 30)


def read_integers(request: Request, *parameters: IntegerParameter) -> list[int]:
    """Return the parameters' values, in order.

    Raises:
        InvalidInput: a parameter is invalid; the error names each one.
    """
    values = [parameter.read(request.query_params.getlist(parameter.name)) for parameter in parameters]
    errors = [value for value in values if isinstance(value, FieldError)]
    if errors:
        raise InvalidInput(errors)
    return [value for value in values if isinstance(value, int)]


def read_text(request: Request, name: str) -> str:
    """Return an optional text parameter, empty if it is missing.

    Raises:
        InvalidInput: it is given more than once, or contains NUL, which the database cannot store.
    """
    given = request.query_params.getlist(name)
    if len(given) > 1:
        raise InvalidInput([FieldError(f"query.{name}", "is given more than once")])
    if given and "\x00" in given[0]:
        raise InvalidInput([FieldError(f"query.{name}", "must not contain NUL")])
    return given[0] if given else ""


def read_flag(request: Request, name: str) -> bool:
    """Return an optional parameter that is true or false; false if it is missing.

    Raises:
        InvalidInput: it is neither.
    """
    given = read_text(request, name)
    if given not in ("", "true", "false"):
        raise InvalidInput([FieldError(f"query.{name}", "must be true or false", given)])
    return given == "true"


def read_value(request: Request, name: str, field: "Field[T, Any, Any, Any]") -> T | None:
    """Return an optional parameter as a body's field reads it; None if it is missing.

    Raises:
        InvalidInput: it breaks the field's rule.
    """
    text = read_text(request, name)
    if not text:
        return None
    try:
        return field.to_internal_value(text)
    except ValidationError as error:
        raise InvalidInput(list(located(f"query.{name}", error.detail, text))) from error


def read_choice(request: Request, name: str, allowed: Sequence[str], default: str = "") -> str:
    """Return an optional parameter that is one of some texts; `default` if it is missing.

    Raises:
        InvalidInput: it is none of them.
    """
    given = read_text(request, name)
    if given and given not in allowed:
        raise InvalidInput([FieldError(f"query.{name}", f"must be one of {', '.join(allowed)}", given)])
    return given or default


def write_cursor(listing: str, owner: UUID, position: list[int]) -> str:
    """Encode a position in an owner's listing as a signed, URL-safe cursor."""
    return _signer(listing, owner).sign_object(position)


def read_cursor(listing: str, owner: UUID, text: str, parameter: str = "cursor") -> list[int]:
    """Decode a cursor of this owner and listing to its position.

    Raises:
        InvalidInput: it is not a cursor that we issued for them.
    """
    try:
        if len(text) > _LONGEST_CURSOR:
            raise BadSignature
        return [int(part) for part in _signer(listing, owner).unsign_object(text)]
    except BadSignature as error:
        refusal = FieldError(f"query.{parameter}", "is not a cursor of this listing", text)
        raise InvalidInput([refusal]) from error


def read_position(request: Request, listing: str, owner: UUID) -> Position | None:
    """Return the position after which the page begins, by the parameter `cursor`; None for the first page.

    Raises:
        InvalidInput: it is not a cursor that we issued for them.
    """
    cursor = read_text(request, "cursor")
    return Position.from_numbers(*read_cursor(listing, owner, cursor)) if cursor else None


def _signer(listing: str, owner: UUID) -> Signer:
    return Signer(salt=f"cursor:{listing}:{owner}", sep=".")
