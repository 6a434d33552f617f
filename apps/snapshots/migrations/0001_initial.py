import apps.common.model_creation
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="CollectionFailure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "figure",
                            models.CharField(choices=[("balance", "Balance"), ("costs", "Costs")], max_length=7),
                        ),
                        ("provider", models.CharField(max_length=40)),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("unreachable", "No connection, or no answer in time"),
                                    ("refused", "Refused by the upstream"),
                                    ("bad_answer", "Invalid answer"),
                                    ("misconfigured", "Upstream or its secret not configured"),
                                    ("internal", "Internal error"),
                                ],
                                max_length=13,
                            ),
                        ),
                        ("detail", models.CharField(max_length=500)),
                        ("failed_at", models.DateTimeField()),
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
                        "indexes": [
                            models.Index(fields=["organization", "-failed_at"], name="snapshots_failure_newest"),
                            models.Index(fields=["-failed_at"], name="snapshots_failure_by_time"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CollectionSource",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "upstream",
                            models.SlugField(
                                blank=True,
                                help_text="Name of a configured upstream. Empty: the organization's own ledger.",
                                max_length=40,
                            ),
                        ),
                        (
                            "external_account",
                            models.CharField(
                                blank=True,
                                help_text="ID of the organization's account at the upstream: letters, digits, - and _.",
                                max_length=100,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "organization",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organization"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("external_account", ""), ("upstream", "")),
                                    models.Q(
                                        models.Q(("upstream", ""), _negated=True),
                                        ("external_account__regex", "^[A-Za-z0-9_-]{1,100}$"),
                                    ),
                                    _connector="OR",
                                ),
                                name="snapshots_collectionsource_account_where_upstream",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CostSnapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField()),
                        ("month", models.PositiveSmallIntegerField()),
                        (
                            "run",
                            models.CharField(
                                help_text="The collector's run that wrote it, named by its start.", max_length=40
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "monthly_fees_micros",
                            models.BigIntegerField(help_text="Recurring charges of the month, in micros."),
                        ),
                        (
                            "one_time_fees_micros",
                            models.BigIntegerField(help_text="One-time charges of the month, in micros."),
                        ),
                        (
                            "usage_fees_micros",
                            models.BigIntegerField(help_text="Charges for usage, the sum of the lines, in micros."),
                        ),
                        ("total_micros", models.BigIntegerField(help_text="Sum of the three fees, in micros.")),
                        (
                            "usage_lines",
                            models.JSONField(
                                default=list,
                                help_text="Per service and operator: unit, quantity_micros and amount_micros.",
                            ),
                        ),
                        ("provider", models.CharField(help_text="Where it was read.", max_length=40)),
                        ("collected_at", models.DateTimeField(help_text="When it was observed.")),
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
                        "indexes": [
                            models.Index(
                                fields=["organization", "year", "month", "-collected_at"],
                                name="snapshots_costsnapshot_newest",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                                name="snapshots_costsnapshot_currency_code",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__range", (1, 12))), name="snapshots_costsnapshot_month"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "total_micros",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("monthly_fees_micros"), "+", models.F("one_time_fees_micros")
                                            ),
                                            "+",
                                            models.F("usage_fees_micros"),
                                        ),
                                    )
                                ),
                                name="snapshots_costsnapshot_adds_up",
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "year", "month", "run"),
                                name="snapshots_costsnapshot_once_per_run",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'snapshots_costsnapshot is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="e18fa893a22266f5d8efe75ff22b610776f85987",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_f4d1b",
                                    table="snapshots_costsnapshot",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'snapshots_costsnapshot is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="bcde6e00e2c19657b9d802dc6e77ae0f53af05d2",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_5f5c4",
                                    table="snapshots_costsnapshot",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BalanceSnapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_micros", models.BigIntegerField(help_text="Balance of the main account, in micros.")),
                        ("currency", models.CharField(max_length=3)),
                        ("provider", models.CharField(help_text="Where it was read.", max_length=40)),
                        ("collected_at", models.DateTimeField(help_text="When it was observed.")),
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
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                                name="snapshots_balancesnapshot_currency_code",
                            ),
                            models.UniqueConstraint(
                                fields=("organization", "collected_at"),
                                name="snapshots_balancesnapshot_once_per_moment",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'snapshots_balancesnapshot is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="a07a178d11207d4ebab70bca708e594aa1f511ef",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_d0a29",
                                    table="snapshots_balancesnapshot",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'snapshots_balancesnapshot is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="aa8955563547bb3987a882bc2bc58987067841bd",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_2f1fd",
                                    table="snapshots_balancesnapshot",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
