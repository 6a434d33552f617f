"""Events, postings and closed months are there for ever: what may still change is held to by triggers on both engines."""

from django.db import migrations

from apps.common.append_only import AppendOnly

# Table, what may no longer change, and the columns that never may.
GUARDS = (
    (
        "usage_usageevent",
        "OLD.state = 'rated'",
        ("organization_id", "source", "event_id", "fingerprint", "meter_slug", "occurred_at", "recorded_at"),
    ),
    (
        "usage_activecharacter",
        "OLD.price_version_id IS NOT NULL",
        ("organization_id", "month", "character", "activated_at", "late"),
    ),
    ("usage_monthclose", "OLD.state = 'closed'", ("organization_id", "month")),
)


def install(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    differs = "IS DISTINCT FROM" if on_postgresql else "IS NOT"
    for table, settled, fixed in GUARDS:
        moved = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in fixed)
        refuse = (
            "EXECUTE FUNCTION refuse_change()"
            if on_postgresql
            else f"BEGIN SELECT RAISE(ABORT, '{table} is settled: UPDATE refused'); END"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_settled BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({settled} OR {moved}) {refuse}",
            params=None,
        )


def remove(apps, schema_editor):
    for table, _, _ in GUARDS:
        on_table = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {table}_settled{on_table}", params=None)


class Migration(migrations.Migration):
    dependencies = [("usage", "0001_initial")]
    operations = [
        AppendOnly("usage_usageposting"),
        AppendOnly("usage_minimumcharge"),
        AppendOnly("usage_usageevent", updates=True),
        AppendOnly("usage_activecharacter", updates=True),
        AppendOnly("usage_monthclose", updates=True),
        migrations.RunPython(install, remove),
    ]
