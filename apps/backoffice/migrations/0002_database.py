"""The audit trail is append-only, and the groups of staff exist.

The trail's table belongs to a package, whose model can declare no trigger of ours. What each group may do is in
`roles.py`, and is applied after all migrations, once the permissions exist.
"""

from django.db import migrations

GROUPS = ("Viewer", "Support", "Billing", "Approver", "Administrator")
FUNCTION = """
CREATE FUNCTION backoffice_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def make_groups(apps, schema_editor):
    group = apps.get_model("auth", "Group")
    group.objects.bulk_create(group(name=name) for name in GROUPS)


class Migration(migrations.Migration):
    dependencies = [
        ("backoffice", "0001_initial"),
        ("auditlog", "0017_add_actor_email"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION backoffice_refuse()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER auditlog_logentry_no_{change} BEFORE {change} ON auditlog_logentry"
                " FOR EACH ROW EXECUTE FUNCTION backoffice_refuse()",
                f"DROP TRIGGER auditlog_logentry_no_{change} ON auditlog_logentry",
            )
            for change in ("update", "delete")
        ),
        migrations.RunPython(make_groups, migrations.RunPython.noop),
    ]
