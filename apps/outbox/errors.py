"""Errors of the outbox."""

from apps.common.errors import Conflict


class MessageNotParked(Conflict):
    code = "outbox_message_not_parked"
    title = "Only a parked message can be retried"
