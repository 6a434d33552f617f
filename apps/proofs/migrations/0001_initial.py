import apps.common.model_creation
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auditlog", "__first__"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="DayRoot",
                    fields=[
                        ("day", models.DateField(primary_key=True, serialize=False)),
                        ("root", models.BinaryField(max_length=32)),
                        ("leaf_count", models.PositiveIntegerField(help_text="Number of chains with a record.")),
                        ("key_id", models.CharField(help_text="Public key (Ed25519) of the signature.", max_length=64)),
                        ("signature", models.BinaryField(max_length=64)),
                        ("sealed_at", models.DateTimeField()),
                        (
                            "sent_at",
                            models.DateTimeField(blank=True, help_text="When PROOF_URL confirmed receipt.", null=True),
                        ),
                    ],
                    options={
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'proofs_dayroot is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="dbfef3a68c0210287a384de747f51cb082c8c040",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_3283a",
                                    table="proofs_dayroot",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'proofs_dayroot is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="f96ea3bf49d14b26f0900471a96f6a1b6c13e3ac",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_d044b",
                                    table="proofs_dayroot",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.day IS DISTINCT FROM NEW.day OR OLD.root IS DISTINCT FROM NEW.root OR OLD.leaf_count IS DISTINCT FROM NEW.leaf_count OR OLD.key_id IS DISTINCT FROM NEW.key_id OR OLD.signature IS DISTINCT FROM NEW.signature OR OLD.sealed_at IS DISTINCT FROM NEW.sealed_at)",
                                    func="RAISE EXCEPTION 'the facts of proofs_dayroot never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="3332a6795f595ba0c09a21225d26c8808d4aecd5",
                                    operation='UPDATE OF "day", "root", "leaf_count", "key_id", "signature", "sealed_at"',
                                    pgid="pgtrigger_facts_e21da",
                                    table="proofs_dayroot",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="sent",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.sent_at IS NOT NULL) AND (OLD.sent_at IS DISTINCT FROM NEW.sent_at))",
                                    func="RAISE EXCEPTION 'the facts of proofs_dayroot never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="adc19806a3c770d1d969218fc8e9ffcb7e2be913",
                                    operation='UPDATE OF "sent_at"',
                                    pgid="pgtrigger_sent_18875",
                                    table="proofs_dayroot",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProofMark",
                    fields=[
                        ("chain", models.CharField(max_length=48, primary_key=True, serialize=False)),
                        ("number", models.BigIntegerField(default=0)),
                        ("hash", models.BinaryField(max_length=32)),
                        (
                            "sums",
                            models.JSONField(default=dict, help_text="Sums of the records up to there, in micros."),
                        ),
                        ("proven_at", models.DateTimeField()),
                        (
                            "found",
                            models.TextField(
                                blank=True, help_text="Finding of the last proof; empty if it found nothing."
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("found", ""), _negated=True),
                                fields=["chain"],
                                name="proofs_mark_broken",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditLink",
                    fields=[
                        (
                            "number",
                            models.BigIntegerField(
                                help_text="1, 2, 3 … without gaps.", primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "hash",
                            models.BinaryField(
                                help_text="SHA-256 over the previous hash and the entry.", max_length=32
                            ),
                        ),
                        (
                            "entry",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUDITLOG_LOGENTRY_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("number__gt", 0)), name="proofs_auditlink_number_positive"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'proofs_auditlink is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="3723b6ce9c78aacbace28d0813aa1869b9cd5e79",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_a6cd9",
                                    table="proofs_auditlink",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'proofs_auditlink is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="73b4d10e97fbece8eecbd14f412d31ff6b110e1f",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_9d4f8",
                                    table="proofs_auditlink",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DayHead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("chain", models.CharField(max_length=48)),
                        ("day", models.DateField()),
                        ("number", models.BigIntegerField()),
                        ("hash", models.BinaryField(max_length=32)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("chain", "day"), name="proofs_dayhead_once_per_day"),
                            models.CheckConstraint(
                                condition=models.Q(("number__gt", 0)), name="proofs_dayhead_number_positive"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'proofs_dayhead is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="dc7060529ab2bbfe1a7a03d963d73606e3b9cb7e",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_96b4d",
                                    table="proofs_dayhead",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'proofs_dayhead is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="ecc5372b288911d1595eb4d634276f2227f69cc4",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_8a135",
                                    table="proofs_dayhead",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
