"""Limits on password guessing: the tries that a name has from an address, and a notice of wrong tries to its owner.

Sign-in is locked for a name and an address together, so that a stranger cannot lock out a colleague elsewhere. Many
failures for a name, or from an address, only reduce the number of tries: the right password and code at the first try
always work from an address that is not locked.
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
    """Return how many wrong tries this name has from this address before the pair is locked."""
    name = (credentials or {}).get("username", "")
    now: datetime = request.axes_attempt_time  # type: ignore[attr-defined]
    lately = AccessAttempt.objects.filter(attempt_time__gt=now - settings.AXES_COOLOFF_TIME)
    wrong = lately.aggregate(
        name=Sum("failures_since_start", filter=Q(username=name)),
        address=Sum("failures_since_start", filter=Q(ip_address=client_address(request) or None)),
    )
    return tries_after(max(wrong["name"] or 0, wrong["address"] or 0))


def tries_after(wrong: int) -> int:
    """Halve the tries for every 25 failures of the name or the address alone, down to two."""
    return max(LEAST_TRIES, TRIES >> wrong // HALVED_EVERY)


def wrong_tries_since_last_sign_in(person: User) -> tuple[int, datetime | None]:
    """Return the number of failed sign-ins with a person's name since they last signed in, and the time of the last."""
    tries = AccessFailureLog.objects.filter(username=person.get_username())
    if person.last_login is not None:
        tries = tries.filter(attempt_time__gt=person.last_login)
    last = tries.aggregate(last=Max("attempt_time"))["last"]
    return tries.count(), last
