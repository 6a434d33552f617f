"""Says what an approval's amount is in, as one more fact that never changes."""

from importlib import import_module

from django.db import migrations, models

guards = import_module("apps.approvals.migrations.0002_facts_never_change")


def reinstall(apps, schema_editor):
    """Install the triggers anew: SQLite lost them when it made the table again with one more column."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in guards.SQLITE:
            schema_editor.execute(_with_currency(statement, "IS NOT"), params=None)
        return
    schema_editor.execute("DROP TRIGGER approvals_approval_facts ON approvals_approval", params=None)
    facts = next(each for each in guards.POSTGRESQL if "approvals_approval_facts" in each)
    schema_editor.execute(_with_currency(facts, "IS DISTINCT FROM"), params=None)


def _with_currency(statement, differs):
    fact = f"OLD.reason {differs} NEW.reason"
    return statement.replace(fact, f"{fact} OR OLD.currency {differs} NEW.currency")


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_facts_never_change")]

    operations = [
        migrations.AddField(
            model_name="approval",
            name="currency",
            field=models.CharField(
                blank=True, default="", help_text="What the amount is in; empty for what is older.", max_length=3
            ),
            preserve_default=False,
        ),
        migrations.RunPython(reinstall, migrations.RunPython.noop),
    ]
