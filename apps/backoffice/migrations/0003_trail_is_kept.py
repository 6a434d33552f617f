"""Makes the audit trail append-only in the database: no change, no removal, whoever asks."""

from django.db import migrations

REFUSED = "the audit trail is append-only"
CHANGES = ("UPDATE", "DELETE")


def install(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    if postgresql:
        schema_editor.execute(
            f"""CREATE FUNCTION backoffice_refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'restrict_violation'; END $$""",
            params=None,
        )
        refuse = "EXECUTE FUNCTION backoffice_refuse()"
    for change in CHANGES:
        schema_editor.execute(
            f"CREATE TRIGGER auditlog_logentry_no_{change.lower()} BEFORE {change} ON auditlog_logentry"
            f" FOR EACH ROW {refuse}",
            params=None,
        )


def remove(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for change in CHANGES:
        table = " ON auditlog_logentry" if postgresql else ""
        schema_editor.execute(f"DROP TRIGGER auditlog_logentry_no_{change.lower()}{table}", params=None)
    if postgresql:
        schema_editor.execute("DROP FUNCTION backoffice_refuse()", params=None)


class Migration(migrations.Migration):
    dependencies = [("backoffice", "0002_groups"), ("auditlog", "0017_add_actor_email")]
    operations = [migrations.RunPython(install, remove)]
