"""What can be done with webhooks."""

from apps.webhooks.services.events import record_event

__all__ = ["record_event"]
