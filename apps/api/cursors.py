"""Where a page begins, as an opaque text that only we can make and only its owner can use."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from apps.api.errors import FieldError, InvalidInput

_LONGEST = 200


def write_cursor(listing: str, owner: UUID, position: list[int]) -> str:
    """Return a position in an owner's listing as signed, URL-safe text."""
    return _signer(listing, owner).sign_object(position)


def read_cursor(listing: str, owner: UUID, text: str, parameter: str = "cursor") -> list[int]:
    """Return the position that a cursor of this owner and listing stands for.

    Raises:
        InvalidInput: it was not made here for them.
    """
    try:
        if len(text) > _LONGEST:
            raise BadSignature
        return [int(part) for part in _signer(listing, owner).unsign_object(text)]
    except BadSignature as error:
        refusal = FieldError(f"query.{parameter}", "is not a cursor of this listing", text)
        raise InvalidInput([refusal]) from error


def _signer(listing: str, owner: UUID) -> Signer:
    return Signer(salt=f"cursor:{listing}:{owner}", sep=".")
