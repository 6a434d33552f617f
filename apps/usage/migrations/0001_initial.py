import apps.common.model_creation
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ledger", "0001_initial"),
        ("pricing", "0001_initial"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="BreakdownTotal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("is_month", models.BooleanField(default=False, help_text="Whether it is for a whole month.")),
                        ("day", models.DateField(help_text="The UTC day; of a month, its first.")),
                        ("by", models.CharField(help_text="The dimensions, separated by a comma.", max_length=32)),
                        ("value_1", models.CharField(blank=True, max_length=128)),
                        ("value_2", models.CharField(blank=True, max_length=128)),
                        (
                            "cost_currency",
                            models.CharField(
                                blank=True, help_text="Currency of the cost; empty: unknown cost.", max_length=3
                            ),
                        ),
                        (
                            "is_other",
                            models.BooleanField(
                                default=False, help_text="Whether it sums all values without their own row."
                            ),
                        ),
                        ("event_count", models.BigIntegerField()),
                        (
                            "quantity_micros",
                            models.BigIntegerField(help_text="Everything except split tokens, in micros of the unit."),
                        ),
                        ("input_tokens", models.BigIntegerField()),
                        ("output_tokens", models.BigIntegerField()),
                        ("charge_micros", models.BigIntegerField()),
                        (
                            "cost_picos",
                            models.DecimalField(decimal_places=0, default=0, help_text="In picos.", max_digits=38),
                        ),
                        (
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
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
                            "kind",
                            models.CharField(
                                blank=True, help_text="Token kind or unit; empty: whole events.", max_length=32
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "organization",
                                    "meter",
                                    "by",
                                    "is_month",
                                    "day",
                                    "cost_currency",
                                    "kind",
                                    "value_1",
                                    "value_2",
                                    "is_other",
                                ),
                                name="usage_breakdowntotal_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CharacterMonth",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(help_text="First day of the month.")),
                        ("high_water_mark", models.BigIntegerField()),
                        (
                            "charged_micros",
                            models.BigIntegerField(help_text="Sum of the increments charged, in micros."),
                        ),
                        ("billed_at", models.DateTimeField(help_text="When the month was closed.", null=True)),
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
                            models.UniqueConstraint(fields=("organization", "month"), name="usage_charactermonth_once"),
                            models.CheckConstraint(
                                condition=models.Q(("high_water_mark__gte", 0)), name="usage_charactermonth_counts_up"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CostCorrection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("model", models.CharField(blank=True, max_length=128)),
                        ("key", models.CharField(blank=True, max_length=128)),
                        ("cost_currency", models.CharField(max_length=3)),
                        (
                            "event_count",
                            models.BigIntegerField(
                                help_text="Events whose cost became known in this currency, less those whose cost became unknown."
                            ),
                        ),
                        ("charge_micros", models.BigIntegerField(help_text="Charge of those events, in micros.")),
                        (
                            "cost_picos",
                            models.DecimalField(
                                decimal_places=0, help_text="Difference of their cost, in picos.", max_digits=38
                            ),
                        ),
                        (
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="usage.costrun",
                            ),
                        ),
                        (
                            "provider",
                            models.CharField(
                                blank=True,
                                help_text="As events named it; it decides which cost book applies.",
                                max_length=64,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "cost difference",
                        "indexes": [models.Index(fields=["meter", "day"], name="usage_costcorrection_by_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "organization",
                                    "run",
                                    "day",
                                    "meter",
                                    "model",
                                    "key",
                                    "cost_currency",
                                    "provider",
                                ),
                                name="usage_costcorrection_once",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_costcorrection is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="cd658d1f0278da48178d6d9c7464a2b424322a55",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_e2b5a",
                                    table="usage_costcorrection",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_costcorrection is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="9424ad45bd9b7f493a13053e16d20774cc1c8886",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_3a3ba",
                                    table="usage_costcorrection",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CostRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("first_day", models.DateField(help_text="First UTC day whose usage was rated again.")),
                        ("last_day", models.DateField(help_text="Last UTC day whose usage was rated again.")),
                        ("reason", models.CharField(max_length=500)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "cost_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pricing.priceversion"
                            ),
                        ),
                        (
                            "undoes",
                            models.OneToOneField(
                                help_text="The run that it undoes.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="undone_by",
                                to="usage.costrun",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "cost correction",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="usage_costrun_days_in_order",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_costrun is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="fb7508075cd79fc898305236179f82b25dd386bd",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_e065b",
                                    table="usage_costrun",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_costrun is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c69bc179de9329bc1e595e08044a2321e8868ef6",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_3f3be",
                                    table="usage_costrun",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Counter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(help_text="First day of the UTC month of the events.")),
                        ("event_count", models.BigIntegerField()),
                        (
                            "quantity_micros",
                            models.BigIntegerField(help_text="Everything except split tokens, in micros of the unit."),
                        ),
                        ("input_tokens", models.BigIntegerField()),
                        ("output_tokens", models.BigIntegerField()),
                        (
                            "exact_price",
                            models.DecimalField(
                                decimal_places=0,
                                default=0,
                                help_text="Sum of its events' prices by a table of cells, in 10^-30 of the currency unit.",
                                max_digits=50,
                            ),
                        ),
                        ("charge_micros", models.BigIntegerField()),
                        (
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
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
                            "price_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pricing.priceversion"
                            ),
                        ),
                        (
                            "months",
                            models.JSONField(
                                default=dict,
                                help_text="Its events' totals for each month price of the table, by token kind or unit, in micros of one.",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "month", "price_version"), name="usage_counter_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("charge_micros__range", (0, 4611686018427387904)),
                                    ("quantity_micros__range", (0, 4611686018427387904)),
                                ),
                                name="usage_counter_within_bounds",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DistinctId",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("session", "Session"), ("project", "Project"), ("character", "Character")],
                                max_length=9,
                            ),
                        ),
                        ("value", models.CharField(max_length=128)),
                        ("last_day", models.DateField()),
                        ("last_day_from", models.DateTimeField(null=True)),
                        ("previous_day", models.DateField(null=True)),
                        ("previous_day_from", models.DateTimeField(null=True)),
                        ("earlier_day", models.DateField(null=True)),
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
                            models.Index(fields=["organization", "kind", "last_day"], name="usage_distinctid_by_day"),
                            models.Index(
                                condition=models.Q(("last_day_from__isnull", False)),
                                fields=["organization", "last_day_from"],
                                name="usage_distinctid_future",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "kind", "value"), name="usage_distinctid_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("previous_day", None),
                                        models.Q(
                                            ("last_day_from__isnull", False), ("previous_day__lt", models.F("last_day"))
                                        ),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("previous_day_from", None),
                                        models.Q(
                                            ("last_day_from__gt", models.F("previous_day_from")),
                                            ("previous_day__isnull", False),
                                        ),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("earlier_day", None),
                                        models.Q(
                                            ("earlier_day__lt", models.F("previous_day")),
                                            ("previous_day_from__isnull", False),
                                        ),
                                        _connector="OR",
                                    ),
                                ),
                                name="usage_distinctid_days_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DistinctIdDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("session", "Session"), ("project", "Project"), ("character", "Character")],
                                max_length=9,
                            ),
                        ),
                        ("day", models.DateField()),
                        ("id_count", models.BigIntegerField()),
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
                                fields=("organization", "kind", "day"), name="usage_distinctidday_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EventCorrection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.UUIDField(help_text="Digest of source and id, as in EventId.")),
                        ("event", models.BigIntegerField(help_text="Id of the voided event.")),
                        (
                            "void",
                            models.BigIntegerField(
                                help_text="Id of the row that voids it. Empty: it waited.", null=True
                            ),
                        ),
                        (
                            "replacement",
                            models.BigIntegerField(help_text="Id of the event that replaces it, if any.", null=True),
                        ),
                        ("fingerprint", models.UUIDField(help_text="Fingerprint of the replacement.", null=True)),
                        (
                            "month",
                            models.DateField(
                                help_text="First day of the UTC month in which the correction was recorded."
                            ),
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
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "digest", "id"], name="usage_correction_by_event_id"),
                            models.Index(
                                condition=models.Q(("void__isnull", False)),
                                fields=["void"],
                                name="usage_correction_by_void",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "event"), name="usage_eventcorrection_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("fingerprint__isnull", True), ("replacement__isnull", True)),
                                    models.Q(("fingerprint__isnull", False), ("replacement__isnull", False)),
                                    _connector="OR",
                                ),
                                name="usage_eventcorrection_replacement_is_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True),
                                name="usage_eventcorrection_has_a_reason",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_eventcorrection is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="562f32c47a9339370dc602c3c266a252e4b40101",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_46eb7",
                                    table="usage_eventcorrection",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_eventcorrection is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="5ce0157b144e48c642e87646ffa00efcd04419f8",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_49161",
                                    table="usage_eventcorrection",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EventId",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "organization_id",
                                "digest",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("organization_id", models.UUIDField(help_text="The organization; checked once per batch.")),
                        (
                            "digest",
                            models.UUIDField(
                                help_text="First 16 bytes of the SHA-256 of the JSON array of source and id."
                            ),
                        ),
                        ("event", models.BigIntegerField(help_text="The key of the event's row.")),
                        (
                            "fingerprint",
                            models.UUIDField(
                                help_text="Hash of the event's content, from the best report of it, before corrections."
                            ),
                        ),
                        (
                            "priced_by",
                            models.UUIDField(
                                help_text="Hash of everything, except the cost, that can decide the price of the current content."
                            ),
                        ),
                        (
                            "rank",
                            models.SmallIntegerField(
                                help_text="Who reported the current content: 0 a tracer, 1 a gateway, 2 a vendor or the sender; plus 3 if it was sent with a platform key."
                            ),
                        ),
                        (
                            "facts",
                            models.SmallIntegerField(
                                default=0,
                                help_text="Bits for the members that the content has: dimensions that affect no price, and the cost.",
                            ),
                        ),
                        (
                            "month",
                            models.DateField(help_text="First day of the UTC month in which the event was recorded."),
                        ),
                    ],
                    options={
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_eventid is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="f46adf4d76da83fbb4b791447fe6561d16c5e001",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_0bb2a",
                                    table="usage_eventid",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_eventid is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="08f628e74c0344766199aecdec83228fa69e4182",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_dda4f",
                                    table="usage_eventid",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.digest IS DISTINCT FROM NEW.digest OR OLD.event IS DISTINCT FROM NEW.event OR OLD.month IS DISTINCT FROM NEW.month)",
                                    func="RAISE EXCEPTION 'the facts of usage_eventid never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="8f56ce3bdd32994d3e11952bca668c7af97c3a5c",
                                    operation='UPDATE OF "organization_id", "digest", "event", "month"',
                                    pgid="pgtrigger_facts_9d98c",
                                    table="usage_eventid",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="rank_rises",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (NEW.rank < OLD.rank)",
                                    func="RAISE EXCEPTION 'the rank of an event never falls' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="2441fe4dd2b56df2f52bc9feeebbcabb3923ff05",
                                    operation="UPDATE",
                                    pgid="pgtrigger_rank_rises_171cf",
                                    table="usage_eventid",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FutureUsage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "counts_from",
                            models.DateTimeField(
                                help_text="The time of the usage, ahead of the clock when it was received."
                            ),
                        ),
                        ("day", models.DateField(help_text="The UTC day whose totals include it.")),
                        ("operation", models.CharField(blank=True, max_length=128)),
                        ("event_type", models.CharField(blank=True, max_length=128)),
                        (
                            "character",
                            models.CharField(
                                blank=True, help_text="The character that it made active in a month.", max_length=128
                            ),
                        ),
                        ("event_count", models.BigIntegerField(default=0)),
                        ("quantity_micros", models.BigIntegerField(default=0)),
                        ("input_tokens", models.BigIntegerField(default=0)),
                        ("output_tokens", models.BigIntegerField(default=0)),
                        ("charge_micros", models.BigIntegerField(default=0)),
                        (
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
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
                        "indexes": [
                            models.Index(fields=["organization", "counts_from"], name="usage_futureusage_by_time")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MarginAlarm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        (
                            "model",
                            models.CharField(
                                blank=True, help_text="Empty: all models of the customer.", max_length=128
                            ),
                        ),
                        (
                            "charge_usd_micros",
                            models.BigIntegerField(
                                help_text="Charge of usage with known cost, in micros.", verbose_name="charge in USD"
                            ),
                        ),
                        ("cost_usd_micros", models.BigIntegerField(help_text="In micros.", verbose_name="cost in USD")),
                        ("created_at", models.DateTimeField(help_text="When the alarm was raised.")),
                        (
                            "organization",
                            models.ForeignKey(
                                help_text="The customer; empty: a model's usage by all customers.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "day", "model"),
                                name="usage_marginalarm_once",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MeteredOrganization",
                    fields=[
                        (
                            "organization",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="+",
                                serialize=False,
                                to="tenants.organization",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "filling",
                            models.JSONField(
                                db_default={},
                                default=dict,
                                help_text="How far a day was added to a new breakdown, by meter, breakdown and day: the newest event that was added, and the last one to add; later ones were counted as they arrived.",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="MinimumCharge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(help_text="First day of the month of the minimum.")),
                        ("model", models.CharField(blank=True, max_length=128)),
                        ("minimum_micros", models.BigIntegerField(help_text="The minimum, in micros.")),
                        (
                            "counted_on",
                            models.DateField(
                                help_text="Last day of the month; for later rows, the day on which late usage changed it."
                            ),
                        ),
                        (
                            "amount_micros",
                            models.BigIntegerField(
                                help_text="Charged in addition to the usage, or credited back if negative, in micros."
                            ),
                        ),
                        (
                            "meter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pricing.meter"
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
                            "posting",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="usage.usageposting"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "month"], name="usage_minimum_by_month"),
                            models.Index(fields=["organization", "counted_on"], name="usage_minimum_by_day"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "posting"), name="usage_minimumcharge_once_per_posting"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros", 0), _negated=True),
                                name="usage_minimumcharge_not_zero",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_minimumcharge is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="b46056d3bed1f8efe9f49c73ef4e9f69f9b427db",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_47eec",
                                    table="usage_minimumcharge",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_minimumcharge is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="d23a0be60012c0b63040d990d05340a96f86bb74",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_b1e6b",
                                    table="usage_minimumcharge",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MonthClose",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(help_text="First day of the UTC month.")),
                        ("state", models.CharField(choices=[("closed", "Closed"), ("failed", "Failed")], max_length=6)),
                        ("attempts", models.IntegerField(default=1)),
                        ("error", models.CharField(blank=True, max_length=500)),
                        ("event_count", models.BigIntegerField(default=0)),
                        (
                            "usage_micros",
                            models.BigIntegerField(default=0, help_text="Charge for the month's usage, in micros."),
                        ),
                        (
                            "minimum_micros",
                            models.BigIntegerField(default=0, help_text="Added by minimum charges, in micros."),
                        ),
                        ("character_count", models.BigIntegerField(default=0)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("closed_by", models.CharField(max_length=200)),
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
                        "indexes": [models.Index(fields=["month", "state"], name="usage_close_by_month")],
                        "constraints": [
                            models.UniqueConstraint(fields=("organization", "month"), name="usage_monthclose_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", False), ("error", ""), ("state", "closed")),
                                    models.Q(
                                        ("closed_at__isnull", True),
                                        ("state", "failed"),
                                        models.Q(("error", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="usage_monthclose_closed_says_when",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_monthclose is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="670aa41a25158d87db04c4ae92e9fc5ca3ba977a",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_05ef8",
                                    table="usage_monthclose",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_monthclose is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="257df52de838f938d74de172e70d2f39e05a3bdd",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_63088",
                                    table="usage_monthclose",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="closed_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.state = 'closed')",
                                    func="RAISE EXCEPTION 'a closed month never changes' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="0ad5270a68d937777d424659bf65c0be259e6dab",
                                    operation="UPDATE",
                                    pgid="pgtrigger_closed_once_6382a",
                                    table="usage_monthclose",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.month IS DISTINCT FROM NEW.month)",
                                    func="RAISE EXCEPTION 'the facts of usage_monthclose never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="9c72415c6061f253613218181ca60a7988f13cc7",
                                    operation='UPDATE OF "organization_id", "month"',
                                    pgid="pgtrigger_facts_1d9cc",
                                    table="usage_monthclose",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MonthFigure",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(help_text="First day of the UTC month of the events.")),
                        ("model", models.CharField(blank=True, max_length=128)),
                        ("billing_mode", models.CharField(blank=True, max_length=8)),
                        ("quantity_micros", models.BigIntegerField(help_text="In micros of the meter's unit.")),
                        (
                            "decided_at",
                            models.DateTimeField(
                                help_text="Time of the event that decides it. Empty: all events were voided.", null=True
                            ),
                        ),
                        (
                            "decided_by",
                            models.CharField(blank=True, help_text="Id of the event that decides it.", max_length=200),
                        ),
                        (
                            "decided_source",
                            models.CharField(
                                blank=True, help_text="Source of the event that decides it.", max_length=200
                            ),
                        ),
                        (
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
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
                                fields=("organization", "meter", "month", "model", "billing_mode"),
                                name="usage_monthfigure_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quantity_micros__gte", 0)), name="usage_monthfigure_not_negative"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MonthValue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(help_text="First day of the UTC month of the events.")),
                        ("model", models.CharField(blank=True, max_length=128)),
                        ("billing_mode", models.CharField(blank=True, max_length=8)),
                        ("value", models.CharField(max_length=128)),
                        (
                            "event_count",
                            models.BigIntegerField(
                                help_text="Events that name it and were not voided; at 0 it is not counted."
                            ),
                        ),
                        (
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
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
                                fields=("organization", "meter", "month", "model", "billing_mode", "value"),
                                name="usage_monthvalue_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("event_count__gte", 0)), name="usage_monthvalue_not_negative"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OtherEventId",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "organization_id",
                                "digest",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("organization_id", models.UUIDField(help_text="The organization.")),
                        ("digest", models.UUIDField(help_text="Digest of the other source and id, as in EventId.")),
                        (
                            "main",
                            models.UUIDField(
                                help_text="Digest of the event's own source and id, under which EventId has it."
                            ),
                        ),
                    ],
                    options={
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_othereventid is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="da258e6ef91bde7446b3838b2a296f2973c9069f",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_9875a",
                                    table="usage_othereventid",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_othereventid is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="1d389bdf381f5cae5995c994f016c8d547d37e46",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_51b3f",
                                    table="usage_othereventid",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecentArchivedEvent",
                    fields=[
                        (
                            "event",
                            models.BigIntegerField(
                                help_text="The key of the event's row in the file.", primary_key=True, serialize=False
                            ),
                        ),
                        ("event_id", models.CharField(max_length=200, verbose_name="id")),
                        ("source", models.CharField(max_length=200)),
                        ("meter_slug", models.CharField(max_length=64, verbose_name="type")),
                        ("quantity_micros", models.BigIntegerField(null=True)),
                        ("input_tokens", models.BigIntegerField(null=True)),
                        ("output_tokens", models.BigIntegerField(null=True)),
                        ("charge_micros", models.BigIntegerField()),
                        ("occurred_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        ("counted_on", models.DateField()),
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
                                fields=["organization", "counted_on", "event"], name="usage_recentarchived_by_day"
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="unchanged",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_recentarchivedevent is written once' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="2ab38f1c7a6ff6b24ed7ecae34583d762376059e",
                                    operation="UPDATE",
                                    pgid="pgtrigger_unchanged_30ad0",
                                    table="usage_recentarchivedevent",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportEndpoint",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=100)),
                        (
                            "report_format",
                            models.CharField(
                                choices=[
                                    ("events", "CloudEvents"),
                                    ("openai", "OpenAI"),
                                    ("anthropic", "Anthropic"),
                                    ("gemini", "Gemini"),
                                    ("bedrock", "Bedrock"),
                                    ("litellm", "LiteLLM"),
                                    ("otel", "OpenTelemetry"),
                                ],
                                max_length=9,
                                verbose_name="format of its reports",
                            ),
                        ),
                        (
                            "secret",
                            models.BinaryField(
                                help_text="The encrypted signing secret. Empty: it accepts nothing yet.", null=True
                            ),
                        ),
                        (
                            "secret_hint",
                            models.CharField(blank=True, help_text="The last characters of the secret.", max_length=4),
                        ),
                        (
                            "previous_secret",
                            models.BinaryField(help_text="The encrypted secret before the current one.", null=True),
                        ),
                        (
                            "previous_secret_until",
                            models.DateTimeField(
                                help_text="Until when the previous secret is accepted too.", null=True
                            ),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("closed_by", models.CharField(blank=True, max_length=200)),
                        ("closed_at", models.DateTimeField(help_text="When it was closed for good.", null=True)),
                        (
                            "meter",
                            models.ForeignKey(
                                blank=True,
                                help_text="Meter of its model calls. Empty: the only meter that counts tokens. CloudEvents name their own.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organization"
                            ),
                        ),
                        (
                            "has_span_ids",
                            models.BooleanField(
                                default=False,
                                help_text="Only for OpenTelemetry, and only if nothing else reports these calls: a span without the vendor's response id is identified by its own.",
                                verbose_name="spans identify calls",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("previous_secret__isnull", True), ("previous_secret_until__isnull", True)
                                    ),
                                    models.Q(
                                        ("previous_secret__isnull", False),
                                        ("previous_secret_until__isnull", False),
                                        ("secret__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="usage_reportendpoint_overlap_has_a_secret",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("has_span_ids", False), ("report_format", "otel"), _connector="OR"),
                                name="usage_reportendpoint_spans_are_of_traces",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", True), ("closed_by", "")),
                                    models.Q(("closed_at__isnull", False), models.Q(("closed_by", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="usage_reportendpoint_closed_by_somebody",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.report_format IS DISTINCT FROM NEW.report_format OR OLD.meter_id IS DISTINCT FROM NEW.meter_id OR OLD.has_span_ids IS DISTINCT FROM NEW.has_span_ids OR OLD.created_by IS DISTINCT FROM NEW.created_by OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of usage_reportendpoint never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="647ea26406947d41570c91974b3ca09f1bd82fd8",
                                    operation='UPDATE OF "organization_id", "report_format", "meter_id", "has_span_ids", "created_by", "created_at"',
                                    pgid="pgtrigger_facts_66ecf",
                                    table="usage_reportendpoint",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReportFinding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("unread", "Unknown member"),
                                    ("differs", "Differs from the counted event"),
                                    ("free", "Unit without a price"),
                                ],
                                max_length=7,
                            ),
                        ),
                        ("meter_slug", models.CharField(max_length=64, verbose_name="meter")),
                        ("model", models.CharField(blank=True, help_text="The model as reported.", max_length=128)),
                        (
                            "name",
                            models.CharField(
                                help_text="The member, the kind of reporter (if it differs), or the unit.",
                                max_length=64,
                            ),
                        ),
                        ("report_count", models.BigIntegerField(verbose_name="reports")),
                        ("tokens", models.BigIntegerField(help_text="All tokens of these reports, as reported.")),
                        (
                            "last_event_id",
                            models.CharField(
                                help_text="Id of one of these reports.", max_length=200, verbose_name="for example"
                            ),
                        ),
                        ("first_seen_on", models.DateField(help_text="The UTC day of the first such report.")),
                        ("last_seen_on", models.DateField(help_text="The UTC day of the newest such report.")),
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
                        "indexes": [models.Index(fields=["last_seen_on"], name="usage_finding_newest")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "kind", "meter_slug", "model", "name"),
                                name="usage_reportfinding_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UnitAlert",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "unit",
                            models.CharField(
                                choices=[
                                    ("explorer_units", "Explorer units"),
                                    ("developer_units", "Developer units"),
                                    ("credits", "Credits"),
                                ],
                                max_length=15,
                            ),
                        ),
                        ("threshold_micros", models.BigIntegerField(help_text="In micros of the unit.")),
                        (
                            "is_low",
                            models.BooleanField(
                                default=False, help_text="Whether the units left are at or below the threshold."
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                default=0, help_text="How often the alarm was raised or cleared."
                            ),
                        ),
                        ("mailed_at", models.DateTimeField(help_text="When the alarm was last emailed.", null=True)),
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
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "unit", "threshold_micros"), name="usage_unitalert_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("threshold_micros__gte", 0)), name="usage_unitalert_not_negative"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.unit IS DISTINCT FROM NEW.unit OR OLD.threshold_micros IS DISTINCT FROM NEW.threshold_micros OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of usage_unitalert never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="664367332e01dc8de431ea8c91619fe9c9c5bbca",
                                    operation='UPDATE OF "organization_id", "unit", "threshold_micros", "created_at"',
                                    pgid="pgtrigger_facts_12560",
                                    table="usage_unitalert",
                                    when="BEFORE",
                                ),
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UnknownModel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("model", models.CharField(max_length=128)),
                        ("provider", models.CharField(blank=True, max_length=64)),
                        ("waiting_count", models.BigIntegerField(verbose_name="events waiting")),
                        (
                            "event_count",
                            models.BigIntegerField(
                                help_text="At the price for any model.", verbose_name="events charged"
                            ),
                        ),
                        ("tokens", models.BigIntegerField(help_text="Of all its events, whether they wait or not.")),
                        ("charge_micros", models.BigIntegerField(help_text="Sum of its events' charges, in micros.")),
                        (
                            "first_seen_on",
                            models.DateField(help_text="The UTC day of the first event that was received."),
                        ),
                        ("last_seen_on", models.DateField(help_text="The newest UTC day of such an event.")),
                        (
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
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
                        "verbose_name": "unknown model",
                        "indexes": [models.Index(fields=["last_seen_on"], name="usage_unknown_newest")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "meter", "model", "provider"), name="usage_unknownmodel_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("model", ""), _negated=True), name="usage_unknownmodel_is_named"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UsageDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("model", models.CharField(blank=True, max_length=128)),
                        ("operation", models.CharField(blank=True, max_length=128)),
                        ("event_type", models.CharField(blank=True, max_length=128)),
                        ("operator", models.CharField(blank=True, max_length=128)),
                        ("billing_mode", models.CharField(blank=True, max_length=8)),
                        (
                            "cost_currency",
                            models.CharField(
                                blank=True, help_text="Currency of the cost; empty: unknown cost.", max_length=3
                            ),
                        ),
                        ("event_count", models.BigIntegerField()),
                        (
                            "quantity_micros",
                            models.BigIntegerField(help_text="Everything except split tokens, in micros of the unit."),
                        ),
                        ("input_tokens", models.BigIntegerField()),
                        ("output_tokens", models.BigIntegerField()),
                        ("charge_micros", models.BigIntegerField()),
                        (
                            "cost_picos",
                            models.DecimalField(
                                decimal_places=0,
                                default=0,
                                help_text="Sum of its events' costs as first known, in picos.",
                                max_digits=38,
                            ),
                        ),
                        (
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
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
                        ("provider", models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("cost_currency", ""), _negated=True),
                                fields=["day"],
                                name="usage_usageday_with_cost",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "organization",
                                    "day",
                                    "meter",
                                    "model",
                                    "provider",
                                    "operation",
                                    "event_type",
                                    "operator",
                                    "billing_mode",
                                    "cost_currency",
                                ),
                                name="usage_usageday_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("input_tokens__range", (-4611686018427387904, 4611686018427387904)),
                                    ("output_tokens__range", (-4611686018427387904, 4611686018427387904)),
                                    ("quantity_micros__range", (-4611686018427387904, 4611686018427387904)),
                                ),
                                name="usage_usageday_within_bounds",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UsageEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("source", models.CharField(max_length=200)),
                        (
                            "event_id",
                            models.CharField(
                                help_text="Unique per organization and source, forever.",
                                max_length=200,
                                verbose_name="id",
                            ),
                        ),
                        (
                            "fingerprint",
                            models.UUIDField(
                                help_text="Hash of the content; an id is accepted again only with the same content."
                            ),
                        ),
                        ("meter_slug", models.CharField(max_length=64, verbose_name="type")),
                        ("occurred_at", models.DateTimeField(help_text="When it happened; decides the price.")),
                        ("recorded_at", models.DateTimeField(help_text="When it was received.")),
                        (
                            "quantity_micros",
                            models.BigIntegerField(
                                help_text="Quantity counted, in micros of the meter's unit; in quarantine, the quantity sent.",
                                null=True,
                            ),
                        ),
                        (
                            "reported_micros",
                            models.BigIntegerField(
                                help_text="The reported quantity, if the meter counts a month's greatest or latest; the quantity counted is then the change that it made to that figure.",
                                null=True,
                            ),
                        ),
                        ("input_tokens", models.BigIntegerField(null=True)),
                        ("output_tokens", models.BigIntegerField(null=True)),
                        (
                            "amounts",
                            models.JSONField(
                                help_text="Tokens of other kinds than plain input and output, and micros of other units; by name.",
                                null=True,
                            ),
                        ),
                        (
                            "cost_picos",
                            models.BigIntegerField(
                                help_text="Our cost, in picos (10^-12): as reported, or by the cost book. Empty: unknown.",
                                null=True,
                            ),
                        ),
                        ("cost_currency", models.CharField(blank=True, max_length=3)),
                        ("model", models.CharField(blank=True, max_length=128)),
                        (
                            "model_sent",
                            models.CharField(
                                blank=True,
                                help_text="The model as sent, if the event is counted under another name.",
                                max_length=200,
                            ),
                        ),
                        ("operation", models.CharField(blank=True, max_length=128)),
                        ("event_type", models.CharField(blank=True, max_length=128)),
                        ("operator", models.CharField(blank=True, max_length=128)),
                        ("project", models.CharField(blank=True, max_length=128)),
                        ("session", models.CharField(blank=True, max_length=128)),
                        ("character", models.CharField(blank=True, max_length=128)),
                        ("traffic_source", models.CharField(blank=True, max_length=32)),
                        ("provider", models.CharField(blank=True, max_length=64)),
                        ("variant", models.CharField(blank=True, max_length=32)),
                        ("region", models.CharField(blank=True, max_length=32)),
                        (
                            "service_tier",
                            models.CharField(blank=True, help_text="Empty: the standard tier.", max_length=16),
                        ),
                        (
                            "key",
                            models.CharField(
                                blank=True, help_text="API key that the sender named for it.", max_length=128
                            ),
                        ),
                        ("user", models.CharField(blank=True, help_text="End user.", max_length=128)),
                        ("agent", models.CharField(blank=True, max_length=128)),
                        ("tag", models.CharField(blank=True, max_length=128)),
                        (
                            "billing_mode",
                            models.CharField(
                                blank=True,
                                help_text="byok: the customer's own keys were used, free of charge.",
                                max_length=8,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("rated", "Rated"),
                                    ("voided", "Voided before it had a price"),
                                    ("quarantined", "Quarantined"),
                                ],
                                max_length=11,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "-"),
                                    ("unknown_meter", "No such meter"),
                                    ("no_price", "No price at its time"),
                                    ("unknown_model", "No price of its own for its model"),
                                    (
                                        "no_price_for_unsplit_tokens",
                                        "No price for tokens not split into input and output",
                                    ),
                                    ("missing_quantity", "The meter needs a quantity"),
                                    ("fraction_of_token", "Tokens must be whole numbers"),
                                    ("tokens_not_counted", "The meter does not count tokens"),
                                    ("quantity_not_counted", "The meter counts one per event"),
                                    ("missing_character", "The meter needs a character"),
                                    ("missing_dimension", "The meter needs the dimension whose values it counts"),
                                    ("out_of_range", "The month's total would exceed 64 bits"),
                                    ("no_price_for_tier", "No price for its service tier"),
                                    ("no_price_for_value", "No price for its variant, region or the like"),
                                    (
                                        "no_cost",
                                        "Its price is a share of its cost, which is not known in the currency of the price",
                                    ),
                                    ("unknown_token_kind", "The vendor reports a kind of token that is not known"),
                                    ("inconsistent_tokens", "The vendor's token counts contradict each other"),
                                ],
                                max_length=32,
                                verbose_name="quarantined for",
                            ),
                        ),
                        (
                            "counted_on",
                            models.DateField(
                                help_text="The UTC day whose totals include it: the day of its time, unless it was late.",
                                null=True,
                            ),
                        ),
                        (
                            "corrects_month",
                            models.DateField(
                                help_text="If late: first day of the closed month of its time.", null=True
                            ),
                        ),
                        (
                            "exact_price",
                            models.DecimalField(
                                decimal_places=0,
                                help_text="Price by a table of cells before rounding, in 10^-30 of the currency unit.",
                                max_digits=50,
                                null=True,
                            ),
                        ),
                        (
                            "charge_micros",
                            models.BigIntegerField(
                                default=0, help_text="The increase of its counter's price, in micros."
                            ),
                        ),
                        (
                            "voids",
                            models.BigIntegerField(
                                help_text="Id of the event that this row voids. Its amounts are those of the event, negated; for a month's greatest, latest or distinct count, the change that the void makes to the figure.",
                                null=True,
                            ),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        (
                            "credential",
                            models.CharField(
                                blank=True, help_text="Prefix of the API key that sent it.", max_length=24
                            ),
                        ),
                        (
                            "cost_version",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                help_text="The version of the cost book that gave its cost; empty if the cost was reported.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.priceversion",
                            ),
                        ),
                        (
                            "meter",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="tenants.organization",
                            ),
                        ),
                        (
                            "price_version",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.priceversion",
                            ),
                        ),
                        (
                            "posting",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="usage.usageposting",
                            ),
                        ),
                        (
                            "reported_cost_picos",
                            models.BigIntegerField(
                                help_text="Our cost as reported, in picos, where the cost by the cost book counts instead.",
                                null=True,
                            ),
                        ),
                        ("reported_cost_currency", models.CharField(blank=True, max_length=3)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "counted_on", "id"], name="usage_event_by_day"),
                            models.Index(fields=["posting"], name="usage_event_by_posting"),
                            models.Index(
                                condition=models.Q(("state", "quarantined")),
                                fields=["id"],
                                name="usage_event_quarantined",
                            ),
                            django.contrib.postgres.indexes.BrinIndex(
                                autosummarize=True,
                                fields=["event_id"],
                                name="usage_event_by_event_id",
                                opclasses=["text_bloom_ops"],
                            ),
                            models.Index(
                                condition=models.Q(("billing_mode", "byok")),
                                fields=["organization", "counted_on", "id"],
                                name="usage_event_on_own_keys",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("counted_on__isnull", False),
                                        ("posting__isnull", False),
                                        ("reason", ""),
                                        ("state", "rated"),
                                    ),
                                    models.Q(
                                        ("charge_micros", 0),
                                        ("counted_on__isnull", True),
                                        ("posting__isnull", True),
                                        ("state__in", ["quarantined", "voided"]),
                                        models.Q(("reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="usage_usageevent_rated_is_posted",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_usageevent is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="aa8338d2ff7fa1f65da4045aa9eb9fa55fd1b376",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_f88df",
                                    table="usage_usageevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_usageevent is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="ef35e5e0a81195a9c13c07f9472326426bc83904",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_9a573",
                                    table="usage_usageevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="rated_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.state = 'rated')",
                                    func="RAISE EXCEPTION 'a rated event never changes' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="e3fb85629585b82bcf0eb6a9ed8628d9940652c7",
                                    operation="UPDATE",
                                    pgid="pgtrigger_rated_once_a8640",
                                    table="usage_usageevent",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.source IS DISTINCT FROM NEW.source OR OLD.event_id IS DISTINCT FROM NEW.event_id OR OLD.fingerprint IS DISTINCT FROM NEW.fingerprint OR OLD.meter_slug IS DISTINCT FROM NEW.meter_slug OR OLD.occurred_at IS DISTINCT FROM NEW.occurred_at OR OLD.recorded_at IS DISTINCT FROM NEW.recorded_at)",
                                    func="RAISE EXCEPTION 'the facts of usage_usageevent never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c2d26285194ccaa3ed17259bb35d9d2916077ff4",
                                    operation='UPDATE OF "organization_id", "source", "event_id", "fingerprint", "meter_slug", "occurred_at", "recorded_at"',
                                    pgid="pgtrigger_facts_fc4eb",
                                    table="usage_usageevent",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UsagePosting",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("usage", "Usage"),
                                    ("character", "Active characters"),
                                    ("minimum", "Minimum charge"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("traffic_source", models.CharField(blank=True, max_length=32)),
                        (
                            "amount_micros",
                            models.BigIntegerField(help_text="Charged, or credited back if negative, in micros."),
                        ),
                        ("item_count", models.IntegerField(help_text="Number of events or characters.")),
                        ("tokens", models.BigIntegerField(default=0)),
                        (
                            "resources",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=64),
                                db_default=[],
                                default=list,
                                help_text="Those of its meters that counted as persistent resources when it was charged.",
                                size=None,
                            ),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "hold",
                            models.ForeignKey(
                                db_index=False,
                                help_text="The reservation that its one event captured.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.hold",
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
                                help_text="Empty if the charge is 0.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.transfer",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["organization", "created_at"], name="usage_posting_newest"),
                            models.Index(fields=["created_at", "id"], name="usage_posting_list"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "transfer"), name="usage_usageposting_once_per_transfer"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("hold__isnull", False)),
                                fields=("organization", "hold"),
                                name="usage_usageposting_once_per_hold",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount_micros", 0), ("transfer__isnull", True)),
                                    models.Q(
                                        models.Q(("amount_micros", 0), _negated=True), ("transfer__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="usage_usageposting_moves_money_or_is_zero",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_usageposting is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="2cfc9f6951ad9b235ef5163cacc4f2de23a7f97e",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_9f1a1",
                                    table="usage_usageposting",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_usageposting is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c9b1ecd7a547abef20a5e991ec579414d6b56b03",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_abb65",
                                    table="usage_usageposting",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VendorBill",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("vendor", models.CharField(max_length=64)),
                        (
                            "models_begin_with",
                            models.CharField(
                                blank=True,
                                help_text="Beginning of the names of the billed models. Empty: all of the meter.",
                                max_length=128,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("first_day", models.DateField(help_text="First UTC day of the bill.")),
                        ("last_day", models.DateField(help_text="Last UTC day of the bill.")),
                        ("amount_micros", models.BigIntegerField(help_text="In micros.", verbose_name="billed")),
                        ("reason", models.CharField(max_length=500)),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "meter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pricing.meter"
                            ),
                        ),
                        (
                            "account",
                            models.CharField(
                                blank=True,
                                help_text="Account that was billed, as usage names it as its provider. Empty: all accounts.",
                                max_length=64,
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="usage_vendorbill_days_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_micros__gte", 0)),
                                name="usage_vendorbill_amount_not_negative",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_vendorbill is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="c0d09e8aae3609c7e343401dad3bddd602b1019a",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_c43fa",
                                    table="usage_vendorbill",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_vendorbill is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="cfbc6f9556b18a41a49d8bfb2808ba631c1e91eb",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_aa4b2",
                                    table="usage_vendorbill",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ActiveCharacter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(help_text="First day of the month.")),
                        ("character", models.CharField(max_length=128)),
                        (
                            "activated_at",
                            models.DateTimeField(
                                help_text="Time of the first received event that names it; decides the price."
                            ),
                        ),
                        (
                            "counted_on",
                            models.DateField(
                                help_text="The UTC day whose totals include it; after the month if it was late."
                            ),
                        ),
                        (
                            "late",
                            models.BooleanField(
                                help_text="Whether its month was already closed; then the high-water mark does not count it."
                            ),
                        ),
                        ("charge_micros", models.BigIntegerField(default=0)),
                        (
                            "meter",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
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
                            "price_version",
                            models.ForeignKey(
                                help_text="Empty while active characters have no price.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.priceversion",
                            ),
                        ),
                        (
                            "posting",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="usage.usageposting",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("price_version__isnull", True)),
                                fields=["id"],
                                name="usage_character_unpriced",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "month", "character"), name="usage_activecharacter_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("charge_micros", 0), ("posting__isnull", True), ("price_version__isnull", True)
                                    ),
                                    models.Q(("posting__isnull", False), ("price_version__isnull", False)),
                                    _connector="OR",
                                ),
                                name="usage_activecharacter_priced_is_posted",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_activecharacter is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="0bb5920d40be7990cd582eedb1482823bb30c0b4",
                                    operation="DELETE",
                                    pgid="pgtrigger_kept_63f93",
                                    table="usage_activecharacter",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_activecharacter is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="cc70119f34cc37955ff6a0b628914d202160690b",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_2b240",
                                    table="usage_activecharacter",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="priced_once",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.price_version_id IS NOT NULL)",
                                    func="RAISE EXCEPTION 'a priced character never changes' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="a8263c7411be9943ff8fb3cf7552dec446d17736",
                                    operation="UPDATE",
                                    pgid="pgtrigger_priced_once_f59f0",
                                    table="usage_activecharacter",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.month IS DISTINCT FROM NEW.month OR OLD.character IS DISTINCT FROM NEW.character OR OLD.activated_at IS DISTINCT FROM NEW.activated_at OR OLD.late IS DISTINCT FROM NEW.late)",
                                    func="RAISE EXCEPTION 'the facts of usage_activecharacter never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="6239ad1102fcdfe86fcbdf8da8a04e74d72dc8fe",
                                    operation='UPDATE OF "organization_id", "month", "character", "activated_at", "late"',
                                    pgid="pgtrigger_facts_fcb61",
                                    table="usage_activecharacter",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArchivedMonth",
                    fields=[
                        (
                            "month",
                            models.DateField(
                                help_text="First day of the UTC month in which its events were recorded.",
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("file", models.CharField(help_text="Name of the file in ARCHIVE_DIR.", max_length=255)),
                        (
                            "sha256",
                            models.CharField(help_text="SHA-256 of the file, in hexadecimal digits.", max_length=64),
                        ),
                        ("row_count", models.BigIntegerField()),
                        (
                            "charge_micros",
                            models.BigIntegerField(
                                help_text="Sum of its events' charges, in micros, over all currencies."
                            ),
                        ),
                        ("archived_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)), name="usage_archivedmonth_is_a_first_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("row_count__gte", 0)), name="usage_archivedmonth_not_negative"
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="kept",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_archivedmonth is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="333e776d692a185a3618940665addda8bb273f4d",
                                    operation="UPDATE OR DELETE",
                                    pgid="pgtrigger_kept_dc8f2",
                                    table="usage_archivedmonth",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="not_emptied",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="RAISE EXCEPTION 'usage_archivedmonth is append-only' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="2c954d322cba04a50a8a77b69a6d81fe44c5f514",
                                    level="STATEMENT",
                                    operation="TRUNCATE",
                                    pgid="pgtrigger_not_emptied_7683c",
                                    table="usage_archivedmonth",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QuarantinedEvent",
                    fields=[],
                    options={
                        "proxy": True,
                        "indexes": [],
                        "constraints": [],
                    },
                    bases=("usage.usageevent",),
                ),
                migrations.CreateModel(
                    name="CallDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField()),
                        ("model", models.CharField(blank=True, max_length=128)),
                        ("provider", models.CharField(blank=True, max_length=64)),
                        ("service_tier", models.CharField(blank=True, max_length=16)),
                        ("variant", models.CharField(blank=True, max_length=32)),
                        ("region", models.CharField(blank=True, max_length=32)),
                        ("operation", models.CharField(blank=True, max_length=128)),
                        ("operator", models.CharField(blank=True, max_length=128)),
                        (
                            "above",
                            models.BigIntegerField(
                                help_text="The calls have more input tokens than this, up to the next usual size."
                            ),
                        ),
                        (
                            "names",
                            models.CharField(
                                blank=True,
                                help_text="The details and units that each of the calls has.",
                                max_length=600,
                            ),
                        ),
                        (
                            "of",
                            models.CharField(
                                blank=True,
                                help_text="The detail or unit of the row; empty in the row that counts the calls.",
                                max_length=32,
                            ),
                        ),
                        (
                            "event_count",
                            models.BigIntegerField(help_text="Number of calls; 0 in the rows of details and units."),
                        ),
                        ("quantity_micros", models.BigIntegerField(help_text="Unsplit tokens in micros.")),
                        ("input_tokens", models.BigIntegerField()),
                        ("output_tokens", models.BigIntegerField()),
                        (
                            "amount",
                            models.BigIntegerField(help_text="Whole tokens of the detail, or micros of the unit."),
                        ),
                        ("charge_micros", models.BigIntegerField()),
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
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
                            ),
                        ),
                        ("billing_mode", models.CharField(blank=True, max_length=8)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["meter", "day"], name="usage_callday_by_meter")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "organization",
                                    "day",
                                    "meter",
                                    "model",
                                    "provider",
                                    "service_tier",
                                    "variant",
                                    "region",
                                    "operation",
                                    "operator",
                                    "billing_mode",
                                    "above",
                                    "names",
                                    "of",
                                ),
                                name="usage_callday_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LateUsageDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(help_text="The UTC day on which it counts.")),
                        (
                            "corrects_month",
                            models.DateField(help_text="First day of the closed month in which it was used."),
                        ),
                        ("model", models.CharField(blank=True, max_length=128)),
                        ("event_count", models.BigIntegerField()),
                        (
                            "quantity_micros",
                            models.BigIntegerField(help_text="Everything except split tokens, in micros of the unit."),
                        ),
                        ("input_tokens", models.BigIntegerField()),
                        ("output_tokens", models.BigIntegerField()),
                        ("charge_micros", models.BigIntegerField()),
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
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="pricing.meter",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "day", "corrects_month", "meter", "model"),
                                name="usage_lateusageday_once",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
