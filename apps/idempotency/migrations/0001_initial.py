import apps.common.model_creation
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="IdempotentCall",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "caller",
                            models.CharField(
                                help_text="The client within the organization; each has its own keys.", max_length=300
                            ),
                        ),
                        ("key", models.CharField(help_text="The client's Idempotency-Key.", max_length=255)),
                        ("method", models.CharField(max_length=8)),
                        ("path", models.CharField(max_length=500)),
                        (
                            "request_sha256",
                            models.CharField(help_text="Keyed hash of method, URL, and body.", max_length=64),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("running", "Running"), ("done", "Done")], default="running", max_length=7
                            ),
                        ),
                        ("attempt", models.PositiveIntegerField(default=1, help_text="Number of attempts.")),
                        ("lease_ends_at", models.DateTimeField(help_text="Until when no other attempt can start.")),
                        (
                            "status",
                            models.PositiveSmallIntegerField(
                                blank=True, help_text="HTTP status of the response.", null=True
                            ),
                        ),
                        ("content_type", models.CharField(blank=True, max_length=100)),
                        ("body", models.BinaryField(default=b"", help_text="The encrypted response body.")),
                        ("created_at", models.DateTimeField(db_index=True)),
                        ("completed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                help_text="The customer; empty for a platform key, which belongs to none.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "caller", "key"),
                                name="idempotency_idempotentcall_once_per_caller_and_key",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("completed_at__isnull", True), ("state", "running"), ("status__isnull", True)
                                    ),
                                    models.Q(
                                        ("completed_at__isnull", False), ("state", "done"), ("status__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="idempotency_idempotentcall_done_has_its_answer",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
