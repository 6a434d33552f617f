"""Arrays of UUIDs in PostgreSQL's binary form: it reads them as they are, while it has to parse their text."""

import struct
from collections.abc import Sequence
from uuid import UUID

# The type of an array's elements, as PostgreSQL numbers it.
UUID_TYPE = 2950
# Dimensions, whether an element is null, the type of the elements; and their number and the number of the first.
_HEAD, _LENGTH = struct.Struct(">iii"), struct.Struct(">ii")
# The length of an element, 16 bytes, is written before each one.
_SIZE = "00000010"


class UuidArray(bytes):
    """An array of UUIDs to send as a value of a statement."""

    @classmethod
    def of(cls, values: Sequence[UUID | str]) -> "UuidArray":
        """Return the array of these UUIDs; a text is one in hexadecimal, with or without hyphens."""
        if not values:
            return cls(_HEAD.pack(0, 0, UUID_TYPE))
        digits = _SIZE + _SIZE.join(map(str, values)).replace("-", "")
        return cls(_HEAD.pack(1, 0, UUID_TYPE) + _LENGTH.pack(len(values), 1) + bytes.fromhex(digits))
