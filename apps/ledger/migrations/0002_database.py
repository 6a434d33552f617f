"""The functions that read and write a book, and room on its page for its next versions.

The row changes with every writing, and no index of it does.
"""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


def function(name: str, arguments: str) -> migrations.RunSQL:
    """Make a function from its text."""
    return migrations.RunSQL((SQL / f"{name}.sql").read_text(), f"DROP FUNCTION {name}({arguments})")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE ledger_book SET (fillfactor = 40)", "ALTER TABLE ledger_book RESET (fillfactor)"
        ),
        function("ledger_open", "uuid, timestamptz, jsonb, boolean"),
        function("ledger_write", "uuid, bigint, jsonb"),
    ]
