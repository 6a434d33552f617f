"""Guessing passwords: how many wrong tries one name has from one address, and what its owner is told of them.

Signing in is closed for a name and an address together, so that no stranger locks out a colleague who is elsewhere.
What goes on for a name or from an address as a whole only makes the tries fewer: the right password and code at the
first try always open, from any address that is not closed.
"""

from datetime import datetime
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Max, Q, Sum
from django.http import HttpRequest

from apps.backoffice.client_ip import client_address

TRIES = 10
LEAST_TRIES = 2
HALVED_EVERY = 25


def tries_allowed(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    """Return how many wrong tries this name has from this address before both together have to wait."""
    name = (credentials or {}).get("username", "")
    now: datetime = request.axes_attempt_time  # type: ignore[attr-defined]
    lately = AccessAttempt.objects.filter(attempt_time__gt=now - settings.AXES_COOLOFF_TIME)
    wrong = lately.aggregate(
        name=Sum("failures_since_start", filter=Q(username=name)),
        address=Sum("failures_since_start", filter=Q(ip_address=client_address(request) or None)),
    )
    return tries_after(max(wrong["name"] or 0, wrong["address"] or 0))


def tries_after(wrong: int) -> int:
    """Halve the tries with every 25 wrong ones of the name or the address as a whole, down to two."""
    return max(LEAST_TRIES, TRIES >> wrong // HALVED_EVERY)


def wrong_tries_since_last_sign_in(person: User) -> tuple[int, datetime | None]:
    """Return how many wrong tries there were for a person's name since they were last here, and when the last was."""
    tries = AccessFailureLog.objects.filter(username=person.get_username())
    if person.last_login is not None:
        tries = tries.filter(attempt_time__gt=person.last_login)
    last = tries.aggregate(last=Max("attempt_time"))["last"]
    return tries.count(), last
