"""Request bodies: a JSON object with the documented members and no others."""

import re
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from apps.api.errors import InvalidInput
from apps.api.problems import located

# RFC 3986: a scheme, then none of what a URI has to escape.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")


class RequestBody(serializers.Serializer[Any]):
    """A body with exactly the members that are declared; `$schema` may come along, as documented clients send it."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse members that the document does not have: they would be silently ignored otherwise."""
        if isinstance(data, Mapping):
            strange = [name for name in data if name not in self.fields and name != "$schema"]
            if strange:
                raise serializers.ValidationError({name: ["is not a member of this body"] for name in strange})
            if not _is_uri(data.get("$schema", "urn:none")):
                raise serializers.ValidationError({"$schema": ["must be a URI"]})
        return super().to_internal_value(data)


def _is_uri(value: object) -> bool:
    return isinstance(value, str) and _URI.fullmatch(value) is not None


def read_body(request: Request, kind: type[RequestBody]) -> dict[str, Any]:
    """Return the body's values.

    Raises:
        InvalidInput: naming every value that breaks its rule.
        MalformedBody, BodyTooLarge, UnsupportedBody: it cannot be read.
    """
    body = kind(data=request.data)
    if not body.is_valid():
        raise InvalidInput(list(located("body", body.errors, request.data)))
    values: dict[str, Any] = body.validated_data
    return values
