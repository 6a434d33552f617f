import apps.common.model_creation
import django.db.models.deletion
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
        ("wallets", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="Subscription",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("trialing", "On trial"),
                                    ("active", "Active"),
                                    ("past_due", "Past due"),
                                    ("cancelled", "Canceled"),
                                ],
                                max_length=9,
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("stripe", "Stripe"), ("contract", "Contract"), ("manual", "Staff")],
                                default="manual",
                                max_length=8,
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        (
                            "ended_at",
                            models.DateTimeField(
                                blank=True, help_text="First moment at which it is no longer current.", null=True
                            ),
                        ),
                        (
                            "anchor_month",
                            models.PositiveSmallIntegerField(
                                help_text="Month (1 to 12) in which annual allocations start, on the organization's anchor day."
                            ),
                        ),
                        (
                            "quota_granted_until",
                            models.DateTimeField(help_text="End of the last billing period whose quota was granted."),
                        ),
                        (
                            "quota_error",
                            models.CharField(
                                blank=True,
                                help_text="Error of the last attempt to grant the quota; empty after a success.",
                                max_length=500,
                            ),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organization"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subscriptions",
                                to="plans.plan",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status__in", ["trialing", "active"])),
                                fields=["quota_granted_until", "id"],
                                name="plans_subscription_quota_due",
                            ),
                            models.Index(fields=["organization", "-started_at"], name="plans_subscription_newest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("organization",),
                                name="plans_subscription_one_current_per_organization",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", False), ("status", "cancelled")),
                                    models.Q(
                                        models.Q(("status", "cancelled"), _negated=True), ("ended_at__isnull", True)
                                    ),
                                    _connector="OR",
                                ),
                                name="plans_subscription_ended_when_canceled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", True),
                                    ("ended_at__gte", models.F("started_at")),
                                    _connector="OR",
                                ),
                                name="plans_subscription_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("anchor_month__range", (1, 12))),
                                name="plans_subscription_anchor_month",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncludedQuota",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("period_start", models.DateTimeField()),
                        ("period_end", models.DateTimeField()),
                        ("amount_micros", models.BigIntegerField(help_text="Granted amount, in micros.")),
                        ("granted_at", models.DateTimeField()),
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
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="quotas",
                                to="plans.subscription",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "period_end"], name="plans_includedquota_current")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "subscription", "period_start"),
                                name="plans_includedquota_once_per_period",
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "grant"), name="plans_includedquota_once_per_grant"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("period_end__gt", models.F("period_start"))),
                                name="plans_includedquota_period_runs",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount_micros", 0), ("grant__isnull", True)),
                                    models.Q(("amount_micros__gt", 0), ("grant__isnull", False)),
                                    _connector="OR",
                                ),
                                name="plans_includedquota_grant_where_amount",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'plans_includedquota is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="7f6e7a526d57de96799782e6e890122e6e3066fd",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_bc48d",
                                    table="plans_includedquota",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'plans_includedquota is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="baa4ef7b3e0c4abc0d19d33d3a4372c07f9340a4",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_687c0",
                                    table="plans_includedquota",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Plan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=80, unique=True)),
                        ("name", models.CharField(help_text="Tier name that customers see.", max_length=100)),
                        (
                            "currency",
                            models.CharField(default="USD", help_text="ISO 4217 code of the quota.", max_length=3),
                        ),
                        (
                            "list_quota_micros",
                            models.BigIntegerField(
                                default=0, help_text="Credit included per billing period, in micros. 0: none."
                            ),
                        ),
                        (
                            "carries_unit_usage",
                            models.BooleanField(
                                default=False,
                                help_text="Whether customers may read their unit usage through the API; otherwise they get 403.",
                            ),
                        ),
                        (
                            "unit_system",
                            models.CharField(
                                choices=[
                                    ("explorer_developer", "Explorer and developer units"),
                                    ("credits", "Legacy credits"),
                                ],
                                default="explorer_developer",
                                max_length=18,
                            ),
                        ),
                        (
                            "cadence",
                            models.CharField(
                                choices=[
                                    ("monthly", "Every billing period"),
                                    ("annual", "Every year from the anchor"),
                                    ("none", "No allocation (trial)"),
                                ],
                                default="none",
                                max_length=7,
                            ),
                        ),
                        (
                            "explorer_units_micros",
                            models.BigIntegerField(default=0, help_text="Per allocation period, in micros of a unit."),
                        ),
                        (
                            "developer_units_micros",
                            models.BigIntegerField(default=0, help_text="Per allocation period, in micros of a unit."),
                        ),
                        (
                            "credits_micros",
                            models.BigIntegerField(
                                default=0, help_text="Per allocation period, in micros of a credit."
                            ),
                        ),
                        (
                            "is_legacy",
                            models.BooleanField(
                                default=False,
                                help_text="Retired: existing subscribers keep it, nobody new gets it.",
                                verbose_name="legacy",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                                name="plans_plan_currency_code",
                                violation_error_message="The currency must be three capital letters.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("credits_micros__gte", 0),
                                    ("developer_units_micros__gte", 0),
                                    ("explorer_units_micros__gte", 0),
                                    ("list_quota_micros__gte", 0),
                                ),
                                name="plans_plan_amounts_not_negative",
                                violation_error_message="Quotas and allocations cannot be negative.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("credits_micros", 0), ("unit_system", "explorer_developer")),
                                    models.Q(
                                        ("developer_units_micros", 0),
                                        ("explorer_units_micros", 0),
                                        ("unit_system", "credits"),
                                    ),
                                    _connector="OR",
                                ),
                                name="plans_plan_allocates_its_own_units",
                                violation_error_message="A plan can allocate only units of its own unit system.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cadence", "none"), _negated=True),
                                    models.Q(
                                        ("credits_micros", 0),
                                        ("developer_units_micros", 0),
                                        ("explorer_units_micros", 0),
                                    ),
                                    _connector="OR",
                                ),
                                name="plans_plan_allocates_nothing_without_cadence",
                                violation_error_message="A plan without a cadence cannot allocate units.",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="terms",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.slug IS DISTINCT FROM NEW.slug OR OLD.currency IS DISTINCT FROM NEW.currency OR OLD.unit_system IS DISTINCT FROM NEW.unit_system OR OLD.cadence IS DISTINCT FROM NEW.cadence OR OLD.list_quota_micros IS DISTINCT FROM NEW.list_quota_micros OR OLD.explorer_units_micros IS DISTINCT FROM NEW.explorer_units_micros OR OLD.developer_units_micros IS DISTINCT FROM NEW.developer_units_micros OR OLD.credits_micros IS DISTINCT FROM NEW.credits_micros)",
                                    func="IF EXISTS (SELECT 1 FROM plans_subscription WHERE plan_id = OLD.id) THEN RAISE EXCEPTION 'the terms of a plan that was ever used cannot be changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;",
                                    hash="acc1197de3ff887aae8a401108bdf4b349ca0d6b",
                                    operation='UPDATE OF "slug", "currency", "unit_system", "cadence", "list_quota_micros", "explorer_units_micros", "developer_units_micros", "credits_micros"',
                                    pgid="pgtrigger_terms_22cd7",
                                    table="plans_plan",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
