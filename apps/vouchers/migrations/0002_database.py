"""The functions that read and write what redeeming a code takes, which call the wallets'."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


def function(name: str, arguments: str) -> migrations.RunSQL:
    """Make a function from its text."""
    return migrations.RunSQL((SQL / f"{name}.sql").read_text(), f"DROP FUNCTION {name}({arguments})")


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0001_initial"), ("wallets", "0002_database")]
    operations = [
        function("voucher_open", "uuid, timestamptz, jsonb, boolean"),
        function("voucher_write", "uuid, bigint, jsonb"),
    ]
