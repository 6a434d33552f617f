"""Errors of idempotent calls."""

from typing import ClassVar

from apps.common.errors import Conflict


class IdempotencyKeyReused(Conflict):
    """The idempotency key was used with another method, path, or body; use a new key for a new call."""

    code = "idempotency_key_reused"
    title = "This idempotency key belongs to another call"


class CallInProgress(Conflict):
    """The first call with this idempotency key is still running; retry the same call shortly."""

    code = "call_in_progress"
    title = "The first call with this idempotency key is still running"
    retry_after_seconds: ClassVar[int] = 2
