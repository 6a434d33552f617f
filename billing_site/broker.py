"""Celery transport options for each kind of broker."""

from typing import Any


def broker_options(url: str) -> dict[str, Any]:
    """Return the transport options: time limits in seconds, for a broker that may hang."""
    if url.startswith("redis"):
        return {"socket_timeout": 5, "socket_connect_timeout": 4, "visibility_timeout": 3_600}
    return {}
