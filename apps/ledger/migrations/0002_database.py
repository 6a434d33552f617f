"""The functions that read and write a book, and a fill factor for `ledger_book`.

Every write updates the book's row without changing an index, so free space on its page allows HOT updates.
"""

from pathlib import Path

from django.db import migrations

from apps.common.sql_functions import function

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE ledger_book SET (fillfactor = 40)", "ALTER TABLE ledger_book RESET (fillfactor)"
        ),
        function(SQL, "ledger_open", "uuid, timestamptz, jsonb, boolean"),
        function(SQL, "ledger_write", "uuid, bigint, jsonb"),
    ]
