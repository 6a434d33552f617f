"""How long to wait: for a worker to take a message, and before another attempt. Pure."""

from datetime import timedelta

SEND_LEASE = timedelta(seconds=60)
LONGEST_SEND_LEASE = timedelta(minutes=5)
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)


def send_lease(sends: int) -> timedelta:
    """Return how long the broker may take to bring the message to a worker, after it was sent `sends` times."""
    return min(SEND_LEASE * (1 << min(sends - 1, 10)), LONGEST_SEND_LEASE)


def retry_delay(attempts: int) -> timedelta:
    """Return how long to wait after the `attempts`-th attempt failed."""
    return min(FIRST_RETRY * (1 << min(attempts - 1, 20)), LONGEST_RETRY)
