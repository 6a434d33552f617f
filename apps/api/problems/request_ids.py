"""Request ids: one per request, in the response header, in problems and in the logs."""

import re
from os import urandom

from django.http import HttpRequest

HEADER = "X-Request-ID"
_META = "HTTP_X_REQUEST_ID"
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,64}")


def assign_request_id(request: HttpRequest) -> str:
    """Keep the caller's id if it is short and plain, else replace the header with a new one; return the id."""
    given = str(request.META.get(_META, ""))
    if not _ACCEPTED.fullmatch(given):
        request.META[_META] = given = urandom(16).hex()
    return given


def request_id_of(request: HttpRequest) -> str:
    """Return the id of this request, assigning one if no middleware has run."""
    return assign_request_id(request)
