import apps.common.model_creation
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "__first__"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="AccessChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("account", "Account created"),
                                    ("status", "Active, staff or superuser"),
                                    ("groups", "Groups"),
                                    ("permissions", "Permissions"),
                                    ("group permissions", "Permissions of a group"),
                                    ("password", "Password"),
                                    ("second factor", "Second factor"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("detail", models.CharField(blank=True, max_length=300)),
                        ("changed_at", models.DateTimeField(db_index=True)),
                        (
                            "changed_by",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty if nobody was signed in, as in a command or a migration.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                help_text="The person whose access changed.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "change of access",
                        "verbose_name_plural": "changes of access",
                        "ordering": ["-pk"],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'approvals_accesschange is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="0c5297f9968aa1f7d2fad00155ba23bd5a50c36a",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_56176",
                                    table="approvals_accesschange",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'approvals_accesschange is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="258405ddc24a30293fb67c43f7463836dd296719",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_2a0ea",
                                    table="approvals_accesschange",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(help_text="The kind of a registered action.", max_length=60)),
                        ("subject_type", models.CharField(help_text="The model label of the target.", max_length=100)),
                        (
                            "subject_id",
                            models.CharField(
                                blank=True, help_text="The row's key; empty for the whole list.", max_length=64
                            ),
                        ),
                        ("about", models.CharField(blank=True, help_text="The target as text.", max_length=300)),
                        ("arguments", models.JSONField(help_text="The action's other fields, exactly as approved.")),
                        ("fingerprint", models.CharField(editable=False, max_length=64)),
                        (
                            "key",
                            models.CharField(
                                editable=False,
                                help_text="Idempotency key; a form sent twice has the same one.",
                                max_length=200,
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField(help_text="Size of the action, in micros.")),
                        ("currency", models.CharField(help_text="Currency of the amount.", max_length=3)),
                        (
                            "preview",
                            models.JSONField(
                                default=list,
                                editable=False,
                                help_text="The figures shown to the requester: name, before, after.",
                            ),
                        ),
                        ("reason", models.TextField(help_text="Why it is requested.")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("pending", "Waiting"),
                                    ("approved", "Approved"),
                                    ("rejected", "Rejected"),
                                    ("used", "Carried out"),
                                    ("expired", "Expired"),
                                ],
                                default="pending",
                                max_length=8,
                            ),
                        ),
                        ("requested_at", models.DateTimeField()),
                        (
                            "expires_at",
                            models.DateTimeField(
                                help_text="First moment at which it can no longer be decided or used."
                            ),
                        ),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("decision_note", models.TextField(blank=True)),
                        ("used_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "decided_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                help_text="The customer; empty if it concerns no single one.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-pk"],
                        "permissions": [("decide_approval", "Can approve or reject requests of others")],
                        "indexes": [
                            models.Index(fields=["status", "expires_at"], name="approvals_by_status"),
                            models.Index(
                                condition=models.Q(("status__in", ["pending", "approved"])),
                                fields=["subject_type", "subject_id"],
                                name="approvals_open_by_subject",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by__isnull", True),
                                    models.Q(("decided_by", models.F("requested_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="approvals_approval_maker_is_not_checker",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["approved", "rejected", "used"]), _negated=True),
                                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="approvals_approval_agreed_has_decider",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "pending"), _negated=True),
                                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True)),
                                    _connector="OR",
                                ),
                                name="approvals_approval_pending_is_undecided",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status", "used"), ("used_at__isnull", False)),
                                    models.Q(models.Q(("status", "used"), _negated=True), ("used_at__isnull", True)),
                                    _connector="OR",
                                ),
                                name="approvals_approval_used_has_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("requested_at"))),
                                name="approvals_approval_expires_later",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ["pending", "approved"])),
                                fields=("fingerprint",),
                                name="approvals_approval_one_open_per_intent",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="starts_pending",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (NEW.status <> 'pending')",
                                    func="RAISE EXCEPTION 'a request must start as pending' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="0694fbb7b229b35072ad5a17dbbdfaa93edaf3cb",
                                    operation="INSERT",
                                    pgid="pgtrigger_starts_pending_bd109",
                                    table="approvals_approval",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.kind IS DISTINCT FROM NEW.kind OR OLD.subject_type IS DISTINCT FROM NEW.subject_type OR OLD.subject_id IS DISTINCT FROM NEW.subject_id OR OLD.about IS DISTINCT FROM NEW.about OR OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.arguments IS DISTINCT FROM NEW.arguments OR OLD.fingerprint IS DISTINCT FROM NEW.fingerprint OR OLD.key IS DISTINCT FROM NEW.key OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.currency IS DISTINCT FROM NEW.currency OR OLD.preview IS DISTINCT FROM NEW.preview OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.requested_by_id IS DISTINCT FROM NEW.requested_by_id OR OLD.requested_at IS DISTINCT FROM NEW.requested_at OR OLD.expires_at IS DISTINCT FROM NEW.expires_at)",
                                    func="RAISE EXCEPTION 'the facts of approvals_approval never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="5ced1785750b41d6325c9e285d9e868e9a843270",
                                    operation="UPDATE",
                                    pgid="pgtrigger_facts_0a8cb",
                                    table="approvals_approval",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="ends_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.status IN ('rejected', 'used', 'expired'))",
                                    func="RAISE EXCEPTION 'a closed request cannot change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c64459abb36b0da2c6eab950359a68816a2392af",
                                    operation="UPDATE",
                                    pgid="pgtrigger_ends_once_bed9e",
                                    table="approvals_approval",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="decision",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.decided_by_id IS NOT NULL) AND (OLD.decided_by_id IS DISTINCT FROM NEW.decided_by_id OR OLD.decided_at IS DISTINCT FROM NEW.decided_at))",
                                    func="RAISE EXCEPTION 'the facts of approvals_approval never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="74939baefb2e45ae0de4c508f278418d83399a0f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_decision_fed46",
                                    table="approvals_approval",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'approvals_approval is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="a8fd8d37e8255d316f91ca839fa03c65b708e984",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_18ba7",
                                    table="approvals_approval",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'approvals_approval is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="d05e3308a1d368d6941659883c29635e2e71dcf4",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_0dd82",
                                    table="approvals_approval",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SoloAction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "scope",
                            models.CharField(
                                choices=[
                                    ("customer", "One customer"),
                                    ("vouchers", "Vouchers"),
                                    ("prices", "Prices of all customers"),
                                    ("bank", "Bank lines of several customers"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_micros", models.BigIntegerField(help_text="Size of the action, in micros.")),
                        ("kind", models.CharField(max_length=60)),
                        ("subject_type", models.CharField(max_length=100)),
                        ("subject_id", models.CharField(blank=True, max_length=64)),
                        ("fingerprint", models.CharField(help_text="Hash of the exact action.", max_length=64)),
                        (
                            "key",
                            models.CharField(
                                help_text="Idempotency key; a form sent twice has the same one.",
                                max_length=200,
                                unique=True,
                            ),
                        ),
                        ("done_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "action without approval",
                        "verbose_name_plural": "actions without approval",
                        "indexes": [
                            models.Index(
                                fields=["person", "scope", "organization", "done_at"], name="approvals_soloaction_day"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gte", 0)), name="approvals_soloaction_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("organization__isnull", False), ("scope", "customer")),
                                    models.Q(
                                        models.Q(("scope", "customer"), _negated=True), ("organization__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="approvals_soloaction_customer_is_named",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'approvals_soloaction is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="59e3152990fbd1aa73d8c9d2271cb8ebc549fc31",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_3cd0b",
                                    table="approvals_soloaction",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'approvals_soloaction is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="39d49cbee5f01ef740cf0e08a12aa6d5ef1af042",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_04e06",
                                    table="approvals_soloaction",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
