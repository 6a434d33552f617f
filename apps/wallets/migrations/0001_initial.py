import apps.common.model_creation
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
                                    hash="96832a8bcb6d3ea2166d824f1d72e9b06e83f5da",
                                    operation="UPDATE",
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
                                    hash="29a2ff18e81f5b747dc5b8d98858380df86ea14d",
                                    operation="UPDATE",
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
                                default=0, help_text="Amount taken back by refunds and lost disputes, in micros."
                            ),
                        ),
                        (
                            "lapsed_micros",
                            models.BigIntegerField(default=0, help_text="Amount that expired unspent, in micros."),
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
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("remaining_micros__gt", 0)),
                                fields=["organization", "burn_key"],
                                name="wallets_grant_open",
                            ),
                            models.Index(fields=["key"], name="wallets_grant_by_key"),
                            models.Index(fields=["organization", "granted_at"], name="wallets_grant_newest"),
                            models.Index(fields=["organization", "source"], name="wallets_grant_by_source"),
                            models.Index(fields=["source"], name="wallets_grant_of_source"),
                            models.Index(
                                condition=models.Q(("remaining_micros__gt", 0)),
                                fields=["expires_at"],
                                name="wallets_grant_due",
                            ),
                            models.Index(
                                condition=models.Q(("remaining_micros__gt", 0), ("starts_at__isnull", False)),
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
                                    hash="36261788333584f81ff2bb8b64fe746919041cb6",
                                    operation="UPDATE",
                                    pgid="pgtrigger_facts_4e0fa",
                                    table="wallets_grant",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
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
                                    hash="1be7950eeecd564a2bb4bf96d029ff6f44c521d0",
                                    operation="UPDATE",
                                    pgid="pgtrigger_facts_24524",
                                    table="wallets_shortfall",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Undoing",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField()),
                        (
                            "charge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="undoings",
                                to="wallets.chargenet",
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
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transfer"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)), name="wallets_undoing_amount_positive"
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "charge", "transfer"), name="wallets_undoing_once_per_transfer"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_undoing is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="e9d75d6a85304153ac3efc4618dde2e4522c25ad",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_1ad8b",
                                    table="wallets_undoing",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'wallets_undoing is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="e166cef9e00930a01497c8e7bdbdd21520264d26",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_b9e25",
                                    table="wallets_undoing",
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
                            )
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
                                    hash="fa1dac670f2844224fdc6eee7446937b72bf894f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_facts_591b4",
                                    table="wallets_wallet",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
