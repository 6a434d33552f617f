from django.db import migrations

from apps.common.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [
        AppendOnly("payments_stripeevent", updates=True),
        AppendOnly("payments_stripepayment", updates=True),
        AppendOnly("payments_paymentpart", updates=True),
        AppendOnly("payments_refund", updates=True),
        AppendOnly("payments_dispute", updates=True),
    ]
