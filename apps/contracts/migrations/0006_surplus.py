"""What came for an installment beyond what was left to pay has rows of its own, which never change."""

import django.db.models.deletion
from django.db import migrations, models

from apps.common.append_only import AppendOnly
from apps.common.fixed_columns import FixedColumns

SURPLUS = (
    "installment_id",
    "key",
    "amount_micros",
    "received_in",
    "reference",
    "transfer_id",
    "created_by",
    "received_at",
)


class Migration(migrations.Migration):
    dependencies = [
        ("contracts", "0005_facts"),
        ("ledger", "0005_lists_by_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="InstallmentSurplus",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        help_text="Names the outside fact: a payment at Stripe.", max_length=150, unique=True
                    ),
                ),
                ("amount_micros", models.BigIntegerField()),
                ("returned_micros", models.BigIntegerField(default=0, help_text="What of it was given back.")),
                (
                    "received_in",
                    models.CharField(help_text="The account it came into: cash or manual_receipts.", max_length=20),
                ),
                (
                    "reference",
                    models.CharField(blank=True, help_text="What the payer's bank or Stripe calls it.", max_length=255),
                ),
                ("created_by", models.CharField(max_length=200)),
                ("received_at", models.DateTimeField()),
                (
                    "installment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surpluses",
                        to="contracts.installment",
                    ),
                ),
                (
                    "transfer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.transfer"
                    ),
                ),
            ],
            options={
                "verbose_name": "surplus on an installment",
                "verbose_name_plural": "surpluses on installments",
            },
        ),
        migrations.AddField(
            model_name="installmentrefund",
            name="surplus",
            field=models.ForeignKey(
                blank=True,
                help_text="What it was given back of, where that was beyond what was left to pay.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="contracts.installmentsurplus",
            ),
        ),
        migrations.AddConstraint(
            model_name="installmentsurplus",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_micros__gt", 0)), name="contracts_installmentsurplus_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="installmentsurplus",
            constraint=models.CheckConstraint(
                condition=models.Q(("returned_micros__gte", 0), ("returned_micros__lte", models.F("amount_micros"))),
                name="contracts_installmentsurplus_returned_within_amount",
            ),
        ),
        AppendOnly("contracts_installmentsurplus", updates=True),
        FixedColumns("contracts_installmentsurplus", SURPLUS),
        FixedColumns("contracts_installmentrefund", ["surplus_id"], name="of_surplus"),
    ]
