"""Ten wrong codes per organization and hour. Moments are microseconds since 1970, the newest ten, oldest first."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.vouchers.errors import TooManyWrongCodes

MOST_WRONG = 10
WINDOW = timedelta(hours=1)
_MICROSECOND = timedelta(microseconds=1)


def refuse_if_too_many(wrong: Sequence[int], now: datetime) -> None:
    """Refuse to look at another code while the last ten wrong ones are all within the hour.

    Raises:
        TooManyWrongCodes: with the seconds until the oldest of them is an hour old.
    """
    if len(wrong) < MOST_WRONG:
        return
    again_at = wrong[-MOST_WRONG] + WINDOW // _MICROSECOND
    left = again_at - _microseconds(now)
    if left > 0:
        raise TooManyWrongCodes(retry_after_seconds=-(-left // 1_000_000))


def with_one_more(wrong: Sequence[int], now: datetime) -> list[int]:
    """Return the moments with one more wrong code."""
    return [*wrong, _microseconds(now)][-MOST_WRONG:]


def _microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=moment.tzinfo)) // _MICROSECOND
