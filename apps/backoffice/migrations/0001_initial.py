import apps.common.model_creation
import django.db.models.deletion
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "__first__"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="StaffPermission",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                    ],
                    options={
                        "permissions": [
                            ("move_money", "Can grant, deduct, reverse, refund, settle and write off"),
                            ("replay_work", "Can replay webhooks and send parked work again"),
                            ("see_api_answers", "Can see what the API answers a customer"),
                            ("export_lists", "Can export lists"),
                        ],
                        "managed": False,
                        "default_permissions": (),
                    },
                ),
                migrations.CreateModel(
                    name="Note",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "text",
                            models.TextField(
                                help_text="@name mentions a colleague, who gets an email.", max_length=4000
                            ),
                        ),
                        (
                            "is_pinned",
                            models.BooleanField(
                                default=False,
                                help_text="Show it at the top of the page, and of the customer's.",
                                verbose_name="pinned",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "author",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organization",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tenants.organization"
                            ),
                        ),
                        (
                            "mentioned",
                            models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                        (
                            "subject_type",
                            models.CharField(
                                blank=True,
                                help_text="The model of the row it is about, such as `contracts.contract`.",
                                max_length=100,
                            ),
                        ),
                        (
                            "subject_id",
                            models.CharField(
                                blank=True, help_text="The row's id; empty if about the customer.", max_length=64
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-pk"],
                        "indexes": [
                            models.Index(fields=["organization", "-id"], name="backoffice_note_of_customer"),
                            models.Index(
                                condition=models.Q(("subject_id", ""), _negated=True),
                                fields=["subject_id", "-id"],
                                name="backoffice_note_of_row",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Preference",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "style",
                            models.CharField(
                                choices=[
                                    ("ISO", "2026-12-31 and 1,234.50"),
                                    ("UNITED_STATES", "12/31/2026 and 1,234.50"),
                                    ("BRITISH", "31/12/2026 and 1,234.50"),
                                    ("GERMAN", "31.12.2026 and 1.234,50"),
                                    ("SWISS", "31.12.2026 and 1’234.50"),
                                    ("FRENCH", "31/12/2026 and 1 234,50"),
                                ],
                                default="ISO",
                                max_length=13,
                                verbose_name="days and amounts",
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="UTC", help_text="Times are stored in UTC all the same.", max_length=64
                            ),
                        ),
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="preference",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "list_name",
                            models.CharField(
                                help_text="The list it belongs to, such as `wallets.grant`.", max_length=100
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        (
                            "query",
                            models.CharField(
                                blank=True, help_text="The query of the list's address, after the `?`.", max_length=1000
                            ),
                        ),
                        (
                            "is_shared",
                            models.BooleanField(
                                default=False, help_text="Whether colleagues see it.", verbose_name="shared"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "is_default",
                            models.BooleanField(
                                default=False, help_text="Whether the list opens with it.", verbose_name="default"
                            ),
                        ),
                        (
                            "mailed",
                            models.CharField(
                                choices=[("never", "Not emailed"), ("daily", "Every day"), ("weekly", "Every Monday")],
                                default="never",
                                help_text="As CSV, to your address.",
                                max_length=6,
                                verbose_name="emailed",
                            ),
                        ),
                        ("mailed_on", models.DateField(blank=True, editable=False, null=True)),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                help_text="The group that sees it. Empty: everybody.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="auth.group",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("owner", "list_name", "name"), name="backoffice_savedview_name_once_per_person"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_default", True)),
                                fields=("owner", "list_name"),
                                name="backoffice_savedview_one_default",
                                violation_error_message="Another view of this list is your default.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportedFile",
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
                                choices=[("customers", "Customers"), ("contracts", "Contracts")], max_length=9
                            ),
                        ),
                        ("file_name", models.CharField(max_length=200)),
                        ("sha256", models.CharField(help_text="SHA-256 of the uploaded file.", max_length=64)),
                        (
                            "content",
                            models.BinaryField(help_text="The file, compressed with gzip; empty once it is imported."),
                        ),
                        ("line_count", models.PositiveIntegerField(verbose_name="lines")),
                        (
                            "problems",
                            models.JSONField(default=list, help_text="Line number, column and reason of each problem."),
                        ),
                        ("created_by", models.CharField(max_length=200)),
                        ("created_at", models.DateTimeField()),
                        ("imported_by", models.CharField(blank=True, max_length=200)),
                        ("imported_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("kind", "sha256"), name="backoffice_importedfile_once")
                        ],
                        "triggers": [
                            pgtrigger.compiler.Trigger(
                                name="facts",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN (OLD.kind IS DISTINCT FROM NEW.kind OR OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.created_at IS DISTINCT FROM NEW.created_at)",
                                    func="RAISE EXCEPTION 'the facts of backoffice_importedfile never change' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="e8c9180c1f9898320218a3e51d5c0c32f7e75ecf",
                                    operation='UPDATE OF "kind", "sha256", "created_at"',
                                    pgid="pgtrigger_facts_c053c",
                                    table="backoffice_importedfile",
                                    when="BEFORE",
                                ),
                            ),
                            pgtrigger.compiler.Trigger(
                                name="imported",
                                sql=pgtrigger.compiler.UpsertTriggerSql(
                                    condition="WHEN ((OLD.imported_at IS NOT NULL) AND (OLD.content IS DISTINCT FROM NEW.content OR OLD.problems IS DISTINCT FROM NEW.problems OR OLD.line_count IS DISTINCT FROM NEW.line_count OR OLD.imported_at IS DISTINCT FROM NEW.imported_at))",
                                    func="RAISE EXCEPTION 'an imported file never changes' USING ERRCODE = 'integrity_constraint_violation';",
                                    hash="4f8901fe020ba29fc6334757a26501d23d073b0d",
                                    operation='UPDATE OF "content", "problems", "line_count", "imported_at"',
                                    pgid="pgtrigger_imported_9050b",
                                    table="backoffice_importedfile",
                                    when="BEFORE",
                                ),
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
