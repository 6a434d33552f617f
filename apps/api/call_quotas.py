"""Counting calls in fixed windows of a minute, in the cache.

A cache that is away counts nothing: these limits protect the service, no money depends on them.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

logger = logging.getLogger(__name__)
WINDOW_SECONDS = 60


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


def count_one(subject: str, limit: int, now: datetime) -> Quota:
    """Count one more of a subject in this window; nothing where the cache cannot be asked."""
    key, reset_seconds = _window(subject, now)
    try:
        used = 1 if cache.add(key, 1, 2 * WINDOW_SECONDS) else cache.incr(key)
    except ValueError:  # it was evicted between the two
        used = 1
    except Exception:  # whatever the cache's client raises: a limit that cannot be counted refuses nobody
        logger.exception("rate_limit_not_counted")
        used = 0
    return Quota(limit, used, reset_seconds)


def network_of(request: Request) -> str:
    """Return the caller's address, as the peer's or what our own proxies wrote down; of IPv6 one subscriber's /64."""
    text = BaseThrottle().get_ident(request)
    try:
        address = ip_address(text)
    except ValueError:
        return "unknown"
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else str(address)


def _window(subject: str, now: datetime) -> tuple[str, int]:
    window, elapsed = divmod(int(now.timestamp()), WINDOW_SECONDS)
    return f"rate:{subject}:{window}", WINDOW_SECONDS - elapsed
