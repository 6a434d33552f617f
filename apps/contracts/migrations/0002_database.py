"""The database function that returns the contract a customer sees."""

from pathlib import Path

from django.db import migrations

from apps.common.sql_functions import function

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]
    operations = [function(SQL, "contract_shown", "uuid")]
