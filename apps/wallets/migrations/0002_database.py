"""The functions that read and write a customer's credit, which call the ledger's."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


def function(name: str, arguments: str) -> migrations.RunSQL:
    """Make a function from its text."""
    return migrations.RunSQL((SQL / f"{name}.sql").read_text(), f"DROP FUNCTION {name}({arguments})")


class Migration(migrations.Migration):
    dependencies = [("wallets", "0001_initial"), ("ledger", "0002_database")]
    operations = [
        function("wallet_open", "uuid, timestamptz, jsonb, boolean"),
        function("wallet_write", "uuid, bigint, jsonb"),
    ]
