"""How many wrong credentials one address may try in a minute before it is told to wait.

Every credential is examined first and failures alone are counted: who comes with a good one is let in, whatever a
neighbor behind the same address tries. Nothing is written to the database; wrong tries are counted in the cache.
"""

from datetime import datetime

from django.conf import settings
from rest_framework.request import Request

from apps.api.call_quotas import count_one, network_of
from apps.common.errors import TooManyRequests


class TooManyWrongCredentials(TooManyRequests):
    """One address tried more wrong credentials in a minute than it may; wait for `Retry-After` seconds."""

    code = "too_many_wrong_credentials"
    title = "Too many wrong credentials from this address"


def count_wrong(request: Request, now: datetime) -> None:
    """Count a credential that does not work.

    Raises:
        TooManyWrongCredentials: it is one too many in this minute; with the seconds until the next one begins.
    """
    limit = settings.API_WRONG_CREDENTIALS_PER_ADDRESS
    if limit <= 0:
        return
    quota = count_one(f"wrong-credentials:{network_of(request)}", limit, now)
    if quota.is_exceeded:
        raise TooManyWrongCredentials(retry_after_seconds=quota.reset_seconds)
