"""Webhooks to customers: their endpoints, the events, and the deliveries.

Incoming webhooks, from Stripe, belong to payments.
"""

import uuid

import pgtrigger
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from apps.common.audit_settings import AuditTrail
from apps.common.triggers import Refused
from apps.tenants.models import Organization
from apps.webhooks.event_types import EVENT_TYPES


class WebhookEndpoint(models.Model):
    """A customer's address that receives events."""

    audit_trail = AuditTrail(
        excluded=(
            *("secret", "previous_secret"),
            *("last_success_at", "failing_since", "last_failure_at", "failures", "told_of", "updated_at"),
        )
    )

    class State(models.TextChoices):
        ENABLED = "enabled", "Enabled"
        FAILING = "failing", "Failing"
        DISABLED = "disabled", "Disabled"

    class DisabledBecause(models.TextChoices):
        REQUESTED = "requested", "Switched off"
        FAILING = "failing", "No success for five days"
        GONE = "gone", "It answered 410 Gone"
        ORGANIZATION_ARCHIVED = "organization_archived", "The customer was archived"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="webhook_endpoints")
    url = models.CharField("URL", max_length=2_000)
    description = models.CharField(max_length=200, blank=True)
    types = models.JSONField(default=list, help_text="The event types that it receives; * for all.")
    secret = models.BinaryField(help_text="The encrypted signing secret.")
    secret_hint = models.CharField(max_length=4, help_text="The last characters of the secret.")
    previous_secret = models.BinaryField(null=True, blank=True, help_text="The encrypted secret before the rotation.")
    previous_secret_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when requests are signed with the previous secret too."
    )
    last_success_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(
        null=True, blank=True, help_text="First failed try since the last success; empty if the last try succeeded."
    )
    failures = models.PositiveIntegerField(default=0, help_text="Failed tries since the last success.")
    last_failure_at = models.DateTimeField(null=True, blank=True)
    told_of = models.CharField(
        max_length=8, choices=State, default=State.ENABLED, help_text="The state in the last notice to the customer."
    )
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_because = models.CharField(max_length=21, choices=DisabledBecause, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Incremented by each change of its settings or state.")
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                name="webhooks_webhookendpoint_overlap_has_a_secret",
                condition=Q(previous_secret__isnull=True, previous_secret_until__isnull=True)
                | Q(previous_secret__isnull=False, previous_secret_until__isnull=False),
            ),
            CheckConstraint(
                name="webhooks_webhookendpoint_disabled_has_a_reason",
                condition=Q(disabled_at__isnull=True, disabled_because="")
                | Q(disabled_at__isnull=False) & ~Q(disabled_because=""),
            ),
            CheckConstraint(
                name="webhooks_webhookendpoint_failing_has_failures",
                condition=Q(failing_since__isnull=True, failures=0) | Q(failing_since__isnull=False, failures__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def is_enabled(self) -> bool:
        """Return whether events are sent to it."""
        return self.disabled_at is None

    @property
    def state(self) -> State:
        """Return whether it is enabled, failing (its last try failed) or disabled."""
        if self.disabled_at:
            return self.State.DISABLED
        return self.State.FAILING if self.failing_since else self.State.ENABLED


class WebhookSequence(models.Model):
    """The last sequence number given to an event of an organization."""

    organization = models.OneToOneField(
        Organization, on_delete=models.PROTECT, primary_key=True, related_name="webhook_sequence"
    )
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)


class WebhookEvent(models.Model):
    """An event for an organization, with the exact body that is sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="webhook_events", db_index=False
    )
    sequence = models.BigIntegerField(help_text="1, 2, 3 … in each organization, without gaps.")
    type = models.CharField(max_length=40, choices=[(each.type, each.title) for each in EVENT_TYPES.values()])
    key = models.CharField(
        max_length=150, help_text="Identifies the event: an organization has one event of each type and key."
    )
    body = models.TextField(help_text="The JSON that is signed and sent.")
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["organization", "sequence"], name="webhooks_webhookevent_sequence_unique"),
            UniqueConstraint(fields=["organization", "type", "key"], name="webhooks_webhookevent_once_per_key"),
        ]
        indexes = [Index(name="webhooks_event_by_time", fields=["created_at"])]
        triggers = [
            Refused(name="facts", operation=pgtrigger.Update, message="the facts of {table} never change"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        """Return the id that receivers see, in the body and in `webhook-id`."""
        return f"evt_{self.pk.hex}"


class WebhookDelivery(models.Model):
    """The sending of one event to one endpoint, with all its tries."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting for its next try"
        DELIVERED = "delivered", "Delivered"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped, as the endpoint was disabled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="webhook_deliveries", db_index=False
    )
    event = models.ForeignKey(WebhookEvent, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    state = models.CharField(max_length=9, choices=State, default=State.PENDING)
    tries = models.JSONField(default=list, help_text="Each try: at, status, milliseconds, error.")
    failures = models.PositiveSmallIntegerField(
        default=0, help_text="Failed tries since it was recorded or requested again; decides the next wait."
    )
    next_try_at = models.DateTimeField(null=True, blank=True, help_text="When a pending delivery is due.")
    leased_until = models.DateTimeField(
        null=True, blank=True, help_text="End of the lease of the worker that sends it."
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "webhook deliveries"
        constraints = [
            UniqueConstraint(fields=["endpoint", "event"], name="webhooks_webhookdelivery_one_per_endpoint_and_event"),
            CheckConstraint(
                name="webhooks_webhookdelivery_pending_is_due",
                condition=Q(state="pending", next_try_at__isnull=False)
                | ~Q(state="pending") & Q(next_try_at__isnull=True, leased_until__isnull=True),
            ),
        ]
        indexes = [
            Index(
                name="webhooks_pending_by_next_try",
                fields=["endpoint", "next_try_at"],
                condition=Q(state="pending"),
            ),
            Index(name="webhooks_delivery_by_time", fields=["created_at"]),
            Index(name="webhooks_delivery_of_customer", fields=["organization", "-created_at", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id}"
