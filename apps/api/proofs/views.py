"""`GET /v1/proofs/{day}`: a day's signed root hash, and the path from the caller's book to it."""

import re
from datetime import date
from typing import Any

from rest_framework.request import Request

from apps.api.authentication import BearerAuthentication, organization_of
from apps.api.permissions import HasScope
from apps.api.problems import ApiError, FieldError
from apps.api.responses import Response
from apps.api.views import ApiView
from apps.proofs.selectors import OwnPath, proof_of, root_document
from apps.tenants.models import ApiKey

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class InvalidDay(ApiError):
    """The day in the URL is not a date."""

    code = "invalid_day"
    title = "The day is not a date"


class DayProof(ApiView):
    """A proof that the caller's book has not changed since the day was sealed."""

    authentication_classes = (BearerAuthentication,)
    permission_classes = (HasScope(ApiKey.Scope.BILLING_READ),)

    def get(self, request: Request, day: str) -> Response:
        """Return the day's root, with `own` if the caller's book had a record by then."""
        proof = proof_of(_date(day), organization_of(request).pk)
        document = root_document(proof.root)
        return Response(document if proof.own is None else {**document, "own": _own(proof.own)})


def _date(text: str) -> date:
    rule = "must be a day as YYYY-MM-DD"
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        error = InvalidDay(f"{rule[0].upper()}{rule[1:]}")
        error.errors = (FieldError("path.day", rule, text),)
        raise error from None


def _own(own: OwnPath) -> dict[str, Any]:
    return {
        "number": own.number,
        "head": own.head.hex(),
        "path": [{"side": step.side, "hash": step.hash.hex()} for step in own.path],
    }
