"""Responses of the API, and headers that are the same in many of them.

Django checks the name and the value of every header that a response gets. Headers that never change are checked once,
by `prepared`.
"""

from collections.abc import Mapping

from django.http import HttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders

from apps.common.strict_json import write_json

JSON = "application/json"
# Name and value by the name in lower case, as a response keeps its headers.
Prepared = Mapping[str, tuple[str, str]]


class Response(HttpResponse):
    """A response with exact JSON; without data it is empty and has no type.

    Raises:
        TypeError: the data has no exact form in JSON, such as a float.
    """

    def __init__(
        self,
        data: object = None,
        status: int = 200,
        *,
        content_type: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(b"" if data is None else write_json(data), status=status, content_type=content_type)
        if data is None:
            del self.headers["Content-Type"]
        for name, value in (headers or {}).items():
            self.headers[name] = value


def prepared(headers: Mapping[str, str]) -> Prepared:
    """Return headers for `add_missing` and `replace_headers`."""
    return dict(ResponseHeaders(headers)._store)


def headers_of(response: HttpResponseBase) -> Prepared:
    """Return a response's headers for `add_missing` and `replace_headers`."""
    return dict(response.headers._store)


def add_missing(response: HttpResponseBase, headers: Prepared) -> None:
    """Add those headers that the response does not have yet."""
    response.headers._store = {**headers, **response.headers._store}


def replace_headers(response: HttpResponseBase, headers: Prepared) -> None:
    """Set headers, whether the response has them or not."""
    response.headers._store.update(headers)
