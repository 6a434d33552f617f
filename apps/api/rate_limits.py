"""Rate limits per minute for calls, and for wrong credentials per address. Counted in the cache.

A caller is identified by the credential, never by a header it can choose. Credentials are always verified, and only
failures are counted, so a valid one works no matter what others behind the same address try. If the cache is down,
nothing is counted: these limits protect the service, and no money depends on them.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any, ClassVar

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

from apps.common.errors import TooManyRequests

logger = logging.getLogger(__name__)


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

    def headers(self) -> dict[str, str]:
        """Return the RateLimit headers."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }


class WindowThrottle(SimpleRateThrottle):
    """Counts in fixed windows of a minute, with one atomic increment in the cache, so no concurrent call is missed.

    `setting` names the limit's setting, 0 for no limit; `get_cache_key` returns the subject to count, or None.
    """

    setting: ClassVar[str]
    num_requests: int
    duration: int
    quota: Quota | None = None

    def __init__(self) -> None:
        self.num_requests, self.duration = getattr(settings, self.setting), 60

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the call and return whether it is within the limit."""
        subject = self.get_cache_key(request, view)
        if subject is None or self.num_requests <= 0:
            return True
        self.quota = self._counted(subject)
        return not self.quota.is_exceeded

    def wait(self) -> int:
        """Return the seconds until the next window."""
        return self.quota.reset_seconds if self.quota else 0

    def _counted(self, subject: str) -> Quota:
        window, elapsed = divmod(int(self.timer()), self.duration)
        key = f"rate:{subject}:{window}"
        try:
            used = 1 if self.cache.add(key, 1, 2 * self.duration) else self.cache.incr(key)
        except ValueError:  # the counter was evicted in between
            used = 1
        except Exception:  # if counting fails, the call is allowed
            logger.exception("rate_limit_not_counted")
            used = 0
        return Quota(self.num_requests, used, self.duration - elapsed)


class CredentialThrottle(WindowThrottle):
    """Calls with one credential."""

    setting = "API_RATE_PER_CREDENTIAL"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Return the credential's key."""
        return f"credential:{request.auth.pk}" if request.auth else None


class OrganizationThrottle(WindowThrottle):
    """Calls with all credentials of one organization."""

    setting = "API_RATE_PER_ORGANIZATION"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Return the organization's key; platform keys have no organization."""
        organization = getattr(request.auth, "organization", None)
        return f"organization:{organization.pk}" if organization else None


class AddressThrottle(WindowThrottle):
    """Calls from one address without a credential."""

    setting = "API_RATE_PER_ADDRESS"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Return the address's key."""
        return None if request.auth else f"address:{network_of(request)}"


class WrongCredentialThrottle(WindowThrottle):
    """Invalid credentials from one address."""

    setting = "API_WRONG_CREDENTIALS_PER_ADDRESS"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Return the address."""
        return f"wrong-credentials:{network_of(request)}"


def tightest(throttles: Iterable[WindowThrottle]) -> Quota | None:
    """Return the quota with the least left, or None if nothing was counted."""
    quotas = [throttle.quota for throttle in throttles if throttle.quota]
    return min(quotas, key=lambda quota: quota.remaining - quota.is_exceeded, default=None)


def count_wrong(request: Request) -> None:
    """Count an invalid credential.

    Raises:
        TooManyWrongCredentials: it is over the limit; the error has the seconds until the next window.
    """
    throttle = WrongCredentialThrottle()
    if not throttle.allow_request(request, None):
        raise TooManyWrongCredentials(retry_after_seconds=throttle.wait())


def network_of(request: Request) -> str:
    """Return the caller's address, from the connection or our own proxies; for IPv6, the subscriber's /64."""
    text = BaseThrottle().get_ident(request)
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else str(address)
