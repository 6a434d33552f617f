"""Services on webhooks."""

from apps.webhooks.services.deliveries import EventFilter, purge, replay, retry_delivery, send_test
from apps.webhooks.services.endpoints import (
    EndpointWithSecret,
    change_endpoint,
    create_endpoint,
    delete_endpoint,
    rotate_secret,
)
from apps.webhooks.services.events import NewEvent, record_event
from apps.webhooks.services.failing_endpoints import claim_failing, disable_failing
from apps.webhooks.services.sends import MESSAGE_LEASE_SECONDS, send_due

__all__ = [
    "MESSAGE_LEASE_SECONDS",
    "EndpointWithSecret",
    "EventFilter",
    "NewEvent",
    "change_endpoint",
    "claim_failing",
    "create_endpoint",
    "delete_endpoint",
    "disable_failing",
    "purge",
    "record_event",
    "replay",
    "retry_delivery",
    "rotate_secret",
    "send_due",
    "send_test",
]
