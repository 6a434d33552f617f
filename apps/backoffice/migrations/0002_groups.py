"""Makes the five groups of staff. What each may do is in `roles.py` and applied once permissions exist."""

from django.db import migrations

GROUPS = ("Viewer", "Support", "Billing", "Approver", "Administrator")


def make_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    for name in GROUPS:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("backoffice", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
