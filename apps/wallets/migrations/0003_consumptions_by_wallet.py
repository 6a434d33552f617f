import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wallets", "0002_append_only")]
    operations = [
        migrations.AlterField(
            model_name="consumption",
            name="wallet",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consumptions",
                to="wallets.wallet",
            ),
        ),
    ]
