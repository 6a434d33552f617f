"""The base of API views. A view parses its input, calls one service and presents the result."""

from functools import lru_cache
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.api.idempotency import AlreadyAnswered, RepeatablePost, replayed
from apps.api.permissions import Public, Undeclared
from apps.api.problems import BodyTooLarge
from apps.api.rate_limits import (
    AddressThrottle,
    CredentialThrottle,
    OrganizationThrottle,
    Quota,
    RateLimited,
)
from apps.api.request_bodies import ParserByType, StrictJSONParser
from apps.api.responses import Prepared, Response, prepared, replace_headers
from apps.tenants.known_credentials import CredentialChanged, DeferredCheck


class ApiView(APIView):
    """A view of the API.

    `max_body_bytes` limits the body, and `takes_gzip` allows a compressed one of at most `max_unpacked_bytes` (0: the
    same limit);
    `invalid_input_status` is the status its surface documents for invalid values.
    HEAD responds like GET without the body; OPTIONS names the methods and needs no credential; any other method that
    is not implemented is a 405, before credentials are checked. A POST accepts an `Idempotency-Key`.
    """

    max_body_bytes: ClassVar[int] = 65_536
    takes_gzip: ClassVar[bool] = False
    max_unpacked_bytes: ClassVar[int] = 0
    invalid_input_status: ClassVar[int] = 422
    authentication_classes: Any = ()
    permission_classes: Any = (Undeclared,)  # classes, and instances such as HasScope("billing:read")
    parser_classes: Any = (StrictJSONParser,)
    throttle_classes: Any = (CredentialThrottle, OrganizationThrottle, AddressThrottle)
    finishes_work: ClassVar[bool] = False  # whether keys of a suspended or archived organization may call it
    keeps_answers: ClassVar[bool] = (
        True  # whether a repeated POST gets the stored response, or the view handles repeats
    )
    repeatable: RepeatablePost | None = None
    quota: Quota | None = None

    @property
    def call_id(self) -> UUID:
        """An id that is the same for every attempt at one POST under one `Idempotency-Key`."""
        assert self.repeatable is not None, "only a POST has a call id"
        return self.repeatable.call_id

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Handle the request; if its credential has changed since it was cached, handle it again with the new one."""
        try:
            with DeferredCheck():
                return self._dispatch(request, *args, **kwargs)
        except CredentialChanged:
            self.repeatable = self.quota = None
            return self._dispatch(request, *args, **kwargs)

    def _dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Handle the request; a POST that fails with an exception can be retried under its key."""
        self.args, self.kwargs = args, kwargs
        self.request = asked = self.initialize_request(request, *args, **kwargs)
        try:
            response = self._answer(asked, *args, **kwargs)
            if self.repeatable is not None:
                self.repeatable.settle(response, timezone.now())
        except BaseException:
            if self.repeatable is not None:
                self.repeatable.abandon(timezone.now())
            raise
        return response

    def _answer(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase
        try:
            self.initial(request, *args, **kwargs)
            response = getattr(self, (request._request.method or "").lower())(request, *args, **kwargs)
        except Exception as error:
            response = self.handle_exception(error)
        replace_headers(response, _allow(self))
        if self.quota is not None:
            replace_headers(response, prepared(self.quota.headers()))
        return response

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Return REST framework's request; parsers and authenticators keep no state, so all requests share them."""
        return Request(
            request,
            parsers=instances(self.parser_classes),
            authenticators=instances(self.authentication_classes),
            negotiator=_PARSER_BY_TYPE,
            parser_context={"view": self, "args": args, "kwargs": kwargs},
        )

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Check method and size first, which is cheap, then credential, permission, rate limits and idempotency."""
        asked = request._request
        method = (asked.method or "").lower()
        if method == "options":
            return
        if method not in self.http_method_names or not hasattr(self, method):
            raise exceptions.MethodNotAllowed(asked.method or "")
        if int(asked.META.get("CONTENT_LENGTH") or 0) > self.max_body_bytes:
            raise BodyTooLarge(f"The body must have at most {self.max_body_bytes} bytes here.")
        request._authenticate()
        self.check_permissions(request)
        self.check_throttles(request)
        if method == "post" and self.keeps_answers:
            self.repeatable = RepeatablePost(request, timezone.now(), self.max_unpacked_bytes or self.max_body_bytes)

    def get_authenticators(self) -> Any:
        """Return the shared authenticators."""
        return instances(self.authentication_classes)

    def get_permissions(self) -> Any:
        """Return the shared permissions."""
        return instances(self.permission_classes)

    def get_throttles(self) -> Any:
        """Return the shared throttles."""
        return instances(self.throttle_classes)

    def throttled(self, request: Request, wait: Any) -> NoReturn:
        """Refuse a call over a limit.

        Raises:
            RateLimited: always.
        """
        raise RateLimited(retry_after_seconds=int(wait))

    def handle_exception(self, exc: Exception) -> Any:
        """Replay the stored response of a repeated call; turn any other exception into a problem."""
        if isinstance(exc, CredentialChanged):
            raise exc
        return replayed(exc.answer) if isinstance(exc, AlreadyAnswered) else super().handle_exception(exc)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Name the methods."""
        return Response(status=204)


@lru_cache(maxsize=256)
def instances(classes: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return an instance of each class, the same at every call."""
    return tuple([each() for each in classes])


def _allow(view: Any) -> Prepared:
    """Return the header that names a view's methods."""
    known = _ALLOWED.get(type(view))
    if known is None:
        known = _ALLOWED[type(view)] = prepared({"Allow": ", ".join(view._allowed_methods())})
    return known


_ALLOWED: dict[type[ApiView], Prepared] = {}
_PARSER_BY_TYPE = ParserByType()


class PublicView(ApiView):
    """A view without customer data, open to everybody."""

    authentication_classes = ()
    permission_classes = (Public,)
