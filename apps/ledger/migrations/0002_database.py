"""Room on a book's page for its next versions: the row changes with every writing, and no index of it does."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.RunSQL("ALTER TABLE ledger_book SET (fillfactor = 40)", "ALTER TABLE ledger_book RESET (fillfactor)")
    ]
