"""Django's middleware that staff pages need and the API does not: sessions, sign-in, messages.

Each class runs under `/admin/` and hands every other request straight on, so that an API call pays for none of them.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django_otp.middleware import OTPMiddleware

from apps.api.problems import wants_html


class _StaffPagesOnly:
    """Mixed in before a middleware class of Django's."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) if wants_html(request) else self.get_response(request)  # type: ignore[misc]


class Sessions(_StaffPagesOnly, SessionMiddleware):
    """Staff's sessions."""


class SignedIn(_StaffPagesOnly, AuthenticationMiddleware):
    """Who is signed in."""


class SecondFactor(_StaffPagesOnly, OTPMiddleware):  # type: ignore[misc]  # django-otp has no types
    """Whether they proved a second factor."""


class Messages(_StaffPagesOnly, MessageMiddleware):
    """What a page tells the next one."""
