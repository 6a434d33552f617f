"""Django middleware that staff pages need and the API does not: sessions, authentication, messages.

Each class runs under `/admin/` and passes other requests straight on, so that API calls do not pay for it.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django_otp.middleware import OTPMiddleware

from apps.api.problems import wants_html


class _StaffPagesOnly:
    """Mixed in before one of Django's middleware classes."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if wants_html(request) else self.get_response(request)  # type: ignore[misc]


class Sessions(_StaffPagesOnly, SessionMiddleware):
    """Staff sessions."""


class SignedIn(_StaffPagesOnly, AuthenticationMiddleware):
    """The signed-in user."""


class SecondFactor(_StaffPagesOnly, OTPMiddleware):  # type: ignore[misc]  # django-otp has no types
    """Whether the user passed the second factor."""


class Messages(_StaffPagesOnly, MessageMiddleware):
    """Messages shown on the next page."""
