"""The database functions that read and write a redemption; they call those of the wallets."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


def function(name: str, arguments: str) -> migrations.RunSQL:
    """Return the operation that creates a function from its SQL file."""
    return migrations.RunSQL((SQL / f"{name}.sql").read_text(), f"DROP FUNCTION {name}({arguments})")


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0001_initial"), ("wallets", "0002_database")]
    operations = [
        function("voucher_open", "uuid, timestamptz, jsonb, boolean"),
        function("voucher_write", "uuid, bigint, jsonb"),
    ]
