"""Middleware for every page of the back office: session expiry, the audit trail, a strict content security policy."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.backoffice import audit_trail
from apps.backoffice.readers import reader_of
from apps.common.reader import read_by

Answer = Callable[[HttpRequest], HttpResponse]

PREFIX = "/admin/"
STARTED, SEEN = "started_at", "seen_at"
# Writing the session on every request would turn reads into writes; a limit of half an hour needs no more precision.
NOTE_EVERY = timedelta(minutes=1)

# Alpine, which the theme uses, compiles its attributes and needs `unsafe-eval`; no inline scripts run.
CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


class BackOffice:
    """Applies to pages under `/admin/` only; runs after OTPMiddleware."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        end_old_session(request, timezone.now())
        with read_by(reader_of(request.user)):
            response: HttpResponse = audit_trail.within(request, self.get_response)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        response.headers["Cache-Control"] = "no-store"
        return response


def end_old_session(request: HttpRequest, now: datetime) -> None:
    """Sign out a session that is too old or was idle too long; record activity on any other."""
    if not request.user.is_authenticated:
        return
    session = request.session
    started = _moment(session.get(STARTED)) or now
    seen = _moment(session.get(SEEN)) or now
    if now - started >= settings.STAFF_SESSION_LENGTH or now - seen >= settings.STAFF_SESSION_IDLE:
        logout(request)
        return
    if SEEN not in session or now - seen >= NOTE_EVERY:
        session[STARTED], session[SEEN] = started.isoformat(), now.isoformat()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
