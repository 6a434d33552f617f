"""The functions that return the contract a customer sees, and that read what receipts of installments need."""

from pathlib import Path

from django.db import migrations

from apps.common.sql_functions import function

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("contracts", "0001_initial")]
    operations = [
        function(SQL, "contract_shown", "uuid"),
        function(SQL, "installment_ids", ""),
        function(SQL, "installment_open", "bigint[], text[]"),
    ]
