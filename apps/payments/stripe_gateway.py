"""Sends every call to Stripe, with our key, timeouts and the pinned API version; `stripe_operations` lists the calls.

Answers are read into our own frozen values. A failure is one of six errors: refused, unavailable, outcome unknown,
broke (5xx), key refused, permission missing. No call is made inside a transaction.
"""

import functools
import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import stripe
from django.conf import settings
from django.db import transaction

from apps.common.strict_json import Json, NotStrictJson, read_object
from apps.payments.errors import (
    MalformedObject,
    StripeBroke,
    StripeHasNone,
    StripeKeyRefused,
    StripeNotConfigured,
    StripePermissionMissing,
    StripeRefused,
    StripeUnavailable,
    StripeUnknownOutcome,
)
from apps.payments.stripe_objects import Facts

logger = logging.getLogger(__name__)

API_VERSION = "2026-10-28.endive"
RELEASE = API_VERSION.partition(".")[2]
KEY_REFUSED_PAUSE_SECONDS = 30
_LARGEST_ANSWER = 5_000_000
_LONGEST_RETRY_AFTER = 86_400
_PERMISSION = re.compile(r"\brak_[a-z0-9_]+")
_PAGE = 100

T = TypeVar("T")
F = TypeVar("F", bound=Facts)
V1 = Any  # the SDK's types want literal keywords, but we pass stored parameters

stripe.enable_telemetry = False


@dataclass(frozen=True, slots=True)
class Operation(Generic[F]):
    """A POST to Stripe: how it is sent, how its answer is read, and how its object is found after a lost answer.

    `find` takes the parameters sent, our reference, and the earliest time of creation in seconds since 1970. It is None
    if the call may safely be repeated. `made_before` takes the parameters and a refusal, and returns the object if
    Stripe refuses because an earlier call made it.
    """

    name: str
    send: Callable[[V1, str, Json, Json], Any]
    kind: type[F]
    find: Callable[[Json, str, int], F | None] | None = None
    made_before: Callable[[Json, StripeRefused], F | None] | None = None

    def restore(self, answer: Json) -> F:
        """Return the value whose fields were stored as `answer`."""
        return cast(F, cast(Any, self.kind)(**answer))


def send(operation: Operation[F], *, params: Json, key: str, target: str = "") -> F:
    """Send a POST with an idempotency key that is already stored, and return its answer.

    Raises:
        StripeRefused, StripeUnavailable, StripeUnknownOutcome, StripeBroke, StripeKeyRefused: as their names say.
    """
    body = call(lambda v1: operation.send(v1, target, params, {"idempotency_key": key}))
    return read(operation.kind.read, body)


def pages(listing: Callable[[V1, Json], Any], *, most: int = 10_000) -> Iterator[Json]:
    """Yield the rows of a list, page by page.

    Raises:
        StripeUnknownOutcome: there are more than `most` rows, so a missing object may be among the rest.
    """
    page: Json = {"limit": _PAGE}
    for _ in range(0, most, _PAGE):
        body = call(functools.partial(_one_page, listing, page))
        rows = body.get("data")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise StripeUnknownOutcome("Stripe's list is not a list of objects")
        yield from rows
        if not body.get("has_more") or not rows:
            return
        page = {"limit": _PAGE, "starting_after": rows[-1]["id"]}
    raise StripeUnknownOutcome(f"Stripe's list has more than {most} rows")


def _one_page(listing: Callable[[V1, Json], Any], page: Json, v1: V1) -> Any:
    return listing(v1, page)


def read(reader: Callable[[Json], T], body: Json) -> T:
    """Return an answer as a value of ours.

    Raises:
        StripeUnknownOutcome: the answer does not have the expected shape.
    """
    try:
        return reader(body)
    except MalformedObject as error:
        raise StripeUnknownOutcome(f"Stripe's answer is not the requested object: {error}") from error


