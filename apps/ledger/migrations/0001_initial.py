import apps.common.model_creation
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="BookNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.BigIntegerField(help_text="Number among the records of its book.")),
                        ("what", models.CharField(help_text="grant_end or cover.", max_length=24)),
                        ("body", models.JSONField(help_text="Content that the hash covers.")),
                        (
                            "hash",
                            models.BinaryField(
                                help_text="SHA-256 over the previous hash and this record.", max_length=32
                            ),
                        ),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "book",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.book",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("book", "number"), name="ledger_booknote_number_once_per_book"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_booknote is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="529a9be1a6a844d1414f99af1b6d883b74fe53ec",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_30750",
                                    table="ledger_booknote",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_booknote is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b26c089fa281a545fcbe98f1ba1b9a7579af08a5",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_b8471",
                                    table="ledger_booknote",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Checkpoint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("through_version", models.BigIntegerField()),
                        (
                            "entries_micros",
                            models.BigIntegerField(help_text="Sum of the entries up to that version, in micros."),
                        ),
                        ("checked_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="checkpoint",
                                to="ledger.account",
                            ),
                        ),
                        (
                            "book",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.book",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("book", "account"), name="ledger_checkpoint_once_per_account"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField(help_text="Positive in, negative out.")),
                        ("balance_after_micros", models.BigIntegerField()),
                        ("account_version", models.BigIntegerField(help_text="1, 2, 3 … per account, without gaps.")),
                        ("effective_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
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
                            "book",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.book",
                            ),
                        ),
                        (
                            "transfer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="ledger.transfer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "entries",
                        "indexes": [
                            models.Index(
                                fields=["account", "recorded_at", "account_version"], name="ledger_entry_page"
                            ),
                            models.Index(fields=["account", "effective_at"], name="ledger_entry_effective"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros", 0), _negated=True),
                                name="ledger_entry_amount_not_zero",
                            ),
                            models.UniqueConstraint(
                                fields=("book", "account", "account_version"),
                                name="ledger_entry_version_once_per_account",
                            ),
                            models.UniqueConstraint(
                                fields=("book", "transfer", "account"), name="ledger_entry_one_side_per_account"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_entry is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="bae771d2ebafdca534f74cd4bc0d8d0c2514295e",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_eea98",
                                    table="ledger_entry",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_entry is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8f5094f9bde7986079900bb9a372e5f94c099a0a",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_01da0",
                                    table="ledger_entry",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Hold",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("key", models.CharField(max_length=200)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("amount_micros", models.BigIntegerField()),
                        ("captured_micros", models.BigIntegerField(default=0)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("pending", "Pending"),
                                    ("captured", "Captured"),
                                    ("released", "Released"),
                                    ("expired", "Expired"),
                                ],
                                default="pending",
                                max_length=8,
                            ),
                        ),
                        ("description", models.CharField(blank=True, max_length=500)),
                        (
                            "metadata",
                            models.JSONField(blank=True, default=dict, help_text="Metadata as the caller sent it."),
                        ),
                        (
                            "dimensions",
                            models.JSONField(
                                blank=True, default=dict, help_text="Dimensions of the work, such as its project."
                            ),
                        ),
                        (
                            "bucket_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(),
                                blank=True,
                                default=list,
                                help_text="Budget counters that count it.",
                                size=None,
                            ),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "expires_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="First moment at which it no longer counts; empty for no end.",
                                null=True,
                            ),
                        ),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
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
                            "book",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.book",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["key"], name="ledger_hold_by_key"),
                            models.Index(
                                condition=models.Q(("status", "pending")),
                                fields=["book", "expires_at"],
                                name="ledger_hold_ended",
                            ),
                            models.Index(fields=["account", "created_at"], name="ledger_hold_newest"),
                            models.Index(fields=["created_at", "id"], name="ledger_hold_list"),
                            models.Index(
                                condition=models.Q(("status", "expired")),
                                fields=["created_at", "id"],
                                name="ledger_hold_expired",
                            ),
                            models.Index(
                                condition=models.Q(("status", "pending")), fields=["expires_at"], name="ledger_hold_due"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gte", 0)), name="ledger_hold_amount_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("captured_micros__gte", 0)),
                                name="ledger_hold_captured_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("captured_micros__lte", models.F("amount_micros"))),
                                name="ledger_hold_captured_within_amount",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at", None), ("status", "pending")),
                                    models.Q(
                                        models.Q(("status", "pending"), _negated=True), ("closed_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="ledger_hold_closed_when_not_pending",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("status", "captured"), ("captured_micros", 0), _connector="OR"),
                                name="ledger_hold_captures_only_when_captured",
                            ),
                            models.UniqueConstraint(fields=("book", "key"), name="ledger_hold_key_once_per_book"),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_hold is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="deb63fd96c00288c390f4facb3789187bd798c5a",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_e01e5",
                                    table="ledger_hold",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_hold is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8ff35757106085f94ee8503684b7bfddfecb9e89",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_56851",
                                    table="ledger_hold",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.book_id IS DISTINCT FROM NEW.book_id OR OLD.account_id IS DISTINCT FROM NEW.account_id OR OLD.key IS DISTINCT FROM NEW.key OR OLD.fingerprint IS DISTINCT FROM NEW.fingerprint OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.metadata IS DISTINCT FROM NEW.metadata OR OLD.dimensions IS DISTINCT FROM NEW.dimensions OR OLD.bucket_ids IS DISTINCT FROM NEW.bucket_ids OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of ledger_hold never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="5aefab46955b90702753dd2b747319d5fa521ce1",
                                    operation='UPDATE OF "id", "book_id", "account_id", "key", "fingerprint", "amount_micros", "metadata", "dimensions", "bucket_ids", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_104e6",
                                    table="ledger_hold",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="ended",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.status <> 'pending') AND (OLD.status IS DISTINCT FROM NEW.status OR OLD.captured_micros IS DISTINCT FROM NEW.captured_micros OR OLD.expires_at IS DISTINCT FROM NEW.expires_at OR OLD.closed_at IS DISTINCT FROM NEW.closed_at))",
                                    func="RAISE EXCEPTION 'the facts of ledger_hold never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="cd7b3b48f1a6bf7bdcba47771f98feba6f15106a",
                                    operation='UPDATE OF "status", "captured_micros", "expires_at", "closed_at"',
                                    pgid="pgtrigger_ended_3b43d",
                                    table="ledger_hold",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HoldTotal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("pending", "Pending"),
                                    ("captured", "Captured"),
                                    ("released", "Released"),
                                    ("expired", "Expired"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("hold_count", models.BigIntegerField()),
                        ("amount_micros", models.BigIntegerField(help_text="Sum of the holds' amounts, in micros.")),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hold_totals",
                                to="ledger.account",
                            ),
                        ),
                        (
                            "book",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.book",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("book", "account", "status"), name="ledger_holdtotal_once_per_status"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("status", "pending"), _negated=True),
                                name="ledger_holdtotal_of_ended_holds",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_holdtotal is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="9b61f86240cd2fe33c14eda0335cbfc0c25bad3b",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_ea7b5",
                                    table="ledger_holdtotal",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_holdtotal is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="bb56b7129bcef6e79d2e562695dda1c81677788e",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_bedc2",
                                    table="ledger_holdtotal",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.book_id IS DISTINCT FROM NEW.book_id OR OLD.account_id IS DISTINCT FROM NEW.account_id OR OLD.status IS DISTINCT FROM NEW.status)",
                                    func="RAISE EXCEPTION 'the facts of ledger_holdtotal never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8c20e65741ef4e67b3ca69b0093c6733aaabc608",
                                    operation='UPDATE OF "book_id", "account_id", "status"',
                                    pgid="pgtrigger_facts_97f33",
                                    table="ledger_holdtotal",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Transfer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "number",
                            models.BigIntegerField(help_text="1, 2, 3 … over the records of its book, without gaps."),
                        ),
                        ("key", models.CharField(help_text="Idempotency key; unique per book.", max_length=200)),
                        (
                            "fingerprint",
                            models.CharField(help_text="SHA-256 of the request made under the key.", max_length=64),
                        ),
                        ("amount_micros", models.BigIntegerField()),
                        ("kind", models.CharField(max_length=24)),
                        ("description", models.CharField(blank=True, max_length=500)),
                        ("created_by", models.CharField(max_length=200)),
                        (
                            "cause_type",
                            models.CharField(help_text="Registered type of the row that caused it.", max_length=48),
                        ),
                        ("cause_id", models.CharField(help_text="The key of the row that caused it.", max_length=64)),
                        (
                            "metadata",
                            models.JSONField(
                                default=dict, help_text="Further facts, such as tokens or traffic source."
                            ),
                        ),
                        (
                            "hash",
                            models.BinaryField(
                                help_text="SHA-256 over the previous hash and this record.", max_length=32
                            ),
                        ),
                        (
                            "grant_terms",
                            models.JSONField(
                                default=dict,
                                help_text="Chained terms of the grant that it made (`grant`), or the grant end that it set (`ends`).",
                            ),
                        ),
                        ("effective_at", models.DateTimeField(help_text="When it takes effect.")),
                        ("recorded_at", models.DateTimeField(help_text="When it was recorded.")),
                        (
                            "book",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.book",
                            ),
                        ),
                        (
                            "destination",
                            models.ForeignKey(
                                help_text="Balance goes up.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.account",
                            ),
                        ),
                        (
                            "reverses",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.transfer",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                help_text="Balance goes down.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.account",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["key"], name="ledger_transfer_by_key"),
                            models.Index(fields=["recorded_at"], name="ledger_transfer_recorded"),
                            models.Index(fields=["amount_micros"], name="ledger_transfer_by_amount"),
                            models.Index(fields=["book", "cause_type", "cause_id"], name="ledger_transfer_by_cause"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)), name="ledger_transfer_amount_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("source", models.F("destination")), _negated=True),
                                name="ledger_transfer_two_accounts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("number__gt", 0)), name="ledger_transfer_number_positive"
                            ),
                            models.UniqueConstraint(
                                fields=("book", "number"), name="ledger_transfer_number_once_per_book"
                            ),
                            models.UniqueConstraint(fields=("book", "key"), name="ledger_transfer_key_once_per_book"),
                            models.UniqueConstraint(fields=("book", "reverses"), name="ledger_transfer_reversed_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cause_type", ""), _negated=True),
                                    models.Q(("cause_id", ""), _negated=True),
                                ),
                                name="ledger_transfer_has_a_cause",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_transfer is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="9678a1cba3b6c7f8e4af8b4bddd86783fb0ffb55",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_141a1",
                                    table="ledger_transfer",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_transfer is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="89b1bd3f02a39804c3d61c7349a2d84d5147e805",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_e2065",
                                    table="ledger_transfer",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Book",
                    fields=[
                        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                        (
                            "unit",
                            models.CharField(
                                help_text="ISO 4217 currency or named unit of its accounts.", max_length=24
                            ),
                        ),
                        ("version", models.BigIntegerField(default=0, help_text="Number of writes, including holds.")),
                        ("number", models.BigIntegerField(default=0, help_text="Number of its last record.")),
                        ("head", models.BinaryField(help_text="Hash of its last record.", max_length=32)),
                        ("opened_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("version__gte", 0)), name="ledger_book_version_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("number__gte", 0)), name="ledger_book_number_not_negative"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_book is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b5287beb89e9512b515d7dd4f09499a63174edb9",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_9d49d",
                                    table="ledger_book",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_book is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b0df0259ef20cf4f99a03b669c3feda687a12f67",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_6d34e",
                                    table="ledger_book",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.id IS DISTINCT FROM NEW.id OR OLD.unit IS DISTINCT FROM NEW.unit OR OLD.opened_at IS DISTINCT FROM NEW.opened_at)",
                                    func="RAISE EXCEPTION 'the facts of ledger_book never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c4e61ededda431f737e6630b685cccfe9d65eb11",
                                    operation='UPDATE OF "id", "unit", "opened_at"',
                                    pgid="pgtrigger_facts_4a5e5",
                                    table="ledger_book",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Account",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                help_text="Code in the chart of accounts, e.g. org:<id>:wallet.", max_length=120
                            ),
                        ),
                        (
                            "role",
                            models.CharField(help_text="Purpose in the chart of accounts, e.g. wallet.", max_length=24),
                        ),
                        (
                            "unit",
                            models.CharField(
                                help_text="ISO 4217 currency or named unit of its amounts.", max_length=24
                            ),
                        ),
                        (
                            "balance_micros",
                            models.BigIntegerField(default=0, help_text="Sum of its entries, in micros."),
                        ),
                        (
                            "held_micros",
                            models.BigIntegerField(default=0, help_text="Sum of its pending holds, in micros."),
                        ),
                        (
                            "version",
                            models.BigIntegerField(
                                default=0, help_text="Number of its entries; version of the last one."
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "book",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.book",
                            ),
                        ),
                        ("pending_holds", models.IntegerField(default=0, help_text="Number of its pending holds.")),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["code"], name="ledger_account_by_code", opclasses=["varchar_pattern_ops"]
                            ),
                            models.Index(fields=["role", "unit"], name="ledger_account_by_role"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("held_micros__gte", 0)), name="ledger_account_held_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("pending_holds__gte", 0)), name="ledger_account_holds_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("version__gte", 0)), name="ledger_account_version_not_negative"
                            ),
                            models.UniqueConstraint(fields=("book", "code"), name="ledger_account_code_once_per_book"),
                            models.UniqueConstraint(
                                fields=("book", "role", "unit"), name="ledger_account_role_once_per_unit"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_account is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="e440f737c6301e4c4b00f77cc882154e575bf5e4",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_af4ed",
                                    table="ledger_account",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'ledger_account is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="00ba388f772b2583a10450a95b10e2de14ae02a4",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_60dc4",
                                    table="ledger_account",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.book_id IS DISTINCT FROM NEW.book_id OR OLD.code IS DISTINCT FROM NEW.code OR OLD.role IS DISTINCT FROM NEW.role OR OLD.unit IS DISTINCT FROM NEW.unit OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of ledger_account never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="d49728d0ad2f4034027c03376da25dd9319e2448",
                                    operation='UPDATE OF "book_id", "code", "role", "unit", "created_at"',
                                    pgid="pgtrigger_facts_b7458",
                                    table="ledger_account",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
