"""Why a repeated call is not answered."""

from typing import ClassVar

from apps.common.errors import Conflict


class IdempotencyKeyReused(Conflict):
    """The same idempotency key came before with another method, path or body; use a new key for a new call."""

    code = "idempotency_key_reused"
    title = "This idempotency key belongs to another call"


class CallInProgress(Conflict):
    """The first call with this idempotency key has not been answered yet; the same call may be tried again shortly."""

    code = "call_in_progress"
    title = "The first call with this idempotency key is still running"
    retry_after_seconds: ClassVar[int] = 2
