"""Ten wrong codes per organization and hour, counted under the lock of the organization's own row."""

from datetime import datetime, timedelta

from apps.vouchers.errors import TooManyWrongCodes
from apps.vouchers.models import WrongCodes

MOST_WRONG = 10
WINDOW = timedelta(hours=1)
_MICROSECOND = timedelta(microseconds=1)


def refuse_if_too_many(wrong: WrongCodes, now: datetime) -> None:
    """Refuse to look at another code while the last ten wrong ones are all within the hour.

    Raises:
        TooManyWrongCodes: with the seconds until the oldest of them is an hour old.
    """
    if len(wrong.moments) < MOST_WRONG:
        return
    again_at = wrong.moments[-MOST_WRONG] + WINDOW // _MICROSECOND
    left = again_at - _microseconds(now)
    if left > 0:
        raise TooManyWrongCodes(retry_after_seconds=-(-left // 1_000_000))


def note_wrong_code(wrong: WrongCodes, now: datetime) -> None:
    """Count one more wrong code."""
    wrong.moments = [*wrong.moments, _microseconds(now)][-MOST_WRONG:]
    wrong.save(update_fields=["moments"])


def _microseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=moment.tzinfo)) // _MICROSECOND
