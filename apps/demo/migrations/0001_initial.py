import apps.common.model_creation
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        apps.common.model_creation.CreateModels(
            models=[
                migrations.CreateModel(
                    name="History",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("leads_up_to", models.DateTimeField()),
                        ("made_until", models.DateTimeField()),
                        ("is_complete", models.BooleanField(default=False)),
                    ],
                    options={
                        "verbose_name_plural": "histories",
                    },
                ),
            ],
        ),
    ]
