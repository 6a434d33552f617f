"""The base of API views. A view parses its input, calls one service and presents the result."""

from collections.abc import Sequence
from typing import Any, ClassVar, NoReturn
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.idempotency import AlreadyAnswered, Repeatable, replayed
from apps.api.json_bodies import ExactJSONRenderer, OnlyOneFormat, StrictJSONParser
from apps.api.permissions import Public, Undeclared
from apps.api.problems import BodyTooLarge
from apps.api.rate_limits import (
    AddressThrottle,
    CredentialThrottle,
    OrganizationThrottle,
    RateLimited,
    WindowThrottle,
    tightest,
)
from apps.tenants.known_credentials import CredentialChanged, checked_later


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
    permission_classes: Any = (Undeclared,)  # classes, and instances such as HasScope("billing:read")
    parser_classes: Any = (StrictJSONParser,)
    renderer_classes = (ExactJSONRenderer,)
    content_negotiation_class = OnlyOneFormat
    throttle_classes: Any = (CredentialThrottle, OrganizationThrottle, AddressThrottle)
    finishes_work: ClassVar[bool] = False  # whether keys of a suspended or archived organization may call it
    keeps_answers: ClassVar[bool] = (
        True  # whether a repeated POST gets the stored response, or the view handles repeats
    )
    repeatable: Repeatable | None = None
    throttles: Sequence[WindowThrottle] = ()

    @property
    def call_id(self) -> UUID:
        """An id that is the same for every attempt at one POST under one `Idempotency-Key`."""
        assert self.repeatable is not None, "only a POST has a call id"
        return self.repeatable.call_id

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Handle the request; if its cached credential turns out to have changed, once more with what it is now."""
        try:
            with checked_later():
                return self._dispatch(request, *args, **kwargs)
        except CredentialChanged:
            self.repeatable = None
            return self._dispatch(request, *args, **kwargs)

    def _dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Handle the request; a POST that fails with an exception can be retried under its key."""
        try:
            response = super().dispatch(request, *args, **kwargs)
            if self.repeatable is not None:
                self.repeatable.settle(response, timezone.now())
        except BaseException:
            if self.repeatable is not None:
                self.repeatable.abandon(timezone.now())
            raise
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check method and size first, which is cheap, then credential, permission, rate limits and idempotency."""
        method = (request.method or "").lower()
        if method == "options":
            return
        if method not in self.http_method_names or not hasattr(self, method):
            raise exceptions.MethodNotAllowed(request.method or "")
        if int(request.META.get("CONTENT_LENGTH") or 0) > self.max_body_bytes:
            raise BodyTooLarge(f"The body must have at most {self.max_body_bytes} bytes here.")
        super().initial(request, *args, **kwargs)
        if method == "post" and self.keeps_answers:
            self.repeatable = Repeatable(request, timezone.now(), self.max_unpacked_bytes or self.max_body_bytes)

    def get_throttles(self) -> Any:
        """Create the throttles, and keep them for the rate limit headers."""
        self.throttles = [throttle() for throttle in self.throttle_classes]
        return self.throttles

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """Refuse a call over the rate limit."""
        raise RateLimited(retry_after_seconds=int(wait or 0))

    def handle_exception(self, exc: Exception) -> Any:
        """Replay the stored response of a repeated call; turn any other exception into a problem."""
        if isinstance(exc, CredentialChanged):
            raise exc
        return replayed(exc.answer) if isinstance(exc, AlreadyAnswered) else super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the rate limit headers; render a POST now, so that the stored response is the one sent."""
        final = super().finalize_response(request, response, *args, **kwargs)
        quota = tightest(self.throttles)
        for name, value in quota.headers().items() if quota is not None else ():
            final.headers[name] = value
        if self.repeatable is not None and isinstance(final, Response):
            final.render()
        return final

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Name the methods."""
        return Response(status=204)


class PublicView(ApiView):
    """A view without customer data, open to everybody."""

    authentication_classes = ()
    permission_classes = (Public,)
