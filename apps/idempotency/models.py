"""Idempotent calls and their responses."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from apps.tenants.models import Organization


class IdempotentCall(models.Model):
    """A call with an `Idempotency-Key`: its client, request, and response.

    The id stays the same when a failed or interrupted call is retried, so it can serve as the idempotency key of what
    the call does.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        help_text="The customer; empty for a platform key, which belongs to none.",
    )
    caller = models.CharField(max_length=300, help_text="The client within the organization; each has its own keys.")
    key = models.CharField(max_length=255, help_text="The client's Idempotency-Key.")
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    request_sha256 = models.CharField(max_length=64, help_text="Keyed hash of method, URL, and body.")
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    attempt = models.PositiveIntegerField(default=1, help_text="Number of attempts.")
    lease_ends_at = models.DateTimeField(help_text="Until when no other attempt can start.")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status of the response.")
    content_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField(default=b"", help_text="The encrypted response body.")
    created_at = models.DateTimeField(db_index=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["organization", "caller", "key"],
                name="idempotency_idempotentcall_once_per_caller_and_key",
                nulls_distinct=False,
            ),
            CheckConstraint(
                name="idempotency_idempotentcall_done_has_its_answer",
                condition=Q(state="running", status__isnull=True, completed_at__isnull=True)
                | Q(state="done", status__isnull=False, completed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
