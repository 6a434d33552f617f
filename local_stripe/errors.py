"""Error responses in Stripe's shape."""

from typing import Any, Self


class StripeFault(Exception):
    """An error response. With `keeps`, changes made before it are kept: a failed payment attempt."""

    def __init__(
        self, status: int, kind: str, message: str, *, code: str = "", param: str = "", keeps: bool = False, **more: Any
    ):
        self.status, self.keeps = status, keeps
        self.body: dict[str, Any] = {"error": {"type": kind, "message": message, **more}}
        if code:
            self.body["error"]["code"] = code
        if param:
            self.body["error"]["param"] = param
        super().__init__(message)

    @classmethod
    def invalid(cls, message: str, *, param: str = "", code: str = "") -> Self:
        return cls(400, "invalid_request_error", message, param=param, code=code)

    @classmethod
    def missing(cls, kind: str, object_id: str) -> Self:
        return cls(404, "invalid_request_error", f"No such {kind}: '{object_id}'", code="resource_missing", param="id")

    @classmethod
    def idempotency(cls) -> Self:
        return cls(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were first used with.",
        )
