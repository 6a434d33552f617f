"""How often one credential, one organization or, where nobody is known, one address may call in a minute.

Counted in the cache in fixed windows. A caller is told apart by the credential, never by a header it can choose; an
address is the peer's, or what our own proxies (`PROXY_COUNT`) wrote down. A cache that is away lets calls through:
these limits protect the service, no money depends on them.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.api.authentication import Credential
from apps.common.errors import TooManyRequests

logger = logging.getLogger(__name__)
WINDOW_SECONDS = 60


class RateLimited(TooManyRequests):
    """More calls in a minute than one credential, organization or address has; wait for `Retry-After` seconds."""

    code = "rate_limited"
    title = "Too many calls"


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


def count_call(request: Request, now: datetime) -> Quota | None:
    """Count a call and return the tightest of its limits; None where there is none."""
    quotas = [_count(caller, limit, now) for caller, limit in _callers(request) if limit > 0]
    return min(quotas, key=lambda quota: quota.remaining - quota.is_exceeded, default=None)


def _callers(request: Request) -> list[tuple[str, int]]:
    credential = request.auth
    if not isinstance(credential, Credential):
        return [(f"address:{_network(request)}", settings.API_RATE_PER_ADDRESS)]
    own = (f"credential:{credential.pk}", settings.API_RATE_PER_CREDENTIAL)
    if credential.organization is None:
        return [own]
    return [own, (f"organization:{credential.organization.pk}", settings.API_RATE_PER_ORGANIZATION)]


def _network(request: Request) -> str:
    """Return the caller's address; of IPv6 the /64 that one subscriber has to itself."""
    text = BaseThrottle().get_ident(request)
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else str(address)


def _count(caller: str, limit: int, now: datetime) -> Quota:
    window, elapsed = divmod(int(now.timestamp()), WINDOW_SECONDS)
    key = f"rate:{caller}:{window}"
    try:
        used = 1 if cache.add(key, 1, 2 * WINDOW_SECONDS) else cache.incr(key)
    except ValueError:  # it was evicted between the two
        used = 1
    except Exception:  # whatever the cache's client raises: a limit that cannot be counted refuses nobody
        logger.exception("rate_limit_not_counted")
        used = 0
    return Quota(limit, used, WINDOW_SECONDS - elapsed)
