import apps.common.model_creation
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0001_initial"),
        ("pricing", "0001_initial"),
        ("tenants", "0001_initial"),
        ("wallets", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Contract",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("pending_payment", "Waiting for the first payment"),
                                    ("active", "Active"),
                                    ("past_due", "Past due"),
                                    ("expired", "Expired"),
                                    ("cancelled", "Canceled"),
                                ],
                                default="draft",
                                max_length=15,
                            ),
                        ),
                        ("start_date", models.DateField(help_text="First day of the current term.")),
                        ("end_date", models.DateField(help_text="First day after the current term.")),
                        (
                            "term",
                            models.PositiveSmallIntegerField(
                                default=1, help_text="1 for the first term, 2 after the first renewal."
                            ),
                        ),
                        (
                            "auto_renew",
                            models.BooleanField(default=False, help_text="Whether the contract renews automatically."),
                        ),
                        (
                            "bonus_credits_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="Granted once, with the first payment, on top of the contract's total.",
                            ),
                        ),
                        ("bonus_granted_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("notes", models.TextField(blank=True, help_text="Shown to the customer with the contract.")),
                        (
                            "payment_link_url",
                            models.CharField(blank=True, editable=False, max_length=2048, verbose_name="payment link"),
                        ),
                        (
                            "revision",
                            models.PositiveIntegerField(
                                default=1,
                                editable=False,
                                help_text="Incremented with every change; a page opened on an older revision cannot save.",
                            ),
                        ),
                        ("offered_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("activated_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("ended_at", models.DateTimeField(blank=True, editable=False, null=True)),
                        ("end_reason", models.CharField(blank=True, editable=False, max_length=500)),
                        ("created_by", models.CharField(editable=False, max_length=200)),
                        ("created_at", models.DateTimeField(editable=False)),
                        ("updated_at", models.DateTimeField(editable=False)),
                        (
                            "bonus_taken_back",
                            models.ForeignKey(
                                blank=True,
                                editable=False,
                                help_text="The transfer that took back the unspent bonus when no paid installment was left.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.transfer",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organization"
                            ),
                        ),
                        (
                            "canceled_from",
                            models.DateField(
                                blank=True,
                                editable=False,
                                help_text="First day not covered, if it was canceled at a date.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "created_at"], name="contracts_contract_newest"),
                            models.Index(
                                condition=models.Q(("status__in", ["pending_payment", "active"])),
                                fields=["end_date"],
                                name="contracts_contract_ending",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("status__in", ["active", "past_due"])),
                                fields=("organization",),
                                name="contracts_contract_one_active_per_organization",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("end_date__gt", models.F("start_date"))),
                                name="contracts_contract_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("bonus_credits_micros__gte", 0)),
                                name="contracts_contract_bonus_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", False), ("status__in", ["expired", "cancelled"])),
                                    models.Q(
                                        models.Q(("status__in", ["expired", "cancelled"]), _negated=True),
                                        ("ended_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="contracts_contract_ended_has_moment",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("status__in", ["active", "past_due"]), _negated=True),
                                    ("activated_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="contracts_contract_active_has_moment",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_contract is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="d1d3c15317a09cb27f2abe299eba035264bc2ed2",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_70628",
                                    table="contracts_contract",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_contract is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c06b458b739a8a812f1630e253536b3cfa57b968",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_8daf1",
                                    table="contracts_contract",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of contracts_contract never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="f878899741c7ce7b0ae555755c78529f5e2ddd99",
                                    operation='UPDATE OF "organization_id", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_b0c57",
                                    table="contracts_contract",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="bonus_given",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.bonus_granted_at IS NOT NULL) AND (OLD.bonus_credits_micros IS DISTINCT FROM NEW.bonus_credits_micros OR OLD.bonus_granted_at IS DISTINCT FROM NEW.bonus_granted_at))",
                                    func="RAISE EXCEPTION 'the facts of contracts_contract never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="fbd4232625f80c038caec50414f096982ebea312",
                                    operation='UPDATE OF "bonus_credits_micros", "bonus_granted_at"',
                                    pgid="pgtrigger_bonus_given_dc10e",
                                    table="contracts_contract",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[("original", "Original"), ("amendment", "Amendment"), ("renewal", "Renewal")],
                                max_length=9,
                            ),
                        ),
                        ("term", models.PositiveSmallIntegerField()),
                        (
                            "effective_date",
                            models.DateField(help_text="First day it applies; a one-time amount is due on this day."),
                        ),
                        (
                            "anchor_date",
                            models.DateField(help_text="The original start; due dates fall on its day of the month."),
                        ),
                        (
                            "first_month",
                            models.PositiveIntegerField(help_text="Months from the anchor to the first period."),
                        ),
                        ("term_months", models.PositiveSmallIntegerField(help_text="Length of the term, in months.")),
                        (
                            "payment_frequency",
                            models.CharField(
                                choices=[
                                    ("one_time", "Once"),
                                    ("monthly", "Monthly"),
                                    ("quarterly", "Quarterly"),
                                    ("semiannual", "Every six months"),
                                    ("annual", "Yearly"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "credit_portion_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The part of the total that becomes credit, one-time credit included.",
                            ),
                        ),
                        (
                            "service_portion_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="The part of the total that pays for services, one-time service included.",
                            ),
                        ),
                        (
                            "onetime_credit_micros",
                            models.BigIntegerField(
                                default=0, help_text="The part of the credit portion that is due once, at the start."
                            ),
                        ),
                        (
                            "onetime_service_micros",
                            models.BigIntegerField(
                                default=0, help_text="The part of the service portion that is due once, at the start."
                            ),
                        ),
                        (
                            "credit_period_limit",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Spread the credit portion over this many of the first periods; empty for all.",
                                null=True,
                            ),
                        ),
                        (
                            "service_period_limit",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Spread the service portion over this many of the first periods; empty for all.",
                                null=True,
                            ),
                        ),
                        (
                            "payment_terms_days",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="Days from the start of a period until its installment is due."
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="contracts.contract",
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
                            "discount_percent_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="Discount in percent of the discounted installments, in millionths of a percent.",
                            ),
                        ),
                        (
                            "discount_micros",
                            models.BigIntegerField(
                                default=0, help_text="Discount as an amount, spread over the discounted installments."
                            ),
                        ),
                        (
                            "discount_periods",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Discount this many of the first installments; empty for all.",
                                null=True,
                            ),
                        ),
                        (
                            "discount_until",
                            models.DateField(
                                blank=True,
                                help_text="Discount installments whose period starts before this day; empty for all.",
                                null=True,
                            ),
                        ),
                        (
                            "prices",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="The customer's own prices: meter, model, scheme, and the price, or those of input and output.",
                            ),
                        ),
                        (
                            "custom_lines",
                            models.JSONField(
                                blank=True,
                                default=list,
                                help_text="A custom schedule: day, credit and service in micros, and text of each line.",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "contract", "number"),
                                name="contracts_contractversion_number_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("onetime_credit_micros__gte", 0),
                                    ("onetime_credit_micros__lte", models.F("credit_portion_micros")),
                                    ("onetime_service_micros__gte", 0),
                                    ("onetime_service_micros__lte", models.F("service_portion_micros")),
                                ),
                                name="contracts_contractversion_onetime_within_portions",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.contract_id IS DISTINCT FROM NEW.contract_id OR OLD.number IS DISTINCT FROM NEW.number OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.term IS DISTINCT FROM NEW.term OR OLD.effective_date IS DISTINCT FROM NEW.effective_date OR OLD.anchor_date IS DISTINCT FROM NEW.anchor_date OR OLD.first_month IS DISTINCT FROM NEW.first_month OR OLD.term_months IS DISTINCT FROM NEW.term_months OR OLD.payment_frequency IS DISTINCT FROM NEW.payment_frequency OR OLD.credit_portion_micros IS DISTINCT FROM NEW.credit_portion_micros OR OLD.service_portion_micros IS DISTINCT FROM NEW.service_portion_micros OR OLD.onetime_credit_micros IS DISTINCT FROM NEW.onetime_credit_micros OR OLD.onetime_service_micros IS DISTINCT FROM NEW.onetime_service_micros OR OLD.credit_period_limit IS DISTINCT FROM NEW.credit_period_limit OR OLD.service_period_limit IS DISTINCT FROM NEW.service_period_limit OR OLD.payment_terms_days IS DISTINCT FROM NEW.payment_terms_days OR OLD.custom_lines IS DISTINCT FROM NEW.custom_lines OR OLD.discount_percent_micros IS DISTINCT FROM NEW.discount_percent_micros OR OLD.discount_micros IS DISTINCT FROM NEW.discount_micros OR OLD.discount_periods IS DISTINCT FROM NEW.discount_periods OR OLD.discount_until IS DISTINCT FROM NEW.discount_until OR OLD.prices IS DISTINCT FROM NEW.prices OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of contracts_contractversion never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="893ee3cf6f2a2ac6476c8bc92c6184067b711933",
                                    operation='UPDATE OF "organization_id", "contract_id", "number", "kind", "term", "effective_date", "anchor_date", "first_month", "term_months", "payment_frequency", "credit_portion_micros", "service_portion_micros", "onetime_credit_micros", "onetime_service_micros", "credit_period_limit", "service_period_limit", "payment_terms_days", "custom_lines", "discount_percent_micros", "discount_micros", "discount_periods", "discount_until", "prices", "reason", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_12a88",
                                    table="contracts_contractversion",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Installment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "position",
                            models.PositiveSmallIntegerField(help_text="Position in the version's schedule, from 0."),
                        ),
                        ("due_date", models.DateField(help_text="The day by the contract's terms.")),
                        ("period_start", models.DateField()),
                        ("period_end", models.DateField(help_text="First day after the period.")),
                        ("is_one_time", models.BooleanField(default=False, verbose_name="one-time")),
                        ("amount_micros", models.BigIntegerField(help_text="Credit plus service.")),
                        ("credit_micros", models.BigIntegerField()),
                        ("service_micros", models.BigIntegerField()),
                        (
                            "discount_micros",
                            models.BigIntegerField(
                                default=0, help_text="Amount the customer does not have to pay, at our cost."
                            ),
                        ),
                        ("paid_micros", models.BigIntegerField(default=0, help_text="Amount received.")),
                        (
                            "refunded_micros",
                            models.BigIntegerField(default=0, help_text="Amount refunded after it was settled."),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("due", "Unpaid"),
                                    ("processing", "Payment processing"),
                                    ("partially_paid", "Partly paid"),
                                    ("paid", "Paid"),
                                    ("reversed", "Refunded in full"),
                                    ("nothing_due", "Nothing to pay"),
                                    ("void", "Void"),
                                    ("written_off", "Written off"),
                                    ("superseded", "Replaced by an amendment"),
                                ],
                                default="due",
                                max_length=14,
                            ),
                        ),
                        (
                            "is_invoiced",
                            models.BooleanField(
                                default=False,
                                help_text="Whether it is paid and refunded only with its invoices.",
                                verbose_name="on an invoice",
                            ),
                        ),
                        (
                            "overdue_at",
                            models.DateTimeField(
                                blank=True, help_text="When it was marked unpaid after its due date.", null=True
                            ),
                        ),
                        (
                            "settled_at",
                            models.DateTimeField(blank=True, help_text="When it was paid in full.", null=True),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="installments",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "grant",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="wallets.grant",
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
                            "service_transfer",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.transfer",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="installments",
                                to="contracts.contractversion",
                            ),
                        ),
                        (
                            "agreed_discount_micros",
                            models.BigIntegerField(
                                default=0, help_text="The part of the discount that the contract's terms agree on."
                            ),
                        ),
                        (
                            "pay_by",
                            models.DateField(
                                help_text="The last day to pay before it is overdue: the due date of its newest invoice, or its own."
                            ),
                        ),
                        (
                            "canceled_credit_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="Credit of days after the contract was canceled, which is never due.",
                            ),
                        ),
                        (
                            "canceled_service_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="Service of days after the contract was canceled, which is never due.",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "installment",
                        "verbose_name_plural": "installments",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("overdue_at", None), ("state__in", ["due", "partially_paid"])),
                                fields=["pay_by"],
                                name="contracts_installment_not_paid",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("overdue_at__isnull", False),
                                    ("state__in", ["due", "processing", "partially_paid"]),
                                ),
                                fields=["overdue_at"],
                                name="contracts_installment_overdue",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "version", "position"),
                                name="contracts_installment_position_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "amount_micros",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("credit_micros"), "+", models.F("service_micros")
                                        ),
                                    ),
                                    ("credit_micros__gte", 0),
                                    ("service_micros__gte", 0),
                                ),
                                name="contracts_installment_credit_and_service_are_the_amount",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("period_end__gt", models.F("period_start"))),
                                name="contracts_installment_period_is_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("discount_micros__gte", 0),
                                    ("paid_micros__gte", 0),
                                    (
                                        "paid_micros__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("amount_micros"), "-", models.F("discount_micros")
                                        ),
                                    ),
                                ),
                                name="contracts_installment_paid_within_payable",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("agreed_discount_micros__gte", 0),
                                    ("canceled_credit_micros__gte", 0),
                                    ("canceled_service_micros__gte", 0),
                                ),
                                name="contracts_installment_parts_of_terms_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("settled_at__isnull", False),
                                        ("state__in", ("paid", "reversed")),
                                        (
                                            "paid_micros",
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("amount_micros"), "-", models.F("discount_micros")
                                            ),
                                        ),
                                        models.Q(
                                            models.Q(("credit_micros", 0), ("grant", None)),
                                            models.Q(("credit_micros__gt", 0), ("grant__isnull", False)),
                                            _connector="OR",
                                        ),
                                        models.Q(
                                            models.Q(("service_micros", 0), ("service_transfer", None)),
                                            models.Q(("service_micros__gt", 0), ("service_transfer__isnull", False)),
                                            _connector="OR",
                                        ),
                                    ),
                                    models.Q(
                                        models.Q(("state__in", ("paid", "reversed")), _negated=True),
                                        ("grant", None),
                                        ("refunded_micros", 0),
                                        ("service_transfer", None),
                                        ("settled_at", None),
                                    ),
                                    _connector="OR",
                                ),
                                name="contracts_installment_settled_has_its_postings",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("refunded_micros__gte", 0), ("refunded_micros__lte", models.F("paid_micros"))
                                ),
                                name="contracts_installment_refunded_within_paid",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("paid_micros__gt", 0),
                                        ("refunded_micros", models.F("paid_micros")),
                                        ("state", "reversed"),
                                    ),
                                    models.Q(
                                        models.Q(("state", "reversed"), _negated=True),
                                        models.Q(
                                            ("paid_micros", 0),
                                            ("refunded_micros__lt", models.F("paid_micros")),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="contracts_installment_reversed_is_refunded_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["due", "partially_paid", "nothing_due"]), _negated=True),
                                    models.Q(
                                        ("discount_micros__lt", models.F("amount_micros")),
                                        ("paid_micros", 0),
                                        ("state", "due"),
                                    ),
                                    models.Q(
                                        ("paid_micros__gt", 0),
                                        (
                                            "paid_micros__lt",
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("amount_micros"), "-", models.F("discount_micros")
                                            ),
                                        ),
                                        ("state", "partially_paid"),
                                    ),
                                    models.Q(("amount_micros", 0), ("state", "nothing_due")),
                                    _connector="OR",
                                ),
                                name="contracts_installment_state_fits_what_was_paid",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.settled_at IS NOT NULL) AND (OLD.contract_id IS DISTINCT FROM NEW.contract_id OR OLD.version_id IS DISTINCT FROM NEW.version_id OR OLD.position IS DISTINCT FROM NEW.position OR OLD.due_date IS DISTINCT FROM NEW.due_date OR OLD.period_start IS DISTINCT FROM NEW.period_start OR OLD.period_end IS DISTINCT FROM NEW.period_end OR OLD.is_one_time IS DISTINCT FROM NEW.is_one_time OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.credit_micros IS DISTINCT FROM NEW.credit_micros OR OLD.service_micros IS DISTINCT FROM NEW.service_micros OR OLD.discount_micros IS DISTINCT FROM NEW.discount_micros OR OLD.agreed_discount_micros IS DISTINCT FROM NEW.agreed_discount_micros OR OLD.canceled_credit_micros IS DISTINCT FROM NEW.canceled_credit_micros OR OLD.canceled_service_micros IS DISTINCT FROM NEW.canceled_service_micros OR OLD.paid_micros IS DISTINCT FROM NEW.paid_micros OR OLD.settled_at IS DISTINCT FROM NEW.settled_at OR OLD.grant_id IS DISTINCT FROM NEW.grant_id OR OLD.service_transfer_id IS DISTINCT FROM NEW.service_transfer_id))",
                                    func="RAISE EXCEPTION 'the facts of contracts_installment never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8b71ba53facf11d3fe3e5e5d9069c58fb2a7758e",
                                    operation='UPDATE OF "contract_id", "version_id", "position", "due_date", "period_start", "period_end", "is_one_time", "amount_micros", "credit_micros", "service_micros", "discount_micros", "agreed_discount_micros", "canceled_credit_micros", "canceled_service_micros", "paid_micros", "settled_at", "grant_id", "service_transfer_id"',
                                    pgid="pgtrigger_facts_1db64",
                                    table="contracts_installment",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="stays_settled",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.settled_at IS NOT NULL AND NEW.state NOT IN ('paid', 'reversed'))",
                                    func="RAISE EXCEPTION 'a settled installment never changes' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="ac3b3c1eef218e8c36ab9a84ff03aa32a980db28",
                                    operation="UPDATE",
                                    pgid="pgtrigger_stays_settled_9b184",
                                    table="contracts_installment",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.settled_at IS NOT NULL OR OLD.paid_micros > 0)",
                                    func="RAISE EXCEPTION 'an installment with payments cannot be deleted' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="7b42e4b3cfbd9d4e761070478496d2b92f16cf10",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_99cd1",
                                    table="contracts_installment",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstallmentDiscount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="Identifies the redemption or staff action that granted it.", max_length=150
                            ),
                        ),
                        ("asked_micros", models.BigIntegerField(help_text="Amount requested.")),
                        (
                            "amount_micros",
                            models.BigIntegerField(help_text="Amount applied: at most what was left to pay."),
                        ),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("description", models.CharField(blank=True, max_length=500)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "installment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="discounts",
                                to="contracts.installment",
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
                        "verbose_name": "installment discount",
                        "verbose_name_plural": "installment discounts",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "key"), name="contracts_installmentdiscount_key_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_micros__gte", 0),
                                    ("amount_micros__lte", models.F("asked_micros")),
                                    ("asked_micros__gt", 0),
                                ),
                                name="contracts_installmentdiscount_within_what_was_asked",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_installmentdiscount is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="750915f2b3914bf8347dbb3444e1efae9ef7d2b7",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_a8894",
                                    table="contracts_installmentdiscount",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_installmentdiscount is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="dbcbaec8943126e95dce63a18f999dd607719d66",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_6817b",
                                    table="contracts_installmentdiscount",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.key IS DISTINCT FROM NEW.key OR OLD.asked_micros IS DISTINCT FROM NEW.asked_micros OR OLD.description IS DISTINCT FROM NEW.description OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of contracts_installmentdiscount never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="fb68cdfa2d5e7a8e077a23217df1e86e62fb2de9",
                                    operation='UPDATE OF "organization_id", "key", "asked_micros", "description", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_6b3ef",
                                    table="contracts_installmentdiscount",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="withdrawn_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.withdrawn_at IS NOT NULL) AND (OLD.installment_id IS DISTINCT FROM NEW.installment_id OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.withdrawn_at IS DISTINCT FROM NEW.withdrawn_at))",
                                    func="RAISE EXCEPTION 'the facts of contracts_installmentdiscount never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="52362812d0abe6a033d536de839355b4c547de0a",
                                    operation='UPDATE OF "installment_id", "amount_micros", "withdrawn_at"',
                                    pgid="pgtrigger_withdrawn_once_9c976",
                                    table="contracts_installmentdiscount",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstallmentPayment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="Identifies the external payment, such as one at Stripe.", max_length=150
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField()),
                        (
                            "received_in",
                            models.CharField(
                                choices=[
                                    ("cash", "Stripe"),
                                    ("manual_receipts", "Bank transfer"),
                                    ("unapplied", "Balance at Stripe"),
                                    ("disputes", "Dispute at Stripe"),
                                    ("billed", "Invoice"),
                                ],
                                help_text="How it was received.",
                                max_length=20,
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                blank=True, help_text="The reference of the payer's bank or of Stripe.", max_length=255
                            ),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("received_at", models.DateTimeField()),
                        (
                            "installment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payments",
                                to="contracts.installment",
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
                        (
                            "value_date",
                            models.DateField(
                                blank=True,
                                help_text="The day from which the bank counts it; empty for payments at Stripe.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "installment payment",
                        "verbose_name_plural": "installment payments",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("reference", ""), _negated=True),
                                fields=["reference"],
                                name="contracts_payment_reference",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)),
                                name="contracts_installmentpayment_positive",
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "key"), name="contracts_installmentpayment_key_once"
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "transfer"), name="contracts_installmentpayment_transfer_once"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_installmentpayment is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="75aa7077531ed8f9d2ce6311801b62e85f2b3aa5",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_a3406",
                                    table="contracts_installmentpayment",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_installmentpayment is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c61de69249753eefc32647d9d5c685f4c7ab8d6d",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_b9f44",
                                    table="contracts_installmentpayment",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstallmentSurplus",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="Identifies the external payment, such as one at Stripe.", max_length=150
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField()),
                        ("returned_micros", models.BigIntegerField(default=0, help_text="Amount refunded.")),
                        (
                            "received_in",
                            models.CharField(
                                choices=[
                                    ("cash", "Stripe"),
                                    ("manual_receipts", "Bank transfer"),
                                    ("unapplied", "Balance at Stripe"),
                                    ("disputes", "Dispute at Stripe"),
                                    ("billed", "Invoice"),
                                ],
                                help_text="How it was received.",
                                max_length=20,
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                blank=True, help_text="The reference of the payer's bank or of Stripe.", max_length=255
                            ),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("received_at", models.DateTimeField()),
                        (
                            "installment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="surpluses",
                                to="contracts.installment",
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
                        "verbose_name": "installment overpayment",
                        "verbose_name_plural": "installment overpayments",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)),
                                name="contracts_installmentsurplus_positive",
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "key"), name="contracts_installmentsurplus_key_once"
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "transfer"), name="contracts_installmentsurplus_transfer_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("returned_micros__gte", 0), ("returned_micros__lte", models.F("amount_micros"))
                                ),
                                name="contracts_installmentsurplus_returned_within_amount",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_installmentsurplus is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="0e2f12f53e05a43a75f282c578e0e6247dec3681",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_62c2d",
                                    table="contracts_installmentsurplus",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_installmentsurplus is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="2068b7934e6bd074dcc44029b77951fbdd89ab56",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_a57a4",
                                    table="contracts_installmentsurplus",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.installment_id IS DISTINCT FROM NEW.installment_id OR OLD.key IS DISTINCT FROM NEW.key OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.received_in IS DISTINCT FROM NEW.received_in OR OLD.reference IS DISTINCT FROM NEW.reference OR OLD.transfer_id IS DISTINCT FROM NEW.transfer_id OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.received_at IS DISTINCT FROM NEW.received_at)",
                                    func="RAISE EXCEPTION 'the facts of contracts_installmentsurplus never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="13178a7418ad02114a6a4a132fb9c6a11d380602",
                                    operation='UPDATE OF "organization_id", "installment_id", "key", "amount_micros", "received_in", "reference", "transfer_id", "created_by", "received_at"',
                                    pgid="pgtrigger_facts_c1a9f",
                                    table="contracts_installmentsurplus",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstallmentRefund",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="The order key; for an overpayment, with the overpayment's id.",
                                max_length=150,
                            ),
                        ),
                        (
                            "order_key",
                            models.CharField(
                                help_text="Identifies the external refund or dispute; all rows of one share it.",
                                max_length=150,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(choices=[("refund", "Refund"), ("dispute", "Lost dispute")], max_length=7),
                        ),
                        ("amount_micros", models.BigIntegerField(help_text="Money refunded.")),
                        (
                            "paid_to",
                            models.CharField(
                                choices=[
                                    ("cash", "Stripe"),
                                    ("manual_receipts", "Bank transfer"),
                                    ("unapplied", "Balance at Stripe"),
                                    ("disputes", "Dispute at Stripe"),
                                    ("billed", "Invoice"),
                                ],
                                help_text="How it was refunded.",
                                max_length=20,
                            ),
                        ),
                        (
                            "was_settled",
                            models.BooleanField(help_text="Whether the installment was settled at the time."),
                        ),
                        (
                            "credit_micros",
                            models.BigIntegerField(default=0, help_text="Part of the money that had become credit."),
                        ),
                        (
                            "unearned_micros",
                            models.BigIntegerField(default=0, help_text="Part of the service not yet earned."),
                        ),
                        (
                            "earned_micros",
                            models.BigIntegerField(default=0, help_text="Part of the service already earned."),
                        ),
                        (
                            "promo_credit_micros",
                            models.BigIntegerField(
                                default=0, help_text="Credit paid for by a discount and taken back."
                            ),
                        ),
                        ("promo_unearned_micros", models.BigIntegerField(default=0)),
                        ("promo_earned_micros", models.BigIntegerField(default=0)),
                        ("reason", models.CharField(blank=True, max_length=500)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "undone_at",
                            models.DateTimeField(
                                blank=True, help_text="When the refund failed or the dispute was won.", null=True
                            ),
                        ),
                        (
                            "installment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refunds",
                                to="contracts.installment",
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
                            "surplus",
                            models.ForeignKey(
                                blank=True,
                                help_text="The overpayment it refunds, if any.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refunds",
                                to="contracts.installmentsurplus",
                            ),
                        ),
                        (
                            "value_date",
                            models.DateField(
                                blank=True,
                                help_text="The day from which a bank transfer counts as sent; empty for other refunds.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "installment refund",
                        "verbose_name_plural": "installment refunds",
                        "indexes": [
                            models.Index(fields=["organization", "order_key"], name="contracts_refund_by_order")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "key"), name="contracts_installmentrefund_key_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)),
                                name="contracts_installmentrefund_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "amount_micros",
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("credit_micros"), "+", models.F("unearned_micros")
                                                ),
                                                "+",
                                                models.F("earned_micros"),
                                            ),
                                        ),
                                        ("was_settled", True),
                                    ),
                                    models.Q(
                                        ("credit_micros", 0),
                                        ("earned_micros", 0),
                                        ("unearned_micros", 0),
                                        ("was_settled", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="contracts_installmentrefund_parts_are_the_amount",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_installmentrefund is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="fc0dd6c1382e59876615db40dfa3237f1a268493",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_7e730",
                                    table="contracts_installmentrefund",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_installmentrefund is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="ef98e5c6cb1392b7f69a165128cd922d47bcb5d1",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_08a9a",
                                    table="contracts_installmentrefund",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.installment_id IS DISTINCT FROM NEW.installment_id OR OLD.surplus_id IS DISTINCT FROM NEW.surplus_id OR OLD.key IS DISTINCT FROM NEW.key OR OLD.order_key IS DISTINCT FROM NEW.order_key OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros OR OLD.paid_to IS DISTINCT FROM NEW.paid_to OR OLD.value_date IS DISTINCT FROM NEW.value_date OR OLD.was_settled IS DISTINCT FROM NEW.was_settled OR OLD.credit_micros IS DISTINCT FROM NEW.credit_micros OR OLD.unearned_micros IS DISTINCT FROM NEW.unearned_micros OR OLD.earned_micros IS DISTINCT FROM NEW.earned_micros OR OLD.promo_credit_micros IS DISTINCT FROM NEW.promo_credit_micros OR OLD.promo_unearned_micros IS DISTINCT FROM NEW.promo_unearned_micros OR OLD.promo_earned_micros IS DISTINCT FROM NEW.promo_earned_micros OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of contracts_installmentrefund never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="6e1ca4fc255e72b55c7fae227a7b457e20ae27e0",
                                    operation='UPDATE OF "organization_id", "installment_id", "surplus_id", "key", "order_key", "kind", "amount_micros", "paid_to", "value_date", "was_settled", "credit_micros", "unearned_micros", "earned_micros", "promo_credit_micros", "promo_unearned_micros", "promo_earned_micros", "reason", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_fa08b",
                                    table="contracts_installmentrefund",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="undone_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.undone_at IS NOT NULL) AND (OLD.undone_at IS DISTINCT FROM NEW.undone_at))",
                                    func="RAISE EXCEPTION 'the facts of contracts_installmentrefund never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="fbca87d6fbb8df3a77281e7f6c99e238a7f16610",
                                    operation='UPDATE OF "undone_at"',
                                    pgid="pgtrigger_undone_once_f4dd7",
                                    table="contracts_installmentrefund",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceAgreement",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("description", models.CharField(help_text="The customer sees this text.", max_length=500)),
                        (
                            "charge_type",
                            models.CharField(
                                choices=[("one_time", "Once"), ("monthly", "Monthly"), ("annual", "Annually")],
                                max_length=8,
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField(help_text="Price of each period.")),
                        (
                            "start_date",
                            models.DateField(
                                help_text="First day of the first period; later periods start on the same day of the month."
                            ),
                        ),
                        (
                            "end_date",
                            models.DateField(
                                blank=True,
                                help_text="No period that starts on or after this day is billed; empty for no end.",
                                null=True,
                            ),
                        ),
                        ("active", models.BooleanField(default=True)),
                        (
                            "next_due_date",
                            models.DateField(
                                blank=True,
                                editable=False,
                                help_text="Start of the next period to bill; empty when none is left.",
                                null=True,
                            ),
                        ),
                        (
                            "billed_at",
                            models.DateTimeField(
                                blank=True, editable=False, help_text="When it was last billed.", null=True
                            ),
                        ),
                        ("revision", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_by", models.CharField(editable=False, max_length=200)),
                        ("created_at", models.DateTimeField(editable=False)),
                        ("updated_at", models.DateTimeField(editable=False)),
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
                            "project",
                            models.ForeignKey(
                                blank=True,
                                help_text="Leave empty for the whole organization.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.project",
                            ),
                        ),
                        (
                            "bill_by",
                            models.CharField(
                                choices=[("wallet", "Charge to the wallet"), ("invoice", "Invoice")],
                                default="wallet",
                                help_text="Whether each period is charged to the wallet or by an invoice of its own.",
                                max_length=7,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "created_at"], name="contracts_agreement_newest"),
                            models.Index(
                                condition=models.Q(("active", True)),
                                fields=["next_due_date"],
                                name="contracts_agreement_due",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gt", 0)),
                                name="contracts_serviceagreement_amount_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("end_date", None), ("end_date__gt", models.F("start_date")), _connector="OR"
                                ),
                                name="contracts_serviceagreement_ends_after_start",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_serviceagreement is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="a719b6103cb24870dc098494799ec9ce7c8abbba",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_c4f70",
                                    table="contracts_serviceagreement",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_serviceagreement is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="59acefb78976aecc50916bdc017ed3f761961a9d",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_79253",
                                    table="contracts_serviceagreement",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of contracts_serviceagreement never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="a96eccab7e9563e9e8a3e4954b261e9fc907f226",
                                    operation='UPDATE OF "organization_id", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_110f9",
                                    table="contracts_serviceagreement",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="billed",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.billed_at IS NOT NULL) AND (OLD.start_date IS DISTINCT FROM NEW.start_date OR OLD.charge_type IS DISTINCT FROM NEW.charge_type))",
                                    func="RAISE EXCEPTION 'the facts of contracts_serviceagreement never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="dcc84a306c99a60eb8b2425b78eb25abcac0492d",
                                    operation='UPDATE OF "start_date", "charge_type"',
                                    pgid="pgtrigger_billed_58303",
                                    table="contracts_serviceagreement",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="billed_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.billed_at IS NOT NULL AND OLD.charge_type = 'one_time') AND (OLD.amount_micros IS DISTINCT FROM NEW.amount_micros))",
                                    func="RAISE EXCEPTION 'the facts of contracts_serviceagreement never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="199541f37d0d54f5b4c8915dae31995334e939ac",
                                    operation='UPDATE OF "amount_micros"',
                                    pgid="pgtrigger_billed_once_16c34",
                                    table="contracts_serviceagreement",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ServiceRevenue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("period_start", models.DateField()),
                        (
                            "period_end",
                            models.DateField(help_text="First day after the month's part; it is earned from then on."),
                        ),
                        ("amount_micros", models.BigIntegerField()),
                        (
                            "recognized_micros",
                            models.BigIntegerField(default=0, help_text="Moved from deferred to revenue."),
                        ),
                        (
                            "installment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="revenue",
                                to="contracts.installment",
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
                            "canceled_micros",
                            models.BigIntegerField(default=0, help_text="Refunded before it was earned."),
                        ),
                    ],
                    options={
                        "verbose_name": "month of service revenue",
                        "verbose_name_plural": "months of service revenue",
                        "indexes": [
                            models.Index(
                                condition=models.Q(
                                    (
                                        "amount_micros__gt",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("canceled_micros"), "+", models.F("recognized_micros")
                                        ),
                                    )
                                ),
                                fields=["period_end"],
                                name="contracts_servicerevenue_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "installment", "period_start"),
                                name="contracts_servicerevenue_part_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_micros__gt", 0),
                                    ("canceled_micros__gte", 0),
                                    ("recognized_micros__gte", 0),
                                    (
                                        "amount_micros__gte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("canceled_micros"), "+", models.F("recognized_micros")
                                        ),
                                    ),
                                ),
                                name="contracts_servicerevenue_within_the_amount",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_servicerevenue is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8c050bb53a923e7091b73b9d57d66677ed5c5322",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_cf71f",
                                    table="contracts_servicerevenue",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_servicerevenue is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="fade1776f59649f18a92388cfcd29f0cbb00c1ec",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_86084",
                                    table="contracts_servicerevenue",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.installment_id IS DISTINCT FROM NEW.installment_id OR OLD.period_start IS DISTINCT FROM NEW.period_start OR OLD.period_end IS DISTINCT FROM NEW.period_end OR OLD.amount_micros IS DISTINCT FROM NEW.amount_micros)",
                                    func="RAISE EXCEPTION 'the facts of contracts_servicerevenue never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="bfba00b1093787336dc14046f6994e052f2a123b",
                                    operation='UPDATE OF "organization_id", "installment_id", "period_start", "period_end", "amount_micros"',
                                    pgid="pgtrigger_facts_87089",
                                    table="contracts_servicerevenue",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractPrice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="prices",
                                to="contracts.contract",
                            ),
                        ),
                        (
                            "version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="contracts.contractversion",
                            ),
                        ),
                        (
                            "price",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pricing.priceversion"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "price of a contract",
                        "verbose_name_plural": "prices of contracts",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "price"), name="contracts_contractprice_price_once"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_contractprice is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="296f9d963638a5c72221435628d89b1b3d5f2d55",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_946e0",
                                    table="contracts_contractprice",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'contracts_contractprice is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="48269d56c93d8d615ec56b15cd047cf01207b155",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_a6331",
                                    table="contracts_contractprice",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
