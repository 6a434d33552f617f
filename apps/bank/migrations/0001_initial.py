import apps.common.model_creation
import django.core.validators
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
                    name="BankFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "format",
                            models.CharField(
                                choices=[("camt.053", "CAMT.053"), ("mt940", "MT940"), ("csv", "CSV")], max_length=8
                            ),
                        ),
                        ("file_name", models.CharField(max_length=200)),
                        ("sha256", models.CharField(help_text="SHA-256 of the uploaded file.", max_length=64)),
                        (
                            "content",
                            models.BinaryField(help_text="The file, compressed with gzip; empty once it is imported."),
                        ),
                        ("line_count", models.PositiveIntegerField(verbose_name="lines")),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("imported_by", models.CharField(blank=True, max_length=200)),
                        ("imported_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                blank=True,
                                help_text="Account of a CSV file, which does not name it.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing_profiles.sellerbankaccount",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("sha256",), name="bank_bankfile_once")],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of bank_bankfile never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="f3dd5f124a08c118bafc04cce1dffbb4c576c23e",
                                    operation='UPDATE OF "sha256", "created_at"',
                                    pgid="pgtrigger_facts_6d744",
                                    table="bank_bankfile",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="imported",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.imported_at IS NOT NULL) AND (OLD.format IS DISTINCT FROM NEW.format OR OLD.account_id IS DISTINCT FROM NEW.account_id OR OLD.content IS DISTINCT FROM NEW.content OR OLD.line_count IS DISTINCT FROM NEW.line_count OR OLD.imported_by IS DISTINCT FROM NEW.imported_by OR OLD.imported_at IS DISTINCT FROM NEW.imported_at))",
                                    func="RAISE EXCEPTION 'an imported file never changes' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="dd92231bbee85a6199ce8480b09d17f9503c8ffa",
                                    operation='UPDATE OF "format", "account_id", "content", "line_count", "imported_by", "imported_at"',
                                    pgid="pgtrigger_imported_cec85",
                                    table="bank_bankfile",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BankLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(help_text="The same in every statement that has the line.", max_length=80),
                        ),
                        ("amount_micros", models.BigIntegerField(help_text="Positive: received. Negative: paid.")),
                        ("booking_date", models.DateField()),
                        ("value_date", models.DateField()),
                        ("is_reversal", models.BooleanField(default=False, verbose_name="reversal")),
                        ("bank_reference", models.CharField(blank=True, max_length=100)),
                        ("end_to_end_id", models.CharField(blank=True, max_length=100, verbose_name="end-to-end id")),
                        ("text", models.CharField(blank=True, max_length=1000)),
                        ("party_name", models.CharField(blank=True, max_length=200, verbose_name="payer or payee")),
                        ("party_iban", models.CharField(blank=True, max_length=34, verbose_name="their IBAN")),
                        (
                            "return_code",
                            models.CharField(blank=True, help_text="Why the bank returned it.", max_length=35),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("new", "Not matched"),
                                    ("proposed", "Proposed"),
                                    ("confirmed", "Confirmed"),
                                    ("set_aside", "Set aside"),
                                    ("ignored", "Ignored"),
                                ],
                                default="new",
                                max_length=9,
                            ),
                        ),
                        (
                            "grade",
                            models.CharField(
                                choices=[("sure", "Sure"), ("likely", "Likely"), ("none", "None")],
                                default="none",
                                max_length=6,
                                verbose_name="match",
                            ),
                        ),
                        ("score", models.SmallIntegerField(default=0)),
                        (
                            "reason",
                            models.CharField(blank=True, help_text="Why it was set aside or ignored.", max_length=500),
                        ),
                        (
                            "is_unidentified",
                            models.BooleanField(
                                default=False, help_text="Whether it is booked as unidentified in the seller's book."
                            ),
                        ),
                        ("decided_by", models.CharField(blank=True, max_length=200)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("created_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing_profiles.sellerbankaccount",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                blank=True,
                                help_text="The credit note that it refunds.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="invoices.document",
                            ),
                        ),
                        (
                            "money",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bank_lines",
                                to="invoices.money",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="bank.bankstatement",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "bank line",
                        "verbose_name_plural": "bank lines",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["new", "proposed", "set_aside"])),
                                fields=["account", "value_date"],
                                name="bank_line_open",
                            ),
                            models.Index(fields=["amount_micros"], name="bank_line_amount"),
                            models.Index(
                                condition=models.Q(("party_iban", ""), _negated=True),
                                fields=["party_iban"],
                                name="bank_line_iban",
                            ),
                            models.Index(
                                condition=models.Q(("bank_reference", ""), _negated=True),
                                fields=["bank_reference"],
                                name="bank_line_reference",
                            ),
                            models.Index(
                                condition=models.Q(("end_to_end_id", ""), _negated=True),
                                fields=["end_to_end_id"],
                                name="bank_line_end_to_end",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "key"), name="bank_bankline_once_for_ever"),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros", 0), _negated=True), name="bank_bankline_moves"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "confirmed"), _negated=True),
                                    models.Q(
                                        ("is_unidentified", False),
                                        ("organization__isnull", False),
                                        models.Q(
                                            models.Q(("document", None), ("money__isnull", False)),
                                            models.Q(("document__isnull", False), ("money", None)),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="bank_bankline_confirmed_is_booked",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_unidentified", False),
                                    models.Q(("amount_micros__gt", 0), ("state", "set_aside")),
                                    _connector="OR",
                                ),
                                name="bank_bankline_unidentified_is_set_aside",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'bank_bankline is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8200345c728991b7d6f447be3b64e9bd75181862",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_308b4",
                                    table="bank_bankline",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'bank_bankline is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c75fd2f7db503b7d9252a8692dc16adc4932f2ca",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_0b9be",
                                    table="bank_bankline",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.account_id IS DISTINCT FROM NEW.account_id OR OLD.statement_id IS DISTINCT FROM NEW.statement_id OR OLD.key IS DISTINCT FROM NEW.key OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.booking_date IS DISTINCT FROM NEW.booking_date OR OLD.value_date IS DISTINCT FROM NEW.value_date OR OLD.is_reversal IS DISTINCT FROM NEW.is_reversal OR OLD.bank_reference IS DISTINCT FROM NEW.bank_reference OR OLD.end_to_end_id IS DISTINCT FROM NEW.end_to_end_id OR OLD.text IS DISTINCT FROM NEW.text OR OLD.party_name IS DISTINCT FROM NEW.party_name OR OLD.party_iban IS DISTINCT FROM NEW.party_iban OR OLD.return_code IS DISTINCT FROM NEW.return_code OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of bank_bankline never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="cb708b1770f59d72ff7383c321188357d0973d39",
                                    operation='UPDATE OF "account_id", "statement_id", "key", "amount_micros", "booking_date", "value_date", "is_reversal", "bank_reference", "end_to_end_id", "text", "party_name", "party_iban", "return_code", "created_at"',
                                    pgid="pgtrigger_facts_3024a",
                                    table="bank_bankline",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="confirmed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.state = 'confirmed') AND (OLD.state IS DISTINCT FROM NEW.state OR OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.money_id IS DISTINCT FROM NEW.money_id OR OLD.document_id IS DISTINCT FROM NEW.document_id))",
                                    func="RAISE EXCEPTION 'a confirmed bank line stays confirmed' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="35588e655f81a1d4b55310d187e917da4f9efe37",
                                    operation='UPDATE OF "state", "organization_id", "money_id", "document_id"',
                                    pgid="pgtrigger_confirmed_8ee51",
                                    table="bank_bankline",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BankIdentity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("iban", models.CharField(max_length=34, verbose_name="IBAN")),
                        (
                            "name",
                            models.CharField(
                                blank=True, help_text="The payer's name on the statement.", max_length=200
                            ),
                        ),
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
                            "line",
                            models.ForeignKey(
                                help_text="The confirmed line.",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="bank.bankline",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "bank identity",
                        "verbose_name_plural": "bank identities",
                        "indexes": [models.Index(fields=["iban"], name="bank_identity_iban")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "iban"), name="bank_bankidentity_once_per_customer"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BankStatement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.CharField(blank=True, max_length=100)),
                        ("first_day", models.DateField()),
                        ("last_day", models.DateField()),
                        ("opening_micros", models.BigIntegerField(blank=True, null=True)),
                        ("closing_micros", models.BigIntegerField(blank=True, null=True)),
                        (
                            "line_count",
                            models.PositiveIntegerField(
                                help_text="Number of lines, including those of earlier statements.",
                                verbose_name="lines",
                            ),
                        ),
                        ("new_count", models.PositiveIntegerField(verbose_name="new lines")),
                        (
                            "warning",
                            models.CharField(
                                blank=True, help_text="Warning, such as a gap to the statement before.", max_length=300
                            ),
                        ),
                        ("imported_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing_profiles.sellerbankaccount",
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statements",
                                to="bank.bankfile",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["account", "-last_day"], name="bank_statement_latest")],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'bank_bankstatement is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="6b84b4afb8a44cdb6ce13f0978dca3c2ce9e24c3",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_ff978",
                                    table="bank_bankstatement",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'bank_bankstatement is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c2fe514560033d5eb19dca9227bebeb23a7aa284",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_fc6a2",
                                    table="bank_bankstatement",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CsvFormat",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "delimiter",
                            models.CharField(
                                choices=[(";", "Semicolon"), (",", "Comma"), ("\t", "Tab")], default=";", max_length=1
                            ),
                        ),
                        (
                            "decimal_mark",
                            models.CharField(
                                choices=[(",", "1.234,50"), (".", "1,234.50")],
                                default=",",
                                max_length=1,
                                verbose_name="amounts look like",
                            ),
                        ),
                        (
                            "days",
                            models.CharField(
                                choices=[
                                    ("dmy_dots", "31.12.2026"),
                                    ("dmy_short", "31.12.26"),
                                    ("dmy_slashes", "31/12/2026"),
                                    ("mdy_slashes", "12/31/2026"),
                                    ("iso", "2026-12-31"),
                                ],
                                default="dmy_dots",
                                max_length=11,
                                verbose_name="days look like",
                            ),
                        ),
                        (
                            "booking_date",
                            models.CharField(max_length=100, validators=[django.core.validators.MinLengthValidator(1)]),
                        ),
                        (
                            "amount",
                            models.CharField(
                                help_text="Signed, or credits only if debits have their own column.", max_length=100
                            ),
                        ),
                        (
                            "value_date",
                            models.CharField(blank=True, help_text="Empty: the booking date.", max_length=100),
                        ),
                        (
                            "debit",
                            models.CharField(
                                blank=True, help_text="Debits, if they have their own column.", max_length=100
                            ),
                        ),
                        ("text", models.CharField(blank=True, help_text="The remittance text.", max_length=100)),
                        ("party_name", models.CharField(blank=True, help_text="The payer or payee.", max_length=100)),
                        ("party_iban", models.CharField(blank=True, max_length=100, verbose_name="party's IBAN")),
                        (
                            "bank_reference",
                            models.CharField(
                                blank=True, help_text="An id that the bank gives each line once.", max_length=100
                            ),
                        ),
                        ("end_to_end_id", models.CharField(blank=True, max_length=100, verbose_name="end-to-end id")),
                        (
                            "account",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="csv_format",
                                to="billing_profiles.sellerbankaccount",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "CSV format",
                        "verbose_name_plural": "CSV formats",
                    },
                ),
                migrations.CreateModel(
                    name="SellerBook",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("currency", models.CharField(max_length=3)),
                        ("opened_at", models.DateTimeField()),
                        (
                            "seller",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="books",
                                to="billing_profiles.seller",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("seller", "currency"), name="bank_sellerbook_once_per_currency"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'bank_sellerbook is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="282d99d248cff3b4af5180fa71c99ad5e5b765fc",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_1904b",
                                    table="bank_sellerbook",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'bank_sellerbook is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="4c40fd63cbd4a457b6e52ded66f91d03efe8f59d",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_81313",
                                    table="bank_sellerbook",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
