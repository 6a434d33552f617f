"""Limits on metadata: its JSON must always serialize to the same bytes, and be small enough to hash."""

from collections.abc import Mapping

from apps.common.strict_json import is_deeper
from apps.ledger.errors import InvalidMetadata
from apps.ledger.records import canonical

MAX_DEPTH = 8
MAX_BYTES = 16_384


def refuse_unchainable(metadata: Mapping[str, object]) -> None:
    """Refuse metadata that has fractions, more than eight levels, or more than 16,384 bytes of JSON.

    Raises:
        InvalidMetadata: the metadata breaks one of these limits.
    """
    if not metadata:
        return
    try:
        text = canonical(metadata)
    except TypeError as error:
        raise InvalidMetadata(f"It is not plain JSON: {error}", field="metadata") from error
    if len(text) > MAX_BYTES:
        raise InvalidMetadata(f"It may have at most {MAX_BYTES} bytes", field="metadata")
    if is_deeper(text, MAX_DEPTH):
        raise InvalidMetadata(f"It may be at most {MAX_DEPTH} levels deep", field="metadata")
    if _has_fraction(metadata):
        raise InvalidMetadata("Numbers must be integers; write fractions as text", field="metadata")


def _has_fraction(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_has_fraction(each) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_has_fraction(each) for each in value)
    return isinstance(value, float)
