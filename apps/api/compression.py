"""Bodies that come compressed with gzip: inflated no further than the body may be long."""

import zlib

from django.http import HttpRequest

from apps.api.errors import BodyTooLarge, MalformedBody

GZIP = frozenset(["gzip", "x-gzip"])
NO_ENCODING = frozenset(["", "identity"])
_GZIP_WINDOW = 31
_MOST_MEMBERS = 64  # each copies the rest of the body once more


def encoding_of(request: HttpRequest) -> str:
    """Return how the body is encoded, in lower case."""
    return str(request.META.get("HTTP_CONTENT_ENCODING", "")).strip().lower()


def inflated(request: HttpRequest, raw: bytes, most_bytes: int) -> bytes:
    """Return the body as it was before it was compressed, if it was; at most `most_bytes` of it are ever made.

    Raises:
        BodyTooLarge: it inflates to more.
        MalformedBody: it is not gzip, or is cut short.
    """
    return _inflate(raw, most_bytes) if encoding_of(request) in GZIP else raw


def _inflate(raw: bytes, most_bytes: int) -> bytes:
    parts: list[bytes] = []
    size, rest = 0, raw
    for _ in range(_MOST_MEMBERS):
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            parts.append(member.decompress(rest, most_bytes - size + 1))
        except zlib.error as error:
            raise MalformedBody("The body is not gzip, as its Content-Encoding says.") from error
        size += len(parts[-1])
        if size > most_bytes:
            raise BodyTooLarge(f"The body inflates to more than {most_bytes} bytes.")
        if not member.eof:
            raise MalformedBody("The gzip body is cut short.")
        rest = member.unused_data
        if not rest:
            return b"".join(parts)
    raise MalformedBody(f"The gzip body has more than {_MOST_MEMBERS} members.")
