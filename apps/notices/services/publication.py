"""Send notices to customers by webhook and email, once each, after the caller's transaction commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import transaction

from apps.common.strict_json import read_object, write_json
from apps.mail.services import queue_mail
from apps.notices.catalog import NOTICES, Notice
from apps.outbox.services import add_messages, message
from apps.webhooks.selectors import is_wanted
from apps.webhooks.services import NewEvent, record_event

PUBLISH = "notices.publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedNotice:
    """A notice as its outbox message holds it. `data` is JSON; `mail` is False for a notice sent by webhook only."""

    organization_id: UUID
    notice: str
    key: str
    data: str
    mail: bool
    occurred_at: datetime

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> Self:
        """Read the arguments of the message; those added by a newer release are ignored."""
        return cls(
            organization_id=UUID(arguments["organization_id"]),
            notice=arguments["notice"],
            key=arguments["key"],
            data=arguments["data"],
            mail=arguments["mail"],
            occurred_at=datetime.fromisoformat(arguments["occurred_at"]),
        )


def notify(
    *, organization_id: UUID, notice: str, key: str, data: Mapping[str, Any], now: datetime, mail: bool = True
) -> None:
    """Send an organization a notice after the caller's transaction commits, once for each `key`.

    See `notice_message` for the arguments.
    """
    add_messages(
        [notice_message(organization_id=organization_id, notice=notice, key=key, data=data, now=now, mail=mail)]
    )


def notice_message(
    *, organization_id: UUID, notice: str, key: str, data: Mapping[str, Any], now: datetime, mail: bool = True
) -> dict[str, Any]:
    """Return the outbox message of a notice, for callers that write with their own statement.

    Args:
        organization_id: the recipient.
        notice: a type of the catalog, such as `balance.low`.
        key: identifies the event, such as the object's id; a notice is sent once per organization and key.
        data: the members that the catalog's schema names. Amounts are Decimals in whole units (`money.from_micros`);
            times, dates and UUIDs are given as such.
        now: when it happened.
        mail: False for a notice that is sent by webhook only.

    Raises:
        KeyError: the catalog has no such notice.
    """
    kind = NOTICES[notice]
    return message(
        PUBLISH,
        now=now,
        key=f"{PUBLISH}:{organization_id}:{kind.type}:{key}",
        arguments={
            "organization_id": str(organization_id),
            "notice": kind.type,
            "key": key,
            "data": _written(kind, data),
            "mail": mail,
            "occurred_at": now.isoformat(),
        },
    )


def _written(_kind: Notice, data: Mapping[str, Any]) -> str:
    """Serialize the data to text, because amounts in a JSON column would be read as floats. Tests validate it here."""
    return write_json(data).decode()


@transaction.atomic
def publish(*, queued: QueuedNotice, now: datetime) -> None:
    """Queue a notice's email and record its event; running it again changes nothing."""
    kind, organization_id, key = NOTICES[queued.notice], queued.organization_id, queued.key
    values = read_object(queued.data)
    if queued.mail and kind.mail:
        queue_mail(organization_id=organization_id, template=kind.mail, key=key, context=values, now=now)
    # The event comes last: see `record_event`.
    if kind.is_event and is_wanted(organization_id, kind.type):
        event = NewEvent(kind.type, key, values, queued.occurred_at)
        record_event(organization_id=organization_id, event=event, now=now)
