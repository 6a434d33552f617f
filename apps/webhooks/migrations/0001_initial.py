import apps.common.model_creation
import django.db.models.deletion
import pgtrigger.compiler
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
                    name="WebhookSequence",
                    fields=[
                        (
                            "organization",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="webhook_sequence",
                                serialize=False,
                                to="tenants.organization",
                            ),
                        ),
                        ("last", models.BigIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="WebhookEndpoint",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("url", models.CharField(max_length=2000, verbose_name="URL")),
                        ("description", models.CharField(blank=True, max_length=200)),
                        (
                            "types",
                            models.JSONField(default=list, help_text="The event types that it receives; * for all."),
                        ),
                        ("secret", models.BinaryField(help_text="The encrypted signing secret.")),
                        ("secret_hint", models.CharField(help_text="The last characters of the secret.", max_length=4)),
                        (
                            "previous_secret",
                            models.BinaryField(
                                blank=True, help_text="The encrypted secret before the rotation.", null=True
                            ),
                        ),
                        (
                            "previous_secret_until",
                            models.DateTimeField(
                                blank=True,
                                help_text="Until when requests are signed with the previous secret too.",
                                null=True,
                            ),
                        ),
                        ("last_success_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "failing_since",
                            models.DateTimeField(
                                blank=True,
                                help_text="First failed try since the last success; empty if the last try succeeded.",
                                null=True,
                            ),
                        ),
                        (
                            "failures",
                            models.PositiveIntegerField(default=0, help_text="Failed tries since the last success."),
                        ),
                        ("last_failure_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "told_of",
                            models.CharField(
                                choices=[("enabled", "Enabled"), ("failing", "Failing"), ("disabled", "Disabled")],
                                default="enabled",
                                help_text="The state in the last notice to the customer.",
                                max_length=8,
                            ),
                        ),
                        ("disabled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "disabled_because",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("requested", "Switched off"),
                                    ("failing", "No success for five days"),
                                    ("gone", "It answered 410 Gone"),
                                    ("organization_archived", "The customer was archived"),
                                ],
                                max_length=21,
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=1, help_text="Incremented by each change of its settings or state."
                            ),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="webhook_endpoints",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("previous_secret__isnull", True), ("previous_secret_until__isnull", True)
                                    ),
                                    models.Q(
                                        ("previous_secret__isnull", False), ("previous_secret_until__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="webhooks_webhookendpoint_overlap_has_a_secret",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("disabled_at__isnull", True), ("disabled_because", "")),
                                    models.Q(
                                        ("disabled_at__isnull", False),
                                        models.Q(("disabled_because", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="webhooks_webhookendpoint_disabled_has_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("failing_since__isnull", True), ("failures", 0)),
                                    models.Q(("failing_since__isnull", False), ("failures__gt", 0)),
                                    _connector="OR",
                                ),
                                name="webhooks_webhookendpoint_failing_has_failures",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookEvent",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("sequence", models.BigIntegerField(help_text="1, 2, 3 … in each organization, without gaps.")),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("balance.low", "The balance reached a threshold"),
                                    ("balance.recovered", "The balance is above a threshold again"),
                                    ("units.low", "A plan's units reached a threshold"),
                                    ("units.recovered", "A plan's units are above a threshold again"),
                                    ("budget.threshold_reached", "A budget reached a threshold"),
                                    ("budget.exceeded", "A budget is used up"),
                                    ("budget.recovered", "A budget has room again"),
                                    ("budget.refused", "A budget refused work"),
                                    ("resources.paused", "Persistent resources reached their monthly limit"),
                                    ("resources.resumed", "Persistent resources may run again"),
                                    ("top_up.succeeded", "A top-up was paid"),
                                    ("top_up.failed", "A top-up was declined"),
                                    ("top_up.action_required", "The bank wants a top-up to be authenticated"),
                                    ("top_up.stopped", "Automatic top-up was stopped"),
                                    ("payment.settled", "A payment was settled"),
                                    ("contract.changed", "A contract's state or terms changed"),
                                    ("voucher.redeemed", "A voucher was redeemed"),
                                    ("month.closed", "A month's usage was closed"),
                                    ("invoice.finalized", "An invoice was issued"),
                                    ("invoice.paid", "An invoice was paid"),
                                    ("invoice.part_paid", "A part of an invoice was paid"),
                                    ("invoice.voided", "An invoice was voided"),
                                    ("invoice.uncollectible", "An invoice was marked uncollectible"),
                                    ("invoice.overdue", "An invoice is overdue"),
                                    ("invoice.credited", "A credit note was issued for an invoice"),
                                    ("reservation.expired", "A reservation expired without a capture"),
                                    ("endpoint.disabled", "An endpoint was disabled"),
                                    ("webhook.test", "A test event was requested"),
                                ],
                                max_length=40,
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="Identifies the event: an organization has one event of each type and key.",
                                max_length=150,
                            ),
                        ),
                        ("body", models.TextField(help_text="The JSON that is signed and sent.")),
                        ("occurred_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="webhook_events",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["created_at"], name="webhooks_event_by_time")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "sequence"), name="webhooks_webhookevent_sequence_unique"
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "type", "key"), name="webhooks_webhookevent_once_per_key"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'the facts of webhooks_webhookevent never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="1aedefa02850f1b554b09d4ab54fdee1c7a790a3",
                                    operation="UPDATE",
                                    pgid="pgtrigger_facts_2013e",
                                    table="webhooks_webhookevent",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookDelivery",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "Waiting for its next try"),
                                    ("delivered", "Delivered"),
                                    ("failed", "Failed"),
                                    ("skipped", "Skipped, as the endpoint was disabled"),
                                ],
                                default="pending",
                                max_length=9,
                            ),
                        ),
                        (
                            "tries",
                            models.JSONField(default=list, help_text="Each try: at, status, milliseconds, error."),
                        ),
                        (
                            "failures",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="Failed tries since it was recorded or requested again; decides the next wait.",
                            ),
                        ),
                        (
                            "next_try_at",
                            models.DateTimeField(blank=True, help_text="When a pending delivery is due.", null=True),
                        ),
                        (
                            "leased_until",
                            models.DateTimeField(
                                blank=True, help_text="End of the lease of the worker that sends it.", null=True
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="webhook_deliveries",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "endpoint",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="webhooks.webhookendpoint",
                            ),
                        ),
                        (
                            "event",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="webhooks.webhookevent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "webhook deliveries",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "pending")),
                                fields=["endpoint", "next_try_at"],
                                name="webhooks_pending_by_next_try",
                            ),
                            models.Index(fields=["created_at"], name="webhooks_delivery_by_time"),
                            models.Index(
                                fields=["organization", "-created_at", "id"], name="webhooks_delivery_of_customer"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("endpoint", "event"), name="webhooks_webhookdelivery_one_per_endpoint_and_event"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("next_try_at__isnull", False), ("state", "pending")),
                                    models.Q(
                                        models.Q(("state", "pending"), _negated=True),
                                        ("leased_until__isnull", True),
                                        ("next_try_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="webhooks_webhookdelivery_pending_is_due",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
