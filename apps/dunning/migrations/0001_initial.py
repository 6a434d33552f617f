import apps.common.model_creation
import django.db.models.deletion
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("billing_profiles", "0001_initial"),
        ("invoices", "0001_initial"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="DunningCase",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "steps_done",
                            models.PositiveSmallIntegerField(default=0, help_text="Steps taken or skipped."),
                        ),
                        (
                            "last_on",
                            models.DateField(
                                blank=True,
                                help_text="The day of the last step.",
                                null=True,
                                verbose_name="last step on",
                            ),
                        ),
                        (
                            "last_days",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="The days of the last step in its policy."
                            ),
                        ),
                        (
                            "overdue_micros",
                            models.BigIntegerField(default=0, help_text="Amount overdue at the last check."),
                        ),
                        (
                            "next_on",
                            models.DateField(
                                blank=True,
                                help_text="The day of the next step.",
                                null=True,
                                verbose_name="next step on",
                            ),
                        ),
                        (
                            "wait",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("held", "Held by hand"),
                                    ("promised", "A payment is promised"),
                                    ("retried", "Stripe charges it again"),
                                    ("below_minimum", "Less than the policy's minimum is overdue"),
                                    ("by_hand", "Staff take the next step"),
                                    ("no_contact", "No billing contact whose address works"),
                                    ("steps_over", "All steps are done"),
                                    ("no_policy", "The customer has no policy"),
                                    ("problem", "The next step failed"),
                                ],
                                max_length=13,
                                verbose_name="waits because",
                            ),
                        ),
                        (
                            "problem",
                            models.CharField(blank=True, help_text="Why the next step failed.", max_length=500),
                        ),
                        ("held_until", models.DateField(blank=True, help_text="Last day without a step.", null=True)),
                        ("hold_reason", models.CharField(blank=True, max_length=500)),
                        (
                            "promised_on",
                            models.DateField(
                                blank=True, help_text="The day for which a payment is promised.", null=True
                            ),
                        ),
                        ("promised_micros", models.BigIntegerField(default=0)),
                        (
                            "paused_postpaid",
                            models.BooleanField(default=False, help_text="Whether this case pauses postpaid use."),
                        ),
                        (
                            "suspended_work",
                            models.BooleanField(default=False, help_text="Whether this case pauses new work."),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "closed_because",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("settled", "Nothing is overdue any more"),
                                    ("disputed", "All that is overdue is disputed"),
                                    ("by_hand", "By hand"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("opened_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
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
                            "seller",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing_profiles.seller",
                            ),
                        ),
                        (
                            "closed_note",
                            models.CharField(
                                blank=True,
                                help_text="The invoices that were settled or are disputed, or the reason of the person who ended it.",
                                max_length=1000,
                                verbose_name="closed after",
                            ),
                        ),
                        ("closed_by", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "verbose_name": "dunning case",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at", None)), fields=["wait"], name="dunning_case_waiting"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at", None)),
                                fields=("organization", "seller", "currency"),
                                name="dunning_case_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("closed_because", "")),
                                    models.Q(
                                        ("closed_at__isnull", False),
                                        ("paused_postpaid", False),
                                        ("suspended_work", False),
                                        models.Q(("closed_because", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="dunning_case_closed_has_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("promised_micros__gte", 0)),
                                name="dunning_case_promise_not_negative",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'dunning_dunningcase is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="83135a9efdfd134cb6c716c5426757b270ee3050",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_a3f85",
                                    table="dunning_dunningcase",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'dunning_dunningcase is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="eea7c456af4174d758e1be7b6e8eb7333f89621b",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_242d3",
                                    table="dunning_dunningcase",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.seller_id IS DISTINCT FROM NEW.seller_id OR OLD.currency IS DISTINCT FROM NEW.currency OR OLD.opened_at IS DISTINCT FROM NEW.opened_at)",
                                    func="RAISE EXCEPTION 'the facts of dunning_dunningcase never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="03a47b33691e144a4c5a6bf9be548ddef7c90343",
                                    operation='UPDATE OF "organization_id", "seller_id", "currency", "opened_at"',
                                    pgid="pgtrigger_facts_3ab82",
                                    table="dunning_dunningcase",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="closed_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.closed_at IS NOT NULL) AND (OLD.closed_at IS DISTINCT FROM NEW.closed_at))",
                                    func="RAISE EXCEPTION 'the facts of dunning_dunningcase never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="eabc60d38ec2456f8c2b5756c8e99254cb93084e",
                                    operation='UPDATE OF "closed_at"',
                                    pgid="pgtrigger_closed_once_92608",
                                    table="dunning_dunningcase",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DunningEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(help_text="Number of the step in the case, from 0."),
                        ),
                        (
                            "outcome",
                            models.CharField(choices=[("taken", "Taken"), ("skipped", "Skipped")], max_length=7),
                        ),
                        ("happened_on", models.DateField()),
                        ("days", models.PositiveSmallIntegerField()),
                        (
                            "letter",
                            models.CharField(
                                choices=[
                                    ("none", "No letter"),
                                    ("reminder", "Reminder"),
                                    ("demand", "Demand"),
                                    ("final", "Final demand"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("overdue_micros", models.BigIntegerField(help_text="Amount overdue on that day.")),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                help_text="Why staff skipped it, or took it before it was due.",
                                max_length=500,
                            ),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "case",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="dunning.dunningcase",
                            ),
                        ),
                        (
                            "fee",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="invoices.document",
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
                            "restriction",
                            models.CharField(
                                choices=[
                                    ("none", "Nothing"),
                                    ("pause", "Pause postpaid use"),
                                    ("suspend", "Pause new work"),
                                ],
                                max_length=7,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "step of a dunning case",
                        "verbose_name_plural": "steps of dunning cases",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "case", "position"), name="dunning_event_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("outcome", "taken"),
                                    models.Q(
                                        ("fee", None), ("outcome", "skipped"), models.Q(("reason", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="dunning_event_skipped_has_a_reason",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'dunning_dunningevent is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="e4a17c8203bc243b8301b2678f500481a0c05af4",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_8e702",
                                    table="dunning_dunningevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'dunning_dunningevent is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8f6b1c992586953f82739ada5ecadb0d48754bfe",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_1f0a5",
                                    table="dunning_dunningevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DunningPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "is_default",
                            models.BooleanField(
                                default=False,
                                help_text="Whether it covers customers without a policy of their own.",
                                verbose_name="default",
                            ),
                        ),
                        (
                            "minimum_micros",
                            models.BigIntegerField(
                                default=0, help_text="A case opens once at least this much is overdue."
                            ),
                        ),
                        (
                            "grace_days",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Days after the due date before a case opens."
                            ),
                        ),
                        (
                            "is_automatic",
                            models.BooleanField(
                                default=True,
                                help_text="Whether a job takes its steps; otherwise staff take each one.",
                                verbose_name="automatic",
                            ),
                        ),
                        (
                            "is_used",
                            models.BooleanField(
                                default=True, help_text="Whether it opens cases.", verbose_name="in use"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "seller",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing_profiles.seller",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "dunning policy",
                        "verbose_name_plural": "dunning policies",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("seller", "currency", "name"), name="dunning_policy_name_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_default", True), ("is_used", True)),
                                fields=("seller", "currency"),
                                name="dunning_policy_one_default",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("minimum_micros__gte", 0)),
                                name="dunning_policy_minimum_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CustomerPolicy",
                    fields=[
                        (
                            "organization",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="dunning_policy",
                                serialize=False,
                                to="tenants.organization",
                            ),
                        ),
                        ("updated_at", models.DateTimeField()),
                        (
                            "policy",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty: no dunning.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="dunning.dunningpolicy",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="DunningStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        ("days", models.PositiveSmallIntegerField(help_text="Days after the oldest due date.")),
                        (
                            "letter",
                            models.CharField(
                                choices=[
                                    ("none", "No letter"),
                                    ("reminder", "Reminder"),
                                    ("demand", "Demand"),
                                    ("final", "Final demand"),
                                ],
                                default="reminder",
                                max_length=8,
                            ),
                        ),
                        ("fee_micros", models.BigIntegerField(default=0)),
                        (
                            "policy",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="steps",
                                to="dunning.dunningpolicy",
                            ),
                        ),
                        (
                            "restriction",
                            models.CharField(
                                choices=[
                                    ("none", "Nothing"),
                                    ("pause", "Pause postpaid use"),
                                    ("suspend", "Pause new work"),
                                ],
                                default="none",
                                max_length=7,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "dunning step",
                        "constraints": [
                            models.UniqueConstraint(fields=("policy", "position"), name="dunning_step_position_once"),
                            models.CheckConstraint(
                                condition=models.Q(("fee_micros__gte", 0)), name="dunning_step_fee_not_negative"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SkippedFirstStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "due_date",
                            models.DateField(help_text="The oldest due date of the invoices that are overdue."),
                        ),
                        ("reason", models.CharField(max_length=500)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
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
                            "seller",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing_profiles.seller",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "seller", "currency", "due_date"),
                                name="dunning_skippedfirststep_once",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'dunning_skippedfirststep is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="ee8fcfa7f71b52035cf2012d91ba2519144bee29",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_2c690",
                                    table="dunning_skippedfirststep",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'dunning_skippedfirststep is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="f5a4962c0d875e7bccaab60e118365c19756813c",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_a9bfd",
                                    table="dunning_skippedfirststep",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DisputedInvoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.CharField(max_length=500)),
                        ("opened_by", models.CharField(max_length=200)),
                        ("opened_at", models.DateTimeField()),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="invoices.document"
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
                            models.UniqueConstraint(
                                condition=models.Q(("decided_at", None)),
                                fields=("organization", "document"),
                                name="dunning_dispute_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_at", None), ("decided_at__gte", models.F("opened_at")), _connector="OR"
                                ),
                                name="dunning_dispute_decided_later",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'dunning_disputedinvoice is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="60b9921b405b6578e716a91fe2279297b0a1d320",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_b4923",
                                    table="dunning_disputedinvoice",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'dunning_disputedinvoice is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="62c64deb37da15b54eee958751c0871fa18e61da",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_e62fc",
                                    table="dunning_disputedinvoice",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.document_id IS DISTINCT FROM NEW.document_id OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.opened_by IS DISTINCT FROM NEW.opened_by OR OLD.opened_at IS DISTINCT FROM NEW.opened_at)",
                                    func="RAISE EXCEPTION 'the facts of dunning_disputedinvoice never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="eda102c602c026b8f1e4eb3ae8e62d65724a3a12",
                                    operation='UPDATE OF "organization_id", "document_id", "reason", "opened_by", "opened_at"',
                                    pgid="pgtrigger_facts_3ce40",
                                    table="dunning_disputedinvoice",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
