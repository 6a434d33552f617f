"""Reads the event in a webhook's body. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apps.common.strict_json import Json, NotStrictJson, read_moment, read_object
from apps.payments.errors import MalformedDelivery
from apps.payments.stripe_objects.readers import LAST_SECOND

_EVENT_ID = re.compile(r"evt_[A-Za-z0-9_]{1,200}")
_TYPE = re.compile(r"[a-z0-9_.\[\]]{1,100}")
_WORD = re.compile(r"[A-Za-z0-9_.\-]{0,100}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """The envelope of an event. `is_thin` events have no object; `account` is set on events of connected accounts."""

    event_id: str
    type: str
    api_version: str
    livemode: bool
    account: str
    object_id: str
    created_at: datetime
    is_thin: bool
    text: str


def read_delivery(body: bytes) -> Delivery:
    """Return the envelope of the event in a body.

    Raises:
        MalformedDelivery: it is not an event.
    """
    try:
        text = body.decode("utf-8")
        event = read_object(text)
    except UnicodeDecodeError as error:
        raise MalformedDelivery("the body is not UTF-8") from error
    except NotStrictJson as error:
        raise MalformedDelivery(f"the body is not strict JSON: {error}") from error
    return delivery_of(event, text)


def delivery_of(event: Json, text: str) -> Delivery:
    """Return the envelope of an event whose JSON is `text`.

    Raises:
        MalformedDelivery: it is not an event.
    """
    is_thin = event.get("object") == "v2.core.event"
    if not is_thin and event.get("object") != "event":
        raise MalformedDelivery("it is not an event")
    subject = _subject(event)
    return Delivery(
        event_id=_matching(event.get("id"), _EVENT_ID, "id"),
        type=_matching(event.get("type"), _TYPE, "type"),
        api_version=_matching(event.get("api_version") or "", _WORD, "api_version"),
        livemode=_flag(event.get("livemode")),
        account=_matching(event.get("account") or "", _WORD, "account"),
        object_id=_matching_or_empty(subject.get("id"), _WORD),
        created_at=_moment(event.get("created"), is_thin),
        is_thin=is_thin,
        text=text,
    )


def _subject(event: Json) -> Json:
    data = event.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    if isinstance(subject, dict):
        return subject
    if event.get("object") == "v2.core.event":
        related = event.get("related_object")
        return related if isinstance(related, dict) else {}
    raise MalformedDelivery("it has no data.object")


def _matching(value: Any, pattern: re.Pattern[str], name: str) -> str:
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    raise MalformedDelivery(f"its {name} is missing or malformed")


def _matching_or_empty(value: Any, pattern: re.Pattern[str]) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise MalformedDelivery("its livemode is not true or false")


def _moment(value: Any, is_thin: bool) -> datetime:
    """Snapshot events give seconds since 1970; thin events give RFC 3339."""
    if is_thin and isinstance(value, str):
        try:
            return read_moment(value)
        except (ValueError, OverflowError) as error:
            raise MalformedDelivery("its created is not a time") from error
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_SECOND:
        return datetime.fromtimestamp(value, UTC)
    raise MalformedDelivery("its created is not a time")
