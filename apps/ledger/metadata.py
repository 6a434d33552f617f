"""What a transfer's metadata may hold: what is written the same way for ever, and is small enough to be hashed."""

from collections.abc import Mapping

from apps.common.strict_json import is_deeper
from apps.ledger.errors import InvalidMetadata
from apps.ledger.records import canonical

MAX_DEPTH = 8
MAX_BYTES = 16_384


def refuse_unchainable(metadata: Mapping[str, object]) -> None:
    """Refuse metadata with fractions, deeper than eight levels, or longer than 16 kB as JSON.

    Raises:
        InvalidMetadata: it is.
    """
    if not metadata:
        return
    try:
        text = canonical(metadata)
    except TypeError as error:
        raise InvalidMetadata(f"It is not plain JSON: {error}", field="metadata") from error
    if len(text) > MAX_BYTES:
        raise InvalidMetadata(f"It has at most {MAX_BYTES} bytes", field="metadata")
    if is_deeper(text, MAX_DEPTH):
        raise InvalidMetadata(f"It is at most {MAX_DEPTH} levels deep", field="metadata")
    if _has_fraction(metadata):
        raise InvalidMetadata("It has integers and text, no fractions", field="metadata")


def _has_fraction(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_has_fraction(each) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_has_fraction(each) for each in value)
    return isinstance(value, float)
