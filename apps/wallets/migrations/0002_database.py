"""The functions that read and write a customer's credit; `wallet_open` and `wallet_write` call the ledger's."""

from pathlib import Path

from django.db import migrations

from apps.common.sql_functions import function

SQL = Path(__file__).resolve().parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallets", "0001_initial"), ("ledger", "0002_database"), ("top_ups", "0002_database")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE wallets_grant SET (fillfactor = 70)", "ALTER TABLE wallets_grant RESET (fillfactor)"
        ),
        function(SQL, "wallet_unread_grants", "uuid, text, bigint[], timestamptz"),
        function(SQL, "wallet_open", "uuid, timestamptz, jsonb, boolean"),
        function(SQL, "wallet_write", "uuid, bigint, jsonb"),
        function(SQL, "wallet_figures", "uuid, text, text, timestamptz"),
        function(SQL, "wallet_hold_totals", "uuid, text, timestamptz"),
        function(SQL, "wallet_moved", "uuid, text[], date, date"),
        function(SQL, "wallet_newest_grants", "uuid, integer"),
        function(SQL, "wallet_newest_holds", "uuid, text, boolean, integer"),
        function(SQL, "wallet_entries", "uuid, text, timestamptz, timestamptz, bigint, integer"),
    ]
