"""The functions that store what Stripe delivers and that read what settling a checkout session needs."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parents[1] / "sql"


def function(name: str, arguments: str) -> migrations.RunSQL:
    """Make a function from its text."""
    return migrations.RunSQL((SQL / f"{name}.sql").read_text(), f"DROP FUNCTION {name}({arguments})")


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("outbox", "0002_database"), ("contracts", "0002_database")]
    operations = [
        function("stripe_event_store", "jsonb, text, jsonb"),
        function("session_open", "bigint, text, uuid, text"),
    ]
