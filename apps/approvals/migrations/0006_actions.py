"""Requests and what one person did alone name their subject, customer and intent in columns of their own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.common.append_only import AppendOnly
from apps.common.fixed_columns import FixedColumns

FACTS = (
    "kind",
    "subject_type",
    "subject_id",
    "about",
    "organization_id",
    "arguments",
    "fingerprint",
    "key",
    "amount_micros",
    "currency",
    "preview",
    "reason",
    "requested_by_id",
    "requested_at",
    "expires_at",
)


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0005_access_changes"),
        ("tenants", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            "DROP TRIGGER approvals_approval_facts ON approvals_approval", reverse_sql=migrations.RunSQL.noop
        ),
        migrations.RemoveField(model_name="approval", name="subject"),
        migrations.AddField(
            model_name="approval",
            name="subject_type",
            field=models.CharField(default="", help_text="What it is done to: the label of its model.", max_length=100),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="approval",
            name="subject_id",
            field=models.CharField(
                blank=True, default="", help_text="The row's key; empty for the whole list.", max_length=64
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="approval",
            name="about",
            field=models.CharField(blank=True, default="", help_text="What it is done to, in words.", max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="approval",
            name="organization",
            field=models.ForeignKey(
                blank=True,
                help_text="The customer; empty where it is about no single one.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenants.organization",
            ),
        ),
        migrations.AddField(
            model_name="approval",
            name="key",
            field=models.CharField(
                default="",
                editable=False,
                help_text="Names the intent: a form sent twice has one.",
                max_length=200,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="approval",
            name="preview",
            field=models.JSONField(
                default=list,
                editable=False,
                help_text="What the person who asked saw: name, before and after, row by row.",
            ),
        ),
        migrations.AlterField(
            model_name="approval",
            name="kind",
            field=models.CharField(help_text="What is to be done: the kind of a registered action.", max_length=60),
        ),
        migrations.AlterField(
            model_name="approval",
            name="arguments",
            field=models.JSONField(help_text="Everything else that the action is given; exactly this is agreed to."),
        ),
        migrations.AlterField(
            model_name="approval",
            name="currency",
            field=models.CharField(help_text="What the amount is in.", max_length=3),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                condition=models.Q(("status__in", ["pending", "approved"])),
                fields=["subject_type", "subject_id"],
                name="approvals_open_by_subject",
            ),
        ),
        FixedColumns("approvals_approval", FACTS),
        migrations.DeleteModel(name="MoveAlone"),
        migrations.CreateModel(
            name="SoloAction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("customer", "One customer"),
                            ("vouchers", "Vouchers"),
                            ("prices", "Prices of all customers"),
                        ],
                        max_length=8,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount_micros", models.BigIntegerField(help_text="The size of it, in micros.")),
                ("kind", models.CharField(max_length=60)),
                ("subject_type", models.CharField(max_length=100)),
                ("subject_id", models.CharField(blank=True, max_length=64)),
                ("fingerprint", models.CharField(help_text="What exactly was done.", max_length=64)),
                (
                    "key",
                    models.CharField(
                        help_text="Names the intent: a form sent twice has one.", max_length=200, unique=True
                    ),
                ),
                ("done_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.organization",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "action of one person",
                "verbose_name_plural": "actions of one person",
                "indexes": [
                    models.Index(fields=["person", "scope", "organization", "done_at"], name="approvals_soloaction_day")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_micros__gte", 0)), name="approvals_soloaction_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("organization__isnull", False), ("scope", "customer"))
                        | models.Q(models.Q(("scope", "customer"), _negated=True), ("organization__isnull", True)),
                        name="approvals_soloaction_customer_is_named",
                    ),
                ],
            },
        ),
        AppendOnly("approvals_soloaction"),
    ]
