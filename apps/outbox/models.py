"""Work to be done after a commit, kept in the database so that a broker may lose its messages."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q


class OutboxMessage(models.Model):
    """A task that a committed transaction asked for; the broker only carries a hint that it is due."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting to be sent"
        SENT = "sent", "Sent to a worker"
        DONE = "done", "Done"
        PARKED = "parked", "Parked for staff"

    task = models.CharField(max_length=100, help_text="Name of the task, such as payments.handle_event.")
    arguments = models.JSONField(default=dict, help_text="Keyword arguments of the task.")
    key = models.CharField(
        max_length=255, null=True, blank=True, unique=True, help_text="What makes this request the same as another."
    )
    state = models.CharField(max_length=7, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0, help_text="How often a worker has started it.")
    sends = models.PositiveIntegerField(default=0, help_text="How often it was handed to the broker.")
    last_error = models.TextField(blank=True, help_text="Why the last attempt failed.")
    available_at = models.DateTimeField(help_text="When it became, or becomes, due.")
    next_send_at = models.DateTimeField(help_text="When the dispatcher looks at it next, unless it is done by then.")
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, help_text="When a worker took the newest send.")
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
    """When a scheduled job last ran; one row per job, and the row that keeps two schedulers from running it twice."""

    job = models.CharField(max_length=100, unique=True, help_text="Name of the task that beat schedules.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True, help_text="End of the last run that succeeded.")
    last_error = models.TextField(blank=True, help_text="Why the last run failed; empty when it did not.")

    class Meta:
        verbose_name = "scheduled job"

    def __str__(self) -> str:
        return self.job
