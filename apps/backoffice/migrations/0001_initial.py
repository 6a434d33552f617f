import apps.common.model_creation
import django.db.models.deletion
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
                    name="Duty",
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
                        ("text", models.TextField(max_length=4000)),
                        (
                            "is_pinned",
                            models.BooleanField(default=False, help_text="Show it at the top of the customer's page."),
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
                    ],
                    options={
                        "ordering": ["-pk"],
                        "indexes": [models.Index(fields=["organization", "-id"], name="backoffice_note_of_customer")],
                    },
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
                            models.CharField(help_text="The list it belongs to: `wallets.grant`.", max_length=100),
                        ),
                        ("name", models.CharField(max_length=60)),
                        (
                            "query",
                            models.CharField(
                                blank=True, help_text="What follows the `?` in the list's address.", max_length=1000
                            ),
                        ),
                        ("is_shared", models.BooleanField(default=False, help_text="Colleagues see it too.")),
                        ("created_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["name"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("owner", "list_name", "name"), name="backoffice_savedview_name_once_per_person"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
