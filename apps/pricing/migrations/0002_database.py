"""Published versions for the same thing never overlap: an exclusion constraint, which Django's own needs an extension for."""

from pathlib import Path

from django.db import migrations

from apps.common.sql_functions import function

SQL = Path(__file__).resolve().parents[1] / "sql"

# A range of one value stands for equality, which saves the extension that plain equality needs in a GiST index.
NO_OVERLAP = """
ALTER TABLE pricing_priceversion ADD CONSTRAINT pricing_priceversion_no_overlap EXCLUDE USING gist (
    int8range(book_id, book_id, '[]') WITH &&,
    int8range(meter_id, meter_id, '[]') WITH &&,
    numrange(hashtextextended(model, 0)::numeric, hashtextextended(model, 0)::numeric, '[]') WITH &&,
    tstzrange(effective_from, effective_to) WITH &&
) WHERE (status = 'published')
"""


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_initial")]
    operations = [
        migrations.RunSQL(
            NO_OVERLAP, "ALTER TABLE pricing_priceversion DROP CONSTRAINT pricing_priceversion_no_overlap"
        ),
        function(SQL, "price_open", "uuid[], text[], text[], timestamptz, timestamptz"),
    ]
