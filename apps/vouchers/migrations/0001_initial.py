import apps.common.model_creation
import django.db.models.deletion
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contracts", "0001_initial"),
        ("plans", "0001_initial"),
        ("tenants", "0001_initial"),
        ("wallets", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="WrongCodes",
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
                        (
                            "moments",
                            models.JSONField(
                                default=list, help_text="The newest ten, as microseconds since 1970, oldest first."
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "wrong voucher codes",
                        "verbose_name_plural": "wrong voucher codes",
                    },
                ),
                migrations.CreateModel(
                    name="Batch",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("credit", "Credit"), ("discount", "Discount on a contract")],
                                default="credit",
                                max_length=8,
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[
                                    ("generated", "Generated"),
                                    ("chosen", "Custom code"),
                                    ("imported", "Imported list"),
                                ],
                                default="generated",
                                max_length=9,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("awaiting", "Waiting for a second person"),
                                    ("generating", "Being generated"),
                                    ("active", "Active"),
                                    ("disabled", "Switched off"),
                                    ("revoked", "Revoked"),
                                    ("cancelled", "Canceled"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField(help_text="Value of one redemption.")),
                        (
                            "currency",
                            models.CharField(
                                help_text="ISO 4217 code; organizations billed in another cannot redeem.", max_length=3
                            ),
                        ),
                        ("code_count", models.PositiveIntegerField(help_text="Number of codes to create.")),
                        (
                            "generated_count",
                            models.PositiveIntegerField(default=0, help_text="Number of codes created so far."),
                        ),
                        (
                            "prefix",
                            models.CharField(
                                blank=True, db_index=True, help_text="Every code begins with this.", max_length=16
                            ),
                        ),
                        (
                            "max_redemptions",
                            models.PositiveIntegerField(default=1, help_text="Maximum redemptions of each code."),
                        ),
                        (
                            "max_per_organization",
                            models.PositiveIntegerField(
                                default=1, help_text="Maximum redemptions of the same code by one organization."
                            ),
                        ),
                        (
                            "max_codes_per_organization",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="Maximum redemptions in this batch by one organization; empty for no limit.",
                                null=True,
                            ),
                        ),
                        (
                            "starts_at",
                            models.DateTimeField(blank=True, help_text="First moment the codes are valid.", null=True),
                        ),
                        (
                            "expires_at",
                            models.DateTimeField(
                                blank=True, help_text="First moment the codes are no longer valid.", null=True
                            ),
                        ),
                        (
                            "credit_days",
                            models.PositiveIntegerField(
                                blank=True,
                                help_text="Days from redemption until the credit expires; empty for no expiry.",
                                null=True,
                            ),
                        ),
                        (
                            "tag",
                            models.CharField(
                                blank=True, db_index=True, help_text="Reports are grouped by tag.", max_length=60
                            ),
                        ),
                        ("note", models.TextField(blank=True)),
                        ("key_fingerprint", models.CharField(editable=False, max_length=16)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("generated_at", models.DateTimeField(blank=True, null=True)),
                        ("downloaded_by", models.CharField(blank=True, max_length=200)),
                        ("downloaded_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "organizations",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Who may redeem; if this and plans are empty, every organization.",
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "plans",
                            models.ManyToManyField(
                                blank=True,
                                help_text="Organizations on these plans may redeem.",
                                related_name="+",
                                to="plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "voucher batch",
                        "verbose_name_plural": "voucher batches",
                        "permissions": [("download_batch", "Can download the codes of a batch, once")],
                        "indexes": [models.Index(fields=["-created_at", "id"], name="vouchers_batch_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)), name="vouchers_batch_amount_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                                name="vouchers_batch_currency_code",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("code_count__range", (1, 100000))), name="vouchers_batch_code_count"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("generated_count__lte", models.F("code_count"))),
                                name="vouchers_batch_generated_within_count",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["active", "disabled"]), _negated=True),
                                    ("generated_count", models.F("code_count")),
                                    _connector="OR",
                                ),
                                name="vouchers_batch_active_is_complete",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("max_per_organization__gte", 1),
                                    ("max_redemptions__gte", models.F("max_per_organization")),
                                    models.Q(
                                        ("max_codes_per_organization__isnull", True),
                                        ("max_codes_per_organization__gte", 1),
                                        _connector="OR",
                                    ),
                                ),
                                name="vouchers_batch_limits_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("starts_at__isnull", True),
                                    ("expires_at__isnull", True),
                                    ("expires_at__gt", models.F("starts_at")),
                                    _connector="OR",
                                ),
                                name="vouchers_batch_expires_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("downloaded_at__isnull", True),
                                    models.Q(("generated_at__isnull", False), ("origin", "generated")),
                                    _connector="OR",
                                ),
                                name="vouchers_batch_downloaded_after_generation",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'vouchers_batch is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b5f89c7dab8d28868f842c5e1a2ef01cf2a229bd",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_3407f",
                                    table="vouchers_batch",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'vouchers_batch is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="f6745da2c45237f5a14c02ce05879b7aca985df5",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_f0c57",
                                    table="vouchers_batch",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.origin IS DISTINCT FROM NEW.origin OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.currency IS DISTINCT FROM NEW.currency OR OLD.code_count IS DISTINCT FROM NEW.code_count OR OLD.prefix IS DISTINCT FROM NEW.prefix OR OLD.max_per_organization IS DISTINCT FROM NEW.max_per_organization OR OLD.max_codes_per_organization IS DISTINCT FROM NEW.max_codes_per_organization OR OLD.starts_at IS DISTINCT FROM NEW.starts_at OR OLD.credit_days IS DISTINCT FROM NEW.credit_days OR OLD.key_fingerprint IS DISTINCT FROM NEW.key_fingerprint OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of vouchers_batch never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="3e303961cf2589140480d8488114435e1d1e3b80",
                                    operation='UPDATE OF "id", "kind", "origin", "amount_micros", "currency", "code_count", "prefix", "max_per_organization", "max_codes_per_organization", "starts_at", "credit_days", "key_fingerprint", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_1e6df",
                                    table="vouchers_batch",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Redemption",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "number",
                            models.PositiveIntegerField(
                                help_text="Sequence number among the voucher's redemptions, from 1."
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField(help_text="Amount of the credit or discount.")),
                        ("call_id", models.UUIDField(help_text="The API call that redeemed it.")),
                        (
                            "balance_after_micros",
                            models.BigIntegerField(help_text="The organization's balance right after."),
                        ),
                        ("redeemed_by", models.CharField(max_length=200)),
                        ("redeemed_at", models.DateTimeField()),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="vouchers.batch",
                            ),
                        ),
                        (
                            "discount",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.installmentdiscount",
                            ),
                        ),
                        (
                            "grant",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="wallets.grant",
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
                            "voucher",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="redemptions",
                                to="vouchers.voucher",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["batch", "organization"], name="vouchers_redemption_by_batch"),
                            models.Index(fields=["organization", "voucher"], name="vouchers_redemption_by_org"),
                            models.Index(fields=["-redeemed_at", "id"], name="vouchers_redemption_newest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "grant"), name="vouchers_redemption_once_per_grant"
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "discount"), name="vouchers_redemption_once_per_discount"
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "call_id"), name="vouchers_redemption_once_per_call"
                            ),
                            models.UniqueConstraint(
                                fields=("voucher", "number"), name="vouchers_redemption_number_unique_per_voucher"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("number__gte", 1)), name="vouchers_redemption_numbered_from_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gte", 0)),
                                name="vouchers_redemption_amount_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("discount__isnull", True), ("grant__isnull", False)),
                                    models.Q(("discount__isnull", False), ("grant__isnull", True)),
                                    _connector="OR",
                                ),
                                name="vouchers_redemption_gave_one_thing",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'vouchers_redemption is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="5cb7dab50ef89efbe75c6345b063667693df9909",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_962ce",
                                    table="vouchers_redemption",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'vouchers_redemption is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="d8e03a7bd09f522859423abe9aa4cb1da7dcc591",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_cb651",
                                    table="vouchers_redemption",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Voucher",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveIntegerField(help_text="Position in the batch, from 0.")),
                        ("code_hash", models.CharField(editable=False, max_length=64, unique=True)),
                        (
                            "masked",
                            models.CharField(
                                help_text="The masked code, for display.", max_length=80, verbose_name="code"
                            ),
                        ),
                        ("max_redemptions", models.PositiveIntegerField(help_text="Maximum redemptions.")),
                        ("redemption_count", models.PositiveIntegerField(default=0, editable=False)),
                        ("disabled_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="vouchers",
                                to="vouchers.batch",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("batch", "number"), name="vouchers_voucher_number_unique_in_batch"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("max_redemptions__gte", 1)), name="vouchers_voucher_limit_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("redemption_count__lte", models.F("max_redemptions"))),
                                name="vouchers_voucher_within_limit",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'vouchers_voucher is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="d614c868c303fd064828b840e1b11c86771e6b47",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_dea94",
                                    table="vouchers_voucher",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'vouchers_voucher is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="925be368101fc8d929f01d3731124b9b5357e378",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_0f8a0",
                                    table="vouchers_voucher",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.batch_id IS DISTINCT FROM NEW.batch_id OR OLD.number IS DISTINCT FROM NEW.number OR OLD.code_hash IS DISTINCT FROM NEW.code_hash OR OLD.masked IS DISTINCT FROM NEW.masked)",
                                    func="RAISE EXCEPTION 'the facts of vouchers_voucher never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="897819948b9472652c1fff18f899efa1e4325840",
                                    operation='UPDATE OF "id", "batch_id", "number", "code_hash", "masked"',
                                    pgid="pgtrigger_facts_dc102",
                                    table="vouchers_voucher",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BatchEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("action", models.CharField(max_length=40)),
                        ("reason", models.TextField(blank=True)),
                        ("details", models.JSONField(default=dict)),
                        ("done_by", models.CharField(max_length=200)),
                        ("done_at", models.DateTimeField()),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="events", to="vouchers.batch"
                            ),
                        ),
                        (
                            "voucher",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="vouchers.voucher",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "voucher event",
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'vouchers_batchevent is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8138fcc8887481a8d2d8654366bceb79874c1c65",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_a8961",
                                    table="vouchers_batchevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'vouchers_batchevent is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b3034933c02e61f7baf16af30839a30412421e9e",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_749aa",
                                    table="vouchers_batchevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RedemptionReversal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("taken_micros", models.BigIntegerField(help_text="Unspent credit that was taken back.")),
                        ("reason", models.TextField()),
                        ("taken_by", models.CharField(max_length=200)),
                        ("taken_at", models.DateTimeField()),
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
                            "redemption",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversals",
                                to="vouchers.redemption",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "redemption"), name="vouchers_redemptionreversal_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("taken_micros__gte", 0)),
                                name="vouchers_redemptionreversal_not_negative",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'vouchers_redemptionreversal is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="1bb38a4f20afd336dd834805568dbe78d7693030",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_dd63f",
                                    table="vouchers_redemptionreversal",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'vouchers_redemptionreversal is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="d8ac89c9d3d1964df3411e5b47316f4a2b21b4b0",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_65a6f",
                                    table="vouchers_redemptionreversal",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
