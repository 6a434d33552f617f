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
                    name="TopUpAttempt",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("amount_micros", models.BigIntegerField(help_text="Credit to buy, in micros.")),
                        (
                            "tax_micros",
                            models.BigIntegerField(
                                default=0, help_text="Tax that is charged on top of the credit, in micros."
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("requested", "Requested"),
                                    ("sent", "Sent to Stripe"),
                                    ("action_required", "Waiting for authentication"),
                                    ("succeeded", "Paid"),
                                    ("declined", "Declined"),
                                    ("canceled", "Canceled"),
                                    ("failed", "Failed"),
                                ],
                                default="requested",
                                max_length=15,
                            ),
                        ),
                        (
                            "is_for_refusal",
                            models.BooleanField(
                                default=False,
                                help_text="Whether a refused reservation started it, instead of a low balance.",
                            ),
                        ),
                        ("payment_method_id", models.CharField(blank=True, max_length=255)),
                        ("card_fingerprint", models.CharField(blank=True, max_length=100)),
                        ("payment_intent_id", models.CharField(blank=True, db_index=True, max_length=255)),
                        (
                            "reason",
                            models.CharField(
                                blank=True, help_text="Why it was not paid: the bank's code, or ours.", max_length=60
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("sent_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "action_until",
                            models.DateTimeField(
                                blank=True, help_text="Until when the customer can authenticate the payment.", null=True
                            ),
                        ),
                        (
                            "settled_at",
                            models.DateTimeField(blank=True, help_text="When its result was known.", null=True),
                        ),
                        (
                            "retry_at",
                            models.DateTimeField(
                                blank=True, help_text="When the card may be charged again.", null=True
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "tax_category",
                            models.CharField(blank=True, help_text="Empty where no tax is shown.", max_length=2),
                        ),
                        (
                            "tax_rate",
                            models.PositiveIntegerField(
                                default=0, help_text="In thousandths of a percent: 19000 is 19 %."
                            ),
                        ),
                        ("tax_reason", models.CharField(blank=True, help_text="Why there is no tax.", max_length=300)),
                        ("tax_vatex_code", models.CharField(blank=True, max_length=30, verbose_name="VATEX code")),
                        (
                            "tax_rule",
                            models.BigIntegerField(blank=True, help_text="The row of the tax table.", null=True),
                        ),
                    ],
                    options={
                        "verbose_name": "top-up attempt",
                        "indexes": [
                            models.Index(fields=["organization", "created_at", "id"], name="top_ups_attempt_newest"),
                            models.Index(
                                condition=models.Q(("state__in", ["requested", "sent", "action_required"])),
                                fields=["created_at"],
                                name="top_ups_attempt_live",
                            ),
                            models.Index(
                                condition=models.Q(("state", "declined")),
                                fields=["organization", "card_fingerprint", "settled_at"],
                                name="top_ups_attempt_declines",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["requested", "sent", "action_required"])),
                                fields=("organization",),
                                name="top_ups_topupattempt_one_live",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0), ("tax_micros__gte", 0)),
                                name="top_ups_topupattempt_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("settled_at", None), ("state__in", ["requested", "sent", "action_required"])
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("state__in", ["requested", "sent", "action_required"]), _negated=True
                                        ),
                                        ("settled_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="top_ups_topupattempt_ended_is_settled",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'top_ups_topupattempt is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="314c054dfb92c60a4a7586db5aad9414a13354ee",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_67f37",
                                    table="top_ups_topupattempt",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'top_ups_topupattempt is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="2dbc540812f2574c7465bf17d92a28d0156d4b0f",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_706cd",
                                    table="top_ups_topupattempt",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.currency IS DISTINCT FROM NEW.currency OR OLD.is_for_refusal IS DISTINCT FROM NEW.is_for_refusal OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of top_ups_topupattempt never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="6ab49d5bdd86c68e3f70096b050ae7d4daed89d5",
                                    operation='UPDATE OF "id", "organization_id", "amount_micros", "currency", "is_for_refusal", "created_at"',
                                    pgid="pgtrigger_facts_d82f5",
                                    table="top_ups_topupattempt",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="taxed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.state <> 'requested') AND (OLD.tax_micros IS DISTINCT FROM NEW.tax_micros OR OLD.tax_category IS DISTINCT FROM NEW.tax_category OR OLD.tax_rate IS DISTINCT FROM NEW.tax_rate OR OLD.tax_reason IS DISTINCT FROM NEW.tax_reason OR OLD.tax_vatex_code IS DISTINCT FROM NEW.tax_vatex_code OR OLD.tax_rule IS DISTINCT FROM NEW.tax_rule))",
                                    func="RAISE EXCEPTION 'the tax of a top_ups_topupattempt never changes once it is sent' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="64a067ef8603a49b7022d4b56274ae252a0f5c88",
                                    operation='UPDATE OF "tax_micros", "tax_category", "tax_rate", "tax_reason", "tax_vatex_code", "tax_rule"',
                                    pgid="pgtrigger_taxed_e58de",
                                    table="top_ups_topupattempt",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="paid",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.state = 'succeeded') AND (OLD.state IS DISTINCT FROM NEW.state))",
                                    func="RAISE EXCEPTION 'a paid top_ups_topupattempt stays paid' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="378c5290374c9d878b250e128df224acdf025165",
                                    operation='UPDATE OF "state"',
                                    pgid="pgtrigger_paid_e31b1",
                                    table="top_ups_topupattempt",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TopUp",
                    fields=[
                        (
                            "organization",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="tenants.organization",
                            ),
                        ),
                        ("is_enabled", models.BooleanField(default=False, verbose_name="enabled")),
                        (
                            "threshold_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="Credit is bought when the available amount plus pending top-ups is at or below this.",
                            ),
                        ),
                        (
                            "amount_micros",
                            models.BigIntegerField(
                                blank=True, help_text="Credit to buy each time, in micros.", null=True
                            ),
                        ),
                        (
                            "up_to_micros",
                            models.BigIntegerField(
                                blank=True,
                                help_text="Instead of an amount: the level to which the available amount is raised, in micros.",
                                null=True,
                            ),
                        ),
                        ("most_per_charge_micros", models.BigIntegerField(default=0)),
                        ("most_per_day_micros", models.BigIntegerField(default=0, help_text="Per UTC day.")),
                        (
                            "most_per_month_micros",
                            models.BigIntegerField(default=0, help_text="Per calendar month in UTC."),
                        ),
                        (
                            "consented_by",
                            models.CharField(blank=True, help_text="Person who agreed to be charged.", max_length=200),
                        ),
                        ("consented_at", models.DateTimeField(blank=True, null=True)),
                        ("consent_text", models.TextField(blank=True, help_text="Text of the consent.")),
                        (
                            "customer_id",
                            models.CharField(
                                blank=True, help_text="Stripe's id of the paying customer.", max_length=255
                            ),
                        ),
                        (
                            "payment_method_id",
                            models.CharField(
                                blank=True,
                                db_index=True,
                                help_text="The card to charge; empty after it was removed.",
                                max_length=255,
                            ),
                        ),
                        (
                            "card_fingerprint",
                            models.CharField(
                                blank=True,
                                help_text="Stripe's fingerprint, the same however often the card is saved.",
                                max_length=100,
                            ),
                        ),
                        ("card_brand", models.CharField(blank=True, max_length=40)),
                        ("card_last4", models.CharField(blank=True, max_length=4)),
                        ("card_exp_month", models.PositiveSmallIntegerField(blank=True, null=True)),
                        ("card_exp_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                        (
                            "retry_at",
                            models.DateTimeField(
                                blank=True, help_text="After a decline: earliest time of the next charge.", null=True
                            ),
                        ),
                        (
                            "card_blocked_until",
                            models.DateTimeField(
                                blank=True, help_text="Set after the fourth decline of the card in 30 days.", null=True
                            ),
                        ),
                        (
                            "capped_until",
                            models.DateTimeField(
                                blank=True, help_text="When the cap that was reached resets.", null=True
                            ),
                        ),
                        ("stopped_at", models.DateTimeField(blank=True, null=True)),
                        ("stopped_reason", models.CharField(blank=True, max_length=60)),
                        ("updated_by", models.CharField(blank=True, max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "automatic top-up",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_enabled", False),
                                    models.Q(("amount_micros__gt", 0), ("up_to_micros", None)),
                                    models.Q(("amount_micros", None), ("up_to_micros__gt", 0)),
                                    _connector="OR",
                                ),
                                name="top_ups_topup_amount_or_up_to",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_enabled", False),
                                    models.Q(
                                        ("consented_at__isnull", False), models.Q(("consented_by", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="top_ups_topup_enabled_with_consent",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("stopped_at", None), ("stopped_reason", "")),
                                    models.Q(
                                        ("stopped_at__isnull", False), models.Q(("stopped_reason", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="top_ups_topup_stopped_has_reason",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'top_ups_topup is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="737af6230429335320f86184dba97531344d8d4a",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_e371e",
                                    table="top_ups_topup",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'top_ups_topup is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="add74bfb4065390e9146a717841561010cd7b0de",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_ac198",
                                    table="top_ups_topup",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of top_ups_topup never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="f5b115cf158813f94b7159f1d8fa95ff169301c3",
                                    operation='UPDATE OF "organization_id", "created_at"',
                                    pgid="pgtrigger_facts_da16c",
                                    table="top_ups_topup",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
