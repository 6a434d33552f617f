import apps.common.model_creation
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Heartbeat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("job", models.CharField(help_text="Name of the scheduled task.", max_length=100, unique=True)),
                        (
                            "started_at",
                            models.DateTimeField(blank=True, help_text="Empty before its first run.", null=True),
                        ),
                        (
                            "finished_at",
                            models.DateTimeField(blank=True, help_text="End of the last successful run.", null=True),
                        ),
                        (
                            "last_error",
                            models.TextField(blank=True, help_text="Why the last run failed; empty if it succeeded."),
                        ),
                        (
                            "schedule",
                            models.CharField(
                                blank=True,
                                help_text="As the code sets it.",
                                max_length=200,
                                verbose_name="when",
                            ),
                        ),
                        (
                            "is_on",
                            models.BooleanField(
                                default=True, help_text="A job that is off does not start.", verbose_name="on"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "scheduled job",
                    },
                ),
                migrations.CreateModel(
                    name="OutboxMessage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "task",
                            models.CharField(
                                help_text="Name of the task, such as payments.handle_event.", max_length=100
                            ),
                        ),
                        ("arguments", models.JSONField(default=dict, help_text="Keyword arguments of the task.")),
                        (
                            "key",
                            models.CharField(
                                blank=True,
                                help_text="Idempotency key: a second message with the same key is not added.",
                                max_length=255,
                                null=True,
                                unique=True,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "Waiting to be sent"),
                                    ("sent", "Sent to a worker"),
                                    ("done", "Done"),
                                    ("parked", "Parked for staff"),
                                ],
                                default="pending",
                                max_length=7,
                            ),
                        ),
                        (
                            "attempts",
                            models.PositiveIntegerField(
                                default=0, help_text="Number of times a worker has started it."
                            ),
                        ),
                        (
                            "sends",
                            models.PositiveIntegerField(
                                default=0, help_text="Number of times it was sent to the broker."
                            ),
                        ),
                        ("last_error", models.TextField(blank=True, help_text="Why the last attempt failed.")),
                        ("available_at", models.DateTimeField(help_text="When it is due.")),
                        (
                            "next_send_at",
                            models.DateTimeField(
                                help_text="When the dispatcher sends it again, unless it is done by then."
                            ),
                        ),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "started_at",
                            models.DateTimeField(
                                blank=True, help_text="When a worker started the latest send.", null=True
                            ),
                        ),
                        ("done_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["pending", "sent"])),
                                fields=["next_send_at", "id"],
                                name="outbox_unfinished_by_next_send",
                            ),
                            models.Index(condition=models.Q(("state", "parked")), fields=["id"], name="outbox_parked"),
                            models.Index(
                                condition=models.Q(("state", "done")), fields=["done_at"], name="outbox_done_by_time"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("done_at__isnull", False), ("state", "done")),
                                    models.Q(models.Q(("state", "done"), _negated=True), ("done_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="outbox_outboxmessage_done_has_a_time",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
