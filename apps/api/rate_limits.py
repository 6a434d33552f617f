"""Rate limits per minute for calls, and for wrong credentials per address.

The limits are the settings `API_RATE_…`; calls are counted in the cache.

A caller is identified by the credential, never by a header it can choose. Credentials are always verified, and only
failures are counted, so a valid one works no matter what others behind the same address try. If the cache is down,
nothing is counted: these limits protect the service, and no money depends on them.
"""

import logging
import time
from abc import abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any, ClassVar

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.common.errors import TooManyRequests

logger = logging.getLogger(__name__)
WINDOW_SECONDS = 60


class RateLimited(TooManyRequests):
    """A credential, organization or address made too many calls this minute; wait for `Retry-After` seconds."""

    code = "rate_limited"
    title = "Too many calls"


class TooManyWrongCredentials(TooManyRequests):
    """An address tried too many wrong credentials this minute; wait for `Retry-After` seconds."""

    code = "too_many_wrong_credentials"
    title = "Too many wrong credentials from this address"


@dataclass(frozen=True, slots=True)
class Quota:
    """The state of a limit in this window; the next window starts in `reset_seconds`."""

    limit: int
    used: int
    reset_seconds: int

    @property
    def remaining(self) -> int:
        """Calls left, never negative."""
        return max(0, self.limit - self.used)

    @property
    def is_exceeded(self) -> bool:
        """Whether the call just counted is over the limit."""
        return self.used > self.limit

    @property
    def left_after(self) -> int:
        """Calls left, or -1 if the call just counted is over the limit."""
        return self.remaining - self.is_exceeded

    def headers(self) -> dict[str, str]:
        """Return the RateLimit headers."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }


class WindowThrottle(BaseThrottle):
    """Counts in fixed windows of a minute, with one atomic increment in the cache, so no concurrent call is missed.

    `setting` names the limit's setting, 0 for no limit; `subject` returns what to count, or None. Requests share an
    instance, so it keeps the quota in the view.
    """

    setting: ClassVar[str]

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the call and return whether it is allowed; `view.quota` becomes the one with the least left."""
        quota = self.counted(request)
        if quota is None:
            return True
        if view.quota is None or quota.left_after < view.quota.left_after:
            view.quota = quota
        return not quota.is_exceeded

    def wait(self) -> int:
        """Return the seconds until the next window."""
        return WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS

    def counted(self, request: Request) -> Quota | None:
        """Count the call and return the quota; None if the limit is off or `subject` returns None."""
        limit = getattr(settings, self.setting)
        subject = self.subject(request) if limit > 0 else None
        return None if subject is None else _counted(subject, limit)

    @abstractmethod
    def subject(self, request: Request) -> str | None:
        """Return the key under which the call is counted, or None."""


def _counted(subject: str, limit: int) -> Quota:
    window, elapsed = divmod(int(time.time()), WINDOW_SECONDS)
    key = f"rate:{subject}:{window}"
    try:
        used = 1 if cache.add(key, 1, 2 * WINDOW_SECONDS) else cache.incr(key)
    except ValueError:  # the counter was evicted in between
        used = 1
    except Exception:  # if counting fails, the call is allowed
        logger.exception("rate_limit_not_counted")
        used = 0
    return Quota(limit, used, WINDOW_SECONDS - elapsed)


class CredentialThrottle(WindowThrottle):
    """Calls with one credential."""

    setting = "API_RATE_PER_CREDENTIAL"

    def subject(self, request: Request) -> str | None:
        """Return the credential's key."""
        return f"credential:{request.auth.pk}" if request.auth else None


class OrganizationThrottle(WindowThrottle):
    """Calls with all credentials of one organization."""

    setting = "API_RATE_PER_ORGANIZATION"

    def subject(self, request: Request) -> str | None:
        """Return the organization's key; platform keys have no organization."""
        organization = getattr(request.auth, "organization", None)
        return f"organization:{organization.pk}" if organization else None


class AddressThrottle(WindowThrottle):
    """Calls from one address without a credential."""

    setting = "API_RATE_PER_ADDRESS"

    def subject(self, request: Request) -> str | None:
        """Return the address's key."""
        return None if request.auth else f"address:{network_of(request)}"


class WrongCredentialThrottle(WindowThrottle):
    """Invalid credentials from one address."""

    setting = "API_WRONG_CREDENTIALS_PER_ADDRESS"

    def subject(self, request: Request) -> str | None:
        """Return the address."""
        return f"wrong-credentials:{network_of(request)}"


_WRONG = WrongCredentialThrottle()


def count_wrong(request: Request) -> None:
    """Count an invalid credential.

    Raises:
        TooManyWrongCredentials: it is over the limit; the error has the seconds until the next window.
    """
    quota = _WRONG.counted(request)
    if quota is not None and quota.is_exceeded:
        raise TooManyWrongCredentials(retry_after_seconds=quota.reset_seconds)


def network_of(request: Request) -> str:
    """Return the caller's address, from the connection or our own proxies; for IPv6, the subscriber's /64."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    if not settings.PROXY_COUNT or forwarded is None:
        return _network(request.META.get("REMOTE_ADDR", ""))
    addresses = forwarded.split(",")
    return _network(addresses[-min(settings.PROXY_COUNT, len(addresses))].strip())


@lru_cache(maxsize=10_000)
def _network(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else str(address)