def call(ask: Callable[[V1], Any]) -> Json:
    """Make one call and return the answer's JSON object.

    Raises:
        StripeRefused, StripeUnavailable, StripeUnknownOutcome, StripeBroke, StripeKeyRefused: as their names say.
        StripePermissionMissing: our key lacks the permission.
        StripeNotConfigured: there is no key.
    """
    refuse_inside_transaction()
    _breaker.refuse_while_open()
    try:
        answer = ask(_client().v1)
        return _answer(answer.last_response.body)
    except stripe.AuthenticationError as error:
        _breaker.open()
        logger.critical("stripe_key_refused", extra={"status": error.http_status, "request": error.request_id})
        raise StripeKeyRefused from error
    except stripe.PermissionError as error:
        lacking = _lacking(error)
        logger.error("stripe_permission_missing", extra={"lacking": lacking, "request": error.request_id})
        raise StripePermissionMissing(lacking) from error
    except stripe.RateLimitError as error:
        raise StripeUnavailable(retry_after_seconds=_retry_after(error)) from error
    except stripe.APIConnectionError as error:
        raise StripeUnknownOutcome from error
    except stripe.StripeError as error:
        raise _refusal(error) from error
    except (NotStrictJson, RecursionError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise StripeUnknownOutcome(f"Stripe's answer cannot be read: {type(error).__name__}") from error


def can_read(version: str) -> bool:
    """Whether objects of an API version can be read like those of the pinned one: both have the same release name.

    Only a release with a new name has breaking changes (docs.stripe.com/sdks/versioning).
    """
    return version == API_VERSION or version.partition(".")[2] == RELEASE


def _refusal(error: stripe.StripeError) -> Exception:
    status = error.http_status or 0
    if status == 409:
        return StripeUnavailable("The same request is under way")
    if 400 <= status < 500:
        refusal = StripeHasNone if status == 404 else StripeRefused
        named = {"stripe_code": error.code or "", "stripe_parameter": getattr(error, "param", None) or ""}
        return refusal((error.user_message or "")[:500], **named, **_decline(error))
    return StripeBroke(retry_after_seconds=_retry_after(error)) if status >= 500 else StripeUnknownOutcome()


def _decline(error: stripe.StripeError) -> dict[str, Any]:
    """Return Stripe's details of a refused charge: the bank's codes and the remaining payment."""
    about = error.json_body.get("error") if isinstance(error.json_body, dict) else None
    about = about if isinstance(about, dict) else {}
    intent = about.get("payment_intent")
    return {
        "decline_code": about.get("decline_code") or "",
        "advice_code": about.get("advice_code") or "",
        "payment_intent": intent.get("id") if isinstance(intent, dict) else intent or "",
        "is_of_card": isinstance(error, stripe.CardError),
    }


def _lacking(error: stripe.StripeError) -> str:
    """Name the permission that our restricted key lacks. It is in Stripe's message, next to a part of the key."""
    named = sorted(set(_PERMISSION.findall(str(error))))
    if not named:
        return "Our key may not make this call at Stripe, and Stripe does not name the missing permission"
    return f"Our key lacks the permission {' or '.join(named)} at Stripe"


def _retry_after(error: stripe.StripeError) -> int:
    """Return the seconds after which Stripe accepts a retry, at least 1."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    text = str(headers.get("retry-after", ""))
    return max(1, min(int(text), _LONGEST_RETRY_AFTER)) if text.isascii() and text.isdecimal() else 1


def _answer(body: str) -> Json:
    if len(body) > _LARGEST_ANSWER:
        raise NotStrictJson("it is too large")
    return read_object(body)


def refuse_inside_transaction() -> None:
    """Refuse a call inside a transaction, which would hold locks meanwhile; a test's own transaction is exempt.

    Raises:
        RuntimeError: a transaction is open.
    """
    connection = transaction.get_connection()
    blocks = cast(Any, connection).atomic_blocks
    if connection.in_atomic_block and not blocks[-1]._from_testcase:
        raise RuntimeError("Stripe is never called inside a transaction")


class _Breaker:
    """After Stripe refused our key, makes calls fail at once for `KEY_REFUSED_PAUSE_SECONDS`."""

    def __init__(self) -> None:
        self.until = time.monotonic()

    def open(self) -> None:
        self.until = time.monotonic() + KEY_REFUSED_PAUSE_SECONDS

    def close(self) -> None:
        self.until = time.monotonic()

    def refuse_while_open(self) -> None:
        if time.monotonic() < self.until:
            raise StripeKeyRefused


_breaker = _Breaker()


def _client() -> stripe.StripeClient:
    if not settings.STRIPE_API_KEY:
        raise StripeNotConfigured
    return _client_for(
        settings.STRIPE_API_KEY,
        settings.STRIPE_API_BASE,
        settings.STRIPE_CONNECT_SECONDS,
        settings.STRIPE_READ_SECONDS,
        settings.STRIPE_RETRIES,
    )


@functools.lru_cache(maxsize=4)
def _client_for(key: str, base: str, connect: int, read: int, retries: int) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": base},
        max_network_retries=retries,
        http_client=stripe.RequestsClient(timeout=(connect, read)),
    )
