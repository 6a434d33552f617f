"""Handles one API request from bytes to response: API key, idempotency key, faults, endpoint."""

import hashlib
import json
import time
from dataclasses import dataclass, field
from typing import Any

from local_stripe.account import Account
from local_stripe.endpoints import dispatch
from local_stripe.errors import StripeFault
from local_stripe.faults import Fault, Faults
from local_stripe.forms import decode
from local_stripe.versions import PINNED, render, require_known

_LACKING = (
    "The provided key 'rk_test_*********local' does not have the required permissions for this endpoint on account "
    "'acct_local'. Having the '{}' permission would allow this request to continue."
)


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: str
    body: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Response:
    """A response; `dropped` closes the connection without one."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    dropped: bool = False


class Api:
    """The `/v1` part of the server."""

    def __init__(self, account: Account, api_key: str, faults: Faults) -> None:
        self.account = account
        self.api_key = api_key
        self.faults = faults

    def answer(self, request: Request) -> Response:
        fault = self.faults.take(request.method, request.path)
        if fault is None:
            return self._answer(request)
        return self._faulty(request, fault)

    def _answer(self, request: Request) -> Response:
        try:
            self._require_key(request)
            return self._once(request)
        except StripeFault as error:
            return Response(error.status, json.dumps(error.body))

    def _require_key(self, request: Request) -> None:
        if request.headers.get("authorization", "") != f"Bearer {self.api_key}":
            raise StripeFault(401, "invalid_request_error", "Invalid API Key provided.")
        if request.method != "GET" and self._version(request) != PINNED:
            raise StripeFault.invalid(f"This local Stripe takes parameters of version {PINNED} only.")

    def _version(self, request: Request) -> str:
        return require_known(request.headers.get("stripe-version") or self.account.api_version)

    def _once(self, request: Request) -> Response:
        """Run a POST once per idempotency key; a repeat gets the stored response, except after a refusal."""
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        text = f"{request.method} {request.path} {request.body}"
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        with self.account.store.transaction():
            if key:
                rows = self.account.store.query("SELECT fingerprint, status, body FROM keys WHERE key = ?", key)
                if rows and rows[0][0] != fingerprint:
                    raise StripeFault.idempotency()
                if rows:
                    return Response(rows[0][1], rows[0][2], {"Idempotent-Replayed": "true"})
            answer = self._done(request)
            if key:
                self._remember(key, fingerprint, answer)
            return answer

    def _done(self, request: Request) -> Response:
        """Run the request and return its response; a failed payment attempt is kept."""
        try:
            return Response(200, json.dumps(self._dispatch(request)))
        except StripeFault as fault:
            if not fault.keeps:
                raise
            return Response(fault.status, json.dumps(fault.body))

    def _remember(self, key: str, fingerprint: str, answer: Response) -> None:
        self.account.store.query(
            "INSERT INTO keys VALUES (?, ?, ?, ?) ON CONFLICT (key)"
            " DO UPDATE SET status = excluded.status, body = excluded.body",
            key,
            fingerprint,
            answer.status,
            answer.body,
        )

    def _dispatch(self, request: Request) -> dict[str, Any]:
        params = decode(request.body if request.method == "POST" else request.query)
        body = dispatch(self.account, request.method, request.path, params)
        shown: dict[str, Any] = render(self.account, body, self._version(request))
        return shown

    def _faulty(self, request: Request, fault: Fault) -> Response:
        refusals = {
            "429": StripeFault(429, "invalid_request_error", "Too many requests.", code="rate_limit"),
            "409": StripeFault(409, "idempotency_error", "The key is in use.", code="idempotency_key_in_use"),
            "403": StripeFault(403, "invalid_request_error", _LACKING.format(fault.body)),
            "401": StripeFault(401, "invalid_request_error", "Invalid API Key provided."),
            "500_before": StripeFault(500, "api_error", "An unknown error occurred."),
        }
        if fault.kind in refusals:
            headers = {"Retry-After": str(int(fault.seconds))} if fault.seconds else {}
            return Response(refusals[fault.kind].status, json.dumps(refusals[fault.kind].body), headers)
        if fault.kind == "drop_before":
            return Response(0, "", dropped=True)
        answer = self._answer(request)
        if fault.kind == "500_after":
            return self._spoil(request)
        if fault.kind == "latency":
            time.sleep(fault.seconds)
        if fault.kind == "junk":
            return Response(200, fault.body)
        return Response(0, "", dropped=True) if fault.kind == "drop_after" else answer

    def _spoil(self, request: Request) -> Response:
        """Answer 500 after the work was done, and keep that response under its key, as Stripe does."""
        body = {"error": {"type": "api_error", "message": "An unknown error occurred."}}
        answer = Response(500, json.dumps(body), {"Stripe-Should-Retry": "false"})
        text = f"{request.method} {request.path} {request.body}"
        key = request.headers.get("idempotency-key")
        if key:
            self._remember(key, hashlib.sha256(text.encode()).hexdigest(), answer)
        return answer
