import apps.common.model_creation
import django.db.models.deletion
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("billing_profiles", "0001_initial"),
        ("contracts", "0001_initial"),
        ("invoices", "0001_initial"),
        ("payments", "0001_initial"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Paper",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("order_form", "Order form"),
                                    ("receipt", "Receipt"),
                                    ("statement", "Statement of account"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("number", models.CharField(blank=True, max_length=60)),
                        ("sequence", models.PositiveIntegerField(blank=True, null=True)),
                        ("issue_date", models.DateField()),
                        (
                            "first_day",
                            models.DateField(
                                help_text="First day of the term or the month, or the day on which the money came."
                            ),
                        ),
                        ("last_day", models.DateField()),
                        (
                            "amount_micros",
                            models.BigIntegerField(
                                help_text="Sum of the order, money received, or balance at the end."
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("de", "German"), ("fr", "French")], max_length=2
                            ),
                        ),
                        ("title", models.CharField(max_length=120)),
                        ("content", models.JSONField(help_text="Content, in the customer's language.")),
                        (
                            "content_sha256",
                            models.CharField(
                                help_text="Hash of its content, without number and issue date.", max_length=64
                            ),
                        ),
                        ("pdf", models.BinaryField(null=True)),
                        ("sha256", models.CharField(blank=True, max_length=64, verbose_name="SHA-256")),
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
                        (
                            "number_range",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing_profiles.numberrange",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "money",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="invoices.money",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.stripepayment",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "paper",
                        "verbose_name_plural": "papers",
                        "indexes": [
                            models.Index(fields=["organization", "-created_at"], name="papers_paper_of_customer"),
                            models.Index(
                                condition=models.Q(("number", ""), _negated=True),
                                fields=["number"],
                                name="papers_paper_number",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "kind", "contract", "money", "payment", "content_sha256"),
                                name="papers_paper_same_content_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("contract__isnull", False),
                                        ("kind", "order_form"),
                                        ("money", None),
                                        ("payment", None),
                                    ),
                                    models.Q(
                                        ("contract", None),
                                        ("kind", "receipt"),
                                        ("money__isnull", False),
                                        ("payment", None),
                                    ),
                                    models.Q(
                                        ("contract", None),
                                        ("kind", "receipt"),
                                        ("money", None),
                                        ("payment__isnull", False),
                                    ),
                                    models.Q(
                                        ("contract", None), ("kind", "statement"), ("money", None), ("payment", None)
                                    ),
                                    _connector="OR",
                                ),
                                name="papers_paper_about_what_its_kind_says",
                            ),
                            models.UniqueConstraint(
                                fields=("number_range", "sequence"), name="papers_paper_sequence_once_per_range"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind", "statement"),
                                        ("number", ""),
                                        ("number_range", None),
                                        ("sequence", None),
                                    ),
                                    models.Q(
                                        models.Q(("kind", "statement"), _negated=True),
                                        models.Q(("number", ""), _negated=True),
                                        ("number_range__isnull", False),
                                        ("sequence__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="papers_paper_statement_has_no_number",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("pdf", None), ("sha256", "")),
                                    models.Q(("pdf__isnull", False), models.Q(("sha256", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="papers_paper_drawn_has_hash",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'papers_paper is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="7312f0633cff0ab3995205b121763d1212ac2929",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_81a34",
                                    table="papers_paper",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'papers_paper is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b9e9b2ff78c66f04168c1270b70036a00c4e868d",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_5b9ab",
                                    table="papers_paper",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.seller_id IS DISTINCT FROM NEW.seller_id OR OLD.contract_id IS DISTINCT FROM NEW.contract_id OR OLD.money_id IS DISTINCT FROM NEW.money_id OR OLD.payment_id IS DISTINCT FROM NEW.payment_id OR OLD.number IS DISTINCT FROM NEW.number OR OLD.sequence IS DISTINCT FROM NEW.sequence OR OLD.number_range_id IS DISTINCT FROM NEW.number_range_id OR OLD.issue_date IS DISTINCT FROM NEW.issue_date OR OLD.first_day IS DISTINCT FROM NEW.first_day OR OLD.last_day IS DISTINCT FROM NEW.last_day OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.language IS DISTINCT FROM NEW.language OR OLD.title IS DISTINCT FROM NEW.title OR OLD.content IS DISTINCT FROM NEW.content OR OLD.content_sha256 IS DISTINCT FROM NEW.content_sha256 OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of papers_paper never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="e7f37ac08e11b832ff287bde8bf291046a0e8760",
                                    operation='UPDATE OF "organization_id", "kind", "seller_id", "contract_id", "money_id", "payment_id", "number", "sequence", "number_range_id", "issue_date", "first_day", "last_day", "amount_micros", "language", "title", "content", "content_sha256", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_f7d22",
                                    table="papers_paper",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="drawn_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.sha256 <> '') AND (OLD.pdf IS DISTINCT FROM NEW.pdf OR OLD.sha256 IS DISTINCT FROM NEW.sha256))",
                                    func="RAISE EXCEPTION 'the facts of papers_paper never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="71a5ce4951fc72d4d2f9f63530be1d8fcf543427",
                                    operation='UPDATE OF "pdf", "sha256"',
                                    pgid="pgtrigger_drawn_once_e98dd",
                                    table="papers_paper",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
