"""The database function that adds outbox messages."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


def function(name: str, arguments: str) -> migrations.RunSQL:
    """Return the operation that creates a function from its SQL file."""
    return migrations.RunSQL((SQL / f"{name}.sql").read_text(), f"DROP FUNCTION {name}({arguments})")


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]
    operations = [function("outbox_add", "jsonb")]
