"""How often one may call in a minute, and how many wrong credentials one address may try. Counted in the cache.

A caller is told apart by the credential, never by a header it can choose. Every credential is examined first and of
wrong ones failures alone are counted: who comes with a good one is let in, whatever a neighbor behind the same address
tries. A cache that is away counts nothing: these limits protect the service, no money depends on them.
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
    """More calls in a minute than one credential, organization or address has; wait for `Retry-After` seconds."""

    code = "rate_limited"
    title = "Too many calls"


class TooManyWrongCredentials(TooManyRequests):
    """One address tried more wrong credentials in a minute than it may; wait for `Retry-After` seconds."""

    code = "too_many_wrong_credentials"
    title = "Too many wrong credentials from this address"


@dataclass(frozen=True, slots=True)
class Quota:
    """What is left of a limit in this window; `reset_seconds` is when the next one begins."""

    limit: int
    used: int
    reset_seconds: int

    @property
    def remaining(self) -> int:
        """Calls left, never negative."""
        return max(0, self.limit - self.used)

    @property
    def is_exceeded(self) -> bool:
        """Whether the call that was just counted is one too many."""
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """Return the headers that tell the caller."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }


class WindowThrottle(SimpleRateThrottle):
    """Counts in fixed windows of a minute, by one increment of the cache, so that concurrent calls are all counted.

    `setting` names the limit, 0 for none; `get_cache_key` returns whom to count, None for nobody.
    """

    setting: ClassVar[str]
    num_requests: int
    duration: int
    quota: Quota | None = None

    def get_rate(self) -> str:
        """Return the limit as DRF writes it."""
        return f"{getattr(settings, self.setting)}/min"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the call, and say whether it is within the limit."""
        subject = self.get_cache_key(request, view)
        if subject is None or self.num_requests <= 0:
            return True
        self.quota = self._counted(subject)
        return not self.quota.is_exceeded

    def wait(self) -> int:
        """Return in how many seconds the next window begins."""
        return self.quota.reset_seconds if self.quota else 0

    def _counted(self, subject: str) -> Quota:
        window, elapsed = divmod(int(self.timer()), self.duration)
        key = f"rate:{subject}:{window}"
        try:
            used = 1 if self.cache.add(key, 1, 2 * self.duration) else self.cache.incr(key)
        except ValueError:  # it was evicted between the two
            used = 1
        except Exception:  # whatever the cache's client raises: a limit that cannot be counted refuses nobody
            logger.exception("rate_limit_not_counted")
            used = 0
        return Quota(self.num_requests, used, self.duration - elapsed)


class CredentialThrottle(WindowThrottle):
    """Calls with one credential."""

    setting = "API_RATE_PER_CREDENTIAL"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Return the credential's name."""
        return f"credential:{request.auth.pk}" if request.auth else None


class OrganizationThrottle(WindowThrottle):
    """Calls with all credentials of one organization."""

    setting = "API_RATE_PER_ORGANIZATION"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Return the organization's id; a platform key has none."""
        organization = getattr(request.auth, "organization", None)
        return f"organization:{organization.pk}" if organization else None


class AddressThrottle(WindowThrottle):
    """Calls from one address without a credential."""

    setting = "API_RATE_PER_ADDRESS"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Return the address."""
        return None if request.auth else f"address:{network_of(request)}"


class WrongCredentialThrottle(WindowThrottle):
    """Credentials from one address that do not work."""

    setting = "API_WRONG_CREDENTIALS_PER_ADDRESS"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Return the address."""
        return f"wrong-credentials:{network_of(request)}"


def tightest(throttles: Iterable[WindowThrottle]) -> Quota | None:
    """Return the quota of which least is left; None where nothing was counted."""
    quotas = [throttle.quota for throttle in throttles if throttle.quota]
    return min(quotas, key=lambda quota: quota.remaining - quota.is_exceeded, default=None)


def count_wrong(request: Request) -> None:
    """Count a credential that does not work.

    Raises:
        TooManyWrongCredentials: it is one too many in this minute; with the seconds until the next one begins.
    """
    throttle = WrongCredentialThrottle()
    if not throttle.allow_request(request, None):
        raise TooManyWrongCredentials(retry_after_seconds=throttle.wait())


def network_of(request: Request) -> str:
    """Return the caller's address, as the peer's or what our own proxies wrote down; of IPv6 one subscriber's /64."""
    text = BaseThrottle().get_ident(request)
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else str(address)
