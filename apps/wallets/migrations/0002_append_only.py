from django.db import migrations

from apps.common.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("wallets", "0001_initial")]
    operations = [
        AppendOnly("wallets_consumption"),
        AppendOnly("wallets_holdslice"),
        AppendOnly("wallets_grant", updates=True),
        AppendOnly("wallets_shortfall", updates=True),
        AppendOnly("wallets_wallet", updates=True),
    ]
