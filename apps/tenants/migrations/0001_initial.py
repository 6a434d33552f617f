import apps.common.model_creation
import django.core.validators
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
                    name="PlatformKeyVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="tenants_platformkeyversion_one_row"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Project",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=200)),
                        ("slug", models.SlugField(max_length=80)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="projects",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("organization", "slug"), name="tenants_project_slug_unique_per_organization"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Organization",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=200)),
                        ("slug", models.SlugField(max_length=80, unique=True)),
                        (
                            "currency",
                            models.CharField(
                                default="USD",
                                help_text="ISO 4217 code of all billing; cannot be changed.",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "The currency must be three capital letters, such as EUR."
                                    )
                                ],
                            ),
                        ),
                        (
                            "billing_mode",
                            models.CharField(
                                choices=[("prepaid", "Prepaid"), ("postpaid", "Postpaid")],
                                default="prepaid",
                                help_text="Prepaid spends existing credit; postpaid may owe up to a limit and gets monthly invoices.",
                                max_length=8,
                            ),
                        ),
                        (
                            "anchor_day",
                            models.PositiveSmallIntegerField(
                                default=1,
                                help_text="Day of the month (1 to 31) on which billing periods start, clamped in short months; cannot be changed after the first plan.",
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(31),
                                ],
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[("active", "Active"), ("suspended", "Suspended"), ("archived", "Archived")],
                                default="active",
                                max_length=9,
                            ),
                        ),
                        (
                            "postpaid_limit_micros",
                            models.BigIntegerField(
                                default=0,
                                help_text="How much a postpaid customer may owe before new work is refused, in micros.",
                                validators=[django.core.validators.MinValueValidator(0)],
                            ),
                        ),
                        (
                            "usd_rate_micros",
                            models.BigIntegerField(
                                default=1000000,
                                help_text="US dollars per unit of the currency, in micros; only for display, in API fields named …Usd.",
                                validators=[django.core.validators.MinValueValidator(1)],
                            ),
                        ),
                        ("usd_rate_date", models.DateField(blank=True, help_text="When the rate was set.", null=True)),
                        (
                            "usage_billing_enabled",
                            models.BooleanField(
                                default=True, help_text="Whether usage beyond the included quota may be charged."
                            ),
                        ),
                        (
                            "monthly_resource_spend_limit_usd_micros",
                            models.BigIntegerField(
                                blank=True,
                                help_text="Monthly spend limit for persistent resources, in micros of US dollars; empty for none.",
                                null=True,
                                validators=[django.core.validators.MinValueValidator(0)],
                            ),
                        ),
                        (
                            "pause_on_limit",
                            models.BooleanField(
                                default=False, help_text="Whether to stop persistent resources at the limit."
                            ),
                        ),
                        (
                            "resource_email_alerts",
                            models.BooleanField(
                                default=True, help_text="Whether to email when spending nears the limit."
                            ),
                        ),
                        (
                            "work_paused_at",
                            models.DateTimeField(
                                blank=True,
                                editable=False,
                                help_text="When staff paused new work; empty if it is not paused.",
                                null=True,
                            ),
                        ),
                        (
                            "work_pause_reason",
                            models.CharField(
                                blank=True,
                                editable=False,
                                help_text="Why new work is paused; the customer reads it.",
                                max_length=200,
                            ),
                        ),
                        (
                            "postpaid_paused_at",
                            models.DateTimeField(
                                blank=True,
                                editable=False,
                                help_text="When dunning paused postpaid use. Empty: the postpaid limit applies.",
                                null=True,
                            ),
                        ),
                        (
                            "version",
                            models.BigIntegerField(
                                default=0,
                                editable=False,
                                help_text="Incremented by changes of the organization, its API keys, or its identities; invalidates caches.",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("anchor_day__range", (1, 31))),
                                name="tenants_organization_anchor_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")),
                                name="tenants_organization_currency_code",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("postpaid_limit_micros__gte", 0)),
                                name="tenants_organization_limit_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("usd_rate_micros__gt", 0)),
                                name="tenants_organization_rate_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("work_pause_reason", ""), ("work_paused_at", None)),
                                    models.Q(
                                        ("work_paused_at__isnull", False),
                                        models.Q(("work_pause_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="tenants_organization_pause_has_a_reason",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="currency",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.currency IS DISTINCT FROM NEW.currency)",
                                    func="RAISE EXCEPTION 'the facts of tenants_organization never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="1321e0ec9161be8028eb49532a7b4b8fba897af8",
                                    operation='UPDATE OF "currency"',
                                    pgid="pgtrigger_currency_0bced",
                                    table="tenants_organization",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="version",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                    func="NEW.version = OLD.version + 1; RETURN NEW;",
                                    hash="bcbc63eeada3043839657b64cd10b428fe373ca0",
                                    operation="UPDATE",
                                    pgid="pgtrigger_version_4fd48",
                                    table="tenants_organization",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="rate_by_day",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="\n            INSERT INTO tenants_usdrate (organization_id, day, rate_micros)\n            SELECT NEW.id, CASE WHEN TG_OP = 'INSERT' THEN DATE '0001-01-01'\n                ELSE COALESCE(NEW.usd_rate_date, (NEW.updated_at AT TIME ZONE 'UTC')::date) END, NEW.usd_rate_micros\n            WHERE TG_OP = 'INSERT' OR (OLD.usd_rate_micros, OLD.usd_rate_date)\n                IS DISTINCT FROM (NEW.usd_rate_micros, NEW.usd_rate_date)\n            ON CONFLICT (organization_id, day) DO UPDATE SET rate_micros = EXCLUDED.rate_micros;\n            RETURN NULL;\n        ",
                                    hash="bddc448fdd9c6319cbad8b9927bf97583fff4226",
                                    operation="INSERT OR UPDATE",
                                    pgid="pgtrigger_rate_by_day_02ddc",
                                    table="tenants_organization",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IdentityLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("issuer", models.CharField(help_text="Exactly the token's `iss`.", max_length=255)),
                        ("external_organization_id", models.CharField(help_text="Clerk's `org_…` id.", max_length=255)),
                        ("created_at", models.DateTimeField()),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="identity_links",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("issuer", "external_organization_id"),
                                name="tenants_identitylink_one_organization",
                            )
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="version_by_change",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.issuer IS DISTINCT FROM NEW.issuer OR OLD.external_organization_id IS DISTINCT FROM NEW.external_organization_id)",
                                    func="\n            UPDATE tenants_organization SET version = version + 1\n            WHERE id IN (OLD.organization_id, NEW.organization_id);\n            IF (TG_OP <> 'INSERT' AND OLD.organization_id IS NULL)\n                OR (TG_OP <> 'DELETE' AND NEW.organization_id IS NULL) THEN\n                INSERT INTO tenants_platformkeyversion AS kept (id, version) VALUES (1, 1)\n                ON CONFLICT (id) DO UPDATE SET version = kept.version + 1;\n            END IF;\n            RETURN NULL;\n        ",
                                    hash="8666f0bc057f88c37329f0e59f622fccb428844f",
                                    operation="UPDATE",
                                    pgid="pgtrigger_version_by_change_54e4a",
                                    table="tenants_identitylink",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="version_by_row",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="\n            UPDATE tenants_organization SET version = version + 1\n            WHERE id IN (OLD.organization_id, NEW.organization_id);\n            IF (TG_OP <> 'INSERT' AND OLD.organization_id IS NULL)\n                OR (TG_OP <> 'DELETE' AND NEW.organization_id IS NULL) THEN\n                INSERT INTO tenants_platformkeyversion AS kept (id, version) VALUES (1, 1)\n                ON CONFLICT (id) DO UPDATE SET version = kept.version + 1;\n            END IF;\n            RETURN NULL;\n        ",
                                    hash="72482eca28bdc195ac2a79096aa0f3c26f8da3a7",
                                    operation="INSERT OR DELETE",
                                    pgid="pgtrigger_version_by_row_5cc6a",
                                    table="tenants_identitylink",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(help_text="What the key is for.", max_length=100)),
                        (
                            "prefix",
                            models.CharField(
                                help_text="The part of the key that may be shown.", max_length=24, unique=True
                            ),
                        ),
                        ("secret_sha256", models.CharField(editable=False, max_length=64)),
                        ("scopes", models.JSONField(default=list, help_text="What the key may do.")),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        (
                            "expires_at",
                            models.DateTimeField(
                                blank=True, help_text="First moment it is no longer valid.", null=True
                            ),
                        ),
                        ("revoked_at", models.DateTimeField(blank=True, null=True)),
                        ("revoked_by", models.CharField(blank=True, max_length=200)),
                        (
                            "last_used_at",
                            models.DateTimeField(blank=True, help_text="Updated at most once a minute.", null=True),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                blank=True,
                                help_text="Empty for a platform key, which belongs to no organization.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_keys",
                                to="tenants.organization",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "API key",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("secret_sha256__regex", "^[0-9a-f]{64}$")),
                                name="tenants_apikey_hash_is_sha256",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("created_at"))),
                                name="tenants_apikey_expires_after_creation",
                            ),
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="version_by_change",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.organization_id IS DISTINCT FROM NEW.organization_id OR OLD.prefix IS DISTINCT FROM NEW.prefix OR OLD.secret_sha256 IS DISTINCT FROM NEW.secret_sha256 OR OLD.scopes IS DISTINCT FROM NEW.scopes OR OLD.expires_at IS DISTINCT FROM NEW.expires_at OR OLD.revoked_at IS DISTINCT FROM NEW.revoked_at)",
                                    func="\n            UPDATE tenants_organization SET version = version + 1\n            WHERE id IN (OLD.organization_id, NEW.organization_id);\n            IF (TG_OP <> 'INSERT' AND OLD.organization_id IS NULL)\n                OR (TG_OP <> 'DELETE' AND NEW.organization_id IS NULL) THEN\n                INSERT INTO tenants_platformkeyversion AS kept (id, version) VALUES (1, 1)\n                ON CONFLICT (id) DO UPDATE SET version = kept.version + 1;\n            END IF;\n            RETURN NULL;\n        ",
                                    hash="42be3d4d42df0e18a977f59eb2be82caba915037",
                                    operation="UPDATE",
                                    pgid="pgtrigger_version_by_change_8729d",
                                    table="tenants_apikey",
                                    when="AFTER",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="version_by_row",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    func="\n            UPDATE tenants_organization SET version = version + 1\n            WHERE id IN (OLD.organization_id, NEW.organization_id);\n            IF (TG_OP <> 'INSERT' AND OLD.organization_id IS NULL)\n                OR (TG_OP <> 'DELETE' AND NEW.organization_id IS NULL) THEN\n                INSERT INTO tenants_platformkeyversion AS kept (id, version) VALUES (1, 1)\n                ON CONFLICT (id) DO UPDATE SET version = kept.version + 1;\n            END IF;\n            RETURN NULL;\n        ",
                                    hash="3dc09020fffc7611b8cccdecf95e6224808efbf7",
                                    operation="INSERT OR DELETE",
                                    pgid="pgtrigger_version_by_row_1d666",
                                    table="tenants_apikey",
                                    when="AFTER",
                                ),
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UsdRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "day",
                            models.DateField(
                                help_text="First UTC day on which it counts; the first rate counts for all earlier days."
                            ),
                        ),
                        (
                            "rate_micros",
                            models.BigIntegerField(help_text="US dollars per unit of the currency, in micros."),
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
                        "verbose_name": "US dollar rate",
                        "constraints": [
                            models.UniqueConstraint(fields=("organization", "day"), name="tenants_usdrate_once_per_day")
                        ],
                    },
                ),
            ],
        ),
    ]
