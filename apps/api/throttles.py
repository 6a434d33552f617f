"""How often one credential, one organization or, where nobody is known, one address may call in a minute.

A caller is told apart by the credential, never by a header it can choose.
"""

from datetime import datetime

from django.conf import settings
from rest_framework.request import Request

from apps.api.authentication import Credential
from apps.api.call_quotas import Quota, count_one, network_of
from apps.common.errors import TooManyRequests


class RateLimited(TooManyRequests):
    """More calls in a minute than one credential, organization or address has; wait for `Retry-After` seconds."""

    code = "rate_limited"
    title = "Too many calls"


def count_call(request: Request, now: datetime) -> Quota | None:
    """Count a call and return the tightest of its limits; None where there is none."""
    quotas = [count_one(caller, limit, now) for caller, limit in _callers(request) if limit > 0]
    return min(quotas, key=lambda quota: quota.remaining - quota.is_exceeded, default=None)


def _callers(request: Request) -> list[tuple[str, int]]:
    credential = request.auth
    if not isinstance(credential, Credential):
        return [(f"address:{network_of(request)}", settings.API_RATE_PER_ADDRESS)]
    own = (f"credential:{credential.pk}", settings.API_RATE_PER_CREDENTIAL)
    if credential.organization is None:
        return [own]
    return [own, (f"organization:{credential.organization.pk}", settings.API_RATE_PER_ORGANIZATION)]
