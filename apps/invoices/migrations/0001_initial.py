import apps.common.model_creation
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("billing_profiles", "0001_initial"),
        ("contracts", "0001_initial"),
        ("ledger", "0001_initial"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Document",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "type",
                            models.CharField(
                                choices=[("invoice", "Invoice"), ("credit_note", "Credit note")],
                                default="invoice",
                                max_length=11,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("manual", "By hand"),
                                    ("usage", "Usage"),
                                    ("fee", "Late fee"),
                                    ("installment", "Contract installment"),
                                    ("top_up", "Bought credit"),
                                    ("agreement", "Service agreement"),
                                    ("credit_used", "Usage paid with credit"),
                                ],
                                default="manual",
                                max_length=11,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("open", "Open"),
                                    ("part_paid", "Partly paid"),
                                    ("paid", "Paid"),
                                    ("uncollectible", "Uncollectible"),
                                    ("void", "Void"),
                                    ("final", "Final"),
                                ],
                                default="draft",
                                max_length=13,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "note",
                            models.CharField(
                                blank=True, help_text="Printed; the reason of a credit note.", max_length=1000
                            ),
                        ),
                        (
                            "period_start",
                            models.DateField(blank=True, help_text="First day of the service.", null=True),
                        ),
                        (
                            "period_end",
                            models.DateField(blank=True, help_text="First day after the service.", null=True),
                        ),
                        (
                            "exact_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The exact debt that its usage added; without tax, or with tax if prices include it. Of a credit note: what was given back.",
                            ),
                        ),
                        (
                            "carried_in_micros",
                            models.BigIntegerField(
                                default=0, help_text="Rest of earlier invoices that was too small to be paid."
                            ),
                        ),
                        (
                            "carried_out_micros",
                            models.BigIntegerField(
                                default=0, help_text="Rest that is too small to be paid; it is on the next invoice."
                            ),
                        ),
                        (
                            "given_micros",
                            models.BigIntegerField(default=0, help_text="What staff added, less what they took off."),
                        ),
                        (
                            "book_number",
                            models.BigIntegerField(
                                blank=True,
                                help_text="The last record of the customer's book when it was drafted.",
                                null=True,
                            ),
                        ),
                        (
                            "finalize_on",
                            models.DateField(
                                blank=True, help_text="The day on which a draft is finalized automatically.", null=True
                            ),
                        ),
                        (
                            "is_held",
                            models.BooleanField(
                                default=False, help_text="Whether a draft waits for staff.", verbose_name="held"
                            ),
                        ),
                        ("hold_reason", models.CharField(blank=True, max_length=500)),
                        (
                            "freed_at",
                            models.DateTimeField(
                                blank=True,
                                help_text="When it was voided so that its usage goes onto another invoice.",
                                null=True,
                            ),
                        ),
                        ("number", models.CharField(blank=True, max_length=60)),
                        ("sequence", models.PositiveIntegerField(blank=True, null=True)),
                        ("issue_date", models.DateField(blank=True, null=True)),
                        ("due_date", models.DateField(blank=True, null=True)),
                        (
                            "tax_date",
                            models.DateField(blank=True, help_text="The day whose tax rates apply.", null=True),
                        ),
                        ("finalized_at", models.DateTimeField(blank=True, null=True)),
                        ("net_micros", models.BigIntegerField(default=0)),
                        ("tax_micros", models.BigIntegerField(default=0)),
                        ("total_micros", models.BigIntegerField(default=0)),
                        (
                            "prices_include_tax",
                            models.BooleanField(
                                default=False, help_text="Whether the amounts of its lines include tax."
                            ),
                        ),
                        (
                            "tax_point",
                            models.CharField(
                                choices=[("invoice", "When invoiced"), ("payment", "When paid")],
                                default="invoice",
                                max_length=7,
                            ),
                        ),
                        (
                            "bad_debt_relief",
                            models.CharField(
                                choices=[("none", "None"), ("at_write_off", "When written off")],
                                default="none",
                                max_length=12,
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("de", "German"), ("fr", "French")],
                                default="en",
                                max_length=2,
                            ),
                        ),
                        ("purchase_order", models.CharField(blank=True, max_length=100)),
                        ("buyer_reference", models.CharField(blank=True, max_length=100)),
                        ("iban", models.CharField(blank=True, max_length=34, verbose_name="IBAN")),
                        ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                        ("bank_name", models.CharField(blank=True, max_length=100)),
                        ("terms_text", models.TextField(blank=True)),
                        ("footer", models.TextField(blank=True)),
                        ("returned_net_micros", models.BigIntegerField(default=0)),
                        ("returned_tax_micros", models.BigIntegerField(default=0)),
                        (
                            "returned_to",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("manual_receipts", "By bank transfer"),
                                    ("cash", "By Stripe"),
                                    ("disputes", "By a dispute at Stripe"),
                                    ("unapplied", "Kept as unapplied money"),
                                    ("wallet", "As credit, when its charges were corrected"),
                                ],
                                help_text="Where the paid part went.",
                                max_length=15,
                            ),
                        ),
                        ("paid_micros", models.BigIntegerField(default=0)),
                        (
                            "credited_net_micros",
                            models.BigIntegerField(default=0, help_text="Net credited while it was unpaid."),
                        ),
                        (
                            "credited_tax_micros",
                            models.BigIntegerField(default=0, help_text="Tax credited while it was unpaid."),
                        ),
                        ("written_off_micros", models.BigIntegerField(default=0)),
                        ("is_given_up", models.BooleanField(default=False, verbose_name="uncollectible")),
                        (
                            "paid_on",
                            models.DateField(
                                blank=True, help_text="Value date of the payment that paid it in full.", null=True
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=0, help_text="Raised by each change of its sums or its state."
                            ),
                        ),
                        (
                            "overdue_told_at",
                            models.DateTimeField(
                                blank=True, help_text="When the customer was notified that it is overdue.", null=True
                            ),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "credited",
                            models.ForeignKey(
                                blank=True,
                                help_text="For a credit note: the invoice that it lowers.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_notes",
                                to="invoices.document",
                            ),
                        ),
                        (
                            "installment",
                            models.ForeignKey(
                                blank=True,
                                help_text="For an invoice for an installment: that installment.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invoices",
                                to="contracts.installment",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing_profiles.seller",
                            ),
                        ),
                        (
                            "period_key",
                            models.CharField(blank=True, help_text="The period of a service agreement.", max_length=30),
                        ),
                        (
                            "agreement",
                            models.ForeignKey(
                                blank=True,
                                help_text="For an invoice for a service agreement: that agreement.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.serviceagreement",
                            ),
                        ),
                        (
                            "tax_currency",
                            models.CharField(
                                blank=True,
                                help_text="The currency in which the tax is declared, if it is another one.",
                                max_length=3,
                            ),
                        ),
                        (
                            "converted_tax_micros",
                            models.BigIntegerField(default=0, help_text="The tax in the tax currency."),
                        ),
                        (
                            "exchange_rate_micros",
                            models.BigIntegerField(
                                blank=True, help_text="The price of one unit in the tax currency, in micros.", null=True
                            ),
                        ),
                        (
                            "exchange_rate_on",
                            models.DateField(blank=True, help_text="The day of the exchange rate.", null=True),
                        ),
                        ("exchange_rate_source", models.CharField(blank=True, max_length=100)),
                        (
                            "tax_calculation",
                            models.ForeignKey(
                                blank=True,
                                help_text="The calculation by Stripe Tax; for a credit note, that of its invoice.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="documents",
                                to="invoices.taxcalculation",
                            ),
                        ),
                        (
                            "is_on_account",
                            models.BooleanField(
                                default=False,
                                help_text="Whether its credit is granted once the invoice is paid.",
                                verbose_name="on account",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "invoice",
                        "verbose_name_plural": "invoices and credit notes",
                        "indexes": [
                            models.Index(
                                models.F("organization"),
                                models.OrderBy(models.F("finalized_at"), descending=True),
                                models.OrderBy(models.F("id"), descending=True),
                                condition=models.Q(("number", ""), _negated=True),
                                name="invoices_document_newest",
                            ),
                            models.Index(fields=["seller", "tax_date"], name="invoices_document_tax_date"),
                            models.Index(
                                condition=models.Q(("number", ""), _negated=True),
                                fields=["number"],
                                name="invoices_document_number",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["open", "part_paid"])),
                                fields=["organization", "due_date"],
                                name="invoices_document_open",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["open", "part_paid"])),
                                fields=["due_date"],
                                name="invoices_document_due",
                            ),
                            models.Index(
                                condition=models.Q(("is_held", False), ("state", "draft")),
                                fields=["finalize_on"],
                                name="invoices_document_to_finalize",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("number", ""), _negated=True),
                                fields=("seller", "number"),
                                name="invoices_document_number_once_per_seller",
                            ),
                            models.UniqueConstraint(
                                fields=("number_range", "sequence"), name="invoices_document_sequence_once_per_range"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("due_date", None),
                                        ("finalized_at", None),
                                        ("issue_date", None),
                                        ("number", ""),
                                        ("number_range", None),
                                        ("sequence", None),
                                        ("state", "draft"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "draft"), _negated=True),
                                        models.Q(("number", ""), _negated=True),
                                        ("due_date__gte", models.F("issue_date")),
                                        ("finalized_at__isnull", False),
                                        ("is_held", False),
                                        ("issue_date__isnull", False),
                                        ("number_range__isnull", False),
                                        ("sequence__isnull", False),
                                        ("tax_date__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="invoices_document_finalized_has_number",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("book_number__isnull", False),
                                        ("kind", "usage"),
                                        ("period_end__isnull", False),
                                        ("type", "invoice"),
                                    ),
                                    models.Q(
                                        ("book_number__isnull", False),
                                        ("kind", "credit_used"),
                                        ("period_end__isnull", False),
                                    ),
                                    models.Q(
                                        ("book_number", None),
                                        ("carried_in_micros", 0),
                                        ("carried_out_micros", 0),
                                        ("exact_micros", 0),
                                        ("finalize_on", None),
                                        ("freed_at", None),
                                        ("given_micros", 0),
                                        ("is_held", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="invoices_document_window_of_usage",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("installment__isnull", False), ("kind", "installment")),
                                    models.Q(models.Q(("kind", "installment"), _negated=True), ("installment", None)),
                                    _connector="OR",
                                ),
                                name="invoices_document_of_an_installment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("agreement__isnull", False), ("kind", "agreement")),
                                    models.Q(models.Q(("kind", "agreement"), _negated=True), ("agreement", None)),
                                    _connector="OR",
                                ),
                                name="invoices_document_of_an_agreement",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("is_on_account", False), ("kind", "top_up"), _connector="OR"),
                                name="invoices_document_on_account_sells_credit",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "agreement"), ("type", "invoice")),
                                fields=("organization", "agreement", "period_key"),
                                name="invoices_document_period_of_agreement_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("net_micros__gte", 0),
                                    ("tax_micros__gte", 0),
                                    (
                                        "total_micros",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("net_micros"), "+", models.F("tax_micros")
                                        ),
                                    ),
                                ),
                                name="invoices_document_total_is_net_and_tax",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("converted_tax_micros", 0),
                                        ("exchange_rate_micros", None),
                                        ("exchange_rate_on", None),
                                        ("tax_currency", ""),
                                    ),
                                    models.Q(
                                        models.Q(("tax_currency", ""), _negated=True),
                                        ("exchange_rate_micros__gt", 0),
                                        ("exchange_rate_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="invoices_document_tax_currency_has_rate",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "total_micros__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("paid_micros"), "+", models.F("credited_net_micros")
                                                ),
                                                "+",
                                                models.F("credited_tax_micros"),
                                            ),
                                            "+",
                                            models.F("written_off_micros"),
                                        ),
                                    ),
                                    ("credited_net_micros__range", (0, models.F("net_micros"))),
                                    ("credited_tax_micros__range", (0, models.F("tax_micros"))),
                                    ("paid_micros__gte", 0),
                                    ("written_off_micros__gte", 0),
                                ),
                                name="invoices_document_left_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("credited", None),
                                        ("returned_net_micros", 0),
                                        ("returned_tax_micros", 0),
                                        ("type", "invoice"),
                                    ),
                                    models.Q(
                                        ("credited__isnull", False),
                                        ("paid_micros", 0),
                                        ("state__in", ["draft", "final"]),
                                        ("type", "credit_note"),
                                        ("returned_net_micros__range", (0, models.F("net_micros"))),
                                        ("returned_tax_micros__range", (0, models.F("tax_micros"))),
                                    ),
                                    _connector="OR",
                                ),
                                name="invoices_document_credit_note_credits",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["draft", "uncollectible"]),
                                    models.Q(("state", "final"), ("type", "credit_note")),
                                    models.Q(
                                        ("paid_micros", 0),
                                        ("state", "open"),
                                        (
                                            "total_micros__gt",
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("paid_micros"), "+", models.F("credited_net_micros")
                                                    ),
                                                    "+",
                                                    models.F("credited_tax_micros"),
                                                ),
                                                "+",
                                                models.F("written_off_micros"),
                                            ),
                                        ),
                                        ("type", "invoice"),
                                    ),
                                    models.Q(
                                        ("paid_micros__gt", 0),
                                        ("state", "part_paid"),
                                        (
                                            "total_micros__gt",
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("paid_micros"), "+", models.F("credited_net_micros")
                                                    ),
                                                    "+",
                                                    models.F("credited_tax_micros"),
                                                ),
                                                "+",
                                                models.F("written_off_micros"),
                                            ),
                                        ),
                                        ("type", "invoice"),
                                    ),
                                    models.Q(
                                        ("state", "paid"),
                                        (
                                            "total_micros",
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("paid_micros"), "+", models.F("credited_net_micros")
                                                    ),
                                                    "+",
                                                    models.F("credited_tax_micros"),
                                                ),
                                                "+",
                                                models.F("written_off_micros"),
                                            ),
                                        ),
                                        ("type", "invoice"),
                                    ),
                                    models.Q(
                                        ("paid_micros", 0),
                                        ("state", "void"),
                                        (
                                            "total_micros",
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("paid_micros"), "+", models.F("credited_net_micros")
                                                    ),
                                                    "+",
                                                    models.F("credited_tax_micros"),
                                                ),
                                                "+",
                                                models.F("written_off_micros"),
                                            ),
                                        ),
                                        ("type", "invoice"),
                                    ),
                                    _connector="OR",
                                ),
                                name="invoices_document_state_fits_what_is_left",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("period_end", None), ("period_start", None)),
                                    ("period_end__gt", models.F("period_start")),
                                    _connector="OR",
                                ),
                                name="invoices_document_period_is_one",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.number <> '') AND (OLD.id IS DISTINCT FROM NEW.id OR OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.type IS DISTINCT FROM NEW.type OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.seller_id IS DISTINCT FROM NEW.seller_id OR OLD.currency IS DISTINCT FROM NEW.currency OR OLD.credited_id IS DISTINCT FROM NEW.credited_id OR OLD.installment_id IS DISTINCT FROM NEW.installment_id OR OLD.agreement_id IS DISTINCT FROM NEW.agreement_id OR OLD.period_key IS DISTINCT FROM NEW.period_key OR OLD.is_on_account IS DISTINCT FROM NEW.is_on_account OR OLD.note IS DISTINCT FROM NEW.note OR OLD.period_start IS DISTINCT FROM NEW.period_start OR OLD.period_end IS DISTINCT FROM NEW.period_end OR OLD.number IS DISTINCT FROM NEW.number OR OLD.sequence IS DISTINCT FROM NEW.sequence OR OLD.number_range_id IS DISTINCT FROM NEW.number_range_id OR OLD.issue_date IS DISTINCT FROM NEW.issue_date OR OLD.due_date IS DISTINCT FROM NEW.due_date OR OLD.tax_date IS DISTINCT FROM NEW.tax_date OR OLD.finalized_at IS DISTINCT FROM NEW.finalized_at OR OLD.net_micros IS DISTINCT FROM NEW.net_micros OR OLD.tax_micros IS DISTINCT FROM NEW.tax_micros OR OLD.total_micros IS DISTINCT FROM NEW.total_micros OR OLD.tax_point IS DISTINCT FROM NEW.tax_point OR OLD.bad_debt_relief IS DISTINCT FROM NEW.bad_debt_relief OR OLD.language IS DISTINCT FROM NEW.language OR OLD.tax_calculation_id IS DISTINCT FROM NEW.tax_calculation_id OR OLD.tax_currency IS DISTINCT FROM NEW.tax_currency OR OLD.converted_tax_micros IS DISTINCT FROM NEW.converted_tax_micros OR OLD.exchange_rate_micros IS DISTINCT FROM NEW.exchange_rate_micros OR OLD.exchange_rate_on IS DISTINCT FROM NEW.exchange_rate_on OR OLD.exchange_rate_source IS DISTINCT FROM NEW.exchange_rate_source OR OLD.prices_include_tax IS DISTINCT FROM NEW.prices_include_tax OR OLD.returned_net_micros IS DISTINCT FROM NEW.returned_net_micros OR OLD.returned_tax_micros IS DISTINCT FROM NEW.returned_tax_micros OR OLD.returned_to IS DISTINCT FROM NEW.returned_to OR OLD.exact_micros IS DISTINCT FROM NEW.exact_micros OR OLD.carried_in_micros IS DISTINCT FROM NEW.carried_in_micros OR OLD.carried_out_micros IS DISTINCT FROM NEW.carried_out_micros OR OLD.given_micros IS DISTINCT FROM NEW.given_micros OR OLD.book_number IS DISTINCT FROM NEW.book_number OR OLD.purchase_order IS DISTINCT FROM NEW.purchase_order OR OLD.buyer_reference IS DISTINCT FROM NEW.buyer_reference OR OLD.iban IS DISTINCT FROM NEW.iban OR OLD.bic IS DISTINCT FROM NEW.bic OR OLD.bank_name IS DISTINCT FROM NEW.bank_name OR OLD.terms_text IS DISTINCT FROM NEW.terms_text OR OLD.footer IS DISTINCT FROM NEW.footer OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at))",
                                    func="RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="42ede15d5aedf2c6f6c0db2171a5009080ecde95",
                                    operation='UPDATE OF "id", "organization_id", "type", "kind", "seller_id", "currency", "credited_id", "installment_id", "agreement_id", "period_key", "is_on_account", "note", "period_start", "period_end", "number", "sequence", "number_range_id", "issue_date", "due_date", "tax_date", "finalized_at", "net_micros", "tax_micros", "total_micros", "tax_point", "bad_debt_relief", "language", "tax_calculation_id", "tax_currency", "converted_tax_micros", "exchange_rate_micros", "exchange_rate_on", "exchange_rate_source", "prices_include_tax", "returned_net_micros", "returned_tax_micros", "returned_to", "exact_micros", "carried_in_micros", "carried_out_micros", "given_micros", "book_number", "purchase_order", "buyer_reference", "iban", "bic", "bank_name", "terms_text", "footer", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_c13cf",
                                    table="invoices_document",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="stays_final",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.number <> '' AND NEW.state = 'draft')",
                                    func="RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="cbb368e3dc096e270279d827237566c2fd31feeb",
                                    operation="UPDATE",
                                    pgid="pgtrigger_stays_final_dba60",
                                    table="invoices_document",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.number <> '')",
                                    func="RAISE EXCEPTION 'a document with a number is kept' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="bb67e99bc873e2e8754ce823e63e2f054121b072",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_1563a",
                                    table="invoices_document",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DocumentLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "product",
                            models.CharField(
                                choices=[
                                    ("any", "Anything"),
                                    ("usage", "Usage"),
                                    ("service", "Service"),
                                    ("credit", "Credit"),
                                    ("fee", "Late fee"),
                                ],
                                default="service",
                                max_length=7,
                            ),
                        ),
                        ("text", models.CharField(max_length=500)),
                        (
                            "quantity",
                            models.CharField(blank=True, help_text="Printed, such as 12 hours.", max_length=100),
                        ),
                        (
                            "amount_micros",
                            models.BigIntegerField(help_text="Without tax, or with tax if prices include it."),
                        ),
                        (
                            "is_reduction",
                            models.BooleanField(
                                default=False, help_text="Whether it lowers the invoice.", verbose_name="reduction"
                            ),
                        ),
                        (
                            "is_given",
                            models.BooleanField(
                                default=True, help_text="Whether staff wrote it.", verbose_name="by hand"
                            ),
                        ),
                        (
                            "exact_micros",
                            models.BigIntegerField(blank=True, help_text="The sum of its charges.", null=True),
                        ),
                        ("period_start", models.DateField(blank=True, help_text="First day of the usage.", null=True)),
                        ("period_end", models.DateField(blank=True, help_text="First day after the usage.", null=True)),
                        (
                            "meter",
                            models.CharField(
                                blank=True, help_text="The meter of its usage; not printed.", max_length=64
                            ),
                        ),
                        ("model", models.CharField(blank=True, help_text="The model of its usage.", max_length=128)),
                        (
                            "reason",
                            models.CharField(blank=True, help_text="Why staff added it; not printed.", max_length=500),
                        ),
                        (
                            "tax_category",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("S", "Standard or reduced rate"),
                                    ("Z", "Zero rate"),
                                    ("E", "Exempt"),
                                    ("AE", "Reverse charge"),
                                    ("G", "Export"),
                                    ("O", "Outside the scope of tax"),
                                ],
                                max_length=2,
                            ),
                        ),
                        (
                            "tax_rate",
                            models.PositiveIntegerField(
                                default=0, help_text="In thousandths of a percent: 19000 is 19 %."
                            ),
                        ),
                        (
                            "credited_line",
                            models.ForeignKey(
                                blank=True,
                                help_text="The line of the invoice that a line of a credit note lowers.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credits",
                                to="invoices.documentline",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
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
                            "tax_rule",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="billing_profiles.taxrate",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "invoice line",
                        "verbose_name_plural": "invoice lines",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "document", "position"),
                                name="invoices_documentline_position_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gte", 0)), name="invoices_documentline_not_negative"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (NEW.document_id, OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;",
                                    hash="816354b393a7ddf21f89c47943c49c88b8f0bc6d",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_fixed_1f44a",
                                    table="invoices_documentline",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD;",
                                    hash="fb4b28a896fb9668fe3fc04e1180703feccfe67e",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_fff29",
                                    table="invoices_documentline",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DocumentPaper",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("pdf", models.BinaryField()),
                        ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                        (
                            "xml",
                            models.BinaryField(help_text="Its Factur-X XML, if the customer wanted one.", null=True),
                        ),
                        (
                            "xml_problem",
                            models.CharField(
                                blank=True,
                                help_text="Why it has no Factur-X, although the customer wanted one.",
                                max_length=1000,
                                verbose_name="problem",
                            ),
                        ),
                        (
                            "handled_at",
                            models.DateTimeField(
                                blank=True, help_text="When staff handled what is wrong with it.", null=True
                            ),
                        ),
                        ("drawn_at", models.DateTimeField()),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="papers",
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
                            "letters_outside",
                            models.CharField(
                                blank=True,
                                help_text="Letters that no font in the PDF has: a reader may show them blank.",
                                max_length=200,
                                verbose_name="missing letters",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "paper of an invoice",
                        "verbose_name_plural": "papers of invoices",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "document"), name="invoices_documentpaper_once"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'invoices_documentpaper is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="a6e80b8c958aaf302b2ed720cd8274e350741bfa",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_fc1a8",
                                    table="invoices_documentpaper",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'invoices_documentpaper is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="28f2e62dee0c6164c716abeabaa008b3dba9fa2f",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_ac616",
                                    table="invoices_documentpaper",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.document_id IS DISTINCT FROM NEW.document_id OR OLD.pdf IS DISTINCT FROM NEW.pdf OR OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.xml IS DISTINCT FROM NEW.xml OR OLD.xml_problem IS DISTINCT FROM NEW.xml_problem OR OLD.letters_outside IS DISTINCT FROM NEW.letters_outside OR OLD.drawn_at IS DISTINCT FROM NEW.drawn_at)",
                                    func="RAISE EXCEPTION 'the facts of invoices_documentpaper never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="72f7afba839209124bf6dae46e82e0c41aa945e7",
                                    operation='UPDATE OF "organization_id", "document_id", "pdf", "sha256", "xml", "xml_problem", "letters_outside", "drawn_at"',
                                    pgid="pgtrigger_facts_85d18",
                                    table="invoices_documentpaper",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DocumentParty",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("street", models.CharField(blank=True, max_length=200)),
                        (
                            "street_extra",
                            models.CharField(blank=True, max_length=200, verbose_name="street, second line"),
                        ),
                        ("postal_code", models.CharField(blank=True, max_length=20)),
                        ("city", models.CharField(blank=True, max_length=100)),
                        (
                            "region",
                            models.CharField(
                                blank=True,
                                help_text="State or province, as the second part of its ISO 3166-2 code, such as CA.",
                                max_length=6,
                            ),
                        ),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                help_text="ISO 3166-1 code, such as DE.",
                                max_length=2,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{2}\\Z", "The country must be two capital letters, such as DE."
                                    )
                                ],
                            ),
                        ),
                        ("side", models.CharField(choices=[("seller", "Seller"), ("buyer", "Buyer")], max_length=6)),
                        ("legal_name", models.CharField(max_length=200)),
                        (
                            "kind",
                            models.CharField(
                                blank=True, help_text="For the buyer: business, consumer or public.", max_length=8
                            ),
                        ),
                        ("vat_number", models.CharField(blank=True, max_length=20, verbose_name="VAT number")),
                        ("tax_number", models.CharField(blank=True, max_length=30)),
                        ("register_text", models.CharField(blank=True, max_length=200)),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="parties",
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
                    ],
                    options={
                        "verbose_name": "invoice party",
                        "verbose_name_plural": "invoice parties",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "document", "side"), name="invoices_documentparty_side_once"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (NEW.document_id, OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;",
                                    hash="e06b1910702914976c7d5a50084594ebbdbee418",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_fixed_fc7f3",
                                    table="invoices_documentparty",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD;",
                                    hash="3be157787d0a7e9b89f6d59b6204e0d4d73b42c7",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_99586",
                                    table="invoices_documentparty",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DocumentTax",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("position", models.PositiveSmallIntegerField()),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("S", "Standard or reduced rate"),
                                    ("Z", "Zero rate"),
                                    ("E", "Exempt"),
                                    ("AE", "Reverse charge"),
                                    ("G", "Export"),
                                    ("O", "Outside the scope of tax"),
                                ],
                                max_length=2,
                            ),
                        ),
                        ("rate", models.PositiveIntegerField(help_text="In thousandths of a percent.")),
                        ("base_micros", models.BigIntegerField()),
                        ("tax_micros", models.BigIntegerField()),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("vatex_code", models.CharField(blank=True, max_length=30, verbose_name="VATEX code")),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="taxes",
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
                    ],
                    options={
                        "verbose_name": "invoice tax",
                        "verbose_name_plural": "invoice taxes",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "document", "category", "rate"),
                                name="invoices_documenttax_group_once",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="fixed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (NEW.document_id, OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;",
                                    hash="9ea8fc0394c2cc4c680eb2e4563b35265d56e7a6",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_fixed_61e57",
                                    table="invoices_documenttax",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="IF EXISTS (SELECT 1 FROM invoices_document d WHERE d.id IN (OLD.document_id) AND d.number <> '') THEN RAISE EXCEPTION 'a document with a number never changes' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD;",
                                    hash="baae891fd1010dff9e4acb33e528c20330aeb765",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_ca544",
                                    table="invoices_documenttax",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InvoicedMonth",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(help_text="First day of the month.")),
                        (
                            "freed_at",
                            models.DateTimeField(blank=True, help_text="When its invoice was voided.", null=True),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="months",
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
                    ],
                    options={
                        "verbose_name": "invoiced month",
                        "verbose_name_plural": "invoiced months",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("freed_at", None)),
                                fields=("organization", "month"),
                                name="invoices_invoicedmonth_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Money",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "key",
                            models.CharField(help_text="Identifies the receipt, which is booked once.", max_length=150),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("bank", "Bank transfer"),
                                    ("stripe", "Stripe"),
                                    ("credit_note", "Credit note"),
                                ],
                                max_length=11,
                            ),
                        ),
                        (
                            "received_in",
                            models.CharField(
                                blank=True,
                                help_text="The account that it was received in, if it came from outside.",
                                max_length=15,
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField()),
                        (
                            "applied_micros",
                            models.BigIntegerField(default=0, help_text="The part applied to invoices."),
                        ),
                        (
                            "paid_back_micros",
                            models.BigIntegerField(default=0, help_text="The part paid back or returned by the bank."),
                        ),
                        ("value_date", models.DateField()),
                        ("reference", models.CharField(blank=True, max_length=255)),
                        (
                            "returned_at",
                            models.DateTimeField(blank=True, help_text="When the bank took it back.", null=True),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("received_at", models.DateTimeField()),
                        (
                            "credit_note",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="money",
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
                    ],
                    options={
                        "verbose_name": "money received",
                        "verbose_name_plural": "money received",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("reference", ""), _negated=True),
                                fields=["reference"],
                                name="invoices_money_reference",
                            ),
                            models.Index(
                                condition=models.Q(
                                    (
                                        "amount_micros__gt",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("applied_micros"), "+", models.F("paid_back_micros")
                                        ),
                                    )
                                ),
                                fields=["organization", "value_date"],
                                name="invoices_money_unapplied",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("organization", "key"), name="invoices_money_key_once"),
                            models.UniqueConstraint(
                                fields=("organization", "credit_note"), name="invoices_money_credit_note_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_micros__gt", 0),
                                    ("applied_micros__gte", 0),
                                    ("paid_back_micros__gte", 0),
                                    (
                                        "amount_micros__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("applied_micros"), "+", models.F("paid_back_micros")
                                        ),
                                    ),
                                ),
                                name="invoices_money_unapplied_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("credit_note", None), ("source__in", ["bank", "stripe"])),
                                    models.Q(("credit_note__isnull", False), ("source", "credit_note")),
                                    _connector="OR",
                                ),
                                name="invoices_money_of_its_source",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'invoices_money is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="4e9b3eb4dcdadeec395beaa0f2d9b89ec1d7d310",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_07ba3",
                                    table="invoices_money",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'invoices_money is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="939f91dbeac171533c2d35228f3d43b0b8a448e2",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_6c8b6",
                                    table="invoices_money",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.key IS DISTINCT FROM NEW.key OR OLD.source IS DISTINCT FROM NEW.source OR OLD.credit_note_id IS DISTINCT FROM NEW.credit_note_id OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.value_date IS DISTINCT FROM NEW.value_date OR OLD.reference IS DISTINCT FROM NEW.reference OR OLD.received_in IS DISTINCT FROM NEW.received_in OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.received_at IS DISTINCT FROM NEW.received_at)",
                                    func="RAISE EXCEPTION 'the facts of invoices_money never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="1db8031248e81d5c0179f1c30b34a8ab1a8ad309",
                                    operation='UPDATE OF "organization_id", "key", "source", "credit_note_id", "amount_micros", "value_date", "reference", "received_in", "created_by", "received_at"',
                                    pgid="pgtrigger_facts_b5ce1",
                                    table="invoices_money",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Application",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("amount_micros", models.BigIntegerField()),
                        ("net_micros", models.BigIntegerField()),
                        ("tax_micros", models.BigIntegerField()),
                        ("value_date", models.DateField()),
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
                            "transfer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transfer"
                            ),
                        ),
                        (
                            "undoes",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="undone_by",
                                to="invoices.application",
                            ),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="applications",
                                to="invoices.document",
                            ),
                        ),
                        (
                            "money",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="applications",
                                to="invoices.money",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "payment of an invoice",
                        "verbose_name_plural": "payments of invoices",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "transfer"), name="invoices_application_transfer_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "amount_micros",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("net_micros"), "+", models.F("tax_micros")
                                        ),
                                    )
                                ),
                                name="invoices_application_is_net_and_tax",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount_micros__gt", 0), ("undoes", None)),
                                    models.Q(("amount_micros__lt", 0), ("undoes__isnull", False)),
                                    _connector="OR",
                                ),
                                name="invoices_application_signed",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'invoices_application is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="82f0e2a06a6d287d5bb3d22e07346ae9e3a87ab8",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_39e1a",
                                    table="invoices_application",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'invoices_application is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b8661b6ee17ba14ed89faf24634c1cb04b570f1d",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_10144",
                                    table="invoices_application",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WriteOff",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("net_micros", models.BigIntegerField()),
                        ("tax_micros", models.BigIntegerField()),
                        ("reason", models.CharField(max_length=500)),
                        ("undone_at", models.DateTimeField(blank=True, null=True)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "document",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="write_offs",
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
                    ],
                    options={
                        "verbose_name": "write-off of an invoice",
                        "verbose_name_plural": "write-offs of invoices",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("undone_at", None)),
                                fields=("organization", "document"),
                                name="invoices_writeoff_one_that_stands",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'invoices_writeoff is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="3679c60970c531eb115dbd559beb0855ac78742c",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_af6e7",
                                    table="invoices_writeoff",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'invoices_writeoff is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="21502aab1458c798de11beef25c8f0913886a852",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_baf54",
                                    table="invoices_writeoff",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.document_id IS DISTINCT FROM NEW.document_id OR OLD.net_micros IS DISTINCT FROM NEW.net_micros OR OLD.tax_micros IS DISTINCT FROM NEW.tax_micros OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of invoices_writeoff never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="402ad135614e966d0fe57fb267841db678d56d78",
                                    operation='UPDATE OF "organization_id", "document_id", "net_micros", "tax_micros", "reason", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_318a5",
                                    table="invoices_writeoff",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="undone_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.undone_at IS NOT NULL) AND (OLD.undone_at IS DISTINCT FROM NEW.undone_at))",
                                    func="RAISE EXCEPTION 'the facts of invoices_writeoff never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="49005625b2d2f840fe87296cb75977e8b6f604c4",
                                    operation='UPDATE OF "undone_at"',
                                    pgid="pgtrigger_undone_once_26b9e",
                                    table="invoices_writeoff",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TaxCalculation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                help_text="The document or the payment of credit that it is for.", max_length=100
                            ),
                        ),
                        ("digest", models.CharField(help_text="Hash of the request and its reference.", max_length=64)),
                        ("question", models.JSONField(help_text="The parameters sent to Stripe.")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("asked", "Stripe has not answered yet"),
                                    ("answered", "Calculated by Stripe"),
                                    ("refused", "Refused by Stripe"),
                                ],
                                default="asked",
                                max_length=8,
                            ),
                        ),
                        ("attempt", models.PositiveIntegerField(default=1, help_text="Number of requests to Stripe.")),
                        ("stripe_id", models.CharField(blank=True, max_length=255)),
                        ("answer", models.JSONField(blank=True, null=True)),
                        ("error", models.CharField(blank=True, help_text="Why Stripe refused it.", max_length=500)),
                        (
                            "expires_at",
                            models.DateTimeField(blank=True, help_text="When it expires at Stripe.", null=True),
                        ),
                        ("asked_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(blank=True, null=True)),
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
                        "verbose_name": "tax calculation",
                        "verbose_name_plural": "tax calculations",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "digest"), name="invoices_taxcalculation_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "answered"), _negated=True),
                                    models.Q(
                                        models.Q(("stripe_id", ""), _negated=True),
                                        ("answer__isnull", False),
                                        ("answered_at__isnull", False),
                                        ("expires_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="invoices_taxcalculation_answered_has_answer",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
