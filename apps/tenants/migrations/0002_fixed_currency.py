"""What an organization is billed in never changes: every account, price and contract of it is in it."""

import django.core.validators
from django.db import migrations, models

from apps.common.fixed_columns import FixedColumns


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]
    operations = [
        migrations.AlterField(
            model_name="organization",
            name="anchor_day",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="Day of the month (1 to 31) on which billing periods start, clamped in short months; "
                "fixed by the first plan.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(31),
                ],
            ),
        ),
        FixedColumns("tenants_organization", ["currency"]),
    ]
