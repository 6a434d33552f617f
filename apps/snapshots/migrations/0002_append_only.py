from django.db import migrations

from apps.common.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("snapshots", "0001_initial")]

    operations = [AppendOnly("snapshots_balancesnapshot"), AppendOnly("snapshots_costsnapshot")]
