"""How many wrong credentials one address may try in a minute, before it is told so without anything being looked up.

A credential that worked lately is examined all the same, so that neighbours of a guesser behind one address go on
working. Nothing is written to the database: wrong tries are counted in the cache, what worked is remembered here.
"""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from rest_framework.request import Request

from apps.api.counting import count_one, counted, network_of
from apps.common.errors import TooManyRequests

WORKED_LATELY = timedelta(hours=1)
MOST_REMEMBERED = 50_000

_worked: dict[bytes, datetime] = {}


class TooManyWrongCredentials(TooManyRequests):
    """One address tried more wrong credentials in a minute than it may; wait for `Retry-After` seconds."""

    code = "too_many_wrong_credentials"
    title = "Too many wrong credentials from this address"


def refuse_guesses(request: Request, credential: str, now: datetime) -> None:
    """Refuse to examine a credential that did not work lately once its address has used up its wrong tries.

    Raises:
        TooManyWrongCredentials: with the seconds until it may try again.
    """
    limit = settings.API_WRONG_CREDENTIALS_PER_ADDRESS
    if limit <= 0 or now - _worked.get(_hash(credential), datetime.min.replace(tzinfo=now.tzinfo)) < WORKED_LATELY:
        return
    quota = counted(_subject(request), limit, now)
    if quota.remaining == 0:
        raise TooManyWrongCredentials(retry_after_seconds=quota.reset_seconds)


def note_wrong(request: Request, credential: str, now: datetime) -> None:
    """Count a credential that does not work."""
    _worked.pop(_hash(credential), None)
    limit = settings.API_WRONG_CREDENTIALS_PER_ADDRESS
    if limit > 0:
        count_one(_subject(request), limit, now)


def note_working(credential: str, now: datetime) -> None:
    """Remember by its hash that a credential works."""
    if len(_worked) >= MOST_REMEMBERED:
        _worked.clear()
    _worked[_hash(credential)] = now


def _hash(credential: str) -> bytes:
    return hashlib.sha256(credential.encode("utf-8", "surrogatepass")).digest()


def _subject(request: Request) -> str:
    return f"wrong-credentials:{network_of(request)}"
