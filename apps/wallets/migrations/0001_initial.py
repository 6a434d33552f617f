import apps.common.model_creation
import apps.wallets.balance_alerts
import apps.wallets.state
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0001_initial"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Budget",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "slug",
                            models.CharField(
                                blank=True, help_text="Id that the customer uses.", max_length=64, verbose_name="id"
                            ),
                        ),
                        ("name", models.CharField(blank=True, max_length=100)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("own", "Budget"), ("resources", "Monthly limit for persistent resources")],
                                default="own",
                                max_length=9,
                            ),
                        ),
                        (
                            "scope",
                            models.JSONField(
                                default=list, help_text='Pairs of a dimension and its value, or "*" for each value.'
                            ),
                        ),
                        (
                            "scope_digest",
                            models.CharField(help_text="SHA-256 of the scope, which makes it unique.", max_length=64),
                        ),
                        (
                            "period",
                            models.CharField(
                                choices=[
                                    ("day", "Day"),
                                    ("week", "Week"),
                                    ("month", "Calendar month"),
                                    ("billing_period", "Billing period"),
                                    ("once", "Once"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("starts_on", models.DateField(blank=True, null=True)),
                        ("ends_on", models.DateField(blank=True, help_text="Last day. Empty: no end.", null=True)),
                        (
                            "limit_micros",
                            models.BigIntegerField(help_text="In micros of the customer's currency.", null=True),
                        ),
                        ("mode", models.CharField(choices=[("hard", "Refuse"), ("soft", "Notify only")], max_length=4)),
                        (
                            "thresholds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SmallIntegerField(),
                                help_text="Percentages at which the customer gets a notice.",
                                size=None,
                            ),
                        ),
                        (
                            "when_missing",
                            models.CharField(
                                choices=[("ignore", "Does not apply"), ("refuse", "Refuse")],
                                default="ignore",
                                max_length=6,
                            ),
                        ),
                        ("counts_from", models.DateField(help_text="First day whose work it counts.")),
                        (
                            "kept_from",
                            models.DateField(
                                blank=True,
                                editable=False,
                                help_text="Counters of single values that began before this day were deleted.",
                                null=True,
                            ),
                        ),
                        (
                            "set_by",
                            models.CharField(choices=[("customer", "Customer"), ("staff", "Staff")], max_length=8),
                        ),
                        ("version", models.BigIntegerField(default=1)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("limit_micros__gte", 0)), name="wallets_budget_limit_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind", "resources"), ("limit_micros__isnull", False), _connector="OR"
                                ),
                                name="wallets_budget_own_has_a_limit",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("organization", "slug"),
                                name="wallets_budget_live_id_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("organization", "scope_digest", "period", "kind"),
                                name="wallets_budget_live_scope_once",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_budget is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="0fcfc860798f915a302a07315cb5f2a0d292ab26",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_a4d0b",
                                    table="wallets_budget",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_budget is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="7fafd96a44f106bcaf19eb77437e6b44522ed790",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_990c3",
                                    table="wallets_budget",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.slug IS DISTINCT FROM NEW.slug OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.scope IS DISTINCT FROM NEW.scope OR OLD.scope_digest IS DISTINCT FROM NEW.scope_digest OR OLD.period IS DISTINCT FROM NEW.period OR OLD.starts_on IS DISTINCT FROM NEW.starts_on OR OLD.ends_on IS DISTINCT FROM NEW.ends_on OR OLD.counts_from IS DISTINCT FROM NEW.counts_from OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of wallets_budget never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b4b1e1361d91c9e719101bee121fde69c990d5a6",
                                    operation='UPDATE OF "organization_id", "slug", "kind", "scope", "scope_digest", "period", "starts_on", "ends_on", "counts_from", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_1b0e2",
                                    table="wallets_budget",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Bucket",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        ("value", models.CharField(blank=True, max_length=128)),
                        (
                            "held_micros",
                            models.BigIntegerField(
                                default=0, help_text="Sum of the pending holds that count in it, in micros."
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
                            "budget",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="buckets",
                                to="wallets.budget",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "budget", "value"), name="wallets_bucket_value_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("held_micros__gte", 0)), name="wallets_bucket_held_not_negative"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.budget_id IS DISTINCT FROM NEW.budget_id OR OLD.value IS DISTINCT FROM NEW.value)",
                                    func="RAISE EXCEPTION 'the facts of wallets_bucket never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b4c27cd55005a2100277682b5c92b42599a388d6",
                                    operation='UPDATE OF "organization_id", "budget_id", "value"',
                                    pgid="pgtrigger_facts_c980d",
                                    table="wallets_bucket",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BudgetAddition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_on", models.DateField(help_text="First day of the period.")),
                        ("amount_micros", models.BigIntegerField()),
                        ("reason", models.CharField(max_length=200)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "bucket",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="additions",
                                to="wallets.bucket",
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
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)), name="wallets_budgetaddition_positive"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_budgetaddition is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="36712f2a459ac70798a1a5d2ec63882b7f72814e",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_23911",
                                    table="wallets_budgetaddition",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_budgetaddition is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="fbbe1b32da273328f70abadfc5fcd111d69b263e",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_e0fa2",
                                    table="wallets_budgetaddition",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChargeNet",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField()),
                        ("undone_micros", models.BigIntegerField(default=0)),
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
                            "transfer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.transfer",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("undone_micros__lt", models.F("amount_micros"))),
                                fields=["organization", "id"],
                                name="wallets_chargenet_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("undone_micros__gte", 0), ("undone_micros__lte", models.F("amount_micros"))
                                ),
                                name="wallets_chargenet_undone_within_amount",
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "transfer"), name="wallets_chargenet_once_per_transfer"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_chargenet is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="d5717838d6ad1f3219ae541322559497e3465ced",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_b7759",
                                    table="wallets_chargenet",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_chargenet is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="ae011e50492d475d5e21e9794f500db55eb266ec",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_8c607",
                                    table="wallets_chargenet",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.transfer_id IS DISTINCT FROM NEW.transfer_id OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros)",
                                    func="RAISE EXCEPTION 'the facts of wallets_chargenet never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="0c841cd070f3f291647e1629c7f09398c1051f45",
                                    operation='UPDATE OF "organization_id", "transfer_id", "amount_micros"',
                                    pgid="pgtrigger_facts_9d035",
                                    table="wallets_chargenet",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DayTotal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("grant", "Grant"),
                                    ("usage", "Usage"),
                                    ("character", "Character"),
                                    ("service", "Service"),
                                    ("expiry", "Expiry"),
                                    ("refund", "Refund"),
                                    ("dispute", "Dispute"),
                                    ("adjustment", "Adjustment"),
                                    ("reversal", "Reversal"),
                                ],
                                max_length=24,
                            ),
                        ),
                        (
                            "amount_micros",
                            models.BigIntegerField(
                                help_text="Sum of the entries in micros; positive in, negative out."
                            ),
                        ),
                        ("entry_count", models.BigIntegerField()),
                        (
                            "organization",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["day"], name="wallets_daytotal_by_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "day", "kind"), name="wallets_daytotal_once_per_day_and_kind"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_daytotal is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="39dfe98f8f58de9ecabd7fb9c8934f5f8c607fb9",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_215f1",
                                    table="wallets_daytotal",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_daytotal is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8950850950fb2c0970cf2e293e3e5300aaa2780d",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_28d48",
                                    table="wallets_daytotal",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.day IS DISTINCT FROM NEW.day OR OLD.kind IS DISTINCT FROM NEW.kind)",
                                    func="RAISE EXCEPTION 'the facts of wallets_daytotal never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c6cc00fa01563e0a050dd679cb57ab9afa32de72",
                                    operation='UPDATE OF "organization_id", "day", "kind"',
                                    pgid="pgtrigger_facts_dc72a",
                                    table="wallets_daytotal",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Grant",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("signup", "Signup credit"),
                                    ("included_quota", "Included quota"),
                                    ("voucher", "Voucher"),
                                    ("contract", "Contract"),
                                    ("top_up", "Top-up"),
                                    ("bonus", "Bonus"),
                                    ("adjustment", "Adjustment"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("priority", models.SmallIntegerField(help_text="Lower numbers are burned first.")),
                        (
                            "is_paid",
                            models.BooleanField(
                                help_text="Whether it was paid for. Promotional credit is burned before paid."
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField(help_text="Granted amount, in micros.")),
                        ("remaining_micros", models.BigIntegerField(help_text="Amount not yet spent, in micros.")),
                        (
                            "held_micros",
                            models.BigIntegerField(
                                default=0, help_text="Part of the remaining amount held by pending holds, in micros."
                            ),
                        ),
                        ("paid_micros", models.BigIntegerField(default=0, help_text="Price paid for it, in micros.")),
                        (
                            "returned_micros",
                            models.BigIntegerField(
                                default=0, help_text="Amount returned by refunds and lost disputes, in micros."
                            ),
                        ),
                        (
                            "lapsed_micros",
                            models.BigIntegerField(default=0, help_text="Amount that expired unspent, in micros."),
                        ),
                        (
                            "freezes",
                            models.JSONField(
                                blank=True,
                                editable=False,
                                help_text="By key: the open dispute, what of it returns frozen, in micros, and the ids of its holds.",
                                null=True,
                            ),
                        ),
                        ("granted_at", models.DateTimeField()),
                        (
                            "starts_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="First moment at which it counts, if later than granted. Empty: at once.",
                                null=True,
                            ),
                        ),
                        (
                            "expires_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="First moment at which it no longer counts. Empty: no end.",
                                null=True,
                            ),
                        ),
                        (
                            "burn_key",
                            models.CharField(
                                help_text="Sort key of the burn order; the lowest is burned first.", max_length=52
                            ),
                        ),
                        ("key", models.CharField(max_length=200)),
                        ("description", models.CharField(blank=True, max_length=500)),
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
                            "transfer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.transfer",
                            ),
                        ),
                        (
                            "is_open",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Q(("remaining_micros__gt", 0)),
                                output_field=models.BooleanField(help_text="Whether some of it is not yet spent."),
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_open", True)),
                                fields=["organization", "burn_key"],
                                name="wallets_grant_open",
                            ),
                            models.Index(fields=["key"], name="wallets_grant_by_key"),
                            models.Index(fields=["organization", "granted_at"], name="wallets_grant_newest"),
                            models.Index(fields=["organization", "source"], name="wallets_grant_by_source"),
                            models.Index(fields=["source"], name="wallets_grant_of_source"),
                            models.Index(
                                condition=models.Q(("is_open", True)), fields=["expires_at"], name="wallets_grant_due"
                            ),
                            models.Index(
                                condition=models.Q(("is_open", True), ("starts_at__isnull", False)),
                                fields=["starts_at"],
                                name="wallets_grant_starting",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)), name="wallets_grant_amount_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("held_micros__gte", 0)), name="wallets_grant_held_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("held_micros__lte", models.F("remaining_micros"))),
                                name="wallets_grant_held_within_remaining",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("remaining_micros__lte", models.F("amount_micros"))),
                                name="wallets_grant_remaining_within_amount",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("paid_micros__gte", 0)), name="wallets_grant_paid_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("returned_micros__gte", 0)),
                                name="wallets_grant_returned_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("lapsed_micros__gte", 0)), name="wallets_grant_lapsed_not_negative"
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "key"), name="wallets_grant_key_once_per_organization"
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "transfer"), name="wallets_grant_once_per_transfer"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_grant is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="94d8c48a1334c533f084ad48e58c93a79e483fbb",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_da777",
                                    table="wallets_grant",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_grant is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="219c5bdfbdc8c5af53cd98d90b24f466034f0e8f",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_498c7",
                                    table="wallets_grant",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.source IS DISTINCT FROM NEW.source OR OLD.priority IS DISTINCT FROM NEW.priority OR OLD.is_paid IS DISTINCT FROM NEW.is_paid OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.paid_micros IS DISTINCT FROM NEW.paid_micros OR OLD.granted_at IS DISTINCT FROM NEW.granted_at OR OLD.starts_at IS DISTINCT FROM NEW.starts_at OR OLD.key IS DISTINCT FROM NEW.key OR OLD.transfer_id IS DISTINCT FROM NEW.transfer_id)",
                                    func="RAISE EXCEPTION 'the facts of wallets_grant never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="57a195bd1f8cd18ae0565315e4124efe9e152ccb",
                                    operation='UPDATE OF "organization_id", "source", "priority", "is_paid", "amount_micros", "paid_micros", "granted_at", "starts_at", "key", "transfer_id"',
                                    pgid="pgtrigger_facts_4e0fa",
                                    table="wallets_grant",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                    bases=(apps.wallets.state.Lifetime, models.Model),
                ),
                migrations.CreateModel(
                    name="Consumption",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.BigIntegerField(help_text="Number of the record that states it.")),
                        ("amount_micros", models.BigIntegerField()),
                        ("recorded_at", models.DateTimeField()),
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
                            "transfer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transfer"
                            ),
                        ),
                        (
                            "grant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consumptions",
                                to="wallets.grant",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["organization", "id"], name="wallets_consumption_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros", 0), _negated=True),
                                name="wallets_consumption_not_zero",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_consumption is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="0024a1b08e591d5cb7af31445b3c0dbd86778a85",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_16c7a",
                                    table="wallets_consumption",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_consumption is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="9e98359694a2736ee4e108c23ad06067086ee9ab",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_7fcd6",
                                    table="wallets_consumption",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GrantReturn",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "grant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="wallets.grant"
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
                            "transfer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.transfer",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "transfer"), name="wallets_grantreturn_once_per_transfer"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_grantreturn is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="e2f9adb080715b3bf2572f291a0fbbe7485ef6a2",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_b5594",
                                    table="wallets_grantreturn",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_grantreturn is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="93dc402aee06efd230bb4305c501e16708ea5e80",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_5aba9",
                                    table="wallets_grantreturn",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HoldSlice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField()),
                        (
                            "is_freeze",
                            models.BooleanField(
                                default=False, help_text="Whether it is held because its payment is disputed."
                            ),
                        ),
                        (
                            "grant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="wallets.grant"
                            ),
                        ),
                        (
                            "hold",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="slices",
                                to="ledger.hold",
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
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_freeze", True)),
                                fields=["organization", "hold"],
                                name="wallets_holdslice_freeze",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "hold", "grant"), name="wallets_holdslice_once_per_grant"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)), name="wallets_holdslice_positive"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_holdslice is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="26fd8d14b2e77dc2662ca13c3c528717cf182f65",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_903bc",
                                    table="wallets_holdslice",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_holdslice is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="bcb6f696446230c23b4864ad2b7a32bf14c4108f",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_1a6fc",
                                    table="wallets_holdslice",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Refusal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("minute", models.DateTimeField(help_text="Start of the minute.")),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("wallet", "Credit"),
                                    ("included_quota", "Included quota"),
                                    ("postpaid_limit", "Postpaid limit"),
                                    ("monthly_resource_spend", "Monthly limit for persistent resources"),
                                    ("budget", "Budget"),
                                    ("work_paused", "New work paused by staff"),
                                    ("resources_paused", "Persistent resources paused"),
                                    ("too_many_reservations", "Too many reservations pending"),
                                    ("dimension_required", "Required dimension missing"),
                                ],
                                max_length=22,
                            ),
                        ),
                        (
                            "budget",
                            models.CharField(blank=True, help_text="The budget's id for the customer.", max_length=64),
                        ),
                        (
                            "bucket",
                            models.CharField(
                                blank=True,
                                help_text="The value whose bucket refused, if the budget has one for each value.",
                                max_length=128,
                            ),
                        ),
                        ("count", models.IntegerField()),
                        ("last_at", models.DateTimeField()),
                        ("last_work", models.JSONField(default=dict, help_text="Dimensions of the last refused work.")),
                        ("last_requested_micros", models.BigIntegerField(help_text="Last refused amount, in micros.")),
                        (
                            "last_missing_micros",
                            models.BigIntegerField(help_text="How much room that amount lacked, in micros."),
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
                    ],
                    options={
                        "indexes": [models.Index(fields=["minute", "id"], name="wallets_refusal_list")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "minute", "reason", "budget", "bucket"),
                                name="wallets_refusal_once_a_minute",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("count__gt", 0)), name="wallets_refusal_counted"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Shortfall",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField()),
                        ("remaining_micros", models.BigIntegerField()),
                        ("recorded_at", models.DateTimeField()),
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
                            "transfer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.transfer",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("remaining_micros__gt", 0)),
                                fields=["organization", "id"],
                                name="wallets_shortfall_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)), name="wallets_shortfall_amount_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("remaining_micros__gte", 0), ("remaining_micros__lte", models.F("amount_micros"))
                                ),
                                name="wallets_shortfall_remaining_within_amount",
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "transfer"), name="wallets_shortfall_once_per_transfer"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_shortfall is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="245bcebb9e98f3ab7780db56775a8e31a0f8d3bc",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_43c1d",
                                    table="wallets_shortfall",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_shortfall is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c65b2341d45945d1ecb9d5143ec5332009b48e68",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_a2818",
                                    table="wallets_shortfall",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.transfer_id IS DISTINCT FROM NEW.transfer_id OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.recorded_at IS DISTINCT FROM NEW.recorded_at)",
                                    func="RAISE EXCEPTION 'the facts of wallets_shortfall never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="f86cbfd87166f94bc95b15c3d05cf3bce6744ed5",
                                    operation='UPDATE OF "organization_id", "transfer_id", "amount_micros", "recorded_at"',
                                    pgid="pgtrigger_facts_24524",
                                    table="wallets_shortfall",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Wallet",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "alert_thresholds_micros",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(),
                                default=apps.wallets.balance_alerts.lowest_threshold,
                                help_text="Amounts at which the customer gets a notice of low credit, ascending; zero is always one of them.",
                                size=None,
                            ),
                        ),
                        (
                            "alert_mail",
                            models.BooleanField(default=True, help_text="Whether these alerts are also sent by email."),
                        ),
                        (
                            "alarm_bits",
                            models.IntegerField(
                                default=0,
                                help_text="One bit for each threshold, the lowest first: set while credit is not above it.",
                            ),
                        ),
                        (
                            "alarm_version",
                            models.BigIntegerField(default=0, help_text="Number of times that the bits changed."),
                        ),
                        (
                            "alarms_mailed",
                            models.JSONField(
                                default=dict,
                                help_text="When email was last sent for each threshold; at most once a day.",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.account",
                            ),
                        ),
                        (
                            "organization",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="wallet",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "account"), name="wallets_wallet_once_per_account"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("alert_thresholds_micros__0", 0),
                                    ("alert_thresholds_micros__len__lte", 9),
                                    ("alarm_bits__gte", 0),
                                    ("alarm_bits__lt", 512),
                                ),
                                name="wallets_wallet_alarms_of_thresholds",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_wallet is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="7cf7bba1ae917ab45a0cbb9f55744dc1b169d5c3",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_7b8c7",
                                    table="wallets_wallet",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_wallet is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c69dbd52ebb36cf1f8cab1a680b5bf8104d1c494",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_4104c",
                                    table="wallets_wallet",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.account_id IS DISTINCT FROM NEW.account_id OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of wallets_wallet never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="ac2327297c815d83805d7787c0f6910f0e70eed9",
                                    operation='UPDATE OF "organization_id", "account_id", "created_at"',
                                    pgid="pgtrigger_facts_591b4",
                                    table="wallets_wallet",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BucketPeriod",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        (
                            "ends_on",
                            models.DateField(blank=True, help_text="First day after it. Empty: no end.", null=True),
                        ),
                        (
                            "spent_micros",
                            models.BigIntegerField(default=0, help_text="Charges less what was taken back, in micros."),
                        ),
                        (
                            "added_micros",
                            models.BigIntegerField(default=0, help_text="Raises the limit for this period, in micros."),
                        ),
                        (
                            "alarms",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.SmallIntegerField(),
                                default=list,
                                help_text="Percentages that spent has reached.",
                                size=None,
                            ),
                        ),
                        (
                            "reached_at",
                            models.DateTimeField(blank=True, help_text="When spent reached the limit.", null=True),
                        ),
                        (
                            "refused_at",
                            models.DateTimeField(
                                blank=True, help_text="When work was first refused because of pending holds.", null=True
                            ),
                        ),
                        (
                            "is_closed",
                            models.BooleanField(default=False, help_text="Whether the notice of its end was sent."),
                        ),
                        ("version", models.BigIntegerField(default=0)),
                        (
                            "bucket",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="periods",
                                to="wallets.bucket",
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
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_closed", False), models.Q(("alarms", []), _negated=True)),
                                fields=["ends_on"],
                                name="wallets_bucketperiod_to_close",
                            ),
                            models.Index(
                                condition=models.Q(("reached_at__isnull", False)),
                                fields=["reached_at"],
                                name="wallets_bucketperiod_reached",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "bucket", "starts_on"), name="wallets_bucketperiod_start_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                                ),
                                name="wallets_bucketperiod_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("added_micros__gte", 0)),
                                name="wallets_bucketperiod_added_not_negative",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.bucket_id IS DISTINCT FROM NEW.bucket_id OR OLD.starts_on IS DISTINCT FROM NEW.starts_on OR OLD.ends_on IS DISTINCT FROM NEW.ends_on)",
                                    func="RAISE EXCEPTION 'the facts of wallets_bucketperiod never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="7ca8e903f57f3b0c3e1f5794099594d16b12d208",
                                    operation='UPDATE OF "organization_id", "bucket_id", "starts_on", "ends_on"',
                                    pgid="pgtrigger_facts_6866d",
                                    table="wallets_bucketperiod",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChargeReversal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField()),
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
                            "charge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversals",
                                to="wallets.chargenet",
                            ),
                        ),
                        (
                            "transfer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transfer"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)),
                                name="wallets_chargereversal_amount_positive",
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "charge", "transfer"),
                                name="wallets_chargereversal_once_per_transfer",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_chargereversal is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="be50076dc72799b1682bec1885587b46ee5725da",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_70bff",
                                    table="wallets_chargereversal",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_chargereversal is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="51cc9dd396c8faeb96cf768138dde5333c5b286b",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_598c0",
                                    table="wallets_chargereversal",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
