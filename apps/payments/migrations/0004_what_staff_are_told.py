"""Staff are told when a subscription is about to take its first payment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0003_what_is_not_asked_for"),
    ]

    operations = [
        migrations.AlterField(
            model_name="paymentissue",
            name="kind",
            field=models.CharField(
                choices=[
                    ("clearing", "Stripe and the books differ"),
                    ("missing_payment", "A payment at Stripe is not in the books"),
                    ("refunds_differ", "Refunds at Stripe and here differ"),
                    ("schedule", "Stripe and the schedule differ"),
                    ("debt", "Money went back that was spent already"),
                    ("dispute", "Disputed"),
                    ("fraud_warning", "Fraud is likely"),
                    ("our_loss", "Money went back twice"),
                    ("payment_failed", "A promised payment failed"),
                    ("unasked", "Money came for what is not asked for any more"),
                    ("customer_deleted", "The customer was deleted at Stripe"),
                    ("subscription", "A subscription needs attention"),
                    ("trial_ends", "A subscription takes its first payment soon"),
                    ("key_refused", "Stripe refuses our key"),
                ],
                max_length=16,
            ),
        ),
    ]
