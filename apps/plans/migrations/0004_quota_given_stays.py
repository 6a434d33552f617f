"""What a period of a subscription was given stays as it was written down: later plans add only what they give more."""

from django.db import migrations

from apps.common.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_fixed_terms")]
    operations = [AppendOnly("plans_includedquota")]
