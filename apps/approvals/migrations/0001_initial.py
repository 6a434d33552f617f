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
                        (
                            "is_size_known",
                            models.BooleanField(
                                default=True,
                                help_text="Whether the size could be computed or estimated when it was requested.",
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
                                    condition="WHEN (OLD.kind IS DISTINCT FROM NEW.kind OR OLD.subject_type IS DISTINCT FROM NEW.subject_type OR OLD.subject_id IS DISTINCT FROM NEW.subject_id OR OLD.about IS DISTINCT FROM NEW.about OR OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.arguments IS DISTINCT FROM NEW.arguments OR OLD.fingerprint IS DISTINCT FROM NEW.fingerprint OR OLD.key IS DISTINCT FROM NEW.key OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.is_size_known IS DISTINCT FROM NEW.is_size_known OR OLD.currency IS DISTINCT FROM NEW.currency OR OLD.preview IS DISTINCT FROM NEW.preview OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.requested_by_id IS DISTINCT FROM NEW.requested_by_id OR OLD.requested_at IS DISTINCT FROM NEW.requested_at OR OLD.expires_at IS DISTINCT FROM NEW.expires_at)",
                                    func="RAISE EXCEPTION 'the facts of approvals_approval never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c1b05442545cb00cd1ec1b8af5b26ac446dd25a8",
                                    operation='UPDATE OF "kind", "subject_type", "subject_id", "about", "organization_id", "arguments", "fingerprint", "key", "amount_micros", "is_size_known", "currency", "preview", "reason", "requested_by_id", "requested_at", "expires_at"',
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
                                    hash="db4b5ab2c10b59e4c14da9849d6b035c759fb423",
                                    operation='UPDATE OF "decided_by_id", "decided_at"',
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
                                    ("rows", "Rows of bulk actions"),
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
                migrations.CreateModel(
                    name="BulkRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveIntegerField(help_text="Position in the run, from 0.")),
                        ("about", models.CharField(help_text="The row as text.", max_length=300)),
                        ("amount_micros", models.BigIntegerField(help_text="Size of the action on it, in micros.")),
                        (
                            "arguments",
                            models.JSONField(
                                editable=False, help_text="The action's other fields, exactly as approved."
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                editable=False,
                                help_text="Idempotency key of the action on it.",
                                max_length=200,
                                unique=True,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "Not yet"), ("done", "Done"), ("refused", "Refused")],
                                default="waiting",
                                max_length=7,
                            ),
                        ),
                        ("outcome", models.TextField(blank=True, help_text="Why it was refused.")),
                        (
                            "ended_at",
                            models.DateTimeField(blank=True, help_text="When it was done or refused.", null=True),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rows",
                                to="approvals.bulkrun",
                            ),
                        ),
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
                    ],
                    options={
                        "verbose_name": "row of a bulk action",
                        "verbose_name_plural": "rows of bulk actions",
                        "ordering": ["run", "position"],
                        "indexes": [
                            models.Index(fields=["run", "state", "position"], name="approvals_bulkrow_waiting")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gte", 0)),
                                name="approvals_bulkrow_amount_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at", None), ("state", "waiting")),
                                    models.Q(
                                        models.Q(("state", "waiting"), _negated=True), ("ended_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="approvals_bulkrow_ended_has_moment",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.run_id IS DISTINCT FROM NEW.run_id OR OLD.position IS DISTINCT FROM NEW.position OR OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.about IS DISTINCT FROM NEW.about OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.arguments IS DISTINCT FROM NEW.arguments OR OLD.key IS DISTINCT FROM NEW.key)",
                                    func="RAISE EXCEPTION 'the facts of approvals_bulkrow never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8c1b79025b115e8838756fdb0cb02003da55efc4",
                                    operation='UPDATE OF "run_id", "position", "organization_id", "about", "amount_micros", "arguments", "key"',
                                    pgid="pgtrigger_facts_9c8a2",
                                    table="approvals_bulkrow",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="outcome",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.state <> 'waiting') AND (OLD.state IS DISTINCT FROM NEW.state OR OLD.outcome IS DISTINCT FROM NEW.outcome OR OLD.ended_at IS DISTINCT FROM NEW.ended_at))",
                                    func="RAISE EXCEPTION 'the facts of approvals_bulkrow never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="d1cff25b86c104adab83559481be6fdac6862f92",
                                    operation='UPDATE OF "state", "outcome", "ended_at"',
                                    pgid="pgtrigger_outcome_4fd5b",
                                    table="approvals_bulkrow",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'approvals_bulkrow is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="7fca8db16cc80dd015486f0305e49e6e2bd5875e",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_7f11e",
                                    table="approvals_bulkrow",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'approvals_bulkrow is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="cd7755ac6d01454fdd82f22e9968834e8d571495",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_77968",
                                    table="approvals_bulkrow",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BulkRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(help_text="The kind of the action on each row.", max_length=60)),
                        ("title", models.CharField(help_text="What is done to each row.", max_length=100)),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_micros", models.BigIntegerField(help_text="The sum of the rows' amounts.")),
                        ("row_count", models.PositiveIntegerField(help_text="Number of rows.")),
                        (
                            "digest",
                            models.CharField(editable=False, help_text="Hash of the exact actions.", max_length=64),
                        ),
                        ("reason", models.TextField(help_text="Why it is requested.")),
                        (
                            "key",
                            models.CharField(
                                editable=False, help_text="Idempotency key of the form.", max_length=200, unique=True
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waits for a second person"),
                                    ("running", "Running"),
                                    ("done", "Finished"),
                                ],
                                default="waiting",
                                max_length=7,
                            ),
                        ),
                        ("requested_at", models.DateTimeField()),
                        ("started_at", models.DateTimeField(blank=True, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "approval",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="approvals.approval",
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
                        "verbose_name": "bulk action",
                        "verbose_name_plural": "bulk actions",
                        "ordering": ["-pk"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gte", 0)),
                                name="approvals_bulkrun_amount_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("started_at", None), ("state", "waiting")),
                                    models.Q(
                                        models.Q(("state", "waiting"), _negated=True), ("started_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="approvals_bulkrun_started_has_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", False), ("state", "done")),
                                    models.Q(models.Q(("state", "done"), _negated=True), ("ended_at", None)),
                                    _connector="OR",
                                ),
                                name="approvals_bulkrun_done_has_ended",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.kind IS DISTINCT FROM NEW.kind OR OLD.title IS DISTINCT FROM NEW.title OR OLD.currency IS DISTINCT FROM NEW.currency OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.row_count IS DISTINCT FROM NEW.row_count OR OLD.digest IS DISTINCT FROM NEW.digest OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.key IS DISTINCT FROM NEW.key OR OLD.requested_by_id IS DISTINCT FROM NEW.requested_by_id OR OLD.requested_at IS DISTINCT FROM NEW.requested_at)",
                                    func="RAISE EXCEPTION 'the facts of approvals_bulkrun never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b871315e054a03a5c36d8f12ed221ef67e788afc",
                                    operation='UPDATE OF "kind", "title", "currency", "amount_micros", "row_count", "digest", "reason", "key", "requested_by_id", "requested_at"',
                                    pgid="pgtrigger_facts_1e9e0",
                                    table="approvals_bulkrun",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'approvals_bulkrun is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="0abd26069da828672bed1a2dff7deabda81d6787",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_732c8",
                                    table="approvals_bulkrun",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'approvals_bulkrun is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="01bf2d6e70da5030d6fcb53f4dbd3929f75c8053",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_33941",
                                    table="approvals_bulkrun",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
