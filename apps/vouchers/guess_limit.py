"""Rate limit on guessing: ten wrong codes per organization and hour.

The newest ten attempts are kept as microseconds since 1970, oldest first.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.vouchers.errors import TooManyWrongCodes

MOST_WRONG = 10
WINDOW = timedelta(hours=1)
_MICROSECOND = timedelta(microseconds=1)


def refuse_if_too_many(wrong: Sequence[int], now: datetime) -> None:
    """Refuse another code while the last ten wrong ones are all less than an hour old.

    Raises:
        TooManyWrongCodes: carries the seconds until the oldest is an hour old.
    """
    if len(wrong) < MOST_WRONG:
        return
    again_at = wrong[-MOST_WRONG] + WINDOW // _MICROSECOND
    left = again_at - _microseconds(now)
    if left > 0:
        raise TooManyWrongCodes(retry_after_seconds=-(-left // 1_000_000))


def with_one_more(wrong: Sequence[int], now: datetime) -> list[int]:
    """Append a wrong code at `now` and keep the newest ten."""
    return [*wrong, _microseconds(now)][-MOST_WRONG:]


def _microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=moment.tzinfo)) // _MICROSECOND
