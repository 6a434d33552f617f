"""`Idempotency-Key` on every POST: a repeated call gets the first response again and has no second effect."""

import re
from datetime import datetime
from functools import cached_property
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac
from rest_framework.request import Request

from apps.api.authentication import Credential
from apps.api.problems import FieldError, InvalidInput
from apps.api.request_bodies import attribute_headers, inflated
from apps.idempotency.services import Call, Claim, StoredResponse, claim_call, complete_call, release_call

HEADER = "Idempotency-Key"
_META = "HTTP_IDEMPOTENCY_KEY"
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class AlreadyAnswered(Exception):
    """The call was already answered, with `answer`."""

    def __init__(self, answer: StoredResponse) -> None:
        self.answer = answer


class RepeatablePost:
    """One POST, with or without a client's key."""

    def __init__(self, request: Request, now: datetime, most_bytes: int) -> None:
        self.claim: Claim | None = None
        given, credential = given_key(request), request.auth
        if given is None or not isinstance(credential, Credential):
            return
        outcome = claim_call(call=_call(request._request, credential, given, most_bytes), now=now)
        if isinstance(outcome, StoredResponse):
            raise AlreadyAnswered(outcome)
        self.claim = outcome

    @cached_property
    def call_id(self) -> UUID:
        """An id that is the same for every attempt at one call."""
        return uuid4() if self.claim is None else self.claim.call_id

    def settle(self, response: HttpResponseBase, now: datetime) -> None:
        """Store the response, unless a retry may get a better one (429 and 5xx)."""
        if self.claim is None:
            return
        if response.status_code >= 500 or response.status_code == 429 or not isinstance(response, HttpResponse):
            release_call(claim=self.claim, now=now)
            return
        answer = StoredResponse(response.status_code, response.headers.get("Content-Type", ""), response.content)
        complete_call(claim=self.claim, answer=answer, now=now)

    def abandon(self, now: datetime) -> None:
        """Release the key so that the call can be retried; this attempt failed with an exception."""
        if self.claim is not None:
            release_call(claim=self.claim, now=now)


def given_key(request: Request) -> str | None:
    """Return the caller's key, or None if there is none.

    Raises:
        InvalidInput: it is not a valid key.
    """
    given = request.META.get(_META)
    if given is not None and not _KEY.fullmatch(given):
        raise InvalidInput(
            [FieldError(f"header.{HEADER}", "must be 1 to 255 visible ASCII characters, without spaces")]
        )
    return given


def replayed(answer: StoredResponse) -> HttpResponse:
    """Return a stored answer as a response."""
    response = HttpResponse(answer.body, status=answer.status, headers={"Content-Type": answer.content_type})
    response.headers[REPLAYED] = "true"
    return response


def _call(request: HttpRequest, credential: Credential, key: str, most_bytes: int) -> Call:
    """Identify the call. Its digest covers the inflated body and the attribute headers of CloudEvents binary mode."""
    organization = credential.organization
    address = request.get_full_path()
    attributes = [f"{name}: {value}".encode() for name, value in sorted(attribute_headers(request).items())]
    body = inflated(request, request.body, most_bytes)
    facts = b"\n".join([(request.method or "").encode(), address.encode(), *attributes, body])
    digest = salted_hmac("apps.api.idempotency", facts, algorithm="sha256").hexdigest()
    return Call(
        organization.pk if organization else None,
        credential.created_by[:300],
        key,
        request.method or "",
        request.path,
        digest,
    )
