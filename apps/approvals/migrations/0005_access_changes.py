"""Keeps who changed whose access, for good: it decides who may decide for whom."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.common.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0004_moves_alone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("account", "Account made"),
                            ("status", "Active, staff or superuser"),
                            ("groups", "Groups"),
                            ("permissions", "Permissions"),
                            ("group permissions", "Permissions of a group"),
                            ("password", "Password"),
                            ("second factor", "Second factor"),
                        ],
                        max_length=20,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("changed_at", models.DateTimeField(db_index=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty for what nobody did who was signed in: a command, or a migration.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        help_text="Whose access it is.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "change of access",
                "verbose_name_plural": "changes of access",
                "ordering": ["-pk"],
            },
        ),
        AppendOnly("approvals_accesschange"),
    ]
