"""The functions that read automatic top-up for a movement of credit, and write what the movement starts."""

from pathlib import Path

from django.db import migrations

from apps.common.sql_functions import function

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("top_ups", "0001_initial"), ("outbox", "0002_database")]
    operations = [
        function(SQL, "top_up_open", "uuid, timestamptz"),
        function(SQL, "top_up_write", "uuid, jsonb"),
    ]
