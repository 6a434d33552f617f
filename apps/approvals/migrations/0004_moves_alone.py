"""Keeps what people move alone, for good: the limit of a day is counted from it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.common.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0003_currency"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="MoveAlone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "about",
                    models.CharField(
                        help_text="What slices add up for: `organization:<id>`, or vouchers.", max_length=200
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount_micros", models.BigIntegerField(help_text="The size of it, in micros.")),
                ("kind", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=200)),
                ("fingerprint", models.CharField(help_text="What exactly was done.", max_length=64, unique=True)),
                ("moved_at", models.DateTimeField()),
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
                "verbose_name": "move made alone",
                "verbose_name_plural": "moves made alone",
                "indexes": [models.Index(fields=["person", "about", "moved_at"], name="approvals_moved_alone")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_micros__gte", 0)), name="approvals_movealone_not_negative"
                    )
                ],
            },
        ),
        AppendOnly("approvals_movealone"),
    ]
