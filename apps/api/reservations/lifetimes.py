"""How long a reservation lives: the seconds of one request, and the longest life through all extensions."""

from datetime import datetime, timedelta

from apps.api.problems.errors import FieldError, InvalidInput

LONGEST_SECONDS = 86_400  # of one request
LONGEST_LIFE = timedelta(days=7)  # through all extensions
DEFAULT_SECONDS = 600


def extended_end(*, created_at: datetime, seconds: int, now: datetime) -> datetime:
    """Return the end of a reservation that is extended to `seconds` from now.

    Raises:
        InvalidInput: it would live longer than `LONGEST_LIFE`.
    """
    end = now + timedelta(seconds=seconds)
    if end > created_at + LONGEST_LIFE:
        message = f"must end at most {LONGEST_LIFE.days} days after the reservation"
        raise InvalidInput([FieldError("body.ttlSeconds", message, seconds)])
    return end
