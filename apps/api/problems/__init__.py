"""Errors of the API as RFC 9457 problems."""

from apps.api.problems.errors import (
    ApiError,
    BodyTooLarge,
    FieldError,
    InvalidInput,
    LengthRequired,
    MalformedBody,
    UnsupportedBody,
)
from apps.api.problems.handlers import problem_handler, problem_of_lost_database, wants_html
from apps.api.problems.presenter import (
    CONTENT_TYPE,
    Problem,
    billing_problem,
    explained_codes,
    located,
    plain_problem,
    problem_body,
    problem_response,
    schema_url,
    status_of,
)

__all__ = [
    "CONTENT_TYPE",
    "ApiError",
    "BodyTooLarge",
    "FieldError",
    "InvalidInput",
    "LengthRequired",
    "MalformedBody",
    "Problem",
    "UnsupportedBody",
    "billing_problem",
    "explained_codes",
    "located",
    "plain_problem",
    "problem_body",
    "problem_handler",
    "problem_of_lost_database",
    "problem_response",
    "schema_url",
    "status_of",
    "wants_html",
]
