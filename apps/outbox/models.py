"""Tasks to run after a commit, stored in the database so that nothing is lost with the broker."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q

from apps.common.audit_settings import AuditTrail


class OutboxMessage(models.Model):
    """A task for the background, requested by a committed transaction; the broker carries only its id."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting to be sent"
        SENT = "sent", "Sent to a worker"
        DONE = "done", "Done"
        PARKED = "parked", "Parked for staff"

    task = models.CharField(max_length=100, help_text="Name of the task, such as payments.handle_event.")
    arguments = models.JSONField(default=dict, help_text="Keyword arguments of the task.")
    key = models.CharField(
        max_length=255,
        null=True,
        blank=True,
        unique=True,
        help_text="Idempotency key: a second message with the same key is not added.",
    )
    state = models.CharField(max_length=7, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0, help_text="Number of times a worker has started it.")
    sends = models.PositiveIntegerField(default=0, help_text="Number of times it was sent to the broker.")
    last_error = models.TextField(blank=True, help_text="Why the last attempt failed.")
    available_at = models.DateTimeField(help_text="When it is due.")
    next_send_at = models.DateTimeField(help_text="When the dispatcher sends it again, unless it is done by then.")
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, help_text="When a worker started the latest send.")
    done_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(
                name="outbox_outboxmessage_done_has_a_time",
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
            )
        ]
        indexes = [
            Index(
                name="outbox_unfinished_by_next_send",
                fields=["next_send_at", "id"],
                condition=Q(state__in=["pending", "sent"]),
            ),
            Index(name="outbox_parked", fields=["id"], condition=Q(state="parked")),
            Index(name="outbox_done_by_time", fields=["done_at"], condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.task} #{self.pk}"


class Heartbeat(models.Model):
    """A scheduled job, whether staff switched it off, and its last run.

    The scheduler creates the rows when it starts. A row also keeps two schedulers from starting the same run.
    """

    audit_trail = AuditTrail(excluded=("schedule", "started_at", "finished_at", "last_error"))

    job = models.CharField(max_length=100, unique=True, help_text="Name of the scheduled task.")
    schedule = models.CharField("when", max_length=200, blank=True, help_text="As the code sets it.")
    is_on = models.BooleanField("on", default=True, help_text="A job that is off does not start.")
    started_at = models.DateTimeField(null=True, blank=True, help_text="Empty before its first run.")
    finished_at = models.DateTimeField(null=True, blank=True, help_text="End of the last successful run.")
    last_error = models.TextField(blank=True, help_text="Why the last run failed; empty if it succeeded.")

    class Meta:
        verbose_name = "scheduled job"

    def __str__(self) -> str:
        return self.job
