"""The schedule of tries after a failed delivery."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=20),
)
MOST_TRIES = len(WAITS) + 1
LONGEST_RETRY_AFTER = timedelta(hours=24)
_EARLIEST_TENTH = 10
_MILLISECOND = timedelta(milliseconds=1)


def wait_after(failures: int, *, retry_after: timedelta | None, random_below: Callable[[int], int]) -> timedelta | None:
    """Return how long to wait after this many failed tries; None if there is no further try.

    The wait is shortened by up to a tenth at random, so that events after an outage are not all sent at once. A longer
    Retry-After of the receiver is respected, up to 24 hours. `random_below(n)` returns a number from 0 to n - 1.
    """
    if failures >= MOST_TRIES:
        return None
    longest = WAITS[failures - 1] // _MILLISECOND
    wait = (longest - random_below(longest // _EARLIEST_TENTH + 1)) * _MILLISECOND
    return max(wait, min(retry_after, LONGEST_RETRY_AFTER)) if retry_after else wait


def read_retry_after(text: str, now: datetime) -> timedelta | None:
    """Read a Retry-After header, of seconds or a date; None if it is neither or in the past."""
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = moment.replace(tzinfo=moment.tzinfo or UTC) - now
    return min(wait, LONGEST_RETRY_AFTER) if wait > timedelta(0) else None
